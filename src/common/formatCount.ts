/**
 * 12345 → `12,345`, in English and Korean alike. Without `toLocaleString`, for which a page loads the tables
 * of all languages: that takes longer than to draw the panel.
 */
export function formatCount(value: number): string {
  const digits = String(Math.abs(Math.round(value)));
  if (!/^\d+$/.test(digits)) {
    return String(value);
  }
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) {
    groups.unshift(digits.slice(Math.max(0, end - 3), end));
  }
  return `${value <= -0.5 ? '-' : ''}${groups.join(',')}`;
}

/** Three digits, the thousands of long numbers set apart. */
export function formatRounded(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e4 ? String(rounded) : formatCount(rounded);
}
