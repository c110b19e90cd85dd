import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shareOfOneRow, splitGroups, splitInOrder, splitRows } from '../../../src/data/split';
import { brief, csv, csvProblems, source } from './support';

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

describe('Splitting rows in order', () => {
  const shares = { train: 0.5, validation: 0.25, test: 0.25 };
  const rowsOf = (parts: ReturnType<typeof splitRows>) => [[...parts.train], [...parts.validation], [...parts.test]];

  it('trains on the first rows of the file and tests the last, with the sizes of a drawn split', async () => {
    assert.deepEqual(rowsOf(splitInOrder(8, shares)), [
      [0, 1, 2, 3],
      [4, 5],
      [6, 7],
    ]);
    for (let rows = 3; rows < 40; rows++) {
      assert.deepEqual(sizes(splitInOrder(rows, shares)), sizes(splitRows(rows, shares, 1)));
    }
    const { dataset } = await csv('x,y\n1,1\n2,2\n3,3\n4,4\n', { split: { ...shares, by: { kind: 'time' } }, seed: 9 });
    assert.deepEqual(rowsOf(dataset.parts), [[0, 1], [2], [3]]);
  });

  it('takes the order of a column, equal ones in that of the file; the column is no input', async () => {
    const by = { kind: 'time', column: 'day' } as const;
    const text = 'x,day,y\n1,2024-02-01,1\n2,2023-12-31,2\n3,2024-02-01,3\n4,2024-01-15,4\n';
    const { dataset } = await csv(text, { split: { ...shares, by } });
    assert.deepEqual(rowsOf(dataset.parts), [[1, 3], [0], [2]]);
    assert.deepEqual(dataset.inputNames, ['x']);
    const numbers = text.replace(/20(\d\d)-(\d\d)-(\d\d)/g, (_, year, month, day) =>
      String(year * 372 + month * 31 + +day),
    );
    const listed = await csv(numbers, { split: { ...shares, by }, inputs: ['x', 'day'] });
    assert.deepEqual(rowsOf(listed.dataset.parts), [[1, 3], [0], [2]]);
    assert.deepEqual(listed.dataset.inputNames, ['x', 'day']);
  });

  it('refuses text whose order is not sure, missing times and columns that are not there', async () => {
    const problems = (text: string, more: Parameters<typeof csv>[1] = {}) =>
      csvProblems(text, { split: { ...shares, by: { kind: 'time', column: 'day' } }, ...more });
    assert.deepEqual((await problems('x,day,y\n1,2024-01-05,1\n2,5/6/2024,2\n3,7/8/2024,3\n4,1,4\n')).map(brief), [
      'split-time 2:2-10',
    ]);
    const missing = await problems('x,day,y\n1,1,1\n2,,2\n3,3,3\n4,4,4\n', { missing: 'mean' });
    assert.deepEqual(missing.map(brief), ['missing-cell 2:2-2']);
    assert.equal(missing[0].column?.role, 'row');
    const { dataset } = await csv('x,day,y\n1,1,1\n2,,2\n3,3,3\n4,4,4\n', {
      split: { ...shares, by: { kind: 'time', column: 'day' } },
      missing: 'drop',
    });
    assert.equal(dataset.samples, 3);
    const [unknown] = await problems('x,dya,y\n1,1,1\n');
    assert.deepEqual(
      [unknown.code, unknown.meant, unknown.path],
      ['unknown-column', 'dya', ['data', 'split', 'by', 'time']],
    );
  });
});

describe('Splitting groups', () => {
  it('keeps each group in one part and comes near the shares', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 200, maxLength: 400 }), fc.nat(1000), (groupOf, seed) => {
        const shares = { train: 0.6, validation: 0.2, test: 0.2 };
        const codes = Int32Array.from(groupOf);
        const parts = splitGroups(codes, 41, shares, seed);
        const found = [parts.train, parts.validation, parts.test].map(
          (rows) => new Set([...rows].map((row) => codes[row])),
        );
        assert.equal(found[0].size + found[1].size + found[2].size, new Set(groupOf).size);
        const largest = Math.max(...new Int32Array(41).map((_, g) => groupOf.filter((each) => each === g).length));
        for (const [at, size] of sizes(parts).entries()) {
          assert.ok(Math.abs(size - [0.6, 0.2, 0.2][at] * groupOf.length) <= largest + 1, `${sizes(parts)}`);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('leaves no part empty where there are as many groups, and says so where there are not', async () => {
    const shares = { train: 0.8, validation: 0.1, test: 0.1 };
    for (let seed = 0; seed < 20; seed++) {
      assert.ok(sizes(splitGroups(Int32Array.of(0, 0, 1, 1, 2, 2), 3, shares, seed)).every((size) => size === 2));
    }
    const text = 'x,who,y\n1,a,1\n2,a,2\n3,b,3\n4,b,4\n';
    const by = { kind: 'group', column: 'who' } as const;
    const [problem] = await csvProblems(text, { split: { ...shares, by } });
    assert.deepEqual([problem.code, problem.path[1]], ['empty-part', 'split']);
    assert.match(problem.message, /No group is left/);
    const { dataset } = await csv(text, { split: { train: 0.5, validation: 0.5, test: 0, by }, seed: 3 });
    assert.deepEqual(dataset.inputNames, ['x']);
    assert.deepEqual(sizes(dataset.parts), [2, 2, 0]);
    const other = await csv(text, { split: { train: 0.5, validation: 0.5, test: 0, by }, seed: 3 });
    assert.deepEqual(other.dataset.parts, dataset.parts);
  });
});
