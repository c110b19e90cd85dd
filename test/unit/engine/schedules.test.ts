import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer } from '../../../src/engine';
import { makeSchedule } from '../../../src/spec/schedules';
import type { Thing, TrainingSpec } from '../../../src/spec/spec';
import { adam, complete, dataOf, dense, network, plan, range, sgd, thing } from './support';

const scheduled = (sketch: Thing, steps = 100, learningRate = 0.1) =>
  makeSchedule(complete('schedule', sketch), { learningRate, steps });

const samples = 20;

function trainer(training: Partial<TrainingSpec>): Trainer {
  const rows = [...range(samples)];
  return new Trainer({
    plan: plan(network([3], [dense(4, 'tanh'), dense(3, 'softmax')], 'categorical_crossentropy'), {
      batchSize: 4,
      epochs: 5,
      ...training,
    }),
    data: dataOf(
      rows.map((i) => [0, 1, 2].map((k) => normal(1, purposes.generate, 0, 3 * i + k))),
      rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
    ),
    parts: { train: range(14), validation: range(6, 14), test: new Int32Array(0) },
    backend: referenceBackend,
    classNames: ['a', 'b', 'c'],
  });
}

function ratesOf(run: Trainer): number[] {
  const rates: number[] = [];
  while (!run.ended) {
    rates.push(run.learningRate);
    run.trainBatch();
  }
  return rates;
}

const busy: Partial<TrainingSpec> = {
  schedule: thing('reduce_on_plateau', { monitor: 'val_accuracy', patience: 0, factor: 0.5, warmup: 3 }),
  optimizer: adam({ learning_rate: 0.05, amsgrad: true, weight_decay: 0.01 }),
  clipValue: 0.2,
  clipNorm: 0.3,
  classWeight: 'balanced',
  metrics: ['accuracy', 'auc', 'f1', 'matthews', 'r2', 'mean_absolute_error'].map((name) => thing(name)),
};

describe('schedules', () => {
  it('multiply the first N steps by (k + 1)/N where there is a warm-up', () => {
    const { rate } = scheduled(thing('linear', { start: 1, end: 0, steps: 10, warmup: 4 }));
    const expected = [0.1 * 0.25, 0.09 * 0.5, 0.08 * 0.75, 0.07, 0.06];
    expected.forEach((value, k) => {
      assert.ok(Math.abs(rate(k) - value) < 1e-15, `step ${k}: ${rate(k)}`);
    });
  });

  it('polynomial ends at its end and stays there', () => {
    const { rate } = scheduled(thing('polynomial', { power: 2, end: 0.01, steps: 10 }));
    assert.ok(Math.abs(rate(5) - (0.09 * 0.25 + 0.01)) < 1e-15);
    assert.deepEqual([rate(0), rate(10), rate(11)], [0.1, 0.01, 0.01]);
  });

  it('one_cycle is finite for every length of a run, and holds its last rate beyond it', () => {
    for (const steps of [1, 2, 3, 4, 10]) {
      const { rate, momentum } = scheduled(thing('one_cycle', { maximum: 1 }), steps);
      for (let k = 0; k <= steps; k++) {
        assert.ok(rate(k) > 0 && rate(k) <= 1, `${steps} steps, step ${k}: ${rate(k)}`);
        assert.ok((momentum?.(k) ?? 0) >= 0.85 && (momentum?.(k) ?? 0) <= 0.95);
      }
      assert.equal(rate(steps), rate(steps - 1));
    }
  });

  it('give step k its rate, one step a batch, over the run’s total where steps is omitted', () => {
    const schedule = thing('linear', { start: 1, end: 0 });
    // 14 samples in batches of 4: four steps an epoch.
    const rates = ratesOf(trainer({ schedule, optimizer: sgd({ learning_rate: 0.1 }) }));
    assert.equal(rates.length, 20);
    rates.forEach((rate, k) => {
      assert.ok(Math.abs(rate - 0.1 * (1 - k / 20)) < 1e-15, `step ${k}: ${rate}`);
    });
  });

  it('end where a rate is set by hand, also after a restored snapshot', () => {
    const options = { schedule: thing('exponential', { gamma: 0.5 }), optimizer: sgd({ learning_rate: 0.1 }) };
    const run = trainer(options);
    run.trainBatch();
    assert.equal(run.learningRate, 0.05);
    run.setLearningRate(0.3);
    run.trainBatch();
    assert.equal(run.learningRate, 0.3);
    const other = trainer(options);
    other.restore(run.snapshot());
    other.trainBatch();
    assert.equal(other.learningRate, 0.3);
  });

  it('lower the rate on a plateau once an epoch, from the next step on', () => {
    const schedule = thing('reduce_on_plateau', { monitor: 'loss', patience: 0, factor: 0.5, threshold: 0.9 });
    const rates = ratesOf(trainer({ schedule, optimizer: sgd({ learning_rate: 0.1 }) }));
    // The first epoch is the best so far; no later one is better by nine tenths.
    const byEpoch = [0.1, 0.1, 0.05, 0.025, 0.0125];
    assert.deepEqual(
      rates,
      byEpoch.flatMap((rate) => [rate, rate, rate, rate]),
    );
  });

  it('with clipping, class weights and every kind of metric, phases give the bits of whole steps', () => {
    const [whole, phased] = [trainer(busy), trainer(busy)];
    while (!whole.ended) {
      whole.trainBatch();
    }
    while (!phased.ended) {
      phased.advance();
    }
    assert.deepEqual(phased.snapshot(), whole.snapshot());
  });

  it('with all of these, a run that is restored in the middle of an epoch ends like the uninterrupted one', () => {
    for (const optimizer of ['sgd', 'nadam', 'rprop', 'lion', 'adadelta', 'adamax'].map((name) => thing(name))) {
      for (const schedule of [
        busy.schedule,
        thing('one_cycle', {
          maximum: 0.05,
          cycle_momentum: optimizer.name !== 'rprop' && optimizer.name !== 'adadelta',
        }),
      ]) {
        const options = { ...busy, optimizer, schedule };
        const whole = trainer(options);
        const first = trainer(options);
        for (let i = 0; i < 6; i++) {
          first.trainBatch();
        }
        for (let i = 0; i < 5; i++) {
          first.advance();
        }
        const second = trainer(options);
        second.restore(structuredClone(first.snapshot()));
        while (!whole.ended) {
          whole.trainBatch();
        }
        while (!second.ended) {
          second.trainBatch();
        }
        assert.deepEqual(second.snapshot(), whole.snapshot(), optimizer.name);
      }
    }
  });
});
