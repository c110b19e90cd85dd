/** Formats numbers and sums for worked formulas. */
import { formatNumber, formatShort } from '../../shared/format';

export interface Worked {
  /** `z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}` */
  readonly formulas: readonly string[];
  /** The same formula with numbers. */
  readonly numbers: readonly string[];
}

/** The number of terms of a sum that are written out. */
export const termsShown = 4;

/** As in the tables of tensors: integers without a decimal point, others with 3 significant digits. */
export function cell(value: number | undefined, digits = fewestDigits): string {
  return value !== undefined && Number.isInteger(value) && Math.abs(value) < 1e4
    ? formatShort(value, 5)
    : formatNumber(value, digits);
}

/** A number as a factor of a product: negative ones in brackets. */
export function num(value: number | undefined, digits = fewestDigits): string {
  const text = cell(value, digits);
  return value !== undefined && value < 0 ? `(${text})` : text;
}

export function result(value: number | undefined): string {
  return value === 0 ? '0' : formatNumber(value, 4);
}

const [fewestDigits, mostDigits] = [3, 9];

/** The fewest digits of the numbers of a calculation with which a calculator arrives at the shown result. */
export function digitsFor(
  numbers: readonly number[],
  calculate: (...numbers: number[]) => number,
  value: number | undefined,
): number {
  const shown = result(value);
  for (let digits = fewestDigits; digits <= mostDigits; digits++) {
    if (result(calculate(...numbers.map((each) => Number(each.toPrecision(digits))))) === shown) {
      return digits;
    }
  }
  return mostDigits - 1;
}

/** `0.5·1 + (−0.25)·2 + 0.1`: at most the first terms, and their number if there are more. */
export function sumOfProducts(
  pairs: readonly (readonly [number | undefined, number | undefined])[],
  value: number | undefined,
  added?: number,
  count = pairs.length,
): string {
  const numbers = [...pairs.flat(), ...(added === undefined ? [] : [added])];
  const isWhole = count <= termsShown && numbers.every((each) => each !== undefined);
  const calculate = (...all: number[]) =>
    pairs.reduce((total, _, i) => total + all[2 * i] * all[2 * i + 1], all[2 * pairs.length] ?? 0);
  const digits = isWhole ? digitsFor(numbers as number[], calculate, value) : fewestDigits;
  const terms = pairs.map(([one, other]) => `${num(one, digits)}·${num(other, digits)}`);
  return `${sum(terms, count)}${added === undefined ? '' : ` + ${num(added, digits)}`}`;
}

/** `a + b + …`: the first terms, and the number of all terms if there are more. */
export function sum(terms: readonly string[], count = terms.length): string {
  return count <= termsShown ? terms.join(' + ') : `${terms.slice(0, termsShown).join(' + ')} + … (${count})`;
}

/** Equal within the rounding error of float32 sums. */
export function agrees(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 + 1e-3 * Math.max(Math.abs(a), Math.abs(b));
}
