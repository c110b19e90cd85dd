import assert from 'node:assert/strict';
import { makeMetric } from '../../../src/engine/metrics';
import type { MetricContext } from '../../../src/engine/metrics/metric';
import { catalogue } from '../../../src/spec/catalogue';
import { higherIsBetter } from '../../../src/spec/catalogue/metrics';
import rankCases from '../../fixtures/engine/ranks.json';
import { complete, range, thing } from './support';

const labels: MetricContext = { kind: 'binary', outputSize: 1, targetSize: 1, threshold: 0.5 };
const classes: MetricContext = { kind: 'classes', outputSize: 3, targetSize: 3, threshold: 0.5 };
const numbers: MetricContext = { kind: 'numbers', outputSize: 1, targetSize: 1, threshold: 0.5 };

/** The metric's value from two batches. The second row of the data comes first, as after a shuffle. */
function measured(
  name: string,
  context: MetricContext,
  outputs: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  parameters = {},
): number {
  const metric = makeMetric(complete('metric', thing(name, parameters)), context);
  const order = range(outputs.length);
  [order[0], order[1]] = [order[1], order[0]];
  const all = Float64Array.from(targets.flat());
  const cut = Math.floor(outputs.length / 2);
  for (const [from, to] of [
    [0, cut],
    [cut, outputs.length],
  ]) {
    const batch = Float64Array.from([...order.subarray(from, to)].flatMap((row) => outputs[row]));
    metric.add(batch, all, order, from, to - from);
    const other = makeMetric(complete('metric', thing(name, parameters)), context);
    other.restore(metric.snapshot());
    assert.deepEqual(other.value(), metric.value());
    assert.equal(metric.snapshot().length, metric.stateLength(to));
  }
  const value = metric.value();
  metric.reset();
  const batch = Float64Array.from([...order].flatMap((row) => outputs[row]));
  metric.add(batch, all, order, 0, outputs.length);
  assert.ok(Object.is(metric.value(), value) || Math.abs(metric.value() - value) < 1e-12);
  return value;
}

function near(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-12, `${found}, not ${expected}`);
}

// Three true positives, one false, two missed, four true negatives.
const scores = [0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.35, 0.2, 0.1, 0.05].map((p) => [p]);
const truth = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0].map((t) => [t]);
// Confusion [target, predicted]: [[2, 1, 0], [0, 1, 1], [0, 0, 2]].
const answers = [
  [0.8, 0.1, 0.1],
  [0.5, 0.3, 0.2],
  [0.3, 0.4, 0.3],
  [0.1, 0.7, 0.2],
  [0.1, 0.4, 0.5],
  [0.2, 0.3, 0.5],
  [0, 0, 1],
];
const right = [0, 0, 0, 1, 1, 2, 2].map((k) => [0, 1, 2].map((j) => Number(j === k)));

