const units = ['', 'k', 'M', 'G', 'T'];

/** Formats a count: exact below 10,000, else three significant digits: `9920`, `20.5k`, `1.34M`. */
export function compactCount(count: number): string {
  if (count < 10_000) {
    return String(count);
  }
  let value = count;
  let unit = 0;
  // A value that rounds to 1000 takes the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`;
}
