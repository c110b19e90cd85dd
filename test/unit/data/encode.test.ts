import assert from 'node:assert/strict';
import { compareCodePoints } from '../../../src/data/cells';
import { brief, csv, csvProblems, rows, rowsProblems } from './support';

/** Half of the distance between 1 and its neighbour in float32, and numbers up to 2. */
const bound = 1.2e-7;
const close = (actual: Iterable<number>, expected: readonly number[]) => {
  const values = [...actual];
  assert.equal(values.length, expected.length);
  values.forEach((value, index) => {
    assert.ok(Math.abs(value - expected[index]) <= bound, `${values} is not ${expected}`);
  });
};

describe('Scaling', () => {
  const text = 'a,c,y\n1,0.1,0\n2,0.1,0\n3,0.1,0\n6,0.1,0\n';

  it(`to standard takes the mean and the standard deviation over n, within ${bound}`, async () => {
    const { dataset } = await csv(text, { scale: 'standard', inputs: ['a'] });
    const deviation = Math.sqrt(14 / 4);
    close(dataset.inputs, [-2 / deviation, -1 / deviation, 0, 3 / deviation]);
    assert.deepEqual(dataset.inputEncodings, [{ column: 'a', type: 'number', shift: 3, scale: deviation }]);
  });

  it(`to minmax maps the smallest to 0 and the largest to 1, within ${bound}`, async () => {
    const { dataset } = await csv(text, { scale: 'minmax', inputs: ['a'] });
    close(dataset.inputs, [0, 0.2, 0.4, 1]);
  });

  for (const scale of ['standard', 'minmax'] as const) {
    it(`to ${scale} makes a constant column exactly 0`, async () => {
      const { dataset } = await csv(text, { scale, inputs: ['c'] });
      assert.deepEqual([...dataset.inputs], [0, 0, 0, 0]);
    });
  }

  it('is fitted on the train part alone', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i * i},${i}`);
    const { dataset } = await csv(`a,y\n${lines.join('\n')}\n`, {
      scale: 'standard',
      split: { train: 0.5, validation: 0.25, test: 0.25 },
    });
    const train = Array.from(dataset.parts.train, (row) => dataset.inputs[row]);
    const mean = train.reduce((a, b) => a + b) / train.length;
    const variance = train.reduce((so, x) => so + x * x, 0) / train.length;
    assert.ok(Math.abs(mean) < 1e-7 && Math.abs(variance - 1) < 1e-6);
    const all = dataset.inputs.reduce((a, b) => a + b) / 40;
    assert.ok(Math.abs(all) > 1e-3);
  });
});

describe('Category inputs', () => {
  it('become one-hot over their sorted values and are not scaled', async () => {
    const { dataset, facts } = await csv('colour,a,y\nred,1,0\nblue,3,0\nred,5,0\n', { scale: 'minmax' });
    assert.deepEqual(dataset.inputNames, ['colour=blue', 'colour=red', 'a']);
    assert.deepEqual([...dataset.inputs], [0, 1, 0, 1, 0, 0.5, 0, 1, 1]);
    assert.deepEqual(facts.columns[0], { name: 'colour', type: 'category', missing: 0 });
  });

  it('that the train part lacks are all zeros, where they are ignored', async () => {
    const table = 'town,y\nb,1\na,2\na,3\nz,4\n,5\n';
    const split = { train: 0.6, validation: 0.4, test: 0, by: { kind: 'time' } } as const;
    const { dataset } = await csv(table, { split, unknown: 'ignore', missing: 'mean' });
    assert.deepEqual(dataset.inputNames, ['town=a', 'town=b']);
    assert.deepEqual([...dataset.inputs], [0, 1, 1, 0, 1, 0, 0, 0, 1, 0]);
    const [encoding] = dataset.inputEncodings;
    assert.deepEqual([encoding.unknown, encoding.imputation], ['ignore', 0]);
    assert.deepEqual((await csv(table, { split, missing: 'mean' })).dataset.inputNames, ['town=a', 'town=b', 'town=z']);
  });

  it('sort by code point, not by UTF-16 unit', () => {
    assert.deepEqual(['😀', '\uFF5E', 'b', 'B', 'é', ''].sort(compareCodePoints), ['', 'B', 'b', 'é', '\uFF5E', '😀']);
  });
});

describe('Missing cells', () => {
  const text = 'a,t,y\n1,u,1\n,v,2\n4,v,3\n7,,4\n8,w,5\n';

  it('drop their rows, where missing is drop', async () => {
    const { dataset } = await csv(text, { missing: 'drop' });
    assert.deepEqual([dataset.samples, [...dataset.targets]], [3, [1, 3, 5]]);
    assert.equal(dataset.inputEncodings[0].imputation, undefined);
  });

  it('become the mean, where missing is mean, and the most frequent value', async () => {
    const { dataset } = await csv(text, { missing: 'mean' });
    assert.deepEqual(dataset.inputEncodings[0].imputation, 5);
    assert.deepEqual([...dataset.inputs.slice(4, 8)], [5, 0, 1, 0]);
    assert.deepEqual([...dataset.inputs.slice(12, 16)], [7, 0, 1, 0]);
  });

  it('become the median, where missing is median', async () => {
    const { dataset } = await csv(text, { missing: 'median', inputs: ['a'] });
    assert.deepEqual([...dataset.inputs], [1, 5.5, 4, 7, 8]);
  });

  for (const [missing, targets] of [
    ['error', [1, 4]],
    ['mean', [1, 3, 4]],
    ['drop', [1, 4]],
  ] as const) {
    it(`in the target drop the row, with a hint, where missing is ${missing}`, async () => {
      // With an error for missing inputs, those of a row without a target do not matter.
      const rows = missing === 'error' ? '1,1\n,\n2,NA\n4,4\n' : '1,1\n,\n2,NA\n,3\n4,4\n';
      const { dataset, facts } = await csv(`a,y\n${rows}`, { missing });
      assert.deepEqual([...dataset.targets], targets);
      assert.deepEqual(
        facts.warnings?.map(({ code, severity, message }) => `${severity} ${code}: ${message.slice(0, 23)}`),
        [
          `hint rows-without-target: 2 of ${missing === 'error' ? 4 : 5} rows have no “y”`,
          ...(missing === 'drop' ? ['hint rows-with-gaps: 1 of 5 rows lacks a cel'] : []),
        ],
      );
    });
  }

  it('are an error where no row or no value is left', async () => {
    assert.deepEqual((await csvProblems('a,y\n1,\n,2\n', { missing: 'drop' })).map(brief), ['no-rows']);
    assert.deepEqual((await csvProblems('a,y\n1,\n2,\n'))[0].path, ['data', 'target']);
    assert.deepEqual((await csvProblems('a,b,y\n,1,1\n,2,2\n', { missing: 'mean' })).map(brief), ['empty-column']);
  });
});

describe('Targets', () => {
  const categorical = { loss: 'categorical_crossentropy' };
  const binary = { loss: 'binary_crossentropy' };

  it('of categorical_crossentropy sort numbers numerically', async () => {
    const { dataset, facts } = await csv('a,y\n1,10\n2,9.0\n3,-1\n4,9\n', categorical);
    assert.deepEqual(facts.classNames, ['-1', '9', '10']);
    assert.deepEqual([...dataset.targets], [0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0]);
    assert.equal(facts.targetKind, 'classes');
  });

  it('of categorical_crossentropy sort text by code point', async () => {
    assert.deepEqual((await csv('a,y\n1,b\n2,B\n3,a\n', categorical)).facts.classNames, ['B', 'a', 'b']);
  });

  it('include a class that only dropped rows have', async () => {
    const { facts } = await csv('a,y\n1,u\n2,v\n,w\n', { ...categorical, missing: 'drop' });
    assert.deepEqual(facts.classNames, ['u', 'v', 'w']);
  });

  it('of categorical_crossentropy are probabilities where there are several columns', async () => {
    const { dataset, facts } = await csv('a,p,q\n1,0.25,0.75\n2,1,0\n', { ...categorical, target: ['p', 'q'] });
    assert.deepEqual(
      [[...dataset.targets], facts.classNames],
      [
        [0.25, 0.75, 1, 0],
        ['p', 'q'],
      ],
    );
    const problems = await csvProblems('a,p,q\n1,0.25,0.7\n2,1,0\n', { ...categorical, target: ['p', 'q'] });
    assert.deepEqual(problems.map(brief), ['not-probabilities 1:2-6']);
    const outside = await csvProblems('a,p,q\n1,1.5,-0.5\n2,1,0\n', { ...categorical, target: ['p', 'q'] });
    assert.deepEqual(outside.map(brief), ['target-range 1:2-5', 'target-range 1:6-10']);
  });

  it('of binary_crossentropy turn two words into 0 and 1', async () => {
    const { dataset } = await csv('a,y\n1,yes\n2,no\n3,yes\n', binary);
    assert.deepEqual([...dataset.targets], [1, 0, 1]);
    assert.deepEqual(dataset.targetEncoding, { columns: ['y'], kind: 'binary', classNames: ['no', 'yes'] });
  });

  it('of binary_crossentropy keep numbers between 0 and 1', async () => {
    const { dataset } = await csv('a,y\n1,0.5\n2,0\n3,1\n', binary);
    assert.deepEqual([[...dataset.targets], dataset.targetEncoding.classNames], [[0.5, 0, 1], undefined]);
    assert.deepEqual((await csv('a,y\n1,0\n2,1\n', binary)).dataset.targetEncoding.classNames, ['0', '1']);
    assert.deepEqual((await csvProblems('a,y\n1,1\n2,2\n', binary)).map(brief), ['target-range 2:2-3']);
  });

  it('of binary_crossentropy treat 1 and 2 as classes where types says category', async () => {
    const { dataset } = await csv('a,y\n1,1\n2,2\n', { ...binary, types: { y: 'category' } });
    assert.deepEqual(
      [[...dataset.targets], dataset.targetEncoding.classNames],
      [
        [0, 1],
        ['1', '2'],
      ],
    );
  });

  it('of binary_crossentropy are independent labels where there are several columns', async () => {
    const { dataset, facts } = await csv('a,p,q\n1,0,yes\n2,0,no\n', { ...binary, target: ['p', 'q'] });
    assert.deepEqual([[...dataset.targets], facts.targetSize, facts.targetKind], [[0, 1, 0, 0], 2, 'binary']);
  });

  it('of binary_crossentropy refuse three words', async () => {
    assert.deepEqual((await csvProblems('a,y\n1,u\n2,v\n3,w\n', binary)).map(brief), ['not-binary']);
  });

  it('refuse one class only', async () => {
    for (const wish of [categorical, binary]) {
      for (const value of ['1', 'yes']) {
        const problems = await csvProblems(`a,y\n1,${value}\n2,${value}\n`, wish);
        assert.deepEqual([problems.map(brief), problems[0].path], [['one-class'], ['data', 'target']]);
        assert.match(problems[0].message, new RegExp(`“${value}” in every row`));
      }
    }
  });

  it('of any other loss are numbers', async () => {
    const { dataset, facts } = await csv('a,y,z\n1,10,-1\n2,20,-2\n', { target: ['z', 'y'] });
    assert.deepEqual([[...dataset.targets], facts.targetKind], [[-1, 10, -2, 20], 'numbers']);
    const problems = await csvProblems('a,y\n1,u\n2,v\n');
    assert.deepEqual([problems.map(brief), problems[0].path], [['target-not-numeric'], ['data', 'target']]);
  });
});

describe('Columns of the spec', () => {
  const text = 'height,weight,y\n1,2,3\n4,5,6\n';

  it('are in the order of inputs', async () => {
    assert.deepEqual([...(await csv(text, { inputs: ['weight', 'height'] })).dataset.inputs], [2, 1, 5, 4]);
  });

  it('that do not exist are reported with the nearest name', async () => {
    const problems = await csvProblems(text, {
      inputs: ['hieght', 'weight'],
      target: ['z'],
      types: { wieght: 'number' },
    });
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path.join('.')}`),
      ['unknown-column data.types.wieght', 'unknown-column data.target', 'unknown-column data.inputs.0'],
    );
    assert.equal(problems[2].message, 'There is no column “hieght”. Did you mean “height”?');
    assert.equal(problems[1].message, 'There is no column “z”. The columns are: height, weight, y.');
  });

  it('that are in use are not suggested for an unknown one', async () => {
    const [input] = await csvProblems('x1,x2,x3\n1,2,3\n', { inputs: ['x1', 'x4'], target: ['x2'] });
    assert.equal(input.message, 'There is no column “x4”. Did you mean “x3”?');
    const [target] = await csvProblems('x1,x2,x3\n1,2,3\n', { inputs: ['x1', 'x2'], target: ['x4'] });
    assert.equal(target.message, 'There is no column “x4”. Did you mean “x3”?');
  });

  it('are reported with a hint at a missing header where all names are numbers', async () => {
    const [problem, doubt] = await csvProblems('5.1,3.5,0\n4.9,3.0,1\n');
    assert.match(doubt.message, /first line of data.csv holds only numbers/);
    assert.match(problem.message, /The columns are: c0, c1, c2/);
  });

  it('cannot be listed twice, nor be input and target at once', async () => {
    const twice = await csvProblems(text, { inputs: ['height', 'height'] });
    assert.deepEqual([twice[0].code, twice[0].path], ['duplicate-column', ['data', 'inputs', 1]]);
    const both = await csvProblems(text, { inputs: ['height', 'y'] });
    assert.deepEqual([both[0].code, both[0].path], ['target-among-inputs', ['data', 'inputs', 1]]);
    const none = await csvProblems('y\n1\n2\n');
    assert.deepEqual(none.map(brief), ['no-inputs']);
    const unnamed = await csvProblems(text, { target: undefined });
    assert.deepEqual(unnamed.map(brief), ['missing-target']);
  });

  it('must fill the shape', async () => {
    assert.deepEqual((await csv(text, { shape: [1, 2, 1] })).facts.inputShape, [1, 2, 1]);
    const problems = await csvProblems(text, { shape: [1, 2, 2] });
    assert.deepEqual([problems[0].code, problems[0].path], ['shape-mismatch', ['data', 'shape']]);
  });
});

