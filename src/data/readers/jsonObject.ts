/** Scans one JSON object, with the place of each key and value. */
import type { Cell } from '../../spec/spec';
import type { TextRange } from '../textPositions';

export interface JsonFault extends TextRange {
  readonly kind: 'notObject' | 'syntax';
  /** The key whose value is at fault. */
  readonly key?: string;
}

export interface JsonEntry {
  readonly key: string;
  /** Undefined for a list or an object, which is skipped. */
  readonly value: Cell | undefined;
  readonly keyAt: TextRange;
  readonly valueAt: TextRange;
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const [quote, backslash, comma, colon, openBrace, closeBrace, openList, closeList] = [34, 92, 44, 58, 123, 125, 91, 93];

/** Words of JSON, and the words that Python and JavaScript write for numbers that JSON does not know. */
const words: Readonly<Record<string, Cell>> = {
  true: 'true',
  false: 'false',
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Hands over the entries between two offsets of the text, in their order, up to a fault. */
export function scanObject(
  text: string,
  { start, end }: TextRange,
  take: (entry: JsonEntry) => void,
): JsonFault | undefined {
  let at = skipSpace(text, start, end);
  if (text.charCodeAt(at) !== openBrace) {
    return { kind: 'notObject', start: at, end };
  }
  at = skipSpace(text, at + 1, end);
  let isFirst = true;
  while (at >= end || text.charCodeAt(at) !== closeBrace || !isFirst) {
    const key = scanText(text, at, end);
    if (!key) {
      return fault(at, end);
    }
    const keyAt = { start: at, end: key.end };
    at = skipSpace(text, key.end, end);
    if (at >= end || text.charCodeAt(at) !== colon) {
      return fault(at, end);
    }
    at = skipSpace(text, at + 1, end);
    const code = at < end ? text.charCodeAt(at) : 0;
    const isNested = code === openBrace || code === openList;
    const value = code === quote ? scanText(text, at, end) : undefined;
    const stop = isNested ? nestedEnd(text, at, end) : (value?.end ?? wordEnd(text, at, end));
    if (stop === undefined) {
      return fault(at, end, key.text);
    }
    const cell = isNested ? undefined : code === quote ? value?.text : wordValue(text.slice(at, stop));
    if (cell === undefined && !isNested) {
      return fault(at, Math.max(stop, at + 1), key.text);
    }
    take({ key: key.text, value: cell, keyAt, valueAt: { start: at, end: stop } });
    at = skipSpace(text, stop, end);
    isFirst = false;
    if (at < end && text.charCodeAt(at) === comma) {
      at = skipSpace(text, at + 1, end);
    } else if (at < end && text.charCodeAt(at) === closeBrace) {
      break;
    } else {
      return fault(at, end);
    }
  }
  at = skipSpace(text, at + 1, end);
  return at < end ? fault(at, end) : undefined;
}

/** The end of the list or the object that begins there; undefined if it is not closed. */
function nestedEnd(text: string, from: number, end: number): number | undefined {
  let depth = 0;
  for (let at = from; at < end; ) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const inside = scanText(text, at, end);
      if (!inside) {
        return undefined;
      }
      at = inside.end;
      continue;
    }
    at++;
    if (code === openBrace || code === openList) {
      depth++;
    } else if (code === closeBrace || code === closeList) {
      depth--;
    }
    if (depth === 0) {
      return at;
    }
  }
  return undefined;
}

function fault(start: number, end: number, key?: string): JsonFault {
  const range = { start: Math.min(start, end), end };
  return key === undefined ? { kind: 'syntax', ...range } : { kind: 'syntax', ...range, key };
}

function skipSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(text.charCodeAt(at))) {
    at++;
  }
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}

/** The text in quotes that begins there; undefined if it is none, or is not closed. */
function scanText(
  text: string,
  from: number,
  end: number,
): { readonly text: string; readonly end: number } | undefined {
  if (from >= end || text.charCodeAt(from) !== quote) {
    return undefined;
  }
  let isPlain = true;
  for (let at = from + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const decoded = isPlain ? text.slice(from + 1, at) : decodeText(text.slice(from, at + 1));
      return decoded === undefined ? undefined : { text: decoded, end: at + 1 };
    }
    if (code === backslash) {
      isPlain = false;
      at++;
    } else if (code < 32) {
      return undefined;
    }
  }
  return undefined;
}

function decodeText(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}

/** The end of a number or a word. */
function wordEnd(text: string, from: number, end: number): number {
  let at = from;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === comma || code === closeBrace || isSpace(code)) {
      break;
    }
  }
  return at;
}

function wordValue(word: string): Cell | undefined {
  if (number.test(word)) {
    return Number(word);
  }
  return Object.hasOwn(words, word) ? words[word] : undefined;
}
