import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { heldBytes, joinedBytes, wholeOf } from '../../../src/data/bytes';
import { makeDecoder } from '../../../src/data/charsets';
import { largestFile, readDelimited } from '../../../src/data/delimited';
import { findFormat } from '../../../src/data/findFormat';
import { unpacked } from '../../../src/data/gunzip';
import { inflateGzip as onDesktop } from '../../../src/data/inflate.node';
import { inflateGzip as inBrowser } from '../../../src/data/inflate.web';
import { numberReader } from '../../../src/data/numbers';
import { Problems } from '../../../src/data/problems';
import type { Column, Table } from '../../../src/data/table';
import {
  type ColumnTypes,
  decimalSigns,
  delimiters,
  type Encoding,
  encodings,
  type TextFormat,
  thousandsSigns,
} from '../../../src/spec/spec';
import { rounds } from '../../harness/rounds';
import { brief, csv, csvProblems } from './support';

const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/formats.json'), 'utf8')) as {
  readonly cases: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly columns: Readonly<Record<string, readonly (string | number)[]>>;
  }[];
  readonly cp949: { readonly bytes: string; readonly text: string };
};

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const encode = (text: string) => new TextEncoder().encode(text);

interface Options {
  readonly given?: Partial<TextFormat>;
  readonly types?: ColumnTypes;
  readonly names?: readonly string[];
}

async function read(bytes: Uint8Array, fileName: string, { types = {}, ...options }: Options = {}) {
  const problems = new Problems();
  const held = await unpacked(heldBytes(bytes), fileName, largestFile);
  const table = readDelimited({ bytes: held, fileName, path: ['data', 'file'], types, ...options }, problems);
  return { table, problems: problems.list() };
}

function valuesOf(column: Column): (string | number)[] {
  return column.type === 'number'
    ? [...column.values]
    : Array.from(column.codes, (code) => (code < 0 ? '' : column.values[code]));
}

const columnsOf = (table: Table | undefined) =>
  Object.fromEntries((table?.columns ?? []).map((column) => [column.name, valuesOf(column)]));

describe('Tables that other programs wrote', () => {
  for (const { name, bytes, columns } of fixture.cases) {
    it(`are read as pandas reads them: ${name}`, async () => {
      const { table, problems } = await read(fromBase64(bytes), name);
      assert.deepEqual(columnsOf(table), columns);
      assert.deepEqual(problems, []);
    });
  }

  it('may hold every character of cp949', () => {
    const [bytes, text] = [fixture.cp949.bytes, fixture.cp949.text].map((part) => gunzipSync(fromBase64(part)));
    assert.equal(makeDecoder('euc-kr').decode(new Uint8Array(bytes), true), text.toString());
  });
});

/** Bytes of a text in an encoding, by looking up every pair of bytes that decodes to a character. */
const writers = new Map<Encoding, ReadonlyMap<string, Uint8Array>>();

function write(text: string, encoding: Encoding, mark: boolean): Uint8Array {
  if (encoding === 'utf-8') {
    return encode(mark ? `\uFEFF${text}` : text);
  }
  if (encoding === 'utf-16') {
    return new Uint8Array(Buffer.from(mark ? `\uFEFF${text}` : text, 'utf16le'));
  }
  const writer = writers.get(encoding) ?? makeWriter(encoding);
  writers.set(encoding, writer);
  return Uint8Array.from([...text].flatMap((character) => [...writer.get(character)!]));
}

function makeWriter(encoding: Exclude<Encoding, 'utf-16'>): ReadonlyMap<string, Uint8Array> {
  const found = new Map(Array.from({ length: 128 }, (_, byte) => [String.fromCharCode(byte), Uint8Array.of(byte)]));
  for (let lead = 0x80; lead < 0xff; lead++) {
    for (const bytes of [[lead], ...Array.from({ length: 0xbf }, (_, i) => [lead, 0x40 + i])]) {
      try {
        const character = makeDecoder(encoding).decode(Uint8Array.from(bytes), true);
        if (character.length === 1 && !found.has(character)) {
          found.set(character, Uint8Array.from(bytes));
        }
      } catch {
        // The bytes stand for nothing.
      }
    }
  }
  return found;
}

/** Usual words of the languages that an encoding is for. */
const words: Readonly<Record<Encoding, readonly string[]>> = {
  'utf-8': ['서울', '東京', 'größe', 'a b'],
  'utf-16': ['서울', '東京', 'größe', 'a b'],
  'euc-kr': ['서울 강남구', '부산', '가격', '이름 없음', '똠방각하'],
  shift_jis: ['東京都', 'ひらがな', 'カタカナ', '名前'],
  gb18030: ['北京市', '上海', '价格', '名称'],
  'windows-1252': ['größe', 'café', 'niño', 'Zürich'],
};

