/** Formats numbers and sums for worked formulas: in the Backprop tab and in the Network tab. */
import { formatNumber } from '../../shared/format';

export interface Worked {
  /** `z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}` */
  readonly formulas: readonly string[];
  /** The same formula with numbers. */
  readonly numbers: readonly string[];
}

/** The number of terms of a sum that are written out. */
export const termsShown = 4;

/** As in the tables of tensors: 3 significant digits, or more where a calculation needs them. */
export function cell(value: number | undefined, digits = fewestDigits): string {
  return formatNumber(value, digits);
}

/** A number as a factor of a product: negative ones in brackets. */
export function num(value: number | undefined, digits = fewestDigits): string {
  const text = cell(value, digits);
  return value !== undefined && value < 0 ? `(${text})` : text;
}

export function result(value: number | undefined): string {
  return formatNumber(value, 4);
}

const [fewestDigits, mostDigits] = [3, 9];

/** The fewest digits of the numbers of a calculation with which a calculator arrives at the shown result. */
export function digitsFor(
  numbers: readonly number[],
  calculate: (...numbers: number[]) => number,
  value: number | undefined,
): number {
  const wanted = value?.toPrecision(4);
  for (let digits = fewestDigits; digits <= mostDigits; digits++) {
    if (calculate(...numbers.map((each) => Number(each.toPrecision(digits)))).toPrecision(4) === wanted) {
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
  most = termsShown,
): string {
  const numbers = [...pairs.flat(), ...(added === undefined ? [] : [added])];
  const isWhole = count <= most && numbers.every((each) => each !== undefined);
  const calculate = (...all: number[]) =>
    pairs.reduce((total, _, i) => total + all[2 * i] * all[2 * i + 1], all[2 * pairs.length] ?? 0);
  const digits = isWhole ? digitsFor(numbers as number[], calculate, value) : fewestDigits;
  const terms = pairs.map(([one, other]) => `${num(one, digits)}·${num(other, digits)}`);
  return `${sum(terms, count, most)}${added === undefined ? '' : ` + ${num(added, digits)}`}`;
}

/** `a + b + …`: the first terms, and the number of all terms if there are more. */
export function sum(terms: readonly string[], count = terms.length, most = termsShown): string {
  return count <= most ? terms.join(' + ') : `${terms.slice(0, most).join(' + ')} + … (${count})`;
}

/** Functions that a calculator has; of others the input is shown with more digits than the result. */
const functions: Readonly<Record<string, ((z: number) => number) | undefined>> = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
};

/** `tanh(0.4) = 0.3799`, in so many digits that a calculator gives the same result. */
export function applied(activation: string, z: number | undefined, a: number | undefined): string {
  const calculate = functions[activation];
  const digits = calculate && z !== undefined ? digitsFor([z], calculate, a) : 6;
  return `${activation}(${cell(z, digits)}) = ${result(a)}`;
}

/** Equal within the rounding error of float32 sums. */
export function agrees(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 + 1e-3 * Math.max(Math.abs(a), Math.abs(b));
}
