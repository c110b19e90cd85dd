/** Reads the text of a cell as a missing value, a number or a category. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^[+-]?inf(?:inity)?$/i;

/** Words that programs write for a missing value. pandas reads them so, too. */
const missingWords = new Set(['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null']);
const longestMissing = 4;

/** `text` is trimmed. */
export function isMissing(text: string): boolean {
  return text.length <= longestMissing && missingWords.has(text);
}

/**
 * The number that a trimmed cell holds, in decimal notation with an optional exponent. Undefined if it is no
 * number. Words for infinity, and numbers beyond float64, give ±Infinity, which callers must reject.
 */
export function parseNumber(text: string): number | undefined {
  const short = shortDecimal(text);
  if (!Number.isNaN(short)) {
    return short;
  }
  if (decimal.test(text)) {
    return Number(text);
  }
  if (infinite.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return undefined;
}

/** All powers of ten that float64 holds exactly. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * Fast path for plain numbers: up to 15 digits with an optional point and minus; NaN for anything else. The
 * digits and the power of ten are exact, so one division rounds correctly (Clinger, "How to Read Floating
 * Point Numbers Accurately", 1990).
 */
function shortDecimal(text: string): number {
  const minus = text.charCodeAt(0) === 45;
  let digits = 0;
  let count = 0;
  let point = -1;
  for (let i = minus ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      digits = digits * 10 + (code - 48);
      count++;
    } else if (code === 46 && point < 0) {
      point = count;
    } else {
      return Number.NaN;
    }
  }
  if (count === 0 || count > 15) {
    return Number.NaN;
  }
  const value = point < 0 ? digits : digits / powersOfTen[count - point];
  return minus ? -value : value;
}

/** Orders by Unicode code point. (JavaScript compares UTF-16 units, which differs beyond U+FFFF.) */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      return rank(x) - rank(y);
    }
  }
  return a.length - b.length;
}

/** Sorts surrogates after all other units: they encode code points beyond U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The values of a category in order: numerically if all are finite numbers, else by code point. */
export function sortValues(values: readonly string[]): string[] {
  const numbers = new Map<string, number>();
  for (const value of values) {
    const number = parseNumber(value);
    if (number === undefined || !Number.isFinite(number)) {
      return values.toSorted(compareCodePoints);
    }
    numbers.set(value, number);
  }
  return values.toSorted((a, b) => numbers.get(a)! - numbers.get(b)! || compareCodePoints(a, b));
}
