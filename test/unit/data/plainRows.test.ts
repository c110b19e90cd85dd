import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heldBytes } from '../../../src/data/bytes';
import { readDelimited } from '../../../src/data/delimited';
import { readPlainRows } from '../../../src/data/plainRows';
import { Problems } from '../../../src/data/problems';
import { ColumnBuilder } from '../../../src/data/table';
import { rounds } from '../../harness/rounds';
import { readInChunks } from './support';

const comma = 44;
const encode = (text: string) => new TextEncoder().encode(text);
/** Reads the rows after the header, chunk by chunk. */
const readRows = (text: string, builders: ColumnBuilder[], chunk?: number) =>
  readPlainRows(readInChunks(encode(text)), text.indexOf('\n') + 1, { delimiter: comma, point: 46 }, builders, chunk);

/** The column `x` of a file of one column, by the fast path alone; undefined if it gives up. */
function plainColumn(cells: readonly string[], lineEnd = '\n'): ArrayLike<number> | undefined {
  const builder = new ColumnBuilder('x', { type: 'number' });
  const starts = readRows(['x', ...cells, ''].join(lineEnd), [builder]);
  const column = builder.finish();
  return starts && column.type === 'number' ? column.values : undefined;
}

/** The table and problems of a file, with the place of every cell. */
function read(text: string, fileName: string, bytesOf = heldBytes) {
  const problems = new Problems();
  const table = readDelimited(
    { bytes: bytesOf(encode(text)), fileName, path: ['data', 'file'], types: { c: 'category' } },
    problems,
  );
  const places = table?.columns.flatMap((_, column) =>
    Array.from({ length: table.rows }, (_, row) => {
      const { words, at } = table.place(row, column);
      return [words, at?.line, at?.character, at?.endCharacter];
    }),
  );
  return { columns: table?.columns, rows: table?.rows, places, problems: problems.list() };
}

/** The same file with its first name quoted, so that the library reads it. Only places in line 1 differ. */
const byLibrary = (text: string): string => text.replace(/^(\uFEFF?)(\w+)/, '$1"$2"');

