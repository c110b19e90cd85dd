/**
 * Finds out how a table is written as text: from its first bytes, where the spec does not say. Nothing else
 * guesses.
 */
import Papa from 'papaparse';
import { findDateOrder } from '../spec/dates';
import {
  type ArrayNames,
  type ColumnTypes,
  type DateOrder,
  delimiters,
  type Encoding,
  type FileReading,
  type TextFormat,
} from '../spec/spec';
import type { DataBytes } from './bytes';
import { isMissing } from './cells';
import { type Charset, makeDecoder } from './charsets';
import { findCharset, possibleEncodings, wideCharset } from './findCharset';
import { findNumberFormat, type NumberFormat, numberReader } from './numbers';
import { newlineOf } from './textPositions';
import { findUnit } from './units';

/** Bytes looked at. */
export const sampleBytes = 65536;

export interface FormatRequest {
  readonly bytes: DataBytes;
  /** `.tsv` means tabs where several delimiters fit. */
  readonly fileName: string;
  readonly given?: FileReading;
  /** The format of the table that a network was trained on; decides where two fit. */
  readonly preferred?: Partial<TextFormat>;
  readonly types?: ColumnTypes;
  /** The order of the dates that a network was trained on, by column; decides where two fit. */
  readonly orders?: Readonly<Record<string, DateOrder>>;
  /** The units of the numbers that a network was trained on, by column. */
  readonly units?: Readonly<Record<string, string>>;
  /** Columns that the spec names: they are no numbers of a row. */
  readonly names?: readonly string[];
}

/** A table to be read from text. */
export interface DelimitedRequest extends FormatRequest {
  /** The spec's key that names the file. */
  readonly path: readonly (string | number)[];
  readonly types: ColumnTypes;
  /** The arrays to read from a file of several. */
  readonly arrays?: ArrayNames;
}

/** One of the keys of `format` has two values that fit. */
export interface Doubt {
  readonly key: keyof TextFormat;
  /** Replace the chosen value, the likeliest first. */
  readonly others: readonly Partial<TextFormat>[];
  /** A cell that they read as another number. */
  readonly example?: string;
}

export interface DateColumn {
  readonly order: DateOrder;
  /** Fits as well, and means other days. */
  readonly other?: DateOrder;
}

export interface FoundFormat {
  readonly format: TextFormat;
  readonly charset: Charset;
  readonly doubts: readonly Doubt[];
  /** Columns in which every cell is a date, by name. */
  readonly dates: ReadonlyMap<string, DateColumn>;
  /** The unit of columns of numbers that have one, by name; see `units.ts`. */
  readonly units: ReadonlyMap<string, string>;
}

export function findFormat(request: FormatRequest): FoundFormat {
  const { bytes, given = {}, preferred = {}, types = {} } = request;
  const sample = sampleFrom(bytes, 0);
  const doubts: Doubt[] = [];
  const found = charsetOf(sample, given.encoding, preferred.encoding);
  if (found.others.length > 0) {
    doubts.push({ key: 'encoding', others: found.others.map((encoding) => ({ encoding })) });
  }
  const text = textOf(sample, found.charset, sample.length < bytes.length);
  const { delimiter, rows, others } = findDelimiter(text, request);
  if (others.length > 0) {
    doubts.push({ key: 'delimiter', others: others.map((each) => ({ delimiter: each })) });
  }
  const header = given.header ?? findHeader(rows[0] ?? [], delimiter, request);
  if (given.header === undefined && preferred.header === undefined && !header) {
    doubts.push({ key: 'header', others: [{ header: true }] });
  }
  const columns = columnsOf(rows, header, given.naValues).map((column) => withoutUnit(column, request));
  const cells = columns.map((column) => column.cells);
  const numbers = findNumberFormat(cells, delimiter, given);
  const trained = numbers.others.find((each) => isFormat(each, preferred));
  if (numbers.others.length > 0 && !trained && !isFormat(numbers.format, preferred)) {
    const [{ decimal }] = numbers.others;
    const key = decimal === numbers.format.decimal ? 'thousands' : 'decimal';
    doubts.push({ key, others: numbers.others, example: numbers.example });
  }
  const { decimal, thousands } = trained ?? numbers.format;
  const encoding = encodingOf(found.charset);
  const read = numberReader({ decimal, thousands });
  const units = columns.flatMap(({ name, cells: texts, unit }) =>
    // A text that may mean that the value is missing keeps a column text, as it does without a unit.
    unit !== undefined && (Object.hasOwn(types, name) || texts.every((text) => read(text) !== undefined))
      ? [[name, unit] as const]
      : [],
  );
  const dates = columns.flatMap(({ name, cells: texts }) => {
    const order = findDates(name, texts, request, read(texts[0] ?? '') !== undefined);
    return order ? [[name, order] as const] : [];
  });
  return {
    format: { delimiter, decimal, thousands, encoding, header },
    charset: found.charset,
    doubts,
    dates: new Map(dates),
    units: new Map(units),
  };
}