describe('Rows in the spec', () => {
  it('hold numbers, text and empty cells', async () => {
    const { dataset } = await rows(
      ['a', 't', 'y'],
      [
        [1, 'u', 0],
        [null, 'v', 1],
        [3, 'NA', 1],
      ],
      { missing: 'mean' },
    );
    assert.deepEqual([...dataset.inputs], [1, 1, 0, 2, 0, 1, 3, 1, 0]);
  });

  it('hold text where digits are in quotes', async () => {
    assert.deepEqual(
      (
        await rows(
          ['a', 'y'],
          [
            ['1', 0],
            ['2', 1],
          ],
        )
      ).dataset.inputNames,
      ['a=1', 'a=2'],
    );
  });

  it('point to the cell at fault', async () => {
    const bad = await rowsProblems(
      ['a', 'y'],
      [
        [1, 0],
        ['x', 1],
        [Number.POSITIVE_INFINITY, 1],
      ],
    );
    assert.deepEqual(
      bad.map(({ code, path }) => `${code} ${path.join('.')}`),
      ['text-cell data.rows.1.0', 'infinite-cell data.rows.2.0'],
    );
    const ragged = await rowsProblems(['a', 'y'], [[1, 0], [1]]);
    assert.deepEqual([ragged[0].code, ragged[0].path], ['ragged-row', ['data', 'rows', 1]]);
    assert.match(ragged[0].message, /^Row 2 has 1 cell, but there are 2 columns\./);
    const wide = await rowsProblems(['y'], [[1], [1, 2]]);
    assert.match(wide[0].message, /^Row 2 has 2 cells, but there is 1 column\./);
  });
});