describe('Numbers of the fast path', () => {
  it('are exactly those of JavaScript’s Number: 6,000 random ones, with their sign of zero', () => {
    const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`));
    const sign = fc.constantFrom('', '-', '+');
    const exponent = fc
      .tuple(fc.constantFrom('e', 'E'), sign, fc.integer({ min: 0, max: 40 }), fc.constantFrom('', '0', '00'))
      .map(([letter, sign, size, zeros]) => `${letter}${sign}${zeros}${size}`);
    const number = fc
      .tuple(sign, digits(20), fc.constantFrom('', '.'), digits(20), fc.oneof(fc.constant(''), exponent))
      .filter(([, whole, point, part]) => whole !== '' || (point !== '' && part !== ''))
      .map(([sign, whole, point, part, exponent]) => `${sign}${whole}${point}${point === '' ? '' : part}${exponent}`);
    const written = fc.oneof(number, fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    const around = fc.constantFrom(...['', ' ', '  '].map((spaces) => (cell: string) => `${spaces}${cell}${spaces}`));
    fc.assert(
      fc.property(
        fc.array(written, { minLength: 1, maxLength: 30 }),
        around,
        fc.constantFrom('\n', '\r\n'),
        (cells, around, end) => {
          const values = plainColumn(cells.map(around), end);
          assert.ok(values);
          for (const [i, cell] of cells.entries()) {
            assert.ok(Object.is(values[i], Number(cell)), `${cell}: ${values[i]} for ${Number(cell)}`);
          }
        },
      ),
      { numRuns: rounds(400), seed: 3 },
    );
  });

  it('round correctly at 15 digits and beyond, and where the power of ten is large', () => {
    const cells = [
      '999999999999999',
      '0.000000000000001',
      '123456.789012345',
      '9007199254740993',
      '0.1',
      '-0',
      '1e-7',
      '5.',
      '.5',
      '9007199254740991e22',
      '-9007199254740992e-22',
      '123456789e23',
      '1e-22',
      '0.00000000000000000000000123',
      '1E05',
      '+12',
      ' -3.25 ',
    ];
    assert.deepEqual(Array.from(plainColumn(cells) ?? []), cells.map(Number));
  });
});

describe('A plain file', () => {
  const cell = fc.constantFrom(
    ...[
      '1',
      '-2.5',
      '0.125',
      '',
      ' 7 ',
      'NA',
      'NaN',
      'inf',
      '1e5',
      '+3',
      'red',
      'a b',
      '-',
      '.',
      '1.2.3',
      '12345678901234567',
      '0.12:4',
      '1./123',
      '2.1234',
      '-3.98765432',
      '\t',
      '1e',
      'e5',
      '.e1',
      '1e400',
      '1e+-2',
      '+ 1',
      '3 4',
      '-9876543210.5E-3',
    ],
    ...[
      'ä',
      '한',
      'x"y',
      '',
      '1\r2',
      '\r',
      ' '.repeat(17),
      `${' '.repeat(16)}8`,
      'a text of more than sixteen letters',
    ],
  );
  const line = fc.oneof(
    { weight: 20, arbitrary: fc.array(cell, { minLength: 3, maxLength: 3 }).map((cells) => cells.join(',')) },
    { weight: 1, arbitrary: fc.array(cell, { maxLength: 5 }).map((cells) => cells.join(',')) },
    { weight: 2, arbitrary: fc.constantFrom('', ' ', '\t', '  \t ', ' '.repeat(15), '\t'.repeat(16), ' '.repeat(40)) },
  );
  const file = fc
    .tuple(
      fc.constantFrom('', '\uFEFF'),
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(([mark, lines, newline, closed]) => `${mark}${['a,b,c', ...lines].join(newline)}${closed ? newline : ''}`);

  it(`gives the same values, places and problems by the fast path, in chunks and by the library: ${rounds(1500)} random files`, () => {
    fc.assert(
      fc.property(file, fc.constantFrom('d.csv', 'd.tsv'), (text, fileName) => {
        const own = fileName === 'd.tsv' ? text.replaceAll('\t', ';').replaceAll(',', '\t') : text;
        const found = read(own, fileName);
        assert.deepEqual(read(own, fileName, readInChunks), found);
        assert.deepEqual(read(byLibrary(own), fileName, readInChunks), read(byLibrary(own), fileName));
        const wanted = read(byLibrary(own), fileName);
        // Problems of the header and of the file as a whole are in the first line.
        const besidesHeader = ({ problems, ...rest }: typeof found) => ({
          ...rest,
          problems: problems.map(({ at, ...problem }) => ({ ...problem, at: at?.line === 0 ? undefined : at })),
        });
        assert.deepEqual(besidesHeader(found), besidesHeader(wanted));
      }),
      { numRuns: rounds(1500), seed: 7 },
    );
  });

  it('gives the same for columns of a single kind, over more than a thousand rows', () => {
    const kinds: ((row: number) => string)[] = [
      (row) => ['red', 'green', 'NA', '7'][row % 4],
      (row) => String((row * 7919) % 1000),
      (row) => (row / -7).toFixed(row % 9),
      (row) => String(row / 7),
    ];
    for (const order of [
      [0, 1, 2],
      [1, 0, 2],
      [1, 2, 0],
      [2, 3, 1],
      [0, 3, 0],
    ]) {
      const rows = Array.from({ length: 1200 }, (_, row) => order.map((kind) => kinds[kind](row)).join());
      const text = ['x,y,z', ...rows].join('\n');
      const { columns, rows: count, places } = read(text, 'd.csv');
      const wanted = read(byLibrary(text), 'd.csv');
      assert.equal(count, 1200);
      assert.deepEqual(columns, wanted.columns);
      assert.deepEqual(places?.slice(-3), wanted.places?.slice(-3));
    }
  });

  it('gives the same for columns that are empty or nearly empty, in files of any length', () => {
    const table = (text: string) =>
      readDelimited(
        { bytes: heldBytes(encode(text)), fileName: 'd.csv', path: ['data', 'file'], types: {} },
        new Problems(),
      );
    for (const row of [',,', ',,0', '1,,0', ',x,', '1,,', ',,NA']) {
      for (const count of [1, 2, 8, 10, 20, 100]) {
        const text = ['a,b,c', ...Array.from({ length: count }, () => row), '1,2,3'].join('\n');
        const found = table(text);
        assert.equal(found?.rows, count + 1, `${count} times ${row}`);
        assert.deepEqual(found?.columns, table(byLibrary(text))?.columns);
      }
    }
    // More than one chunk.
    const long = table(['a,b,c', ...Array.from({ length: 30_000 }, () => ',,'), '1,2,3'].join('\n'));
    assert.equal(long?.rows, 30_001);
  });

  it(`gives the same in chunks that end anywhere: ${rounds(400)} random files`, () => {
    const short = fc
      .tuple(fc.constantFrom('', '-'), fc.integer({ min: 0, max: 99999999 }), fc.integer({ min: 0, max: 9 }))
      .map(([sign, digits, point]) => {
        const text = String(digits).padStart(point, '0');
        return `${sign}${text.slice(0, text.length - point)}${point > 0 ? '.' : ''}${text.slice(text.length - point)}`;
      });
    const number = fc.oneof(
      { weight: 20, arbitrary: short },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '',
          '1e5',
          '.',
          '-',
          '1-2',
          '123456789012345',
          '-12345678901234',
          '12345678901234567',
        ),
      },
    );
    const word = fc.constantFrom('red', 'a long name of a colour', '');
    const blank = fc.constantFrom('', '', '', '', ' ', '\t\t');
    const row = fc
      .tuple(number, word, number, fc.constantFrom('', '', '', ' '), blank)
      .map(([a, b, c, space, after]) => [`${space}${a},${b},${c}`, ...(after === '' ? [] : [after])]);
    const file = fc
      .tuple(fc.array(row, { minLength: 1, maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
      .map(([rows, newline, closed]) => ['a,b,c', ...rows.flat()].join(newline) + (closed ? newline : ''));
    const readIn = (text: string, chunk: number) => {
      const builders = ['a', 'b', 'c'].map((name) => new ColumnBuilder(name, {}));
      const starts = readRows(text, builders, chunk);
      return { starts: starts && Array.from(starts), columns: builders.map((builder) => builder.finish()) };
    };
    let chunks = 0;
    fc.assert(
      fc.property(file, fc.integer({ min: 16, max: 40 }), (text, half) => {
        const wanted = readIn(text, 65536);
        assert.ok(wanted.starts);
        assert.deepEqual(readIn(text, 2 * half), wanted);
        chunks += text.length / (2 * half);
      }),
      { numRuns: rounds(400), seed: 11 },
    );
    assert.ok(chunks > rounds(1500), `only ${chunks} chunks`);
  });

  it('is read whatever the lengths of its cells and wherever they end in a block of 64 bytes', () => {
    for (const columns of [1, 2, 7]) {
      const count = 3000 * columns;
      const cells = Array.from({ length: count }, (_, i) => {
        const digits = String(i * 7919 + 1).padStart(1 + ((i * i) % 19), '3');
        const whole = (i * 31) % (digits.length + 1);
        return `${i % 3 === 0 ? '-' : ''}${digits.slice(0, whole)}${i % 4 === 0 ? '' : '.'}${digits.slice(whole)}`;
      });
      const builders = Array.from({ length: columns }, (_, i) => new ColumnBuilder(`c${i}`, { type: 'number' }));
      const lines = Array.from({ length: 3000 }, (_, row) => cells.slice(row * columns, (row + 1) * columns).join());
      for (const chunk of [64, 126, 65536]) {
        assert.ok(readRows(['head', ...lines].join('\n'), builders, chunk));
        for (const [column, builder] of builders.entries()) {
          const found = builder.finish();
          assert.ok(found.type === 'number');
          for (let row = 0; row < 3000; row++) {
            const cell = cells[row * columns + column];
            assert.ok(Object.is(found.values[row], Number(cell)), `${cell}: ${found.values[row]}`);
          }
        }
        builders.splice(0, columns, ...builders.map((_, i) => new ColumnBuilder(`c${i}`, { type: 'number' })));
      }
    }
  });

  it('of one column skips blank lines', () => {
    for (const text of [
      'a\n1\n\n2\n \n3',
      'a\n\n\n1\n2\n3\n\n',
      `a\n1\n${' '.repeat(30)}\n2\n${' '.repeat(15)}\n${' '.repeat(30)}3`,
    ]) {
      const { columns, rows } = read(text, 'd.csv');
      assert.equal(rows, 3);
      assert.deepEqual(columns, read(byLibrary(text), 'd.csv').columns);
    }
  });

  it('is left to the library if it has quotes, rows of different lengths or characters beyond ASCII', () => {
    const rows = (text: string) => readRows(text, [new ColumnBuilder('a', {}), new ColumnBuilder('b', {})]);
    assert.deepEqual(Array.from(rows('a,b\n1,2\n\n3,4') ?? []), [4, 9]);
    for (const text of ['a,b\n1\n', 'a,b\n1,2,3\n', 'a,b\n1,한\n', 'a,b\n1,2\r3,4\n', 'a,b\n1,']) {
      assert.equal(rows(text)?.length, text === 'a,b\n1,' ? 1 : undefined, text);
    }
  });
});
