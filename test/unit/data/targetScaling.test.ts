import assert from 'node:assert/strict';
import { scaleTarget, unscaleOutputs, unscaleTarget } from '../../../src/spec/targetScale';
import { brief, csv, csvProblems, rowsProblems } from './support';

describe('Scaled targets', () => {
  const text = 'x,y\n1,100\n2,200\n3,300\n4,10000\n';

  it('are learned scaled and kept as they are', async () => {
    const { dataset, facts } = await csv(text, { scaleTarget: 'minmax' });
    assert.deepEqual(
      [...dataset.targets].map((value) => Number(value.toFixed(4))),
      [0, 0.0101, 0.0202, 1],
    );
    assert.deepEqual([...(dataset.units?.targets ?? [])], [100, 200, 300, 10000]);
    assert.deepEqual(dataset.targetEncoding.scaling, [{ shift: 100, scale: 9900 }]);
    assert.deepEqual(
      facts.targetMoments?.map(({ name, mean }) => [name, mean]),
      [['y', 2650]],
    );
    const plain = await csv(text);
    assert.deepEqual([...plain.dataset.targets], [100, 200, 300, 10000]);
    assert.deepEqual([plain.dataset.units, plain.dataset.targetEncoding.scaling], [undefined, undefined]);
  });

  it('are scaled by median and quartiles, and not limited', async () => {
    const numbers = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1e6 : i));
    const lines = numbers.map((y, x) => `${x},${y}`).join('\n');
    const { dataset, facts } = await csv(`x,y\n${lines}\n`, { scaleTarget: 'robust' });
    const [scale] = dataset.targetEncoding.scaling ?? [];
    assert.deepEqual([scale.shift, scale.scale.toFixed(3)], [50, (50 / 1.34898).toFixed(3)]);
    assert.ok(Math.abs(unscaleTarget(dataset.targets[100], scale) - 1e6) < 1, 'not cut off');
    assert.equal(facts.targetMoments?.[0].wild?.farthest, 1e6);
  });

  it('are fitted on the train part alone', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i},${i * i}`);
    const { dataset } = await csv(`x,y\n${lines.join('\n')}\n`, {
      scaleTarget: 'standard',
      split: { train: 0.5, validation: 0.25, test: 0.25 },
    });
    const train = [...dataset.parts.train].map((row) => dataset.targets[row]);
    assert.ok(Math.abs(train.reduce((a, b) => a + b) / train.length) < 1e-12);
    assert.ok(Math.abs(dataset.targets.reduce((a, b) => a + b) / 40) > 1e-3);
  });

  it('have a logarithm only above 0: the first cell of each column that has none is named', async () => {
    const problems = await csvProblems('x,y,z\n1,5,1\n2,0,1\n3,-4,1\n4,2,-1\n', {
      target: ['y', 'z'],
      scaleTarget: 'log',
    });
    assert.deepEqual(problems.map(brief), ['target-range 2:2-3', 'target-range 4:4-6']);
    const [inSpec] = await rowsProblems(
      ['x', 'y'],
      [
        [1, 0],
        [2, 3],
      ],
      { scaleTarget: 'log' },
    );
    assert.deepEqual(inSpec.path, ['data', 'rows', 0, 1]);
  });

  it('may have numbers that float32 does not hold, where the scaled ones fit', async () => {
    const large = 'x,y\n1,1e300\n2,2e300\n3,4e300\n';
    assert.deepEqual(
      (await csvProblems(large)).map(({ code }) => code),
      ['number-too-large'],
    );
    assert.equal((await csv(large, { scaleTarget: 'log' })).dataset.units?.targets[2], 4e300);
    assert.deepEqual(
      (await csvProblems(large, { scaleTarget: 'standard' })).map(({ code, path }) => [code, path]),
      [['number-too-large', ['data', 'scale_target']]],
    );
    assert.ok((await csv('x,y\n1,1e60\n2,2e60\n', { scaleTarget: 'standard' })).dataset.targets.every(Number.isFinite));
  });

  it('are put back by the inverse, and log-variances by the square of the scale', () => {
    for (const scale of [
      { shift: 3, scale: 7 },
      { log: true, shift: 3, scale: 0.5 },
    ] as const) {
      assert.ok(Math.abs(unscaleTarget(scaleTarget(50, scale), scale) - 50) < 1e-12);
    }
    const own = unscaleOutputs(
      [1, 2, 0, 0],
      1,
      4,
      [
        { shift: 10, scale: 2 },
        { shift: 0, scale: 1 },
      ],
      new Float64Array(4),
    );
    assert.deepEqual([...own], [12, 2, Math.log(4), 0]);
  });
});
