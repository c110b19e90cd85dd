/** Finds the encoding of a text from its first bytes. */
import type { Encoding } from '../spec/spec';
import type { DataBytes } from './bytes';
import { type Charset, isStandardSyllable, makeDecoder } from './charsets';
import { frequentHangul, frequentHanzi, frequentKanji, frequentWestern } from './frequentCharacters';

export interface FoundCharset {
  readonly charset: Charset;
  /** Other encodings that fit about as well, the best first. */
  readonly others: readonly Encoding[];
}

/** A text whose characters are rarer than this in every language is none of them. */
const leastScore = 0.5;
/** An encoding whose score is this much below that of the best does not fit. */
const clearLead = 0.25;

const candidates = ['euc-kr', 'shift_jis', 'gb18030', 'windows-1252'] as const;
type Candidate = (typeof candidates)[number];

/**
 * Byte order marks decide first, then zero bytes (UTF-16), then whether the bytes are UTF-8. Of the other
 * encodings that can decode them, the one is chosen whose characters are frequent in its language. Undefined
 * if the bytes are not UTF-8 and no encoding gives usual text.
 */
export function findCharset(sample: Uint8Array, preferred?: Encoding): FoundCharset | undefined {
  const certain = (charset: Charset) => ({ charset, others: [] });
  const mark = unicodeMark(sample);
  if (mark) {
    return certain(mark);
  }
  const wide = wideOrder(sample);
  if (wide) {
    return certain(wide);
  }
  if (decoded(sample, 'utf-8') !== undefined) {
    return certain('utf-8');
  }
  const scores = scoresOf(sample);
  const [best] = scores;
  if (!best || best.score < leastScore) {
    return undefined;
  }
  const fitting = scores.filter(({ score }) => score > best.score - clearLead);
  const chosen = fitting.find(({ encoding }) => encoding === preferred);
  if (chosen) {
    return certain(chosen.encoding);
  }
  return { charset: best.encoding, others: fitting.slice(1).map(({ encoding }) => encoding) };
}

/** The encodings that can decode the bytes at all, the likeliest first. */
export function possibleEncodings(sample: Uint8Array): readonly Encoding[] {
  return scoresOf(sample).map(({ encoding }) => encoding);
}

/** The byte order of UTF-16 text: that of its mark, or the usual one. */
export function wideCharset(sample: Uint8Array): Charset {
  const mark = unicodeMark(sample);
  return mark === 'utf-16be' || mark === 'utf-16le' ? mark : (wideOrder(sample) ?? 'utf-16le');
}

/** Whether a file of text begins with a byte order mark. */
export function hasMark(bytes: DataBytes): boolean {
  const start = new Uint8Array(Math.min(3, bytes.length));
  bytes.read(start, 0);
  return unicodeMark(start) !== undefined;
}

function unicodeMark([a, b, c]: Uint8Array): Charset | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    return 'utf-8';
  }
  return a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

/** ASCII in UTF-16 has a zero in every pair of bytes. No other text has zeros. */
function wideOrder(sample: Uint8Array): Charset | undefined {
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i++) {
    zeros[i % 2] += sample[i] === 0 ? 1 : 0;
  }
  const [even, odd] = zeros;
  const many = sample.length / 8;
  return odd > many && odd > 4 * even ? 'utf-16le' : even > many && even > 4 * odd ? 'utf-16be' : undefined;
}

/** The text; undefined if a byte stands for nothing. The last character may be cut. */
function decoded(sample: Uint8Array, charset: Charset): string | undefined {
  try {
    return makeDecoder(charset).decode(sample);
  } catch {
    return undefined;
  }
}

function scoresOf(sample: Uint8Array): { readonly encoding: Candidate; readonly score: number }[] {
  return candidates
    .flatMap((encoding) => {
      const text = decoded(sample, encoding);
      return text === undefined ? [] : [{ encoding, score: scoreOf(text, encoding) }];
    })
    .sort((a, b) => b.score - a.score);
}

/** How usual the characters beyond ASCII are, from 0 to 1. */
function scoreOf(text: string, encoding: Candidate): number {
  let [count, sum] = [0, 0];
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      count++;
      sum += usualness(text[i], unit, encoding, before >= 0x80 || text.charCodeAt(i + 1) >= 0x80);
    }
    before = unit;
  }
  return count === 0 ? 0 : sum / count;
}

/** `inRun`: the character beside it is not ASCII either. */
function usualness(character: string, unit: number, encoding: Candidate, inRun: boolean): number {
  const isIdeograph = unit >= 0x4e00 && unit <= 0x9fff;
  switch (encoding) {
    case 'euc-kr':
      return frequentHangul.has(character) ? 1 : isStandardSyllable(unit) ? 0.6 : isSign(unit) ? 0.5 : 0;
    case 'shift_jis':
      return isKana(unit) || frequentKanji.has(character) ? 1 : isIdeograph ? 0.4 : isSign(unit) ? 0.5 : 0;
    case 'gb18030':
      return frequentHanzi.has(character) ? 1 : isIdeograph ? 0.4 : isSign(unit) ? 0.5 : 0;
    case 'windows-1252':
      // In a western word, a letter beyond ASCII stands between letters of ASCII.
      return frequentWestern.has(character) ? (inRun ? 0.3 : 1) : unit >= 0x2000 ? 0.6 : 0;
  }
}

/** Letters that only Japanese text has; the narrow ones are the bytes of many other encodings. */
function isKana(unit: number): boolean {
  return unit >= 0x3041 && unit <= 0x30ff;
}

/** Punctuation, units and full-width signs, which all encodings of East Asia have. */
function isSign(unit: number): boolean {
  return (
    (unit >= 0x2000 && unit < 0x2600) ||
    (unit >= 0x3000 && unit < 0x3040) ||
    (unit >= 0x3200 && unit < 0x3400) ||
    (unit >= 0xff01 && unit < 0xff5f)
  );
}
