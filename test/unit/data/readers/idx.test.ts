import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { loadDataset, loadFacts } from '../../../../src/data';
import { heldBytes } from '../../../../src/data/bytes';
import { Problems } from '../../../../src/data/problems';
import { readTable } from '../../../../src/data/readers/readTable';
import type { DataSpec } from '../../../../src/spec/spec';
import { rounds } from '../../../harness/rounds';
import { readInChunks } from '../support';
import { fromBase64, npyBytes, valuesOf } from './arrays';
import { type Hostile, refuseEach } from './hostile';

function read(bytes: Uint8Array, inChunks = false) {
  const problems = new Problems();
  const held = inChunks ? readInChunks(bytes) : heldBytes(bytes);
  const table = readTable({ bytes: held, fileName: 'a-idx3-ubyte', path: ['data', 'file'], types: {} }, problems);
  return { table, problems: problems.list() };
}

function idxBytes(shape: readonly number[], values: readonly number[], type = 8): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, type);
  header.setUint8(3, shape.length);
  for (const [axis, length] of shape.entries()) {
    header.setUint32(4 + 4 * axis, length);
  }
  return Uint8Array.from([...new Uint8Array(header.buffer), ...values]);
}

describe('IDX files', () => {
  const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/arrays.json'), 'utf8')) as {
    readonly idx: readonly {
      readonly name: string;
      readonly bytes: string;
      readonly shape: readonly number[];
      readonly columns: readonly (readonly number[])[];
    }[];
  };
  for (const { name, bytes, shape, columns } of fixture.idx) {
    it(`hold the numbers of NumPy: ${name}`, () => {
      for (const inChunks of [false, true]) {
        const { table, problems } = read(fromBase64(bytes), inChunks);
        assert.deepEqual(problems, []);
        assert.deepEqual(table?.columns.map(valuesOf), columns);
        const sample = shape.length === 3 ? [1, ...shape.slice(1)] : shape.slice(1);
        assert.deepEqual(table?.samples?.[0].shape ?? [], sample);
      }
    });
  }

  it('read back every array that is written in them', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(shape, fc.integer({ min: 0, max: 255 }), (axes, first) => {
        const count = axes.reduce((a, b) => a * b, 1);
        const values = Array.from({ length: count }, (_, i) => (first + 7 * i) % 256);
        const { table } = read(idxBytes(axes, values));
        const width = count / axes[0];
        const found = values.map((_, i) => table && valuesOf(table.columns[i % width])[Math.floor(i / width)]);
        assert.deepEqual(found, values);
      }),
      { numRuns: rounds(200) },
    );
  });

  const plain = idxBytes([2, 2], [1, 2, 3, 4]);
  const hostile: Hostile = [
    ['no bytes', new Uint8Array(0), 'array-damaged'],
    ['two bytes', plain.subarray(0, 2), 'array-damaged'],
    ['a header without its end', plain.subarray(0, 9), 'array-damaged'],
    ['numbers without their end', plain.subarray(0, -1), 'array-damaged'],
    ['more numbers than the shape', Uint8Array.from([...plain, 0]), 'array-damaged'],
    ['another beginning', plain.map((byte, i) => (i === 0 ? 1 : byte)), 'array-damaged'],
    ['a type that does not exist', idxBytes([2, 2], [1, 2, 3, 4], 10), 'array-damaged'],
    ['no axes', idxBytes([], [1]), 'array-shape'],
    ['no rows', idxBytes([0, 2], []), 'no-rows'],
    ['a product that overflows', idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], []), 'too-many-columns'],
    ['rows that do not fit into memory', idxBytes([2 ** 32 - 1, 2], []), 'data-too-large'],
    [
      '255 axes',
      idxBytes(
        Array.from({ length: 255 }, () => 2 ** 32 - 1),
        [],
      ),
      'too-many-columns',
    ],
  ];
  refuseEach(hostile, read);
});

describe('A file of labels', () => {
  const data: DataSpec = {
    origin: { kind: 'file', path: 'images.idx.gz', labels: 'labels.idx' },
    target: ['label'],
    types: {},
    split: { train: 1, validation: 0, test: 0 },
    stratify: false,
    scale: 'none',
    missing: 'error',
  };
  const images = gzipSync(idxBytes([3, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]));
  const load = async (labels: Uint8Array, more: Partial<DataSpec> = {}, loss = 'categorical_crossentropy') => {
    const files = {
      read: (name: string) => Promise.resolve(/images/.test(name) ? images : labels),
      readShipped: () => Promise.reject(new Error('unused')),
    };
    const request = { data: { ...data, ...more }, loss, seed: 0 };
    const loaded = await loadDataset(request, files);
    assert.deepEqual(await loadFacts(request, files), 'facts' in loaded ? { facts: loaded.facts } : loaded);
    return loaded;
  };

  it('gives the target of each image, and the images their shape', async () => {
    const loaded = await load(idxBytes([3], [7, 2, 7]));
    assert.ok('dataset' in loaded);
    const { dataset } = loaded;
    assert.deepEqual([...dataset.inputs], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]);
    assert.deepEqual(dataset.inputShape, [1, 2, 2]);
    assert.deepEqual(dataset.targetEncoding.classNames, ['2', '7']);
    assert.deepEqual([...dataset.targets], [0, 1, 1, 0, 0, 1]);
    const other = await load(idxBytes([3], [7, 2, 2]));
    assert.ok('dataset' in other);
    assert.notEqual(other.dataset.hash, dataset.hash, 'the labels are a part of the data');
  });

  it('may be an array of NumPy', async () => {
    const origin = { kind: 'file', path: 'images.idx.gz', labels: 'labels.npy' } as const;
    const loaded = await load(npyBytes([3, 1], [0.5, 1, 2]), { origin }, 'mean_squared_error');
    assert.ok('dataset' in loaded);
    assert.deepEqual([...loaded.dataset.targets], [0.5, 1, 2]);
    const gap = await load(npyBytes([3, 1], [0.5, Number.NaN, 2]), { origin }, 'mean_squared_error');
    assert.ok('dataset' in gap);
    assert.deepEqual([...gap.dataset.targets], [0.5, 2]);
  });

  for (const [name, labels, code] of [
    ['of another count', idxBytes([2], [1, 2]), 'label-count'],
    ['with two numbers in a row', idxBytes([3, 2], [1, 2, 3, 4, 5, 6]), 'array-shape'],
    ['that is damaged', idxBytes([3], [1, 2]), 'array-damaged'],
  ] as const) {
    it(`is refused at its key: one ${name}`, async () => {
      const loaded = await load(labels);
      assert.ok('problems' in loaded);
      assert.deepEqual(
        loaded.problems.map((problem) => [problem.code, problem.path]),
        [[code, ['data', 'labels']]],
      );
    });
  }
});
