/** Decodes text, or finds the first byte that stands for nothing. */
import { chunksOf, type DataBytes, joinedBytes, UnreadableError } from './bytes';
import { type Charset, makeDecoder } from './charsets';

/** The first byte that stands for nothing. Line and UTF-16 character are zero-based. */
export interface BadByte {
  readonly line: number;
  readonly character: number;
  readonly byte: number;
  /** Its offset in the file. */
  readonly offset: number;
}

/** Bytes decoded at a time, so that a large file is not held both as bytes and as text. */
const chunkBytes = 1 << 20;

/** Drops a byte order mark. Throws an `UnreadableError` as `bytes` does. */
export function decodeText(bytes: DataBytes, charset: Charset): { readonly text: string } | BadByte {
  const parts: string[] = [];
  const bad = decodeInto(bytes, charset, (part) => parts.push(part));
  return bad ?? { text: parts.join('') };
}

/** The same text in UTF-8. */
export function asUtf8(bytes: DataBytes, charset: Charset): DataBytes | BadByte {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const bad = decodeInto(bytes, charset, (part) => parts.push(encoder.encode(part)));
  return bad ?? joinedBytes(parts);
}

function decodeInto(bytes: DataBytes, charset: Charset, take: (part: string) => void): BadByte | undefined {
  const decoder = makeDecoder(charset);
  let before = 0;
  let started = false;
  const pass = (part: string) => {
    take(started ? part : part.replace(/^\uFEFF/, ''));
    started ||= part !== '';
  };
  try {
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      pass(decoder.decode(chunk));
      before += chunk.length;
    }
    pass(decoder.decode(new Uint8Array(0), true));
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    return findBadByte(bytes, charset, before);
  }
}

/** `before`: the bytes up to this offset, a multiple of `chunkBytes`, can be decoded. */
function findBadByte(bytes: DataBytes, charset: Charset, before: number): BadByte {
  const decoder = makeDecoder(charset);
  let [line, character] = [0, 0];
  let offset = 0;
  let at = 0;
  let first = 0;
  const count = (text: string) => {
    const part = offset === 0 ? text.replace(/^\uFEFF/, '') : text;
    for (let end = part.indexOf('\n'); end >= 0; end = part.indexOf('\n', end + 1)) {
      line++;
    }
    const lineStart = part.lastIndexOf('\n') + 1;
    character = lineStart > 0 ? part.length - lineStart : character + part.length;
  };
  try {
    for (const chunk of chunksOf(bytes, chunkBytes)) {
      if (at < before) {
        count(decoder.decode(chunk));
        at += chunk.length;
        offset = at;
        continue;
      }
      for (let i = 0; i < chunk.length; i++) {
        // A character may have begun in bytes that gave no text yet.
        first = at + i === offset ? chunk[i] : first;
        const text = decoder.decode(chunk.subarray(i, i + 1));
        if (text !== '') {
          count(text);
          offset = at + i + 1;
        }
      }
      at += chunk.length;
    }
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
  }
  return { line, character, byte: first, offset };
}
