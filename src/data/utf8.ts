/** Bytes to text, with the place of the first byte that is not UTF-8. */
import { type Steps, takeAll } from '../common/steps';
import { type DataBytes, heldBytes, piecesOf, UnreadableError, wholeOf } from './bytes';

/** Line and UTF-16 character (zero-based) say where the first bad byte stands. */
export interface BadByte {
  readonly line: number;
  readonly character: number;
  readonly byte: number;
}

/** Bytes that are decoded, and their text read, in a few milliseconds. */
const partBytes = 1 << 16;

/** Drops a byte order mark. */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string } | BadByte {
  const decoded = takeAll(decodeSteps(heldBytes(bytes)));
  return 'parts' in decoded ? { text: decoded.parts.join('') } : decoded;
}

/** The text in parts, which one behind the other are all of it. */
export function* decodeSteps(bytes: DataBytes): Steps<{ readonly parts: readonly string[] } | BadByte> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  try {
    for (const piece of piecesOf(bytes, partBytes)) {
      parts.push(decoder.decode(piece, { stream: true }));
      yield;
    }
    parts.push(decoder.decode());
    return { parts };
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    const whole = wholeOf(bytes);
    const end = validLength(whole);
    const before = new TextDecoder().decode(whole.subarray(0, end));
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length - 1, character: before.length - lineStart, byte: whole[end] };
  }
}

/** Length of the longest beginning that consists of whole characters. */
function validLength(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      return at;
    }
    at += length;
  }
  return at;
}

/** Bytes of the character that begins at `at`; 0 where none does (The Unicode Standard, table 3-7). */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead < 0x80) {
    return 1;
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  // Longer spellings of short characters, surrogates, and what lies beyond U+10FFFF differ in their second byte.
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (!(byte >= (i === 1 ? low : 0x80) && byte <= (i === 1 ? high : 0xbf))) {
      return 0;
    }
  }
  return length;
}
