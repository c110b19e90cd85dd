/** 12345 → `12,345`, in English and Korean alike. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
