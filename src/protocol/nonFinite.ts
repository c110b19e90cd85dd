/**
 * Messages to a page are written as JSON, which turns NaN and ±∞ into null; only typed arrays keep them. A diverged run has
 * such numbers to show, so they travel as words.
 */
import { isRecord } from '../common/isRecord';

const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
const key = 'nonFinite';

/** The same message without a number that JSON cannot write; the message itself where there is none. */
export function packNonFinite<T>(message: T): T {
  return rebuilt(message, (value) =>
    typeof value === 'number' && !Number.isFinite(value) ? { [key]: String(value) } : undefined,
  );
}

/** What `packNonFinite` was given. */
export function unpackNonFinite<T>(message: T): T {
  return rebuilt(message, (value) => (isRecord(value) ? words.get(String(value[key])) : undefined));
}

/** A copy with other leaves; whatever holds none of them is not copied. */
function rebuilt<T>(value: T, replace: (value: unknown) => unknown): T {
  const other = replace(value);
  if (other !== undefined) {
    return other as T;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => rebuilt(item, replace));
    return items.every((item, i) => Object.is(item, value[i])) ? value : (items as T);
  }
  if (!isRecord(value) || ArrayBuffer.isView(value)) {
    return value;
  }
  const entries = Object.entries(value);
  const kept = entries.map(([name, field]) => [name, rebuilt(field, replace)] as const);
  return kept.every(([, field], i) => Object.is(field, entries[i][1])) ? value : (Object.fromEntries(kept) as T);
}
