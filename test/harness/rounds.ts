/** NNSPEC_TEST=full draws every random case; without it a test draws a part of them. */
export const isFull = process.env.NNSPEC_TEST === 'full';

/**
 * How many random cases a test draws: a fifth of `full`, at least five, or all of them under NNSPEC_TEST=full.
 * The first cases are the same either way. The smaller number, too, must meet every kind of case.
 */
export function rounds(full: number): number {
  return isFull ? full : Math.max(Math.min(full, 5), Math.round(full / 5));
}