describe('metrics', () => {
  it('of one output follow from the counts of right and wrong answers', () => {
    near(measured('accuracy', labels, scores, truth), 0.7);
    near(measured('precision', labels, scores, truth), 3 / 4);
    near(measured('recall', labels, scores, truth), 3 / 5);
    near(measured('f1', labels, scores, truth), 6 / 9);
    near(measured('matthews', labels, scores, truth), (3 * 4 - 1 * 2) / Math.sqrt(4 * 5 * 5 * 6));
    // In 3 of 25 pairs the positive is lower: 0.4 and 0.3 against 0.6, and 0.3 against 0.35.
    near(measured('auc', labels, scores, truth), 22 / 25);
    near(measured('accuracy', { ...labels, threshold: 0 }, scores, truth), 0.5);
  });

  it('of classes are the mean over the classes, each against the rest', () => {
    near(measured('accuracy', classes, answers, right), 5 / 7);
    near(measured('precision', classes, answers, right), (1 + 1 / 2 + 2 / 3) / 3);
    near(measured('recall', classes, answers, right), (2 / 3 + 1 / 2 + 1) / 3);
    near(measured('f1', classes, answers, right), (4 / 5 + 1 / 2 + 4 / 5) / 3);
    // right·n − Σ predicted·target = 5·7 − (2·3 + 2·2 + 3·2), with 2, 2, 3 predicted and 3, 2, 2 targets.
    near(measured('matthews', classes, answers, right), (35 - 16) / Math.sqrt((49 - 17) * (49 - 17)));
    near(measured('top_k_accuracy', classes, answers, right, { k: 1 }), 5 / 7);
    near(measured('top_k_accuracy', classes, answers, right, { k: 2 }), 1);
    near(measured('top_k_accuracy', classes, answers, right, { k: 9 }), 1);
  });

  it('top_k ranks the first of equal outputs higher', () => {
    const equal = [
      [0.5, 0.5, 0],
      [0.5, 0.5, 0],
    ];
    const second = [
      [0, 1, 0],
      [1, 0, 0],
    ];
    near(measured('top_k_accuracy', classes, equal, second, { k: 1 }), 0.5);
  });

  it('auc counts a tie as one half, skips classes that all or no samples have, and is NaN where none remains', () => {
    near(measured('auc', labels, [[0.5], [0.5], [0.5]], [[1], [0], [0]]), 0.5);
    assert.ok(Number.isNaN(measured('auc', labels, [[0.5], [0.1]], [[1], [1]])));
    const two = [
      [0.6, 0.4, 0],
      [0.3, 0.7, 0],
    ];
    near(
      measured('auc', classes, two, [
        [1, 0, 0],
        [0, 1, 0],
      ]),
      1,
    );
  });

  it('of ranks are those of scikit-learn, also with ties, a rare class and several classes', () => {
    const cases = rankCases;
    for (const { scores: given, targets, ...expected } of cases) {
      const size = given[0].length;
      const context = size === 1 ? labels : { ...classes, outputSize: size, targetSize: size };
      near(measured('auc', context, given, targets), expected.auc);
      near(measured('average_precision', context, given, targets), expected.average_precision);
    }
    assert.ok(cases.length > 5);
  });

  it('average_precision skips classes without a sample, and is NaN where none remains', () => {
    near(measured('average_precision', classes, answers.slice(0, 3), right.slice(0, 3)), 1);
    assert.ok(Number.isNaN(measured('average_precision', labels, [[0.5], [0.1]], [[0], [0]])));
  });

  it('average_precision ends, and is NaN, where the output of a positive is NaN', () => {
    assert.ok(Number.isNaN(measured('average_precision', labels, [[0.5], [Number.NaN], [0.1]], [[0], [1], [1]])));
  });

  it('are 0 where a quotient is 0/0', () => {
    for (const name of ['precision', 'recall', 'f1', 'matthews']) {
      near(measured(name, labels, [[0.1], [0.2]], [[0], [0]]), 0);
    }
  });

  it('of numeric outputs are means over samples, and r2 compares with the mean of the targets', () => {
    const outputs = [[1], [2], [4], [3]];
    const targets = [[1], [3], [2], [3]];
    near(measured('mean_squared_error', numbers, outputs, targets), 5 / 4);
    near(measured('root_mean_squared_error', numbers, outputs, targets), Math.sqrt(5 / 4));
    near(measured('mean_absolute_error', numbers, outputs, targets), 3 / 4);
    near(measured('r2', numbers, outputs, targets), 1 - 5 / 2.75);
    near(measured('r2', numbers, [[2], [2]], [[2], [2]]), 1);
    const prices = Array.from({ length: 1000 }, (_, i) => [100 + ((i * 7919) % 1013) / 7]);
    const mean = prices.reduce((sum, [price]) => sum + price, 0) / prices.length;
    assert.equal(
      measured(
        'r2',
        numbers,
        prices.map(() => [mean]),
        prices,
      ),
      0,
    );
    near(measured('r2', numbers, [[2], [1]], [[2], [2]]), 0);
    const far = 1e8;
    near(measured('r2', numbers, [[far], [far + 2]], [[far], [far + 4]]), 0.5);
    // Means and log-variances: the means alone are compared.
    const halves: MetricContext = { kind: 'numbers', outputSize: 2, targetSize: 1, threshold: 0.5 };
    const spread = [
      [1, 9],
      [2, 9],
    ];
    near(measured('mean_absolute_error', halves, spread, [[1], [4]]), 1);
  });

  it('of many classes have a state whose length grows with the classes, not with the samples', () => {
    const many: MetricContext = { kind: 'classes', outputSize: 2000, targetSize: 2000, threshold: 0.5 };
    for (const name of ['precision', 'recall', 'f1', 'matthews']) {
      assert.ok(makeMetric(thing(name), many).stateLength(1_000_000) <= 4 * 2000, name);
    }
  });

  it('include all of the catalogue, and early stopping knows which of them are better when larger', () => {
    const names = catalogue.filter(({ kind }) => kind === 'metric').map(({ name }) => name);
    for (const name of names) {
      assert.equal(makeMetric(complete('metric', thing(name)), classes).name, name);
    }
    const errors = names.filter((name) => !higherIsBetter(`val_${name}`));
    assert.deepEqual(errors, ['mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error']);
    assert.equal(higherIsBetter('loss'), false);
    assert.equal(higherIsBetter('accuracy'), true);
  });
});
