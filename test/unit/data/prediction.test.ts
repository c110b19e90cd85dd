import assert from 'node:assert/strict';
import { predictionRows } from '../../../src/data';
import type { InputEncoding } from '../../../src/data/dataset';
import { brief, csv } from './support';

const training = 'a,colour,y\n1,red,0\n3,blue,1\n,red,1\n5,,0\n';

async function encodings(missing: 'mean' | 'drop' = 'mean'): Promise<readonly InputEncoding[]> {
  return (await csv(training, { missing, scale: 'minmax' })).dataset.inputEncodings;
}

const predict = (text: string, of: readonly InputEncoding[]) =>
  predictionRows(new TextEncoder().encode(text), of, { columns: ['y'], kind: 'numbers' }, 'new.csv');

describe('Rows for prediction', () => {
  it('are encoded as in training', async () => {
    const { dataset } = await csv(training, { missing: 'mean', scale: 'minmax' });
    const result = predict(training, dataset.inputEncodings);
    assert.ok('lineOf' in result);
    const { lineOf, format, ...read } = result;
    assert.deepEqual([lineOf(0), lineOf(3), format?.delimiter], [2, 5, ',']);
    assert.deepEqual(read, {
      inputs: dataset.inputs,
      rows: 4,
      fileRows: 4,
      columns: ['a', 'colour', 'y'],
      targets: Float64Array.of(0, 1, 1, 0),
      warnings: [],
    });
  });

  it('are matched by column name, though the target is missing and there are other columns', async () => {
    const result = predict('note,colour,a\n"x, y",blue,3\n,red,7\n', await encodings());
    assert.ok('lineOf' in result);
    const { lineOf, format: _, ...read } = result;
    assert.deepEqual([lineOf(0), lineOf(1)], [2, 3]);
    assert.deepEqual(read, {
      inputs: Float32Array.of(0.5, 1, 0, 1.5, 0, 1),
      rows: 2,
      fileRows: 2,
      columns: ['note', 'colour', 'a'],
      targets: undefined,
      warnings: [],
    });
  });

  it('are refused with the place where a cell, a category or a column is not as in training', async () => {
    const problems = (text: string, of: readonly InputEncoding[]) => {
      const result = predict(text, of);
      return 'problems' in result ? result.problems : [];
    };
    const imputed = await encodings();
    const dropped = await encodings('drop');
    assert.deepEqual(problems('a,colour\n1,green\n', imputed).map(brief), ['unknown-category 1:2-7']);
    assert.deepEqual(problems('a,colour\nx,red\ninf,red\n', imputed).map(brief), [
      'text-cell 1:0-1',
      'infinite-cell 2:0-3',
    ]);
    // One for the column, however many cells are missing.
    const [gaps, ...others] = problems('a,colour\n1,red\n,red\n,red\n', dropped);
    assert.deepEqual([brief(gaps), others], ['missing-cell 2:0-0', []]);
    assert.match(gaps.message, /missing cells in the column: 2/);
    const [missing] = problems('a,color\n1,red\n', imputed);
    assert.deepEqual(brief(missing), 'unknown-column 0:0-0');
    assert.match(missing.message, /“colour”.*Did you mean “color”\?/);
  });

  it('are refused without more than a hundred of their columns', async () => {
    const [encoding] = await encodings();
    const wanted = Array.from({ length: 101 }, (_, i) => ({ ...encoding, column: `c${i}` }));
    const result = predict('a\n1\n', wanted);
    assert.equal('problems' in result && result.problems.length, 100);
  });
});
