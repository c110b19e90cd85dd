/** 12345 → `12,345`, in English and Korean alike. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three digits, the thousands of long numbers set apart. */
export function formatRounded(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e4 ? String(rounded) : formatCount(rounded);
}
