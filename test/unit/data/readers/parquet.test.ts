import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { heldBytes } from '../../../../src/data/bytes';
import { Problems } from '../../../../src/data/problems';
import { readTable } from '../../../../src/data/readers/readTable';
import type { ColumnTypes } from '../../../../src/spec/spec';
import { isPacked } from '../../../../src/spec/tableFiles';
import { assertGrows } from '../../../harness/growth';
import { rounds } from '../../../harness/rounds';
import { fileNamed, fileProblems, readInChunks } from '../support';
import { fromBase64, valuesOf } from './arrays';
import { type ChunkDescription, doubles, fileOf, firstVersion, littleEndian, redescribed } from './parquetFiles';

interface Options {
  readonly types?: ColumnTypes;
  readonly names?: readonly string[];
  readonly fileName?: string;
  readonly inChunks?: boolean;
}

function read(bytes: Uint8Array, { types = {}, names, fileName = 'a.parquet', inChunks = false }: Options = {}) {
  const problems = new Problems();
  const held = inChunks ? readInChunks(bytes) : heldBytes(bytes);
  const table = readTable({ bytes: held, fileName, path: ['data', 'file'], types, names }, problems);
  return { table, problems: problems.list() };
}

/** The cells of the only column. */
function cells(bytes: Uint8Array, types: ColumnTypes = {}) {
  const { table, problems } = read(bytes, { types });
  assert.deepEqual(problems, []);
  return valuesOf(table!.columns[0]);
}

function codes(bytes: Uint8Array, options: Options = {}) {
  const { table, problems } = read(bytes, options);
  assert.equal(table, undefined);
  return problems.filter(({ severity }) => severity === undefined).map(({ code }) => code);
}

const written = (columnData: readonly ColumnSource[], options: object = {}) =>
  new Uint8Array(parquetWriteBuffer({ columnData: [...columnData], ...options }));

const x = (data: readonly unknown[], more: Partial<ColumnSource> = {}): ColumnSource => ({
  name: 'x',
  data: [...data],
  ...more,
});

type Encoding = ColumnSource['encoding'];

/** A column as a program has it, and how CSV writes it. */
interface Made {
  readonly source: ColumnSource;
  readonly cells: readonly string[];
  readonly type?: 'category' | 'date';
}

/** CSV has no −0. */
const numbers = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
  .map((value) => (value === 0 ? 0 : value));
const words = fc.stringMatching(/^[a-z한é]{1,6}$/).filter((word) => !['na', 'nan'].includes(word));
const longNumbers = fc.bigInt({ min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n });

function madeColumn(name: string, rows: number): fc.Arbitrary<Made> {
  const column = <Value>(
    values: fc.Arbitrary<Value>,
    type: ColumnSource['type'],
    encodings: readonly Encoding[],
    textOf: (value: Value) => string = String,
    declared?: Made['type'],
  ) =>
    fc
      .tuple(
        fc.array(fc.option(values, { freq: 4 }), { minLength: rows, maxLength: rows }),
        fc.constantFrom(...encodings),
      )
      .map(([data, encoding]): Made => {
        const cellsOf = data.map((value) => (value === null ? '' : textOf(value)));
        return { source: { name, data, type, encoding, nullable: true }, cells: cellsOf, type: declared };
      });
  return fc.oneof(
    column(numbers, 'DOUBLE', [undefined, 'PLAIN', 'RLE_DICTIONARY', 'BYTE_STREAM_SPLIT']),
    column(
      numbers.map(Math.fround).filter((value) => Number.isFinite(value) && !Object.is(value, -0)),
      'FLOAT',
      ['PLAIN', 'BYTE_STREAM_SPLIT'],
    ),
    column(fc.integer(), 'INT32', [undefined, 'PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED']),
    column(longNumbers, 'INT64', [undefined, 'PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT']),
    column(fc.boolean(), 'BOOLEAN', ['PLAIN', 'RLE'], String, 'category'),
    column(
      words,
      'STRING',
      [undefined, 'PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'],
      String,
      'category',
    ),
    column(
      fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
      'TIMESTAMP',
      [undefined, 'PLAIN', 'DELTA_BINARY_PACKED'],
      (date) => date.toISOString(),
      'date',
    ),
  );
}

