import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { loadDataset, loadFacts, predictionRows } from '../../../../src/data';
import { heldBytes } from '../../../../src/data/bytes';
import { Problems } from '../../../../src/data/problems';
import { arrayNames } from '../../../../src/data/readers/npz';
import { readTable } from '../../../../src/data/readers/readTable';
import type { ArrayNames, DataSpec } from '../../../../src/spec/spec';
import { rounds } from '../../../harness/rounds';
import { filesWith, readInChunks } from '../support';
import { fromBase64, npyBytes, valuesOf } from './arrays';
import { type Hostile, refuseEach } from './hostile';

function read(bytes: Uint8Array, arrays?: ArrayNames, inChunks = false) {
  const problems = new Problems();
  const held = inChunks ? readInChunks(bytes) : heldBytes(bytes);
  const path = ['data', 'file'];
  const table = readTable({ bytes: held, fileName: 'set.npz', path, types: {}, arrays }, problems);
  return { table, problems: problems.list() };
}

const x = npyBytes([3, 2], [1, 2, 3, 4, 5, 6]);
const y = npyBytes([3], [7, 8, 9]);
const plain = zipSync({ 'x.npy': x, 'y.npy': y }, { level: 0 });
const packed = zipSync({ 'x.npy': x, 'y.npy': y });
const both = { inputs: 'x', target: 'y' } as const;

/** Offset of the record that lists the first entry. */
const listOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 22 + 16, true);

function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

