/**
 * Numbers that JSON cannot write: NaN and the infinities (which it turns into null) and -0 (into 0). They are
 * written as a word, such as `"NaN"`, if the reader knows that the field holds a number, and as
 * `{ "$number": "NaN" }` if the field may also hold a text.
 */
import { isRecord } from './isRecord';

const words = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);
const key = '$number';

/** The number itself, or its word where JSON has no way to write it. */
export function encodeNumber(value: number): number | string {
  return Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);
}

/** Reverses `encodeNumber`; undefined for anything that it does not return. */
export function decodeNumber(json: unknown): number | undefined {
  return typeof json === 'number' ? json : typeof json === 'string' ? words.get(json) : undefined;
}

/**
 * Replaces the numbers that JSON cannot write, in lists and plain objects; `unpackNumbers` restores them.
 * Typed arrays stay as they are.
 */
export function packNumbers<T>(value: T): T {
  return mapLeaves(value, (leaf) => {
    const encoded = typeof leaf === 'number' ? encodeNumber(leaf) : undefined;
    return typeof encoded === 'string' ? { [key]: encoded } : undefined;
  });
}

/** Reverses `packNumbers`. */
export function unpackNumbers<T>(value: T): T {
  return mapLeaves(value, (leaf) => (isRecord(leaf) ? decodeNumber(leaf[key]) : undefined));
}

const arrays = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array } as const;
type ArrayName = keyof typeof arrays;

/** As `packNumbers`, for a wire that is JSON: a typed array becomes its bytes in base64. */
export function packArrays(value: unknown): unknown {
  return mapLeaves(packNumbers(value), (leaf) => {
    if (!ArrayBuffer.isView(leaf)) {
      return undefined;
    }
    const name = Object.keys(arrays).find((each) => leaf instanceof arrays[each as ArrayName]);
    return { $array: name, base64: toBase64(new Uint8Array(leaf.buffer, leaf.byteOffset, leaf.byteLength)) };
  });
}

/** Reverses `packArrays`. */
export function unpackArrays(value: unknown): unknown {
  const restored = mapLeaves(value, (leaf) => {
    const name = isRecord(leaf) && typeof leaf.base64 === 'string' ? leaf.$array : undefined;
    if (typeof name !== 'string' || !Object.hasOwn(arrays, name)) {
      return undefined;
    }
    const bytes = Uint8Array.from(atob((leaf as { base64: string }).base64), (letter) => letter.charCodeAt(0));
    return new arrays[name as ArrayName](bytes.buffer);
  });
  return unpackNumbers(restored);
}

/** More arguments of one call could exceed the stack. */
const chunk = 8192;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    text += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return btoa(text);
}

/** A copy in which `replace` has changed some values; objects and lists without a change are not copied. */
function mapLeaves<T>(value: T, replace: (value: unknown) => unknown): T {
  const other = replace(value);
  if (other !== undefined) {
    return other as T;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => mapLeaves(item, replace));
    return items.every((item, i) => Object.is(item, value[i])) ? value : (items as T);
  }
  if (!isRecord(value) || ArrayBuffer.isView(value)) {
    return value;
  }
  const entries = Object.entries(value);
  const mapped = entries.map(([name, field]) => [name, mapLeaves(field, replace)] as const);
  return mapped.every(([, field], i) => Object.is(field, entries[i][1])) ? value : (Object.fromEntries(mapped) as T);
}
