/** A number as people write it: with a point or a comma, and any kind of minus. NaN for anything else. */
export function numberIn(text: string): number {
  const plain = text
    .trim()
    .replace(/^[−–]/, '-')
    .replace(/^(-?\d+),(\d+)$/, '$1.$2');
  return plain === '' ? Number.NaN : Number(plain);
}
