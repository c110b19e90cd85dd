/** NNSPEC_TEST=full draws every random case; by default a test draws a part of them. */
export const isFull = process.env.NNSPEC_TEST === 'full';

/**
 * How many random cases a test draws: `full` of them under NNSPEC_TEST=full, else a fifth, but at least five.
 * The first cases are the same either way. A fifth must still cover every kind of case.
 */
export function rounds(full: number): number {
  return isFull ? full : Math.max(Math.min(full, 5), Math.round(full / 5));
}