const madeTable = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.tuple(
    fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.tuple(...Array.from({ length: width }, (_, i) => madeColumn(`c${i}`, rows)))),
    fc.record({
      codec: fc.constantFrom('UNCOMPRESSED', 'SNAPPY', 'GZIP'),
      rowGroupSize: fc.integer({ min: 1, max: rows + 3 }),
      pageSize: fc.constantFrom(1, 40, 1 << 20),
    }),
  ),
);

const compressors = { GZIP: (page: Uint8Array) => new Uint8Array(gzipSync(page)) };

describe('Parquet', () => {
  it('is read as CSV reads the same table, in every codec, encoding, row group and page', () => {
    fc.assert(
      fc.property(madeTable, fc.boolean(), ([columns, options], inChunks) => {
        const file = written(
          columns.map(({ source }) => source),
          { ...options, compressors },
        );
        const names = columns.map(({ source }) => source.name);
        const lines = columns[0].cells.map((_, row) => columns.map((column) => column.cells[row]).join(','));
        const text = `${names.join(',')}\n${lines.map((line) => (line === '' ? '""' : line)).join('\n')}\n`;
        const declared: ColumnTypes = Object.fromEntries(
          columns.map(({ type = 'number' as const }, i) => [names[i], type] as const),
        );
        const csv = read(new TextEncoder().encode(text), { fileName: 'a.csv', types: declared });
        const { table, problems } = read(file, { inChunks, names });
        assert.deepEqual(problems, []);
        assert.equal(table?.rows, csv.table?.rows);
        for (const [i, column] of table!.columns.entries()) {
          const [found, wanted] = [column, csv.table!.columns[i]].map(valuesOf);
          if (columns[i].type === 'date') {
            assert.ok(column.type === 'number' && (column.dates || found.every((value) => value === null)));
            const isNear = (value: unknown, row: number) => Math.abs(Number(value) - Number(wanted[row])) < 1e-10;
            assert.ok(found.every(isNear), `${found} instead of ${wanted}`);
          } else {
            assert.deepEqual(found, wanted);
          }
        }
      }),
      { numRuns: rounds(500) },
    );
  });

  const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/parquet.json'), 'utf8')) as {
    readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
    readonly files: Readonly<Record<string, string>>;
  };
  for (const [codec, file] of Object.entries(fixture.files)) {
    it(`unpacks ${codec}`, () => {
      const { table, problems } = read(fromBase64(file));
      assert.deepEqual(problems, []);
      const found = Object.fromEntries(table!.columns.map((column) => [column.name, valuesOf(column)]));
      const wanted = Object.entries(fixture.columns).map(([name, values]) => [
        name,
        values.map((value) => (value === '' ? null : value)),
      ]);
      assert.deepEqual(found, Object.fromEntries(wanted));
    });
  }

  it('reads pages of the first version, as older writers have them', () => {
    const header = firstVersion(5);
    const levels = [...littleEndian(2), 3, 0b11101];
    const body = [...levels, ...doubles(1.5, 2, -3, 4)];
    const optional = { type: 'DOUBLE', repetition_type: 'OPTIONAL' } as const;
    assert.deepEqual(cells(fileOf(optional, 5, [{ header, body }])), [1.5, null, 2, -3, 4]);
    const zipped = gzipSync(Uint8Array.from(body));
    const page = { header, body: zipped, length: body.length };
    assert.deepEqual(cells(fileOf(optional, 5, [page], 'GZIP')), [1.5, null, 2, -3, 4]);
    const dictionary = {
      header: { type: 'DICTIONARY_PAGE', dictionary_page_header: { num_values: 2, encoding: 'PLAIN' } },
      body: doubles(7, 8),
    } as const;
    const indexed = { header: firstVersion(5, 'PLAIN_DICTIONARY'), body: [...levels, 1, 4, 1, 3, 0b0010] };
    assert.deepEqual(cells(fileOf(optional, 5, [dictionary, indexed])), [8, null, 8, 7, 8]);
  });

  it('reads numbers, decimals and dates of every layout', () => {
    const plain = (column: Parameters<typeof fileOf>[0], rows: number, body: readonly number[] | Uint8Array) =>
      cells(fileOf(column, rows, [{ header: firstVersion(rows), body }]));
    const longs = (...values: readonly bigint[]) => new Uint8Array(BigInt64Array.from(values).buffer);
    assert.deepEqual(plain({ type: 'INT32', converted_type: 'UINT_32' }, 1, [255, 255, 255, 255]), [4294967295]);
    assert.deepEqual(plain({ type: 'INT64', converted_type: 'UINT_64' }, 1, longs(2n ** 53n - 1n)), [2 ** 53 - 1]);
    assert.deepEqual(
      plain({ type: 'INT32', converted_type: 'DECIMAL', scale: 2 }, 2, [1, 0, 0, 0, 255, 255, 255, 255]),
      [0.01, -0.01],
    );
    assert.deepEqual(plain({ type: 'INT64', converted_type: 'DECIMAL', scale: 1 }, 1, longs(-123n)), [-12.3]);
    const bytes = { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 3, converted_type: 'DECIMAL', scale: 3 } as const;
    assert.deepEqual(plain(bytes, 2, [255, 255, 254, 0, 4, 1]), [-0.002, 1.025]);
    assert.deepEqual(
      plain({ type: 'BYTE_ARRAY', converted_type: 'DECIMAL', scale: 1 }, 2, [
        ...littleEndian(1),
        128,
        ...littleEndian(2),
        1,
        0,
      ]),
      [-12.8, 25.6],
    );
    assert.deepEqual(
      plain({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 2, logical_type: { type: 'FLOAT16' } }, 2, [0, 0x3e, 0, 0xc0]),
      [1.5, -2],
    );
    assert.deepEqual(plain({ type: 'INT32', converted_type: 'DATE' }, 1, littleEndian(19_723)), [19_723]);
    const day = 86_400n;
    const timestamp = (unit: 'MILLIS' | 'MICROS' | 'NANOS', scale: bigint) =>
      plain(
        { type: 'INT64', logical_type: { type: 'TIMESTAMP', unit, isAdjustedToUTC: false } },
        2,
        longs(19_723n * day * scale + 6n * 3600n * scale, (-day * scale) / 4n),
      );
    for (const found of [timestamp('MILLIS', 1000n), timestamp('MICROS', 10n ** 6n), timestamp('NANOS', 10n ** 9n)]) {
      assert.deepEqual(found, [19_723.25, -0.25]);
    }
    const nanoseconds = new Uint8Array(BigInt64Array.of(6n * 3600n * 10n ** 9n).buffer);
    assert.deepEqual(plain({ type: 'INT96' }, 1, [...nanoseconds, ...littleEndian(2_440_588 + 19_723)]), [19_723.25]);
  });

  it('guesses nothing about text', () => {
    const file = written([x(['12', '2024-01-31', 'NA', ''], { type: 'STRING' })]);
    assert.deepEqual(cells(file), ['12', '2024-01-31', null, null]);
    assert.deepEqual(
      cells(written([x(['2024-01-31', '2024-02-01'], { type: 'STRING' })]), { x: 'date' }),
      [19_753, 19_754],
    );
  });

  it('reads a column as the type that is declared', () => {
    const date = new Date('2024-01-31T06:30:01.250Z');
    const dates = written([x([date, new Date('2024-02-01'), null], { type: 'TIMESTAMP', nullable: true })]);
    assert.deepEqual(cells(dates, { x: 'category' }), ['2024-01-31T06:30:01.250', '2024-02-01', null]);
    const { table } = read(dates, { types: { x: 'number' } });
    assert.ok(table?.columns[0].type === 'number' && table.columns[0].dates === undefined);
    assert.deepEqual(cells(written([x([1, 2.5])]), { x: 'category' }), ['1', '2.5']);
    assert.deepEqual(cells(written([x([1, 2.5])]), { x: 'ignore' }), [null, null]);
  });

  it('has infinite numbers and whole numbers above 2^53 as errors, and NaN as missing', async () => {
    assert.deepEqual(cells(written([x([1, Number.NaN, 3])])), [1, null, 3]);
    const infinite = written([{ name: 'y', data: [1, Number.POSITIVE_INFINITY] }, x([1, 2])]);
    const [problem] = await fileProblems('a.parquet', infinite);
    assert.deepEqual(
      [problem.code, problem.message],
      ['infinite-cell', 'Row 2, column “y”: “Infinity” is infinite. Give a finite number, or leave the cell empty.'],
    );
    for (const encoding of ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED'] as const) {
      assert.deepEqual(codes(written([x([1n, 2n ** 53n], { type: 'INT64', encoding })])), ['inexact-number']);
    }
  });

  it('gives the columns a network, and its hash is that of the bytes', async () => {
    const file = written([x([1, 2, 3]), { name: 'y', data: [2.5, 4, 6] }, { name: 'list', data: [[1], [2], [3]] }]);
    const { dataset, facts } = await fileNamed('a.parquet', file);
    assert.deepEqual([...dataset.inputs], [1, 2, 3]);
    assert.deepEqual([...dataset.targets], [2.5, 4, 6]);
    assert.deepEqual(
      facts.warnings?.map(({ code, message }) => [code, message]),
      [
        [
          'parquet-type',
          'Columns of types that cannot be read are passed over: list (JSON). Save them as numbers, text or dates to use them.',
        ],
      ],
    );
  });

  it('refuses columns of other types where the spec names them', () => {
    const file = written([
      x([1]),
      { name: 'bytes', data: [new Uint8Array(2)] },
      { name: 'list', data: [[1, 2]] },
      { name: 'parts', data: [{ a: 1, b: [2] }] },
    ]);
    assert.deepEqual(
      read(file, { types: { list: 'ignore' } }).problems.map(({ message, severity }) => [severity, message]),
      [
        [
          'warning',
          'Columns of types that cannot be read are passed over: bytes (BYTE_ARRAY), parts (JSON). Save them as numbers, text or dates to use them.',
        ],
      ],
    );
    assert.deepEqual(codes(file, { names: ['list'] }), ['parquet-type']);
    assert.deepEqual(codes(written([{ name: 'list', data: [[1]] }])), ['no-rows']);
    const list = { name: 'list', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' } as const;
    const entries = { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const;
    const element = { name: 'element', type: 'INT32', repetition_type: 'OPTIONAL' } as const;
    const number = { name: 'y', type: 'DOUBLE', repetition_type: 'REQUIRED' } as const;
    const schema = [{ name: 'root', num_children: 2 }, list, entries, element, number];
    const nested = written(
      [
        { name: 'list', data: [[1, 2], [], [3]] },
        { name: 'y', data: [4, 5, 6] },
      ],
      { schema },
    );
    const { table, problems } = read(nested);
    assert.deepEqual(table?.columns.map(valuesOf), [[4, 5, 6]]);
    assert.match(problems[0].message, /: list \(LIST\)\./);
  });

  it('is never read in the extension host, whatever its size', () => {
    assert.ok(isPacked('a.parquet') && isPacked('A.PARQUET') && !isPacked('a.parquet.csv'));
  });

  const plain = written([x([1, 2, 3, 4]), { name: 'word', data: ['a', 'b', 'a', null], type: 'STRING' }]);
  const lying = (change: Parameters<typeof redescribed>[1]) => redescribed(plain, change);
  const chunk = (change: (meta: ChunkDescription) => void) =>
    lying(({ row_groups }) => change(row_groups[0].columns[0].meta_data!));
  for (const [name, file, code] of [
    ['no bytes', new Uint8Array(0), 'parquet-damaged'],
    ['its beginning alone', plain.subarray(0, 9), 'parquet-damaged'],
    ['another file', new TextEncoder().encode('a,b\n1,2\n'.repeat(9)), 'parquet-damaged'],
    [
      'a description longer than the file',
      plain.map((byte, i) => (i === plain.length - 6 ? 255 : byte)),
      'parquet-damaged',
    ],
    ['encryption', plain.map((byte, i) => (i === plain.length - 1 ? 69 : byte)), 'parquet-codec'],
    [
      'rows that no file can hold',
      lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: 10n ** 15n })),
      'data-too-large',
    ],
    [
      'rows that so few bytes do not hold',
      lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: 2_200_000n })),
      'data-too-large',
    ],
    [
      'fewer rows than a page has',
      lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: 3n })),
      'parquet-damaged',
    ],
    [
      'more rows than its pages have',
      lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: 5n })),
      'parquet-damaged',
    ],
    [
      'a negative number of rows',
      lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: -4n })),
      'parquet-damaged',
    ],
    ['no rows', lying(({ row_groups }) => Object.assign(row_groups[0], { num_rows: 0n })), 'no-rows'],
    [
      'a column outside of the file',
      chunk((meta) => Object.assign(meta, { data_page_offset: 10n ** 9n })),
      'parquet-damaged',
    ],
    [
      'a column as long as the file',
      chunk((meta) => Object.assign(meta, { total_compressed_size: BigInt(plain.length) })),
      'parquet-damaged',
    ],
    [
      'columns that lie in each other',
      lying(({ row_groups, metadata_length }) => {
        const length = BigInt(plain.length - 8 - metadata_length - 4);
        Object.assign(row_groups[0].columns[0].meta_data!, { total_compressed_size: length });
      }),
      'parquet-damaged',
    ],
    ['a codec that is not read', chunk((meta) => Object.assign(meta, { codec: 'BROTLI' })), 'parquet-codec'],
    [
      'values in another file',
      lying(({ row_groups }) => Object.assign(row_groups[0].columns[1], { file_path: 'b' })),
      'parquet-codec',
    ],
    [
      'another type than its values have',
      lying(({ schema }) => Object.assign(schema[1], { type: 'BYTE_ARRAY', converted_type: 'UTF8' })),
      'parquet-damaged',
    ],
    ['a column less', lying(({ schema }) => Object.assign(schema[0], { num_children: 1 })), 'parquet-damaged'],
    ['two columns of one name', lying(({ schema }) => Object.assign(schema[2], { name: 'x' })), 'duplicate-column'],
    ['a column without a name', lying(({ schema }) => Object.assign(schema[2], { name: ' ' })), 'empty-column-name'],
    ['a long name', lying(({ schema }) => Object.assign(schema[2], { name: 'x'.repeat(1001) })), 'long-column-name'],
  ] as const) {
    it(`is refused with ${name}`, () => {
      const found = codes(file);
      assert.equal(found[0], code);
      assert.equal(new Set(found).size, 1);
    });
  }

  for (const [name, pages, codec, code] of [
    [
      'a page longer than it is',
      [{ header: firstVersion(1), body: doubles(1), length: 9 }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    [
      'a page that says it is huge',
      [{ header: firstVersion(1), body: doubles(1), length: 2 ** 30 }],
      'SNAPPY',
      'data-too-large',
    ],
    ['values that are missing', [{ header: firstVersion(2), body: doubles(1) }], 'UNCOMPRESSED', 'parquet-damaged'],
    [
      'an index beyond the dictionary',
      [{ header: firstVersion(1, 'PLAIN_DICTIONARY'), body: [1, 3, 1] }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    [
      'an index of more bits than there are',
      [{ header: firstVersion(1, 'PLAIN_DICTIONARY'), body: [200, 3, 1] }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    [
      'a run without an end',
      [{ header: firstVersion(1, 'PLAIN_DICTIONARY'), body: [0, 0, 0, 0, 0, 0] }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    [
      'a run of two thousand million rows',
      [{ header: firstVersion(1, 'PLAIN_DICTIONARY'), body: [1, 254, 255, 255, 255, 15, 0] }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    // Its length in bits would be negative, and count down for ever.
    [
      'runs of eight that are too many',
      [{ header: firstVersion(1, 'PLAIN_DICTIONARY'), body: [1, 255, 255, 255, 255, 15, 0] }],
      'UNCOMPRESSED',
      'parquet-damaged',
    ],
    [
      'an encoding that is not read',
      [{ header: firstVersion(1, 'RLE'), body: doubles(1) }],
      'UNCOMPRESSED',
      'parquet-codec',
    ],
    // A literal of a length above 2^31 would lead a careless reader back to its own beginning.
    [
      'a literal of Snappy that is longer than the page',
      [{ header: firstVersion(1), body: [8, 252, 248, 255, 255, 255], length: 8 }],
      'SNAPPY',
      'parquet-damaged',
    ],
    [
      'a copy of Snappy from before the beginning',
      [{ header: firstVersion(1), body: [8, 17, 1], length: 8 }],
      'SNAPPY',
      'parquet-damaged',
    ],
    // Blocks of a negative length would never come to an end.
    [
      'blocks of LZ4 without an end',
      [{ header: firstVersion(1), body: [0, 0, 0, 0, 255, 255, 255, 248, 0, 0], length: 8 }],
      'LZ4',
      'parquet-damaged',
    ],
    ['zstd that is none', [{ header: firstVersion(1), body: doubles(1), length: 8 }], 'ZSTD', 'parquet-damaged'],
    ['gzip that is none', [{ header: firstVersion(1), body: doubles(1), length: 8 }], 'GZIP', 'parquet-damaged'],
  ] as const) {
    it(`is refused with ${name}`, () => {
      const rows = pages[0].header.data_page_header?.num_values ?? 0;
      assert.deepEqual(codes(fileOf({ type: 'DOUBLE' }, rows, pages, codec)), [code]);
    });
  }

  it('names the file, the column and the row group of damaged values', () => {
    const { problems } = read(fileOf({ type: 'DOUBLE' }, 2, [{ header: firstVersion(2), body: doubles(1) }]));
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['a.parquet is damaged: the values of “x” in row group 1 cannot be read. Copy or save it again.'],
    );
  });

  /** A table, or a problem; nothing else. */
  function assertRefusedOrRead(bytes: Uint8Array): void {
    const { table, problems } = read(bytes);
    assert.ok(table ? table.columns.length > 0 : problems.length > 0);
  }

  const samples = [
    written([
      x([1, 2, null, 4], { nullable: true }),
      { name: 's', data: ['a', 'b', 'a', 'c'], encoding: 'RLE_DICTIONARY' },
    ]),
    written(
      [
        x([1n, 5n, 9n, -4n], { type: 'INT64', encoding: 'DELTA_BINARY_PACKED' }),
        { name: 's', data: ['aa', 'ab', 'b', 'ba'], encoding: 'DELTA_BYTE_ARRAY' },
      ],
      { codec: 'GZIP', compressors },
    ),
    ...Object.values(fixture.files).map(fromBase64),
  ];

  it('is read or refused wherever it is cut off', () => {
    for (const sample of samples.slice(0, 2)) {
      for (let length = 0; length < sample.length; length++) {
        assertRefusedOrRead(sample.subarray(0, length));
      }
    }
  });

  it('is read or refused whatever becomes of its bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), changes, (sample, list) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, byte] of list) {
          bytes[at % bytes.length] = byte;
        }
        assertRefusedOrRead(bytes);
      }),
      { numRuns: rounds(5000) },
    );
  });

  it('takes a time that grows no faster than the file', async () => {
    await assertGrows(
      20_000,
      (size) =>
        written([
          x(Array.from({ length: size }, (_, i) => Math.sin(i))),
          { name: 's', data: Array.from({ length: size }, (_, i) => `${i % 50}`) },
        ]),
      (bytes) => read(bytes),
    );
  });
});
