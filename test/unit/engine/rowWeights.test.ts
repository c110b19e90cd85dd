/** Rows that count more or less than others, in losses, gradients and metrics. */
import assert from 'node:assert/strict';
import { Trainer } from '../../../src/engine';
import { makeMetric } from '../../../src/engine/metrics';
import type { MetricContext } from '../../../src/engine/metrics/metric';
import fixture from '../../fixtures/engine/weighted_metrics.json';
import { complete, dense, engines, network, plan, range, sgd, thing } from './support';

describe('Weights of rows', () => {
  const weights = Float64Array.from(fixture.weights);
  for (const { kind, outputs, targets, values } of fixture.cases) {
    it(`weight the metrics of ${kind} as scikit-learn's sample_weight does`, () => {
      const size = outputs[0].length;
      const context = { kind, outputSize: size, targetSize: size, threshold: 0.5, weighted: true } as MetricContext;
      const all = Float64Array.from(targets.flat());
      for (const [name, expected] of Object.entries(values)) {
        const metric = makeMetric(complete('metric', thing(name, name === 'top_k_accuracy' ? { k: 2 } : {})), context);
        for (const [from, to] of [
          [0, 13],
          [13, 40],
        ]) {
          metric.add(Float64Array.from(outputs.slice(from, to).flat()), all, range(40), from, to - from, weights);
        }
        assert.ok(Math.abs(metric.value() - expected) < 1e-12, `${name}: ${metric.value()}, not ${expected}`);
        assert.equal(metric.snapshot().length, metric.stateLength(40));
      }
    });
  }

  const metrics = ['mean_absolute_error', 'r2'].map((name) => complete('metric', thing(name)));
  const rows = [
    [1, 2, 0.5],
    [-1, 0.5, 2],
    [0.3, -2, -1],
    [2, 1, 0],
  ];
  const counts = [2, 1, 0, 3];

  /** The trainer's final values and weights after a few steps on the whole batch. */
  function trained(chosen: readonly number[], rowWeights: Float64Array | undefined, engine: (typeof engines)[number]) {
    const net = network([2], [dense(3, 'tanh'), dense(1)], 'mean_squared_error');
    const data = {
      inputs: Float64Array.from(chosen.flatMap((row) => rows[row].slice(0, 2))),
      targets: Float64Array.from(chosen.map((row) => rows[row][2])),
      samples: chosen.length,
      targetSize: 1,
      rowWeights,
    };
    const { backend, precision } = engine;
    const trainer = new Trainer({
      plan: plan(net, { metrics, shuffle: false, epochs: 20, batchSize: 6, optimizer: sgd({ learning_rate: 0.1 }) }),
      data,
      parts: { train: range(chosen.length), validation: range(0), test: range(0) },
      backend,
      precision,
    });
    while (!trainer.ended) {
      trainer.trainEpoch();
    }
    const values = [...trainer.history.valuesOf('loss', 20), ...trainer.history.valuesOf('r2', 20)];
    const result = [...values, ...[...trainer.weights().values()].flatMap((tensor) => [...tensor])];
    trainer.dispose();
    return result;
  }

  for (const engine of engines) {
    it(`train as if a row of weight k were there k times, with ${engine.title}`, () => {
      const repeated = counts.flatMap((count, row) => Array.from({ length: count }, () => row));
      const expected = trained(repeated, undefined, engine);
      for (const factor of [1, 0.25]) {
        const found = trained(
          [0, 1, 2, 3],
          Float64Array.from(counts, (count) => count * factor),
          engine,
        );
        for (const [at, value] of found.entries()) {
          assert.ok(
            Math.abs(value - expected[at]) < (engine.precision === 'float64' ? 1e-12 : 1e-4),
            `${at}: ${value}`,
          );
        }
      }
      const plain = trained([0, 1, 2, 3], undefined, engine);
      assert.ok(plain.some((value, at) => Math.abs(value - expected[at]) > 0.01));
    });
  }
});
