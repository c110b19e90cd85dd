import { encodeNumber } from './jsonNumbers';

/** One line of JSON, with its end. */
export function jsonLine(value: unknown): string {
  return `${jsonText(value)}\n`;
}

/**
 * JSON without line ends. NaN and the infinities, which JSON lacks, are strings. Unicode's line and paragraph
 * separators are escaped, since some line readers, such as Node's, take them for line ends.
 */
export function jsonText(value: unknown): string {
  // A function makes JSON.stringify several times as slow, also for a text or a number alone.
  const json = JSON.stringify(encodeItem('', value), typeof value === 'object' ? encodeItem : undefined);
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function encodeItem(_: string, item: unknown): unknown {
  return typeof item === 'number' && !Number.isFinite(item) ? encodeNumber(item) : item;
}
