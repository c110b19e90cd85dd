import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { takeAll } from '../../../src/common/steps';
import { predictPieces, referenceBackend, wasmBackend } from '../../../src/engine';
import { sampleWeights } from '../../../src/engine/classWeights';
import { addBatch, makeMetric } from '../../../src/engine/metrics';
import { dense, network, plan, range, thing } from './support';

const draws = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => normal(3, purposes.generate, step, i));

function piecesOf(work: Generator<void, unknown> | undefined): number {
  assert.ok(work);
  let pieces = 0;
  while (!work.next().done) {
    pieces++;
  }
  return pieces;
}

describe('a large network that is looked at', () => {
  const training = plan(network([1100], [dense(2100, 'tanh'), dense(1)], 'mean_squared_error'));
  const data = { inputs: draws(2200, 0), targets: draws(2, 1), samples: 2, targetSize: 1 };

  it('gives the same predictions on both backends, and draws no weights', () => {
    const weights = new Map(
      training.network.layers.flatMap(({ tensors }) =>
        tensors.map(
          ({ name, shape }) =>
            [
              name,
              draws(
                shape.reduce((a, b) => a * b, 1),
                2,
              ),
            ] as const,
        ),
      ),
    );
    const outputs = [referenceBackend, wasmBackend].map((backend) => [
      ...takeAll(predictPieces(training, weights, data.inputs, 2, backend)),
    ]);
    for (const [i, value] of outputs[0].entries()) {
      assert.ok(Math.abs(value - outputs[1][i]) < 1e-3 * Math.abs(value));
    }
    const none = predictPieces(training, new Map(), data.inputs, 2, referenceBackend);
    assert.throws(() => takeAll(none), /no tensor dense_1\.weight/);
  });
});

describe('very many classes or samples', () => {
  it('are counted class by class, in room that grows with the classes', () => {
    const classes = 2000;
    const context = { kind: 'classes', outputSize: classes, targetSize: classes, threshold: 0.5 } as const;
    const outputs = new Float32Array(3 * classes);
    const targets = new Float32Array(3 * classes);
    // Of three samples two are right.
    for (const [s, [answer, right]] of [
      [5, 5],
      [1999, 1999],
      [7, 5],
    ].entries()) {
      outputs[s * classes + answer] = 1;
      targets[s * classes + right] = 1;
    }
    for (const [name, sum] of [
      ['precision', 2],
      ['recall', 1.5],
      ['f1', 2 / 3 + 1],
    ] as const) {
      const metric = makeMetric(thing(name), context);
      metric.add(outputs, targets, range(3), 0, 3);
      assert.equal(metric.value(), sum / classes, name);
      assert.ok(metric.snapshot().length <= 4 * classes + 1, name);
    }
  });

  it('have the differences of many outputs taken in pieces, with the values of whole samples', () => {
    const [outputSize, samples] = [300_000, 3];
    const context = { kind: 'numbers', outputSize, targetSize: outputSize, threshold: 0.5 } as const;
    const [outputs, targets] = [0, 1].map((step) => draws(samples * outputSize, step));
    const rows = Int32Array.of(2, 0, 1);
    const data = { inputs: outputs, targets, samples, targetSize: outputSize };
    for (const name of ['mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error', 'r2']) {
      const [parted, whole] = [1, 2].map(() => makeMetric(thing(name), context));
      // Two pieces and a bit of each sample.
      assert.equal(piecesOf(addBatch([parted], data, { outputs, size: outputSize }, rows, 0, samples)), 8, name);
      whole.add(outputs, targets, rows, 0, samples);
      assert.equal(parted.value(), whole.value(), name);
      assert.deepEqual(parted.snapshot(), whole.snapshot(), name);
    }
  });

  it('are weighed by class in pieces', () => {
    const samples = 100_000;
    const targets = Float32Array.from({ length: samples }, (_, i) => Number(i % 4 === 0));
    const data = { inputs: targets, targets, samples, targetSize: 1 };
    const work = () => sampleWeights('balanced', data, range(samples), ['0', '1']);
    assert.ok(piecesOf(work()) >= 6);
    assert.deepEqual([...takeAll(work()).subarray(0, 3)], [2, 2 / 3, 2 / 3]);
  });
});
