/** Four significant digits: what of a measured value is read in passing. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
