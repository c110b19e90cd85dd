import assert from 'node:assert/strict';
import { type ProgramData, referenceBackend, Trainer } from '../../../src/engine';
import { baselinesOf } from '../../../src/engine/baseline';
import type { Thing } from '../../../src/spec/spec';
import { complete, dataOf, dense, near, network, plan, range, thing, trainOnly } from './support';

/** Baselines of a network whose loss and metrics are named, on parts of these targets. */
function measured(
  [loss, output]: readonly [loss: string, output: string],
  targets: readonly (readonly number[])[],
  { metrics = [], train = targets.length, sampleWeights }: Options = {},
) {
  const outputs = loss === 'gaussian_nll' ? 2 * targets[0].length : targets[0].length;
  const data: ProgramData = {
    ...dataOf(
      targets.map(() => [0]),
      targets,
    ),
    sampleWeights,
  };
  const parts = {
    train: range(train),
    validation: range(targets.length - train, train),
    test: new Int32Array(0),
  };
  const training = { metrics: metrics.map((name): Thing => complete('metric', thing(name))) };
  return baselinesOf({ plan: plan(network([1], [dense(outputs, output)], loss), training), data, parts });
}

interface Options {
  readonly metrics?: readonly string[];
  readonly train?: number;
  readonly sampleWeights?: Float64Array;
}

function equals(found: readonly (readonly [string, number])[] | undefined, wanted: Record<string, number>): void {
  assert.deepEqual(
    found?.map(([tag]) => tag),
    Object.keys(wanted),
  );
  near(found?.map(([, value]) => value) ?? [], Object.values(wanted), 1e-12, 'baseline', 'its formula');
}

const columnOf = (numbers: readonly number[]) => numbers.map((number) => [number]);
const oneHot = (classes: readonly number[]) => classes.map((own) => [0, 1, 2].map((k) => Number(k === own)));
const { log } = Math;

describe('the baseline', () => {
  it('answers each class by its share in the train part: the entropy, and the majority class', () => {
    const found = measured(['categorical_crossentropy', 'softmax'], oneHot([0, 0, 1, 2, 1, 2]), {
      metrics: ['accuracy', 'auc'],
      train: 4,
    });
    equals(found.train, { loss: 0.5 * log(2) + 0.5 * log(4), accuracy: 0.5, auc: 0.5 });
    // Class 0 does not occur here. The area under the curve is not defined for it.
    equals(found.validation, { loss: log(4), accuracy: 0, auc: 0.5 });
    assert.equal(found.test, undefined);
  });

  it('answers yes by its share', () => {
    const found = measured(['binary_crossentropy', 'sigmoid'], columnOf([1, 0, 0, 0, 1]), {
      metrics: ['accuracy', 'f1', 'matthews'],
      train: 4,
    });
    equals(found.train, { loss: -0.25 * log(0.25) - 0.75 * log(0.75), accuracy: 0.75, f1: 0, matthews: 0 });
    equals(found.validation, { loss: log(4), accuracy: 0, f1: 0, matthews: 0 });
  });

  it('answers measured values by their mean, and for absolute errors by their median', () => {
    const metrics = ['mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error', 'r2'];
    const found = measured(['mean_absolute_error', 'linear'], columnOf([1, 2, 4, 9, 3]), { metrics, train: 4 });
    equals(found.train, {
      loss: 2.5,
      mean_squared_error: 9.5,
      root_mean_squared_error: Math.sqrt(9.5),
      mean_absolute_error: 2.5,
      r2: 0,
    });
    equals(found.validation, {
      loss: 0,
      mean_squared_error: 1,
      root_mean_squared_error: 1,
      mean_absolute_error: 0,
      r2: 0,
    });
  });

  it('counts a sample of the loss by its weight', () => {
    const sampleWeights = Float64Array.of(1, 1, 1, 5);
    const squared = measured(['mean_squared_error', 'linear'], columnOf([0, 0, 0, 8]), { sampleWeights });
    equals(squared.train, { loss: 15 });
    const absolute = measured(['mean_absolute_error', 'linear'], columnOf([0, 0, 0, 8]), { sampleWeights });
    equals(absolute.train, { loss: 3 });
  });

  it('takes the loss of scaled targets, and metrics in their own units', () => {
    const own = Float64Array.of(1, 10, 1000);
    const scales = [{ log: true, shift: 0, scale: 1 }] as const;
    const data = { ...dataOf([[0], [0], [0]], columnOf([0, log(10), log(1000)])), units: { targets: own, scales } };
    const training = { metrics: [complete('metric', thing('mean_absolute_error')), complete('metric', thing('r2'))] };
    const found = baselinesOf({
      plan: plan(network([1], [dense(1)], 'mean_squared_error'), training),
      data,
      parts: trainOnly(3),
    });
    const mean = log(10_000) / 3;
    const loss = (mean ** 2 + (log(10) - mean) ** 2 + (log(1000) - mean) ** 2) / 3;
    equals(found.train, { loss, mean_absolute_error: 333, r2: 0 });
  });

  it('is omitted where it is not finite', () => {
    // The variance of equal targets is 0, and its logarithm −∞.
    equals(measured(['gaussian_nll', 'linear'], columnOf([2, 2])).train, {});
  });

  // These losses are smallest for their constant answer. Others (huber, focal) have it as a fair guess.
  const smallest: readonly (readonly [loss: string, output: string, targets: readonly (readonly number[])[]])[] = [
    [
      'mean_squared_error',
      'linear',
      [
        [1, 5],
        [2, 0],
        [9, 1],
        [3, 3],
      ],
    ],
    ['half_mean_squared_error', 'linear', columnOf([1, 2, 9])],
    ['mean_absolute_error', 'linear', columnOf([1, 2, 9])],
    ['poisson', 'exponential', columnOf([0, 2, 5])],
    [
      'gaussian_nll',
      'linear',
      [
        [1, 5],
        [2, 0],
        [9, 1],
      ],
    ],
    ['binary_crossentropy', 'sigmoid', columnOf([0, 1, 1, 1])],
    ['hinge', 'linear', columnOf([0, 1, 1, 1])],
    ['categorical_crossentropy', 'softmax', oneHot([0, 1, 1, 2])],
    ['negative_log_likelihood', 'log_softmax', oneHot([0, 1, 1, 2])],
    [
      'kl_divergence',
      'softmax',
      [
        [0.2, 0.3, 0.5],
        [0.6, 0.3, 0.1],
      ],
    ],
  ];
  for (const [loss, output, targets] of smallest) {
    it(`is what a network of biases alone learns: ${loss}`, () => {
      const [[, wanted]] = measured([loss, output], targets).train ?? [['', Number.NaN]];
      const outputs = loss === 'gaussian_nll' ? 2 * targets[0].length : targets[0].length;
      const data = dataOf(
        targets.map(() => [0]),
        targets,
      );
      const training = { optimizer: thing('adam', { learning_rate: 0.05 }), epochs: 1500 };
      const trainer = new Trainer({
        plan: plan(network([1], [dense(outputs, output)], loss), training),
        data,
        parts: trainOnly(targets.length),
        backend: referenceBackend,
        precision: 'float64',
      });
      while (!trainer.ended) {
        trainer.runChunk(() => true);
      }
      const [[, learned]] = trainer.evaluate('train') ?? [['', Number.NaN]];
      assert.ok(learned > wanted - 1e-9, `learned ${learned}, better than ${wanted}`);
      assert.ok(learned < wanted + 0.02, `learned ${learned}, far from ${wanted}`);
    });
  }
});
