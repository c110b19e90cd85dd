/** Decodes UTF-8, or finds the first byte that is not UTF-8. */
import { chunksOf, type DataBytes, UnreadableError, wholeOf } from './bytes';

/** The first byte that is not UTF-8. Line and UTF-16 character are zero-based. */
interface BadByte {
  readonly line: number;
  readonly character: number;
  readonly byte: number;
}

/** Bytes decoded at a time, so that a large file is not held both as bytes and as text. */
const chunkBytes = 1 << 20;

/** Drops a byte order mark. Throws an `UnreadableError` as `bytes` does. */
export function decodeUtf8(bytes: DataBytes): { readonly text: string } | BadByte {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  try {
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    parts.push(decoder.decode());
    return { text: parts.join('') };
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

/** Length of the longest valid prefix. */
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

/** Length in bytes of the character at `at`; 0 if it is malformed (The Unicode Standard, table 3-7). */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead < 0x80) {
    return 1;
  }
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  // Overlong encodings, surrogates and values beyond U+10FFFF are excluded by the range of the second byte.
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