/** A number as a person of some country writes it. */
function written(value: number, { decimal, thousands }: TextFormat): string {
  const [whole, part] = Math.abs(value).toFixed(2).split('.');
  const sign = thousands === 'none' ? '' : thousands;
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, sign);
  return `${value < 0 ? '-' : ''}${grouped}${decimal}${part}`;
}

const formats = fc
  .record({
    delimiter: fc.constantFrom(...delimiters),
    decimal: fc.constantFrom(...decimalSigns),
    thousands: fc.constantFrom(...thousandsSigns),
    encoding: fc.constantFrom(...encodings),
    header: fc.boolean(),
  })
  .filter(({ decimal, thousands }) => decimal !== thousands);

const table = fc.record({
  numbers: fc.array(fc.integer({ min: -99_999_999, max: 99_999_999 }), { minLength: 4, maxLength: 12 }),
  seed: fc.nat(20),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  packed: fc.boolean(),
  mark: fc.boolean(),
});

describe('A table that is written in any format', () => {
  const run = (test: (format: TextFormat, options: Options & { readonly searched: boolean }) => Options) =>
    fc.assert(
      fc.asyncProperty(
        formats,
        table,
        fc.boolean(),
        async (format, { numbers, seed, newline, packed, mark }, searched) => {
          const options = test(format, { searched });
          const texts = words[format.encoding];
          const values = numbers.map((number) => number / 100);
          const quote = (cell: string) => (cell.includes(format.delimiter) ? `"${cell}"` : cell);
          const names = format.header ? ['price', `x ${texts[0]}`, 'y'] : ['c0', 'c1', 'c2'];
          const rows = values.map((value, i) => [written(value, format), texts[(i + seed) % texts.length], String(i)]);
          const lines = [...(format.header ? [names] : []), ...rows].map((row) =>
            row.map(quote).join(format.delimiter),
          );
          const plain = write(lines.join(newline), format.encoding, mark || format.encoding === 'utf-16');
          const bytes = packed ? new Uint8Array(gzipSync(plain)) : plain;
          const found = await read(bytes, packed ? 'a.txt.gz' : 'a.txt', options);
          assert.deepEqual(columnsOf(found.table), {
            [names[0]]: values.map((value) => Number(value.toFixed(2))),
            [names[1]]: rows.map((row) => row[1]),
            [names[2]]: values.map((_, i) => i),
          });
        },
      ),
      { numRuns: rounds(600), seed: 3 },
    );

  it('reads back the same where the format is given', () => run((given) => ({ given })));

  it('reads back the same where encoding, decimal sign and thousands are found out', () =>
    run(({ delimiter, header }) => ({ given: { delimiter, header } })));

  it('reads back the same where all that can be found out is', () =>
    run(({ delimiter, header }) =>
      [':', ' '].includes(delimiter) || !header ? { given: { delimiter, header } } : {},
    ));
});

/** The format that is found, and the keys in doubt. */
function found(text: string | Uint8Array, fileName = 'a.csv') {
  const bytes = heldBytes(typeof text === 'string' ? encode(text) : text);
  const { format, doubts } = findFormat({ bytes, fileName });
  return { ...format, doubts: doubts.map(({ key }) => key) };
}

const plain = {
  delimiter: ',',
  decimal: '.',
  thousands: 'none',
  encoding: 'utf-8',
  header: true,
  doubts: [] as string[],
};

