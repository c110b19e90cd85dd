/** What a cell's text means. */
import { sortSteps } from '../common/sortSteps';
import { type Steps, searchInStretches } from '../common/steps';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinite = /^[+-]?inf(?:inity)?$/i;

/** Empty cells, `NA` and `NaN` are missing; spaces around do not count. `text` is trimmed. */
export function isMissing(text: string): boolean {
  return text === '' || text === 'NA' || text === 'NaN';
}

/**
 * The number a trimmed cell holds, in decimal notation with an optional exponent; undefined where it holds none. Words for
 * infinity, and numbers beyond float64, give ±Infinity, which no column may hold.
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

/** Powers of ten that float64 holds exactly: all of them. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The fast way for plain numbers: up to 15 digits with an optional point and minus. Both the digits and the power of ten are
 * exact, so that one division rounds correctly (Clinger, "How to Read Floating Point Numbers Accurately", 1990). NaN for all else.
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

/** Order by Unicode code point. (Strings compare by UTF-16 unit, which differs beyond the basic plane.) */
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

/** Lifts surrogates above all other units: they stand for code points beyond U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The values of a category sorted: numerically where all are finite numbers, else by code point. */
export function* sortValueSteps(values: readonly string[]): Steps<string[]> {
  const numbers = new Map<string, number>();
  const other = yield* searchInStretches(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const number = parseNumber(values[i]);
      if (number === undefined || !Number.isFinite(number)) {
        return i;
      }
      numbers.set(values[i], number);
    }
    return -1;
  });
  const sorted = [...values];
  const byNumber = (a: string, b: string) => numbers.get(a)! - numbers.get(b)! || compareCodePoints(a, b);
  yield* sortSteps(sorted, other < 0 ? byNumber : compareCodePoints);
  return sorted;
}
