/** Reads the values of a column in one row group of a Parquet file, page by page. */
import type { CompressionCodec, Encoding, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { readDataPage } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { unpackPage } from './codecs';
import type { ColumnKind, Raw } from './columnKind';
import { expectSound, TooLargeError, UnsupportedError } from './damage';

export interface ChunkRequest {
  readonly element: SchemaElement;
  readonly kind: ColumnKind;
  readonly codec: CompressionCodec;
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** Bytes that may still be unpacked. */
  readonly budget: { left: number };
  /** Gets the value of each row; undefined if it is missing. */
  readonly add: (value: number | string | undefined) => void;
}

/** Rows of a page. Those of usual writers have up to a million. */
export const largestPage = 16_777_216;

/** A page of values in either version of the format: which rows are missing, and the others, unpacked. */
interface OpenPage {
  readonly rows: number;
  readonly encoding: Encoding;
  readonly levels: Uint8Array;
  readonly values: Uint8Array;
}

export function readChunk({ element, kind, codec, bytes, rows, budget, add }: ChunkRequest): void {
  const reader = readerOf(bytes);
  let dictionary: readonly (number | string)[] | undefined;
  for (let left = rows; left > 0; ) {
    const header = parquetHeader(reader);
    const end = reader.offset + countOf(header.compressed_page_size);
    expectSound(end <= bytes.length);
    // A copy: hyparquet reads on behind the end of a view.
    const packed = bytes.slice(reader.offset, end);
    reader.offset = end;
    budget.left -= countOf(header.uncompressed_page_size);
    if (budget.left < 0) {
      throw new TooLargeError();
    }
    if (header.type === 'DICTIONARY_PAGE') {
      const count = pageRows(header.dictionary_page_header?.num_values);
      const page = readerOf(unpackPage(packed, header.uncompressed_page_size, codec));
      dictionary = Array.from<Raw, number | string>(
        readPlain(page, element.type!, count, element.type_length),
        kind.convert,
      );
    } else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      const page = (header.type === 'DATA_PAGE' ? openPage : openPage2)(header, packed, codec, element);
      expectSound(page.rows <= left);
      left -= page.rows;
      const levels = element.repetition_type === 'REQUIRED' ? undefined : readLevels(page);
      const count = levels ? levels.reduce((sum, level) => sum + level, 0) : page.rows;
      const values = readValues(page, count, element, kind, dictionary);
      for (let row = 0, next = 0; row < page.rows; row++) {
        add(levels?.[row] === 0 ? undefined : values(next++));
      }
    }
  }
}

function openPage(header: PageHeader, packed: Uint8Array, codec: CompressionCodec, element: SchemaElement): OpenPage {
  const { num_values, encoding, definition_level_encoding } = header.data_page_header!;
  const page = unpackPage(packed, header.uncompressed_page_size, codec);
  const rows = pageRows(num_values);
  if (element.repetition_type === 'REQUIRED') {
    return { rows, encoding, levels: page.subarray(0, 0), values: page };
  }
  if (definition_level_encoding !== 'RLE') {
    throw new UnsupportedError(`encoding ${definition_level_encoding}`);
  }
  const end = 4 + readerOf(page).view.getUint32(0, true);
  return { rows, encoding, levels: page.subarray(4, end), values: page.subarray(end) };
}

/** In a page of the second version, it is not packed which rows are missing. */
function openPage2(header: PageHeader, packed: Uint8Array, codec: CompressionCodec): OpenPage {
  const page = header.data_page_header_v2!;
  const start = countOf(page.repetition_levels_byte_length);
  const end = start + countOf(page.definition_levels_byte_length);
  const length = countOf(header.uncompressed_page_size - end);
  const values = packed.subarray(end);
  return {
    rows: pageRows(page.num_values),
    encoding: page.encoding,
    levels: packed.subarray(start, end),
    values: page.is_compressed ? unpackPage(values, length, codec) : values,
  };
}

/** 1 for each row that has a value. */
function readLevels({ levels, rows }: OpenPage): readonly number[] {
  const found = new Array<number>(rows);
  checkRuns(levels, 0, 1, rows);
  readRleBitPackedHybrid(readerOf(levels), 1, found, levels.length);
  expectSound(found.every((level) => level === 0 || level === 1));
  return found;
}

/** The value at an index, among those that are not missing. */
function readValues(
  { values, encoding }: OpenPage,
  count: number,
  element: SchemaElement,
  kind: ColumnKind,
  dictionary: readonly (number | string)[] | undefined,
): (index: number) => number | string {
  if (count === 0) {
    return () => '';
  }
  const type = element.type!;
  const isIndexed = encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY';
  if (isIndexed || (encoding === 'RLE' && type === 'BOOLEAN')) {
    const width = isIndexed ? values[0] : 1;
    expectSound(width <= 32);
    checkRuns(values, isIndexed ? 1 : 4, width, count);
  } else if (encoding === undefined || encoding === 'RLE') {
    throw new UnsupportedError('encoding');
  }
  const header = {
    num_values: count,
    encoding,
    definition_level_encoding: 'RLE',
    repetition_level_encoding: 'RLE',
  } as const;
  // Only values that are there are left, as in a column that requires them. An index is of no type.
  const required = { ...element, repetition_type: 'REQUIRED' } as const;
  const node = (each: SchemaElement) => ({ element: each, children: [], count: 1, path: [] });
  const decoder = {
    type: isIndexed ? 'INT32' : type,
    element: required,
    schemaPath: [node({ name: '' }), node(required)],
  } as unknown as Parameters<typeof readDataPage>[2];
  const { dataPage } = readDataPage(values, header, decoder);
  expectSound(dataPage.length >= count);
  if (!isIndexed) {
    return (index) => kind.convert(dataPage[index]);
  }
  return (index) => {
    const value = dictionary?.[dataPage[index]];
    expectSound(value !== undefined);
    return value!;
  };
}

/**
 * hyparquet follows a run for as long as the run says. So it is checked that runs are no longer than the
 * page; those of eight values each may be padded.
 */
function checkRuns(bytes: Uint8Array, start: number, width: number, count: number): void {
  if (width === 0) {
    return;
  }
  let at = start;
  for (let left = count; left > 0; ) {
    let header = 0;
    let byte = 128;
    for (let unit = 1; byte >= 128; unit *= 128) {
      expectSound(at < bytes.length && header < 0x10000000);
      byte = bytes[at++];
      header += (byte & 127) * unit;
    }
    const run = Math.floor(header / 2);
    expectSound(run <= left);
    left -= header % 2 === 1 ? 8 * run : run;
    at += header % 2 === 1 ? run * width : Math.ceil(width / 8);
  }
}

function readerOf(bytes: Uint8Array) {
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
}

function countOf(value: unknown): number {
  expectSound(Number.isSafeInteger(value) && (value as number) >= 0);
  return value as number;
}

function pageRows(value: unknown): number {
  const rows = countOf(value);
  if (rows > largestPage) {
    throw new UnsupportedError(`${rows} rows in a page`);
  }
  return rows;
}
