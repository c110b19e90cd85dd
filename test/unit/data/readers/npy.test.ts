import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { heldBytes } from '../../../../src/data/bytes';
import { Problems } from '../../../../src/data/problems';
import { readTable } from '../../../../src/data/readers/readTable';
import { assertGrows } from '../../../harness/growth';
import { rounds } from '../../../harness/rounds';
import { fileNamed, fileProblems, readInChunks } from '../support';
import { fromBase64, npyBytes, valuesOf } from './arrays';
import { type Hostile, refuseEach } from './hostile';

function read(bytes: Uint8Array, inChunks = false) {
  const problems = new Problems();
  const held = inChunks ? readInChunks(bytes) : heldBytes(bytes);
  const table = readTable({ bytes: held, fileName: 'a.npy', path: ['data', 'file'], types: {} }, problems);
  return { table, problems: problems.list() };
}

describe('Arrays of NumPy', () => {
  const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/arrays.json'), 'utf8')) as {
    readonly cases: readonly {
      readonly name: string;
      readonly bytes: string;
      readonly shape: readonly number[];
      readonly columns: readonly (readonly (number | null)[])[];
    }[];
    readonly refused: Readonly<Record<string, string>>;
  };
  for (const { name, bytes, shape, columns } of fixture.cases) {
    it(`are read as NumPy reads them: ${name}`, () => {
      for (const inChunks of [false, true]) {
        const { table, problems } = read(fromBase64(bytes), inChunks);
        assert.deepEqual(problems, []);
        assert.deepEqual(table?.columns.map(valuesOf), columns);
        assert.deepEqual(
          table?.columns.map((column) => column.name),
          columns.map((_, i) => `c${i}`),
        );
        assert.deepEqual(table?.samples?.[0].shape ?? [], shape.slice(1));
      }
    });
  }

  it('read back every array that is written in them', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(shape, numbers, fc.boolean(), fc.boolean(), (axes, values, little, fortran) => {
        const count = axes.reduce((a, b) => a * b, 1);
        const all = Array.from({ length: count }, (_, i) => values[i % values.length] + i);
        const { table } = read(npyBytes(axes, all, { little, fortran }));
        const width = count / axes[0];
        const found = Array.from({ length: count }, (_, i) => {
          const column = table?.columns[i % width];
          return column?.type === 'number' ? column.values[Math.floor(i / width)] : undefined;
        });
        assert.deepEqual(found, all);
      }),
      { numRuns: rounds(500) },
    );
  });

  const codes: Readonly<Record<string, string>> = {
    objects: 'array-type',
    text: 'array-type',
    complex: 'array-type',
    dates: 'array-type',
    fields: 'array-type',
    'int64 beyond 2^53': 'inexact-number',
    'uint64 beyond 2^53': 'inexact-number',
    'a single number': 'array-shape',
    'no rows': 'no-rows',
    'no columns': 'no-rows',
  };
  refuseEach(
    Object.entries(fixture.refused).map(([name, bytes]) => [name, fromBase64(bytes), codes[name]] as const),
    read,
  );

  it('name the row and the byte of a number that float64 does not hold', () => {
    const [{ message }] = read(fromBase64(fixture.refused['int64 beyond 2^53'])).problems;
    assert.match(message, /^Row 2, column “c1” \(byte 152\):/);
  });

  const plain = npyBytes([2, 3], [1, 2, 3, 4, 5, 6]);
  const withHeader = (text: string) => npyBytes([2, 3], [1, 2, 3, 4, 5, 6], {}, text);
  const hostile: Hostile = [
    ['no bytes', new Uint8Array(0), 'array-damaged'],
    ['a header without its end', plain.subarray(0, 40), 'array-damaged'],
    ['numbers without their end', plain.subarray(0, -1), 'array-damaged'],
    ['more numbers than the shape', Uint8Array.from([...plain, 0]), 'array-damaged'],
    ['another file', new TextEncoder().encode('a,b\n1,2\n'.repeat(9)), 'array-damaged'],
    ['a future version', plain.map((byte, i) => (i === 6 ? 9 : byte)), 'array-damaged'],
    ['a long header', plain.map((byte, i) => (i === 6 ? 2 : i > 7 && i < 12 ? 255 : byte)), 'array-damaged'],
    ['no shape', withHeader("{'descr': '<f8', 'fortran_order': False}"), 'array-damaged'],
    ['a negative shape', withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (-2, 3)}"), 'array-damaged'],
    ['code as a shape', withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (exit(),)}"), 'array-damaged'],
    [
      'a product that overflows',
      withHeader("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 3)}"),
      'too-many-columns',
    ],
    [
      'rows that do not fit into memory',
      withHeader("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}"),
      'data-too-large',
    ],
    [
      'a shape of many axes',
      withHeader(`{'descr': '<f8', 'fortran_order': False, 'shape': (${'1, '.repeat(5000)})}`),
      'array-damaged',
    ],
    ['a type of no numbers', withHeader("{'descr': '<q8', 'fortran_order': False, 'shape': (2, 3)}"), 'array-type'],
    [
      'a type named like a method',
      withHeader("{'descr': 'constructor', 'fortran_order': False, 'shape': (2, 3)}"),
      'array-type',
    ],
  ];
  refuseEach(hostile, read);

  it('train like the same table in CSV, in the shape of the file', async () => {
    const values = Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) / 4);
    const csv = Array.from({ length: 6 }, (_, row) => values.slice(6 * row, 6 * row + 6).join(',')).join('\n');
    const names = ['c0', 'c1', 'c2', 'c3', 'c4'];
    const one = await fileNamed('a.npy', npyBytes([6, 6], values), { target: ['c5'] });
    const two = await fileNamed('a.csv', `${[...names, 'c5'].join(',')}\n${csv}\n`, { target: ['c5'] });
    assert.deepEqual(one.dataset.inputs, two.dataset.inputs);
    assert.deepEqual(one.facts, two.facts);
    const [missing] = await fileProblems('a.npy', npyBytes([2, 2], [1, 2, Number.NaN, 4]), { target: ['c1'] });
    assert.equal(missing.at, undefined);
    assert.deepEqual(missing.path, ['data', 'file']);
    assert.match(missing.message, /^Row 2, column “c0” \(byte 144\): the cell is missing/);
    const [infinite] = await fileProblems('a.npy', npyBytes([1, 2], [Number.POSITIVE_INFINITY, 4]), { target: ['c1'] });
    assert.equal(infinite.code, 'infinite-cell');
  });

  it('read a column as the spec declares it', () => {
    const problems = new Problems();
    const bytes = heldBytes(npyBytes([3, 2], [1, 2, 1, 3, Number.NaN, 4]));
    const types = { c0: 'category' } as const;
    const table = readTable({ bytes, fileName: 'a.npy', path: [], types }, problems);
    assert.deepEqual(table?.columns.map(valuesOf), [
      ['1', '1', null],
      [2, 3, 4],
    ]);
  });

  it('take a time that grows no faster than the array', async () => {
    await assertGrows(
      4_000,
      (size) => npyBytes([size, 4], Array.from({ length: 4 * size }, Number), { fortran: true }),
      (bytes) => read(bytes),
    );
  });
});
