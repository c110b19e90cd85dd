import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkData } from '../../../src/data';
import { type Folds, foldsOf } from '../../../src/data/folds';
import { Problems } from '../../../src/data/problems';
import type { Table } from '../../../src/data/table';
import type { SplitBy } from '../../../src/spec/spec';
import { csvRequest, filesWith } from './support';

/** Folds of `rows` rows, of which the last `tested` are the test part; `column` is what `by` names. */
function divide(
  { rows, tested = 0, folds, seed = 0 }: { rows: number; tested?: number; folds: number; seed?: number },
  { by, column, classes }: { by?: SplitBy; column?: number[]; classes?: number[] } = {},
) {
  const problems = new Problems();
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const found = foldsOf(
    {
      data: { ...csvRequest('a.csv').data, split: { train: 1, validation: 0, test: 0, by } },
      seed,
      table: {
        columns: [{ name: 'c', type: 'number', values: Float64Array.from(column ?? []), bad: [] }],
      } as unknown as Table,
      splitBy: column && 0,
      folds,
    },
    {
      kept: all,
      parts: {
        // Train and validation parts lie in one another, as a split draws them.
        train: all.filter((row) => row < rows - tested && row % 3 > 0),
        validation: all.filter((row) => row < rows - tested && row % 3 === 0),
        test: all.subarray(rows - tested),
      },
      classes: classes && { of: Int32Array.from(classes), names: ['rare', 'common'] },
    },
    problems,
  );
  return { parts: found && Array.from({ length: folds }, (_, i) => found.partsOf(i + 1)), problems: problems.list() };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('Folds', () => {
  it('validate each row of the train and validation parts once, and train on all others, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(60), fc.nat(5), fc.nat(99), (folds, more, tested, seed) => {
        const rows = folds + more + tested;
        const { parts } = divide({ rows, tested, folds, seed });
        const validated = parts!.flatMap(({ validation }) => [...validation]);
        assert.deepEqual(
          validated.toSorted((a, b) => a - b),
          range(0, rows - tested),
        );
        for (const { train, validation, test } of parts!) {
          const both = [...train, ...validation];
          assert.deepEqual(
            both.toSorted((a, b) => a - b),
            range(0, rows - tested),
          );
          assert.deepEqual(
            [...train],
            [...train].toSorted((a, b) => a - b),
          );
          assert.equal(test.length, 0);
          assert.ok(Math.abs(validation.length - (rows - tested) / folds) < 1);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('depend on the seed, and are not the parts of the split', () => {
    const of = (seed: number) => divide({ rows: 30, folds: 3, seed }).parts!.map(({ validation }) => [...validation]);
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });

  it('keep the shares of classes where the split is stratified, and warn of a class with fewer rows', () => {
    const classes = range(0, 53).map((row) => Number(row % 4 > 0));
    const { parts, problems } = divide({ rows: 53, folds: 5 }, { classes });
    for (const { validation } of parts!) {
      const rare = [...validation].filter((row) => classes[row] === 0).length;
      assert.ok(rare === 2 || rare === 3, `${rare} of 14 rows`);
    }
    assert.deepEqual(problems, []);
    const few = divide({ rows: 53, folds: 20 }, { classes });
    assert.equal(few.parts?.length, 20);
    assert.deepEqual(
      few.problems.map(({ code, severity, message, path }) => [code, severity, message, path.join('.')]),
      [
        [
          'rare-class',
          'warning',
          'Class “rare” has fewer rows in the train and validation parts (14) than there are folds (20): some folds validate without it.',
          'training.cross_validation',
        ],
      ],
    );
  });

  it('keep groups whole', () => {
    const column = range(0, 40).map((row) => (row * row) % 11);
    const { parts } = divide({ rows: 40, folds: 3 }, { by: { kind: 'group', column: 'c' }, column });
    for (const { train, validation } of parts!) {
      const trained = new Set([...train].map((row) => column[row]));
      assert.ok(validation.length > 0 && [...validation].every((row) => !trained.has(column[row])));
    }
  });

  it('train on earlier blocks alone where the split is by time, as scikit-learn’s TimeSeriesSplit', () => {
    const { in_time: expected } = JSON.parse(readFileSync('test/fixtures/data/folds.json', 'utf8'));
    const plain = (parts: ReturnType<Folds['partsOf']>[]) =>
      parts.map(({ train, validation }) => ({ train: [...train], validation: [...validation] }));
    assert.deepEqual(plain(divide({ rows: 24, folds: 5 }, { by: { kind: 'time' } }).parts!), expected);
    const column = range(0, 24).map((row) => -row);
    const backwards = divide({ rows: 24, folds: 5 }, { by: { kind: 'time', column: 'c' }, column }).parts!;
    assert.deepEqual([...backwards[0].train], [20, 21, 22, 23]);
    assert.deepEqual([...backwards[4].validation], [0, 1, 2, 3]);
  });

  it('are refused where there are too few rows or groups, with the largest number that does', () => {
    const brief = ({ problems }: ReturnType<typeof divide>) => problems.map(({ message, meant }) => [message, meant]);
    assert.deepEqual(brief(divide({ rows: 4, tested: 1, folds: 4 })), [
      ['4 folds need 4 rows in the train and validation parts, which have 3. Write fewer folds, or add rows.', '3'],
    ]);
    assert.deepEqual(brief(divide({ rows: 3, folds: 3 }, { by: { kind: 'time' } })), [
      ['3 folds need 4 rows in the train and validation parts, which have 3. Write fewer folds, or add rows.', '2'],
    ]);
    assert.deepEqual(brief(divide({ rows: 1, folds: 2 })), [
      [
        '2 folds need 2 rows in the train and validation parts, which have 1. Write fewer folds, or add rows.',
        undefined,
      ],
    ]);
    assert.deepEqual(
      brief(divide({ rows: 6, folds: 3 }, { by: { kind: 'group', column: 'c' }, column: [1, 2, 1, 2, 1, 2] })),
      [
        [
          'There are fewer groups in “c” (2) than folds (3), and a group is not divided. Write fewer folds, or split by another column.',
          '2',
        ],
      ],
    );
  });

  it('fit scaling, imputation and categories on their own train rows, and say in which fold that fails', async () => {
    const table = (cells: string[]) => filesWith(`a,b,y\n${cells.join('\n')}\n`);
    const data = {
      ...csvRequest('a.csv').data,
      scale: 'standard',
      missing: 'mean',
      unknown: 'ignore',
      split: { train: 0.5, validation: 0.5, test: 0, by: { kind: 'time' } },
    } as const;
    const request = { ...csvRequest('a.csv'), data, folds: 3 };
    const checked = await checkData(request, table(['1,u,1', '3,u,1', '5,v,1', '7,w,1']));
    assert.ok('encode' in checked, JSON.stringify(checked));
    const [first, second] = [checked.encode(1), checked.encode(2)];
    assert.deepEqual(first.inputEncodings[0], { column: 'a', type: 'number', shift: 1, scale: 1, imputation: 1 });
    assert.deepEqual(second.inputEncodings[0], { column: 'a', type: 'number', shift: 2, scale: 1, imputation: 2 });
    assert.deepEqual(
      [1, 2, 3].map((fold) => checked.encode(fold).inputEncodings[1].categories),
      [['u'], ['u'], ['u', 'v']],
    );
    assert.deepEqual(
      checked.folds.map(({ inputSize }) => inputSize),
      [2, 2, 3],
    );
    assert.deepEqual(checked.encode().parts.train.length, 2);
    const failing = await checkData(request, table([',u,1', '3,u,1', '5,v,1', '7,w,1']));
    assert.deepEqual('problems' in failing && failing.problems.map(({ message }) => message), [
      'Fold 1: Column “a” has no values in the train part to go by. Leave it out of inputs, or fill it in.',
    ]);
  });
});
