/** One line of JSON. Numbers are shortest round-trip; NaN and the infinities, which JSON lacks, are strings. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item,
  )}\n`;
}
