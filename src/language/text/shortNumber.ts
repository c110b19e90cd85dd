/** Formats a measured value with four significant digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}