describe('Weights of rows', () => {
  const text = 'x,w,y\n1,0.5,1\n2,0,2\n3,2,3\n4,1,4\n';

  it('are read from their column, which is no input', async () => {
    const { dataset } = await csv(text, { weights: 'w' });
    assert.deepEqual([[...(dataset.rowWeights ?? [])], dataset.inputNames], [[0.5, 0, 2, 1], ['x']]);
    assert.deepEqual((await csv(text, { weights: 'w', inputs: ['x', 'w'] })).dataset.inputNames, ['x', 'w']);
    assert.equal((await csv(text)).dataset.rowWeights, undefined);
  });

  it('are numbers from 0, not all 0 in a part', async () => {
    const problems = async (content: string, more: Parameters<typeof csv>[1] = {}) =>
      (await csvProblems(content, { weights: 'w', ...more })).map(brief);
    assert.deepEqual(await problems(text.replace('2,0,2', '2,-1,2')), ['row-weight 2:2-4']);
    assert.deepEqual(await problems(text.replace('1,0.5,1', '1,low,1')), ['row-weight']);
    assert.deepEqual(await problems(text.replace('4,1,4', '4,many,4')), ['text-cell 4:2-6']);
    assert.deepEqual(await problems(text.replace('4,1,4', '4,,4'), { missing: 'mean' }), ['missing-cell 4:2-2']);
    assert.deepEqual(await problems(text, { weights: 'v' }), ['unknown-column']);
    const split = { train: 0.5, validation: 0.25, test: 0.25, by: { kind: 'time' } } as const;
    assert.deepEqual(await problems(text.replace('3,2,3', '3,0,3'), { split }), ['row-weight']);
  });
});
