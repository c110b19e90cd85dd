import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shareOfOneRow, splitRows } from '../../../src/data/split';
import { csvProblems, source } from './support';

const sizes = (split: ReturnType<typeof splitRows>) => [split.train.length, split.validation.length, split.test.length];

describe('Splitting rows', () => {
  it('gives every row to one part, in order inside each', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(9)),
        fc.option(fc.integer({ min: 1, max: 5 })),
        fc.nat(1000),
        (rows, [a, b, c], classCount, seed) => {
          const sum = a + b + c;
          const shares = { train: a / sum, validation: b / sum, test: c / sum };
          const classes =
            classCount === null ? undefined : Int32Array.from({ length: rows }, (_, i) => (i * i) % classCount);
          const split = splitRows(rows, shares, seed, classes);
          const all = [...split.train, ...split.validation, ...split.test];
          assert.deepEqual(
            all.sort((x, y) => x - y),
            Array.from({ length: rows }, (_, i) => i),
          );
          for (const part of [split.train, split.validation, split.test]) {
            assert.ok(part.every((row, i) => i === 0 || part[i - 1] < row));
          }
          sizes(split).forEach((size, index) => {
            const share = [a, b, c][index] / sum;
            assert.ok(Math.abs(size - share * rows) < 1.0001, `${size} of ${share * rows}`);
          });
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it('rounds by the largest remainder; the earlier part wins a tie', () => {
    const of = (rows: number, train: number, validation: number, test = 0) =>
      sizes(splitRows(rows, { train, validation, test }, 0));
    assert.deepEqual(of(150, 0.8, 0.2), [120, 30, 0]);
    assert.deepEqual(of(4, 0.8, 0.2), [3, 1, 0]);
    assert.deepEqual(of(5, 0.5, 0.5), [3, 2, 0]);
    assert.deepEqual(of(10, 0.7, 0.2, 0.1), [7, 2, 1]);
    assert.deepEqual(of(100, 0.29, 0.71), [29, 71, 0]);
  });

  it('gives a part that is empty a row at the share that the message names', () => {
    for (let rows = 2; rows < 300; rows++) {
      for (const train of [0, 0.5, 0.99].slice(0, rows)) {
        const validation = shareOfOneRow(rows);
        const shares = { train: (1 - validation) * train, validation, test: (1 - validation) * (1 - train) };
        assert.ok(splitRows(rows, shares, 1).validation.length > 0, `${rows} rows`);
      }
    }
  });

  it('keeps the order of the file where there is one part', () => {
    assert.deepEqual([...splitRows(5, { train: 1, validation: 0, test: 0 }, 7).train], [0, 1, 2, 3, 4]);
  });

  it('depends on the seed and on nothing else', () => {
    const shares = { train: 0.5, validation: 0.5, test: 0 };
    assert.deepEqual(splitRows(50, shares, 3), splitRows(50, shares, 3));
    assert.notDeepEqual(splitRows(50, shares, 3).train, splitRows(50, shares, 4).train);
  });

  it('gives each class its share where it is stratified', async () => {
    const { dataset } = await source(
      'iris',
      {},
      {
        loss: 'categorical_crossentropy',
        split: { train: 0.8, validation: 0.1, test: 0.1 },
        stratify: true,
      },
    );
    const count = (rows: Int32Array) =>
      [0, 1, 2].map((k) => rows.filter((row) => dataset.targets[row * 3 + k] === 1).length);
    assert.deepEqual(count(dataset.parts.train), [40, 40, 40]);
    assert.deepEqual(count(dataset.parts.validation), [5, 5, 5]);
    assert.deepEqual(count(dataset.parts.test), [5, 5, 5]);
  });

  it('carries the rounding error of one class over to the next', () => {
    const classes = Int32Array.from({ length: 10 }, (_, i) => i >> 1);
    assert.deepEqual(sizes(splitRows(10, { train: 0.8, validation: 0.2, test: 0 }, 1, classes)), [8, 2, 0]);
  });

  it('is an error where a part stays empty, or classes are wanted and there are none', async () => {
    const text = 'a,y\n1,2\n3,4\n';
    const empty = await csvProblems(text, { split: { train: 0.9, validation: 0.1, test: 0 } });
    assert.deepEqual([empty[0].code, empty[0].path], ['empty-part', ['data', 'split', 'validation']]);
    assert.match(empty[0].message, /Give it a larger share, such as 0\.5, or add rows/);
    const labels = await csvProblems('a,y,z\n1,0,1\n3,1,0\n', {
      target: ['y', 'z'],
      stratify: true,
      loss: 'binary_crossentropy',
    });
    assert.deepEqual([labels[0].code, labels[0].path], ['stratify-without-classes', ['data', 'stratify']]);
  });
});