describe('The format of a file', () => {
  const cases: readonly [what: string, text: string | Uint8Array, expected: Partial<typeof plain>, name?: string][] = [
    ['a plain table', 'a,b\n1.5,2\n', {}],
    ['a file of names alone', 'a,b\n', {}],
    ['an empty file', '', {}],
    ['a tab in a .csv', 'a\tb\n1,5\t2\n', { delimiter: '\t', decimal: ',' }],
    ['a comma in a .tsv', 'a,b\n1,2\n', {}, 'a.tsv'],
    ['a decimal comma between tabs', 'yield\trent\n3,5\t700,25\n', { delimiter: '\t', decimal: ',' }, 'a.tsv'],
    ['semicolons', 'a;b\n1,5;2\n', { delimiter: ';', decimal: ',' }],
    ['semicolons and a point', 'a;b\n1.5;2\n', { delimiter: ';' }],
    ['thousands', 'a;b\n1.234,56;2\n', { delimiter: ';', decimal: ',', thousands: '.' }],
    ['quoted thousands', 'a,b\n"1,234.56",2\n', { thousands: ',' }],
    ['narrow spaces', 'a;b\n1\u202f234,56;2\n', { delimiter: ';', decimal: ',', thousands: ' ' }],
    ['no-break spaces', 'a;b\n1\u00a0234\u00a0567;2\n', { delimiter: ';', thousands: ' ' }],
    ['apostrophes', "a,b\n1'234.5,2\n", { thousands: "'" }],
    ['two readings of a comma', 'a;b\n1,234;2\n', { delimiter: ';', decimal: ',', doubts: ['decimal'] }],
    ['two readings of a point', 'a;b\n1.234;2\n', { delimiter: ';', doubts: ['decimal'] }],
    ['a point between commas', 'a,b\n1.234,2\n', {}],
    ['no names', '1,2\n3,4\n', { header: false, doubts: ['header'] }],
    [
      'no names and decimal commas',
      '1,5;2\n3;4\n',
      { delimiter: ';', decimal: ',', header: false, doubts: ['header'] },
    ],
    ['two delimiters', 'a, b;c\n1,5;2\n3,5;4\n', { delimiter: ';', decimal: ',', doubts: ['delimiter'] }],
    ['names with commas', 'a, b;c\n1;2\n', { delimiter: ';' }],
    ['English with one accent', write('a,b\ncafé,1\n', 'windows-1252', false), { encoding: 'windows-1252' }],
    ['Korean in the names alone', write('지역,가격\n1,2\n', 'euc-kr', false), { encoding: 'euc-kr' }],
    ['UTF-16 without a mark', write('a,b\n1,2\n', 'utf-16', false), { encoding: 'utf-16' }],
    ['one rare pair', Uint8Array.of(...encode('a,b\n'), 0xb0, 0xa1, ...encode(',1\n')), { encoding: 'euc-kr' }],
  ];
  for (const [what, text, expected, name] of cases) {
    it(`is found in ${what}`, () => {
      assert.deepEqual(found(text, name), { ...plain, ...expected });
    });
  }

  it('is in doubt where the bytes are usual text in two encodings', () => {
    // A rare syllable, and a rare ideograph.
    const { encoding, doubts } = found(Uint8Array.of(...encode('a,b\n'), 0xb1, 0xb7, ...encode(',1\n')));
    assert.deepEqual([encoding, doubts], ['euc-kr', ['encoding']]);
  });

  it('is that of the lines around the first byte that is not UTF-8, however far it is', async () => {
    const text = `name,y\n${'abc,1\n'.repeat(30_000)}서울 강남구,2\n`;
    const { table: read1, problems } = await read(write(text, 'euc-kr', false), 'a.csv');
    assert.deepEqual(read1?.columns[0].type === 'category' && read1.columns[0].values, ['abc', '서울 강남구']);
    assert.deepEqual(problems, []);
  });

  it('gives way to the names that a spec uses', async () => {
    const { table: years } = await read(encode('2023,2024\n1,2\n'), 'a.csv', { names: ['2024'] });
    assert.deepEqual(columnsOf(years), { 2023: [1], 2024: [2] });
  });
});

describe('A file in another format', () => {
  it('is refused at the byte that its encoding does not have', async () => {
    const korean = write('이름,y\n서울,1\n', 'euc-kr', false);
    const bytes = Uint8Array.of(...korean, ...write('강', 'euc-kr', false), 0xff, 0x0a);
    const [problem] = await csvProblems(bytes, { format: { encoding: 'euc-kr' } });
    assert.equal(brief(problem), 'not-utf8 2:1-2');
    assert.match(problem.message, /^Line 3: the byte 0xff stands for no character in euc-kr/);
    const [cut] = await csvProblems(korean.subarray(0, 1), { format: { encoding: 'euc-kr' } });
    assert.equal(brief(cut), 'not-utf8 0:0-1');
  });

  it('has its errors on the exact cell', async () => {
    const [problem] = await csvProblems(write('이름;y\n서울;1,5\n부산;x\n', 'euc-kr', false));
    assert.equal(brief(problem), 'text-cell 2:3-4');
  });

  it('has its errors on the exact cell below names in any script', async () => {
    const [problem] = await csvProblems('이름,나이,y\n1,2,3\n4,x,5\n');
    assert.equal(brief(problem), 'text-cell 2:2-3');
  });

  it('has groups of three digits, all with the same sign', () => {
    const read1 = numberReader({ decimal: ',', thousands: ' ' });
    const texts = ['1 234,5', '12\u00a0345\u00a0678', '-999', '1 23', '1 234\u00a0567', '0 123', '1234 567', '1,234 5'];
    assert.deepEqual(texts.map(read1), [1234.5, 12345678, -999, ...Array(5).fill(undefined)]);
    const read2 = numberReader({ decimal: '.', thousands: ',' });
    assert.deepEqual(['1,23', '1,234', '1,234.5e1', '.5', '1,2345', ','].map(read2), [
      undefined,
      1234,
      12345,
      0.5,
      undefined,
      undefined,
    ]);
  });

  it('names a number in another format among numbers, and offers that', async () => {
    const text = `a;y\n${'1;2\n'.repeat(30_000)}1,5;2\n`;
    const [problem] = await csvProblems(text);
    assert.equal(brief(problem), 'text-cell 30001:0-3');
    assert.deepEqual(problem.formats, [{ decimal: ',', thousands: 'none' }]);
  });

  it('never silently reads as text what would be numbers with another decimal sign', async () => {
    const { facts } = await csv('a\tb\ty\n1,5\tx\t1\n2,5\tz\t2\n', { inputs: ['b'], format: { decimal: '.' } });
    assert.deepEqual(
      facts.warnings?.map(({ code, formats: offered }) => [code, offered]),
      [['other-decimal', [{ decimal: ',', thousands: 'none' }]]],
    );
    assert.match(facts.warnings?.[0].message ?? '', /“a” is read as text, but its cells, such as 1,5/);
    const { facts: declared } = await csv('a\ty\n1,5\t1\n2,5\t2\n', {
      types: { a: 'category' },
      format: { decimal: '.' },
    });
    assert.equal(declared.warnings, undefined);
  });
});

