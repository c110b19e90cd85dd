/** Decodes bytes by their encoding, on every JavaScript engine alike. */
import type { Encoding } from '../spec/spec';

/** An encoding with its byte order. */
export type Charset = Exclude<Encoding, 'utf-16'> | 'utf-16le' | 'utf-16be';

export interface Decoder {
  /** Throws at bytes that stand for nothing. More bytes may follow until `last`. */
  decode(bytes: Uint8Array, last?: boolean): string;
}

/** Drops no byte order mark. */
export function makeDecoder(charset: Charset): Decoder {
  switch (charset) {
    // Node's own decoder knows only a part of it: the syllables that Windows adds become control characters.
    case 'euc-kr':
      return new PairDecoder(koreanPairs());
    // Node reads it as Latin-1, which has no euro sign and no typographic quotes.
    case 'windows-1252':
      return { decode: (bytes) => decodeWestern(bytes) };
    default: {
      const decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true });
      return { decode: (bytes, last = false) => decoder.decode(bytes, { stream: !last }) };
    }
  }
}

/** Units of UTF-16 that one call of `fromCharCode` takes. */
const unitsAtOnce = 8192;

function textOf(units: Uint16Array): string {
  let text = '';
  for (let from = 0; from < units.length; from += unitsAtOnce) {
    text += String.fromCharCode(...units.subarray(from, from + unitsAtOnce));
  }
  return text;
}

/** The characters of windows-1252 from 0x80 to 0x9f; five of these bytes stand for nothing. */
const westernSigns = '€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ';

function decodeWestern(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    units[i] = byte >= 0x80 && byte < 0xa0 ? westernSigns.charCodeAt(byte - 0x80) : byte;
    if (units[i] === 0 && byte !== 0) {
      throw new RangeError(`The byte ${byte} is not windows-1252.`);
    }
  }
  return textOf(units);
}

/** Decodes an encoding of ASCII bytes and of pairs, both bytes of which are indices into a table. */
class PairDecoder implements Decoder {
  readonly #pairs: Uint16Array;
  /** First byte of a pair; 0 if there is none. */
  #lead = 0;

  constructor(pairs: Uint16Array) {
    this.#pairs = pairs;
  }

  decode(bytes: Uint8Array, last = false): string {
    const units = new Uint16Array(bytes.length);
    let count = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#lead === 0 && byte < 0x80) {
        units[count++] = byte;
        continue;
      }
      if (this.#lead === 0) {
        this.#lead = byte;
        continue;
      }
      const unit = this.#pairs[(this.#lead - 0x80) * 256 + byte];
      if (unit === 0) {
        throw new RangeError(`The bytes ${this.#lead} and ${byte} are no pair.`);
      }
      units[count++] = unit;
      this.#lead = 0;
    }
    if (last && this.#lead !== 0) {
      throw new RangeError('The last pair is incomplete.');
    }
    return textOf(units.subarray(0, count));
  }
}

const [firstSyllable, lastSyllable] = [0xac00, 0xd7a3];
let pairsOfKorean: Uint16Array | undefined;
let standardSyllables: ReadonlySet<number> | undefined;

/**
 * The table of cp949. Its part in KS X 1001 is asked from the engine. Windows put the other 8822 syllables in
 * the order of Unicode into the pairs that the standard leaves free.
 */
function koreanPairs(): Uint16Array {
  if (pairsOfKorean) {
    return pairsOfKorean;
  }
  const pairs = new Uint16Array(128 * 256);
  const decoder = new TextDecoder('euc-kr');
  const standard = new Set<number>();
  for (let lead = 0xa1; lead <= 0xfe; lead++) {
    for (let trail = 0xa1; trail <= 0xfe; trail++) {
      const text = decoder.decode(Uint8Array.of(lead, trail));
      const unit = text.length === 1 ? text.charCodeAt(0) : 0xfffd;
      // The private characters of the standard stand for nothing that another program would know.
      if (unit !== 0xfffd && !(unit >= 0xe000 && unit < 0xf900)) {
        pairs[(lead - 0x80) * 256 + trail] = unit;
        if (unit >= firstSyllable && unit <= lastSyllable) {
          standard.add(unit);
        }
      }
    }
  }
  // Signs that were added to the standard later, which not every engine knows.
  pairs[(0xa2 - 0x80) * 256 + 0xe6] = '€'.charCodeAt(0);
  pairs[(0xa2 - 0x80) * 256 + 0xe7] = '®'.charCodeAt(0);
  let syllable = firstSyllable;
  for (let lead = 0x81; lead <= 0xc6; lead++) {
    for (let trail = 0x41; trail <= (lead < 0xa1 ? 0xfe : 0xa0); trail++) {
      if ((trail > 0x5a && trail < 0x61) || (trail > 0x7a && trail < 0x81)) {
        continue;
      }
      while (standard.has(syllable)) {
        syllable++;
      }
      if (syllable <= lastSyllable) {
        pairs[(lead - 0x80) * 256 + trail] = syllable++;
      }
    }
  }
  standardSyllables = standard;
  pairsOfKorean = pairs;
  return pairs;
}

/** Whether the character is one of the 2350 syllables that nearly all Korean text is written with. */
export function isStandardSyllable(unit: number): boolean {
  koreanPairs();
  return standardSyllables?.has(unit) === true;
}
