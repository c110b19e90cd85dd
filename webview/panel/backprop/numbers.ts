/** Formats numbers and sums for worked formulas. */
import { formatNumber, formatShort } from '../format';

export interface Worked {
  /** `z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}` */
  readonly formulas: readonly string[];
  /** The same formula with numbers. */
  readonly numbers: readonly string[];
}

/** The number of terms of a sum that are written out. */
export const termsShown = 4;

/** As in the tables of tensors: integers without a decimal point, others with 3 significant digits. */
export function cell(value: number | undefined): string {
  return value !== undefined && Number.isInteger(value) && Math.abs(value) < 1e4
    ? formatShort(value, 5)
    : formatNumber(value, 3);
}

/** A number as a factor of a product: negative ones in brackets. */
export function num(value: number | undefined): string {
  const text = cell(value);
  return value !== undefined && value < 0 ? `(${text})` : text;
}

export function result(value: number | undefined): string {
  return value === 0 ? '0' : formatNumber(value, 4);
}

/** `a + b + …`: the first terms, and the number of all terms if there are more. */
export function sum(terms: readonly string[], count = terms.length): string {
  return count <= termsShown ? terms.join(' + ') : `${terms.slice(0, termsShown).join(' + ')} + … (${count})`;
}

/** Equal within the rounding error of float32 sums. */
export function agrees(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 + 1e-3 * Math.max(Math.abs(a), Math.abs(b));
}