describe('A packed file', () => {
  const packed = new Uint8Array(gzipSync('a,y\n1,2\n3,4\n'));

  it('is refused where it is damaged, cut or not packed', async () => {
    const flipped = packed.slice();
    flipped[packed.length - 6] ^= 1;
    for (const bytes of [
      flipped,
      packed.subarray(0, -9),
      packed.subarray(0, 5),
      encode('a,y\n1,2\n'),
      new Uint8Array(),
    ]) {
      await assert.rejects(unpacked(heldBytes(bytes), 'a.csv.gz', largestFile), /no whole gzip file/);
    }
  });

  it('is refused before more than the limit is unpacked', async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)));
    assert.ok(bomb.length < 60_000);
    const before = process.memoryUsage().arrayBuffers;
    await assert.rejects(unpacked(heldBytes(bomb), 'a.csv.gz', 1_000_000), /larger than 500 MB when unpacked/);
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000);
  });

  it('is unpacked alike on the desktop and in a browser', async () => {
    const text = encode('a,y\n1,2\n'.repeat(20_000));
    const two = Uint8Array.from([...gzipSync(text), ...gzipSync(text)]);
    for (const inflate of [onDesktop, inBrowser]) {
      for (const expected of [0, text.length, 2 * text.length, 1e9]) {
        const parts: Uint8Array[] = [];
        await inflate([two.slice(0, 50), two.slice(50)], expected, (part) => parts.push(part.slice()));
        assert.deepEqual(new Uint8Array(Buffer.concat(parts)), encode('a,y\n1,2\n'.repeat(40_000)));
      }
      const stop = () => {
        throw new Error('enough');
      };
      await assert.rejects(inflate([two], 0, stop));
      await assert.rejects(inflate([two.slice(0, -9)], 0, () => {}));
    }
  });

  it('is unpacked into one array, which is not copied', async () => {
    const text = encode('a,y\n1,2\n'.repeat(3_000_000));
    const { held, length } = await unpacked(
      heldBytes(new Uint8Array(gzipSync(text, { level: 1 }))),
      'a.gz',
      largestFile,
    );
    assert.equal(length, text.length);
    assert.ok(held && Buffer.compare(held, text) === 0);
    const [odd, even] = [Uint8Array.of(1, 3), Uint8Array.of(2, 4)];
    const apart = joinedBytes([odd, even, odd.subarray(1)]);
    assert.deepEqual(wholeOf(apart), Uint8Array.of(1, 3, 2, 4, 3));
    const beside = joinedBytes([odd.subarray(0, 1), odd.subarray(1)]);
    assert.equal(beside.held?.buffer, odd.buffer);
    assert.equal(joinedBytes([]).length, 0);
  });

  it('has its problems in the spec, and the cell in words', async () => {
    const { loadDataset } = await import('../../../src/data');
    const split = { train: 1, validation: 0, test: 0 };
    const data = { types: {}, split, stratify: false, scale: 'none', missing: 'error', target: ['y'] } as const;
    const request = { loss: 'mean_squared_error', seed: 0 };
    const load = (bytes: Uint8Array) =>
      loadDataset(
        { ...request, data: { ...data, origin: { kind: 'file', path: 'a.csv.gz' } } },
        { read: async () => bytes, readShipped: async () => bytes },
      );
    const bad = await load(new Uint8Array(gzipSync('a,y\n1,2\nx,4\n')));
    const [problem] = 'problems' in bad ? bad.problems : [];
    assert.deepEqual([brief(problem), problem.path], ['text-cell', ['data', 'file']]);
    assert.match(problem.message, /^Line 3, column “a”/);
    const cut = await load(packed.subarray(0, -9));
    assert.deepEqual('problems' in cut && cut.problems.map(brief), ['data-gzip']);
  });
});