interface SampledColumn {
  readonly name: string;
  readonly cells: readonly string[];
  readonly unit?: string;
}

/** The column without the unit that its numbers have. */
function withoutUnit(column: SampledColumn, { types = {}, units = {} }: FormatRequest): SampledColumn {
  const { name, cells } = column;
  const declared = Object.hasOwn(types, name) ? types[name] : undefined;
  if (declared !== undefined && declared !== 'number') {
    return column;
  }
  const wanted = Object.hasOwn(units, name) ? units[name] : undefined;
  const found = findUnit(cells, declared !== undefined, wanted);
  return found ? { name, cells: found.numbers, unit: found.unit } : column;
}

/** How the dates of a column are written, if all its cells are dates. */
export function findDates(
  name: string,
  cells: readonly string[],
  { types = {}, orders = {} }: Pick<FormatRequest, 'types' | 'orders'>,
  areNumbers: boolean,
): DateColumn | undefined {
  const isDeclared = Object.hasOwn(types, name) && types[name] === 'date';
  // A whole number such as 20240131 is a date only where the spec says so.
  const order = isDeclared || !areNumbers ? findDateOrder(cells) : undefined;
  return order?.other !== undefined && order.other === orders[name] ? { order: order.other } : order;
}

/** The bytes around a place in the file that were found not to be UTF-8: another look at the encoding. */
export function findCharsetAt(bytes: DataBytes, offset: number, preferred?: Encoding) {
  return findCharset(linesAround(bytes, offset), preferred);
}

/** The encodings that can decode the bytes there. */
export function possibleEncodingsAt(bytes: DataBytes, offset: number): readonly Encoding[] {
  return possibleEncodings(linesAround(bytes, offset));
}

/** A sample that begins with a line. */
function linesAround(bytes: DataBytes, offset: number): Uint8Array {
  const start = Math.max(0, offset - sampleBytes / 2);
  const sample = sampleFrom(bytes, start);
  const lineEnd = start === 0 ? -1 : sample.subarray(0, offset - start).indexOf(10);
  return sample.subarray(lineEnd + 1);
}

function sampleFrom(bytes: DataBytes, offset: number): Uint8Array {
  const sample = new Uint8Array(Math.min(sampleBytes, bytes.length - offset));
  bytes.read(sample, offset);
  return sample;
}

function charsetOf(sample: Uint8Array, given: Encoding | undefined, preferred: Encoding | undefined) {
  if (given !== undefined) {
    return { charset: given === 'utf-16' ? wideCharset(sample) : given, others: [] };
  }
  // Bytes in no usual encoding are reported by the reader of UTF-8, on their place.
  return findCharset(sample, preferred) ?? { charset: 'utf-8' as const, others: [] };
}

export function encodingOf(charset: Charset): Encoding {
  return charset === 'utf-16le' || charset === 'utf-16be' ? 'utf-16' : charset;
}

/** Whole lines of the sample, if it has any. Bytes that stand for nothing end it. */
function textOf(sample: Uint8Array, charset: Charset, isCut: boolean): string {
  const decoder = makeDecoder(charset);
  let text = '';
  try {
    text = decoder.decode(sample);
  } catch {
    text = new TextDecoder(charset).decode(sample);
  }
  const plain = text.replace(/^\uFEFF+/, '');
  const end = isCut ? plain.lastIndexOf(newlineOf(plain)) + 1 : 0;
  return end > 0 ? plain.slice(0, end) : plain;
}

interface Split {
  readonly delimiter: TextFormat['delimiter'];
  readonly rows: readonly (readonly string[])[];
}

