import { encodeNumber } from './jsonNumbers';

/**
 * One line of JSON. NaN and the infinities, which JSON lacks, are strings. Unicode's line and paragraph
 * separators are escaped, since some line readers, such as Node's, take them for line ends.
 */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? encodeNumber(item) : item,
  );
  return `${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}
