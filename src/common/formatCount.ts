/** 12345 → `12,345`, in English and Korean alike. */
export function formatCount(value: number): string {
  // `toLocaleString` would first load tables of languages, which takes longer than to draw the panel.
  let text = String(Math.round(value));
  for (let at = text.length - 3; /\d/.test(text[at - 1]); at -= 3) {
    text = `${text.slice(0, at)},${text.slice(at)}`;
  }
  return text;
}

/** Three digits, the thousands of long numbers set apart. */
export function formatRounded(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e4 ? String(rounded) : formatCount(rounded);
}
