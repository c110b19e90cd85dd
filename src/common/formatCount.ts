/** 12345 → `12,345`, in English and Korean alike. */
export function formatCount(value: number): string {
  // `toLocaleString` has the page load the tables of all languages, which takes longer than to draw the panel.
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three digits, the thousands of long numbers set apart. */
export function formatRounded(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e4 ? String(rounded) : formatCount(rounded);
}
