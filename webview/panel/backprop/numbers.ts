/** Numbers and sums as they stand in a worked formula. */
import { formatNumber, formatShort } from '../format';

export interface Worked {
  /** `z_{j} = Σ_{i} W_{ji}·x_{i} + b_{j}` */
  readonly formulas: readonly string[];
  /** The same with numbers. */
  readonly numbers: readonly string[];
}

/** So many terms of a sum are written out. */
export const termsShown = 4;

/** As in a table of a tensor: whole numbers without a point, others with 3 significant digits. */
export function cell(value: number | undefined): string {
  return value !== undefined && Number.isInteger(value) && Math.abs(value) < 1e4
    ? formatShort(value, 5)
    : formatNumber(value, 3);
}

/** A number as it stands in a product: negative ones in brackets. */
export function num(value: number | undefined): string {
  const text = cell(value);
  return value !== undefined && value < 0 ? `(${text})` : text;
}

export function result(value: number | undefined): string {
  return value === 0 ? '0' : formatNumber(value, 4);
}

/** `a + b + … + z`: the first terms, and how many more there are. */
export function sum(terms: readonly string[], count = terms.length): string {
  return count <= termsShown ? terms.join(' + ') : `${terms.slice(0, termsShown).join(' + ')} + … (${count})`;
}

/** Equal within what float32 sums can be off. */
export function agrees(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 + 1e-3 * Math.max(Math.abs(a), Math.abs(b));
}