describe('Archives of NumPy', () => {
  const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/arrays.json'), 'utf8')) as {
    readonly archives: readonly {
      readonly name: string;
      readonly bytes: string;
      readonly arrays: Readonly<Record<string, readonly (readonly number[])[]>>;
    }[];
  };
  for (const { name, bytes, arrays } of fixture.archives) {
    it(`hold the arrays of NumPy: ${name}`, () => {
      for (const inChunks of [false, true]) {
        for (const [inputs, columns] of Object.entries(arrays)) {
          const { table, problems } = read(fromBase64(bytes), { inputs, target: 'y' }, inChunks);
          assert.deepEqual(problems, []);
          assert.deepEqual(table?.columns.map(valuesOf), [...columns, ...arrays.y]);
          assert.deepEqual(table?.targets, ['y']);
          assert.equal(table?.columns.at(-1)?.name, 'y');
        }
      }
    });
  }

  it('read back every array that is written in them', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const arrays = fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), fc.array(number, { minLength: 1 }), {
      minKeys: 1,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(arrays, fc.boolean(), (written, deflated) => {
        const entries = Object.entries(written).map(([name, values]): [string, Uint8Array] => [
          `${name}.npy`,
          npyBytes([values.length], values),
        ]);
        const bytes = zipSync(Object.fromEntries(entries) as Zippable, { level: deflated ? 6 : 0 });
        for (const [inputs, values] of Object.entries(written)) {
          assert.deepEqual(read(bytes, { inputs }).table?.columns.map(valuesOf), [values]);
        }
      }),
      { numRuns: rounds(100) },
    );
  });

  it('need no names where there is one array; several columns of targets are numbered', () => {
    assert.deepEqual(read(zipSync({ 'a.npy': x })).table?.columns.map(valuesOf), [
      [1, 3, 5],
      [2, 4, 6],
    ]);
    const { table } = read(plain, { inputs: 'y', target: 'x' });
    assert.deepEqual(
      table?.columns.map(({ name }) => name),
      ['c0', 'x0', 'x1'],
    );
    assert.match(table?.place(1, 2).words ?? '', /^Row 2, column “x1” \(byte/);
    const clash = zipSync({ 'c.npy': x, 'c0.npy': y });
    assert.deepEqual(read(clash, { inputs: 'c', target: 'c0' }).table?.targets, ['target_c0']);
    assert.deepEqual(read(clash, { inputs: 'c0', target: 'c' }).table?.targets, ['target_c0', 'target_c1']);
  });

  it('unpack nothing but the arrays that are named', () => {
    const damaged = packed.slice();
    damaged.fill(255, listOf(packed) - 60, listOf(packed) - 20);
    assert.equal(read(damaged, both).problems.length, 1);
    assert.deepEqual(read(damaged, { inputs: 'x' }).problems, []);
  });

  it('say what they hold where a name is missing', () => {
    const unnamed = (names: readonly string[]) =>
      read(zipSync(Object.fromEntries(names.map((name) => [`${name}.npy`, y])))).problems[0];
    const usual = unnamed(['y_train', 'x_test', 'x_train', 'y_test']);
    assert.deepEqual([usual.code, usual.meant], ['missing-arrays', '{ inputs: x_train, target: y_train }']);
    assert.match(
      usual.message,
      /holds the arrays “y_train”, .* such as: arrays: \{ inputs: x_train, target: y_train \}/,
    );
    assert.equal(unnamed(['a', 'b']).meant, undefined);
    const [wrong] = read(plain, { inputs: 'X', target: 'y' }).problems;
    assert.deepEqual([wrong.code, wrong.path, wrong.meant], ['unknown-array', ['data', 'arrays', 'inputs'], 'x']);
    const [other] = read(plain, { inputs: 'x', target: 'quite_different' }).problems;
    assert.deepEqual([other.path, other.meant], [['data', 'arrays', 'target'], undefined]);
    assert.match(other.message, /Its arrays are: “x”, “y”\./);
    const [count] = read(zipSync({ 'x.npy': x, 'y.npy': npyBytes([2], [1, 2]) }), both).problems;
    assert.deepEqual([count.code, count.path], ['label-count', ['data', 'arrays', 'target']]);
  });

  it('train by their own target, in the shape of the inputs, and predict with it or without', async () => {
    const images = npyBytes([3, 1, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const bytes = zipSync({ 'x.npy': images, 'y.npy': y });
    const data: DataSpec = {
      origin: { kind: 'file', path: 'set.npz', arrays: both },
      types: {},
      split: { train: 1, validation: 0, test: 0 },
      stratify: false,
      scale: 'none',
      missing: 'error',
    };
    const request = { data, loss: 'mean_squared_error', seed: 0 };
    const loaded = await loadDataset(request, filesWith(bytes));
    assert.ok('dataset' in loaded);
    assert.deepEqual(await loadFacts(request, filesWith(bytes)), { facts: loaded.facts });
    const { inputs, targets, inputShape, inputEncodings, targetEncoding } = loaded.dataset;
    assert.deepEqual([...inputs], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    assert.deepEqual([...targets], [7, 8, 9]);
    assert.deepEqual(inputShape, [1, 2, 2]);
    const predict = (file: Uint8Array, arrays?: ArrayNames, needsTargets = false) =>
      predictionRows(file, inputEncodings, targetEncoding, 'new.npz', { arrays, needsTargets });
    const rows = predict(bytes, both, true);
    assert.ok('inputs' in rows);
    assert.deepEqual([...rows.inputs], [...inputs]);
    assert.deepEqual([...(rows.targets ?? [])], [7, 8, 9]);
    const alone = zipSync({ 'x.npy': images });
    assert.equal('targets' in predict(alone, both), true);
    assert.ok('problems' in predict(alone, both, true));
    const [several] = (predict(bytes) as { problems: { message: string }[] }).problems;
    assert.match(several.message, /holds several arrays: “x”, “y”/);
  });

  const list = listOf(plain);
  const hostile: Hostile = [
    ['no bytes', new Uint8Array(0), 'array-damaged'],
    ['another file', new TextEncoder().encode('a,b\n1,2\n'.repeat(9)), 'array-damaged'],
    ['an encrypted entry', changed(plain, list + 8, 1), 'array-damaged'],
    ['an unknown way to pack', changed(plain, list + 10, 12), 'array-damaged'],
    ['a size in another record', changed(plain, list + 24, 255, 255, 255, 255), 'array-damaged'],
    ['a list in another record', changed(plain, plain.length - 22 + 16, 255, 255, 255, 255), 'array-damaged'],
    ['one part of several', changed(plain, plain.length - 22 + 4, 1), 'array-damaged'],
    ['a list behind the end', changed(plain, plain.length - 22 + 16, 255, 255, 255, 127), 'array-damaged'],
    ['more entries than there are', changed(plain, plain.length - 22 + 8, 200, 0, 200, 0), 'array-damaged'],
    ['an entry behind the end', changed(plain, list + 42, 255, 255, 255, 127), 'array-damaged'],
    ['an entry of an enormous size', changed(packed, listOf(packed) + 24, 0, 0, 0, 29), 'array-damaged'],
    ['an entry above the limit', changed(plain, list + 24, 0, 0, 0, 30), 'array-damaged'],
    ['a smaller size than the entry has', changed(packed, listOf(packed) + 24, 9), 'array-damaged'],
    ['another checksum', changed(plain, list + 16, 1, 2, 3, 4), 'array-damaged'],
    ['other bytes', changed(plain, 30 + 5 + x.length - 1, 1), 'array-damaged'],
    ['an array that is damaged', zipSync({ 'x.npy': x.subarray(0, -1), 'y.npy': y }), 'array-damaged'],
    ['no arrays', zipSync({ 'x.txt': y }), 'unknown-array'],
    ['a path in place of a name', zipSync({ '../x.npy': x, '/y.npy': y }), 'unknown-array'],
  ];
  refuseEach(hostile, (bytes) => read(bytes, both));

  it('name their arrays, or none if they are damaged', () => {
    const names = (bytes: Uint8Array) => arrayNames(heldBytes(bytes), 'a.npz');
    assert.deepEqual(names(zipSync({ 'x.npy': x, 'y.npy': y, 'z.txt': y })), ['x', 'y']);
    assert.deepEqual(names(packed.subarray(0, -5)), []);
  });

  it('refuse two arrays of one name', () => {
    const twice = changed(plain, list + 46 + 'x.npy'.length + 46, 'x'.charCodeAt(0));
    assert.match(read(twice, both).problems[0].message, /holds “x\.npy” twice/);
  });

  it('refuse every beginning of a file, and read any other bytes without failing', () => {
    for (let length = 0; length < packed.length; length++) {
      assert.equal(read(packed.subarray(0, length), both).table, undefined);
    }
    for (let at = 0; at < packed.length; at++) {
      read(changed(packed, at, packed[at] ^ 0xff), both, at % 2 === 0);
    }
  });

  it('refuse an array that unpacks to far more than it says, before it fills the memory', () => {
    const bomb = zipSync({ 'x.npy': new Uint8Array(100_000_000) });
    const lying = changed(bomb, listOf(bomb) + 24, 0, 1, 0, 0);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(read(lying, { inputs: 'x' }).problems[0].code, 'array-damaged');
    assert.ok(process.memoryUsage().arrayBuffers - before < 60_000_000);
  });
});
