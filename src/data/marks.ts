/**
 * Judges which cells of numbers or dates probably mean that the value is missing, such as `?` or -999.
 * Everybody who tells of them asks here: New Spec, the Data view, checks and quick fixes.
 */
import { findDateOrder, parseDate } from '../spec/dates';
import type { MarkedColumn } from '../spec/tableFacts';
import { parseNumber } from './cells';
import { badTexts, tallyCodes } from './columnFacts';
import type { FoundFormat } from './findFormat';
import { numberReader } from './numbers';
import { sentinelsIn } from './sentinels';
import type { CategoryColumn, Column, NumberColumn } from './table';
import { readerWithUnit, someUnit } from './units';

/** Longer texts, and those with a digit such as `<5` or `12 km`, tell something. */
const longestMark = 15;

/** Values in which a unit of numbers is looked for. */
const examinedValues = 20;

/** Columns with more different texts than this hold words as well. */
const mostMarks = 5;

/** Signs, and words in any case, that hardly mean anything but missing. */
const signs = /^[-?.*#_/\\–—~]{1,4}$/;
const words = new Set([
  ...[
    'na',
    'n.a.',
    'n.a',
    'n/a',
    'n/d',
    'n.d.',
    'n.d',
    'nd',
    'nil',
    'none',
    'null',
    'nan',
    'missing',
    'unknown',
    'unk',
    'undefined',
  ],
  ...['not available', 'not known', 'no data', 'no answer', 'blank', 'empty', 'tbd'],
  ...['k.a.', 'keine angabe', 'unbekannt', 'fehlt', 'inconnu', 'desconocido'],
  ...[
    '없음',
    '미상',
    '모름',
    '무응답',
    '미응답',
    '미입력',
    '미확인',
    '확인불가',
    '확인 불가',
    '알 수 없음',
    '해당없음',
    '해당 없음',
    '결측',
    '결측값',
  ],
]);

/**
 * The least share of numbers beside usual marks, and beside any others, which may be a category of its own:
 * 1, 2, 3 or `other`. Those need as many different numbers as no category has.
 */
const [besideUsual, besideOthers, manyNumbers] = [0.5, 0.9, 30];

export function mayStandForMissing(text: string): boolean {
  return text.length <= longestMark && !/\d/.test(text) && !/^[+-]?inf(?:inity)?$/i.test(text);
}

function isUsual(text: string): boolean {
  return signs.test(text) || words.has(text.toLowerCase());
}

interface Counted {
  readonly text: string;
  readonly count: number;
}

/** Undefined unless the column would hold numbers or dates without a few texts. */
export function marksIn(column: Column, found?: FoundFormat): MarkedColumn | undefined {
  const marked = textsAmong(column, found);
  return marked?.doubtful ? undefined : marked;
}

/** As `marksIn`, with those that only a person can judge. */
export function textsAmong(column: Column, found?: FoundFormat): MarkedColumn | undefined {
  return column.type === 'number' ? amongNumbers(column) : amongTexts(column, found);
}

function amongNumbers(column: NumberColumn): MarkedColumn | undefined {
  const texts = column.bad.length > 0 ? badTexts(column) : [];
  if (texts.length === 0) {
    return numericMarks(column);
  }
  if (texts.some(({ infinite }) => infinite)) {
    return undefined;
  }
  const present = column.values.filter((value) => !Number.isNaN(value));
  const holds = column.dates ? 'date' : 'number';
  return judged(column.name, holds, present.length, () => new Set(present).size, texts);
}

function numericMarks(column: NumberColumn): MarkedColumn | undefined {
  const found = sentinelsIn(column);
  if (!found) {
    return undefined;
  }
  const { low, high, marks } = found;
  return {
    column: column.name,
    holds: 'number',
    cells: column.values.reduce((cells, value) => cells + (Number.isNaN(value) ? 0 : 1), 0),
    marks: marks.map(({ value, count }) => ({ text: String(value), count })),
    others: [low, high],
  };
}

/** A column is one of text if its first cell is. */
function amongTexts({ name, values, codes }: CategoryColumn, found: FoundFormat | undefined): MarkedColumn | undefined {
  const plain = found ? numberReader(found.format) : parseNumber;
  // Text that is no file, as in JSON, stays text.
  const unit = found && someUnit(values.slice(0, examinedValues));
  const read = unit === undefined ? plain : readerWithUnit(unit, plain);
  const areNumbers = split(values, (text) => Number.isFinite(read(text)));
  const areDates = areNumbers ? undefined : split(values, isDate);
  const others = areNumbers ?? areDates;
  if (!others || others.size === 0) {
    return undefined;
  }
  const rest = values.filter((text) => !others.has(text));
  if (areDates && !findDateOrder(rest)) {
    return undefined;
  }
  const tally = tallyCodes(codes, values.length);
  const texts = values.flatMap((text, code) => (others.has(text) ? [{ text, count: tally[code] }] : []));
  const present = tally.reduce((sum, count) => sum + count, 0) - texts.reduce((sum, { count }) => sum + count, 0);
  return judged(name, areDates ? 'date' : 'number', present, () => rest.length, texts);
}

function isDate(text: string): boolean {
  return (['ymd', 'dmy', 'mdy'] as const).some((order) => parseDate(text, order) !== undefined);
}

/** The texts that do not fit, if they are few. */
function split(values: readonly string[], fits: (text: string) => boolean): ReadonlySet<string> | undefined {
  const others = new Set<string>();
  for (const text of values) {
    if (!fits(text)) {
      others.add(text);
      if (others.size > mostMarks) {
        return undefined;
      }
    }
  }
  return others.size < values.length ? others : undefined;
}

function judged(
  column: string,
  holds: 'number' | 'date',
  present: number,
  distinct: () => number,
  texts: readonly Counted[],
): MarkedColumn | undefined {
  const cells = texts.reduce((sum, { count }) => sum + count, present);
  if (texts.length > mostMarks || !texts.every(({ text }) => mayStandForMissing(text))) {
    return undefined;
  }
  const areUsual = texts.every(({ text }) => isUsual(text));
  const [areMany, isHalf] = [present >= besideOthers * cells, present >= besideUsual * cells];
  const marks = texts.map(({ text, count }) => ({ text, count })).sort((a, b) => b.count - a.count);
  if (areUsual && isHalf) {
    return { column, holds, cells, marks };
  }
  // Few different numbers beside a frequent text are a category.
  const differ = isHalf && distinct() > manyNumbers;
  if (areMany && differ) {
    return { column, holds, cells, marks };
  }
  return areMany || differ ? { column, holds, cells, marks, doubtful: true } : undefined;
}
