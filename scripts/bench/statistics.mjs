/** Summaries of a list of measurements. */

/** The value below which this share of a list lies. */
export function quantile(list, share) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** The median; for an even count the mean of the two in the middle. */
export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function summarise(list) {
  return { median: median(list), min: Math.min(...list), max: Math.max(...list), count: list.length };
}

/** Three significant digits, and a letter for thousands, millions and more: `1.23 M`. */
export function short(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ]) {
    // 999.6 would be printed as 1000 and not as 1.00 k.
    if (Math.abs(Number(value.toPrecision(3))) >= size) {
      return `${digits(value / size)} ${letter}`;
    }
  }
  return digits(value);
}

/** A figure with three significant digits and no exponent. */
export function digits(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  return String(Number(value.toPrecision(3)));
}