/** Signs that are looked for; others must be given. */
const searched = delimiters.slice(0, 4);

/**
 * The delimiter that the first line has and by which most lines have as many cells as that line. Among equal
 * ones, that by which more cells are numbers.
 */
function findDelimiter(
  text: string,
  { fileName, given = {}, preferred = {} }: FormatRequest,
): Split & {
  readonly others: readonly TextFormat['delimiter'][];
} {
  const usual = /\.tsv(?:\.gz)?$/i.test(fileName) ? '\t' : ',';
  const splitBy = (delimiter: TextFormat['delimiter']): Split => ({ delimiter, rows: rowsOf(text, delimiter) });
  if (given.delimiter !== undefined) {
    return { ...splitBy(given.delimiter), others: [] };
  }
  // Spaces and colons stand in any text: they are delimiters only where a network was trained on such a file.
  const candidates = new Set([usual, ...searched, ...(preferred.delimiter ? [preferred.delimiter] : [])] as const);
  const fitting = [...candidates]
    .filter((each) => text.includes(each))
    .map(splitBy)
    .filter(({ rows }) => (rows[0]?.length ?? 0) > 1)
    .map((split) => ({ ...split, even: evenShare(split) }))
    .sort((a, b) => b.even - a.even);
  const [best] = fitting;
  if (!best) {
    return { ...splitBy(usual), others: [] };
  }
  const equal = fitting.filter(({ even }) => even === best.even);
  if (equal.length > 1) {
    const shares = new Map(equal.map((split) => [split, numberShare(split)]));
    equal.sort((a, b) => shares.get(b)! - shares.get(a)!);
  }
  const trained = equal.find(({ delimiter }) => delimiter === preferred.delimiter);
  const chosen = trained ?? equal[0];
  const others = trained || best.rows.length < 2 ? [] : equal.slice(1).map(({ delimiter }) => delimiter);
  return { delimiter: chosen.delimiter, rows: chosen.rows, others };
}

function rowsOf(text: string, delimiter: string): readonly (readonly string[])[] {
  const { data } = Papa.parse<string[]>(text, { delimiter, newline: newlineOf(text) });
  return data.filter((row) => row.length > 1 || row[0].trim() !== '').map((row) => row.map((cell) => cell.trim()));
}

/** Share of the lines with as many cells as the first. */
function evenShare({ rows }: Split): number {
  return rows.filter(({ length }) => length === rows[0].length).length / rows.length;
}

/** Share of the cells below the first line that are numbers. */
function numberShare({ delimiter, rows }: Split): number {
  const cells = columnsOf(rows, true).map((column) => column.cells);
  const read = numberReader(findNumberFormat(cells, delimiter, {}).format);
  const all = cells.flat();
  return all.length === 0 ? 0 : all.filter((text) => read(text) !== undefined).length / all.length;
}

/** False if every cell of the first line is a number, and none is a column that the spec names. */
function findHeader(first: readonly string[], delimiter: string, { names, preferred = {} }: FormatRequest): boolean {
  if (first.some((cell) => names?.includes(cell))) {
    return true;
  }
  const { format } = findNumberFormat(
    first.map((cell) => [cell]),
    delimiter,
    {},
  );
  const isRow = first.length > 0 && first.every((cell) => numberReader(format)(cell) !== undefined);
  return isRow ? false : (preferred.header ?? true);
}

/** The names of the columns of a table without a header. */
export function numberedName(column: number): string {
  return `c${column}`;
}

/** The cells of each column that are not missing. */
function columnsOf(rows: readonly (readonly string[])[], header: boolean, naValues: readonly string[] = []) {
  const columns = (rows[0] ?? []).map((cell, index) => ({
    name: header ? cell : numberedName(index),
    cells: [] as string[],
  }));
  for (const row of rows.slice(header ? 1 : 0)) {
    for (let column = 0; column < Math.min(row.length, columns.length); column++) {
      if (!isMissing(row[column]) && !naValues.includes(row[column])) {
        columns[column].cells.push(row[column]);
      }
    }
  }
  return columns;
}

function isFormat(format: NumberFormat, { decimal, thousands }: Partial<TextFormat>): boolean {
  return format.decimal === decimal && format.thousands === thousands;
}
