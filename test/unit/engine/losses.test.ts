import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer } from '../../../src/engine';
import { sampleWeights } from '../../../src/engine/classWeights';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { catalogue } from '../../../src/spec/catalogue';
import { outputsPerTarget, targetKindOf } from '../../../src/spec/lossRules';
import type { Thing, TrainingSpec } from '../../../src/spec/spec';
import { complete, dataOf, dense, engines, network, plan, range, thing, trainOnly } from './support';

const samples = 7;
const draw = (step: number, i: number): number => normal(5, purposes.generate, step, i);

/** Each loss on the outputs it is made for. */
const pairs: readonly (readonly [loss: Thing, output: string, size: number])[] = [
  [thing('mean_squared_error'), 'linear', 3],
  [thing('half_mean_squared_error'), 'tanh', 3],
  [thing('mean_absolute_error'), 'linear', 3],
  [thing('huber', { delta: 0.6 }), 'linear', 3],
  [thing('smooth_l1', { beta: 0.6 }), 'linear', 3],
  [thing('log_cosh'), 'linear', 3],
  [thing('binary_crossentropy', { label_smoothing: 0.2 }), 'sigmoid', 2],
  [thing('binary_crossentropy', { label_smoothing: 0.2 }), 'hard_sigmoid', 1],
  [thing('categorical_crossentropy', { label_smoothing: 0.2 }), 'softmax', 3],
  [thing('categorical_crossentropy', { label_smoothing: 0.2 }), 'softmin', 3],
  [thing('negative_log_likelihood'), 'log_softmax', 3],
  [thing('hinge'), 'linear', 1],
  [thing('squared_hinge'), 'tanh', 2],
  [thing('categorical_hinge'), 'linear', 4],
  [thing('kl_divergence'), 'softmax', 3],
  [thing('kl_divergence'), 'softmin', 3],
  [thing('poisson'), 'exponential', 2],
  [thing('poisson'), 'softplus', 1],
  [thing('gaussian_nll'), 'linear', 4],
  [thing('focal'), 'sigmoid', 2],
  [thing('focal', { gamma: 0.5 }), 'softmax', 3],
  [thing('focal'), 'hard_sigmoid', 1],
  [thing('cosine_similarity'), 'linear', 3],
];

function trainerOf(loss: Thing, output: string, size: number, training: Partial<TrainingSpec> = {}): Trainer {
  const net = network([3], [dense(5, 'tanh'), dense(size, output)], loss);
  const kind = targetKindOf(loss.name, net.layers);
  const targets = size / outputsPerTarget(loss);
  const target = (i: number): number[] =>
    Array.from({ length: targets }, (_, k) => {
      if (kind === 'classes') {
        return Number((2 * i) % targets === k);
      }
      if (kind === 'binary') {
        return Number(draw(1, i * targets + k) > 0);
      }
      return loss.name === 'poisson' ? Math.floor(3 * Math.abs(draw(1, i * targets + k))) : draw(1, i * targets + k);
    });
  const trainer = new Trainer({
    plan: plan(net, { epochs: 3, batchSize: 3, ...training }),
    data: dataOf(
      [...range(samples)].map((i) => [0, 1, 2].map((k) => draw(0, 3 * i + k))),
      [...range(samples)].map(target),
    ),
    parts: trainOnly(samples),
    backend: referenceBackend,
    precision: 'float64',
    classNames: Array.from({ length: Math.max(targets, 2) }, (_, k) => String(k)),
  });
  trainer.setWeights(
    new Map([...trainer.weights()].map(([name, values], t) => [name, values.map((_, i) => 0.8 * draw(10 + t, i))])),
  );
  return trainer;
}

describe('losses', () => {
  it('of the whole catalogue agree with central differences in float64, relative error below 1e-6', () => {
    for (const [loss, output, size] of pairs) {
      const error = gradientCheck(trainerOf(loss, output, size), referenceBackend);
      assert.ok(error < 1e-6, `${loss.name} after ${output}: ${error}`);
    }
    const checked = pairs.map(([{ name }]) => name);
    assert.deepEqual(
      catalogue.filter(({ kind, name }) => kind === 'loss' && !checked.includes(name)).map(({ name }) => name),
      [],
    );
  });

  it('agree with central differences under class weights, and clipping does not disturb the check', () => {
    for (const [loss, output, size] of pairs) {
      const kind = targetKindOf(loss.name, [{ type: 'dense', activation: thing(output) }]);
      if (kind === 'numbers' || (kind === 'binary' && size > 1)) {
        continue;
      }
      const training = { classWeight: { 0: 0.3, 1: 4 }, clipValue: 1e-3, clipNorm: 1e-3 };
      const error = gradientCheck(trainerOf(loss, output, size, training), referenceBackend);
      assert.ok(error < 1e-6, `${loss.name} after ${output}: ${error}`);
    }
  });

  it('stay finite with finite gradients for logits of ±1e4, where they are computed on logits', () => {
    for (const [loss, output, size] of pairs) {
      if (!['sigmoid', 'softmax', 'softmin', 'log_softmax', 'linear', 'tanh'].includes(output)) {
        continue;
      }
      // A log-variance of −1e4 is a variance of 0.
      if (loss.name === 'gaussian_nll') {
        continue;
      }
      const trainer = trainerOf(loss, output, size);
      trainer.setWeights(
        new Map(
          [...trainer.weights()].map(([name, values]) => [
            name,
            values.map((w) => (name === 'dense_2.weight' ? 1e4 * w : w)),
          ]),
        ),
      );
      const program = trainer.scratch();
      program.begin(range(samples), 0, samples, 'training');
      program.forward(0);
      program.forward(1);
      assert.ok(Number.isFinite(program.loss()), loss.name);
      program.backward(1);
      program.backward(0);
      for (const name of trainer.learnedNames) {
        assert.ok(program.read(`${name}.gradient`).values.every(Number.isFinite), `${loss.name}: ${name}`);
      }
    }
  });

  it('are the same after softmin as after softmax of the negated logits, however far apart those are', () => {
    const inputs = [
      [0.9, -1.4],
      [-2, 0.3],
      [1.1, 1.6],
    ];
    const data = dataOf(inputs, [
      [1, 0, 0],
      [0, 0.3, 0.7],
      [0, 1, 0],
    ]);
    for (const { backend, precision, title } of engines) {
      for (const loss of [thing('categorical_crossentropy', { label_smoothing: 0.1 }), thing('kl_divergence')]) {
        const [low, high] = ['softmin', 'softmax'].map((output) => {
          const net = network([2], [dense(3, output)], loss);
          const program = backend.compile(plan(net), data, { precision, maxBatch: 3 });
          const sign = output === 'softmin' ? -1 : 1;
          for (const [name, values] of [
            ['dense_1.weight', [-30, 9, 14, 41, 37, -62]],
            ['dense_1.bias', [-5, 2, 8]],
          ] as const) {
            program.write(
              name,
              values.map((value) => sign * value),
            );
          }
          program.begin(range(3), 0, 3, 'training');
          program.forward(0);
          const value = program.loss();
          program.backward(0);
          const gradients = [...program.read('dense_1.weight.gradient').values].map((g) => sign * g + 0);
          return { value, gradients, outputs: [...program.outputs().subarray(0, 9)] };
        });
        assert.ok(high.value > 20, 'the logits lie far apart');
        assert.deepEqual(low, high, `${loss.name}, ${title}`);
      }
    }
  });

  it('are NaN where an output is, so that a run that diverges is noticed', () => {
    for (const [loss, output, size] of pairs) {
      const trainer = trainerOf(loss, output, size);
      trainer.setWeights(new Map([...trainer.weights()].map(([name, values]) => [name, values.map(() => Number.NaN)])));
      trainer.trainBatch();
      assert.equal(trainer.ended, 'diverged', loss.name);
    }
  });
});

describe('class weights', () => {
  const classes = dataOf(
    [[0], [0], [0], [0], [0], [0]],
    [
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ],
  );

  it('balanced are n/(K·n_k) of the train part, for every row', () => {
    const names = ['a', 'b', 'c'];
    assert.deepEqual([...sampleWeights('balanced', classes, range(6), names)], [2 / 3, 2 / 3, 2 / 3, 2, 1, 1]);
    assert.deepEqual([...sampleWeights('balanced', classes, Int32Array.of(0, 1, 4), names)], [0.5, 0.5, 0.5, 1, 1, 1]);
    assert.deepEqual([...sampleWeights({ c: 5 }, classes, range(6), names)], [1, 1, 1, 1, 5, 5]);
    const labels = dataOf([[0], [0], [0], [0]], [[0], [1], [1], [1]]);
    assert.deepEqual([...sampleWeights('balanced', labels, range(4), ['no', 'yes'])], [2, 2 / 3, 2 / 3, 2 / 3]);
  });

  it('make the loss of an epoch and of a part Σwℓ/Σw, whatever the batches are', () => {
    const [loss, output, size] = [thing('categorical_crossentropy'), 'softmax', 3] as const;
    const weights = [0.2, 1, 7];
    const classWeight = Object.fromEntries(weights.map((w, k) => [k, w]));
    const still = complete('optimizer', thing('sgd', { learning_rate: 1e-300 }));
    const trainer = trainerOf(loss, output, size, { classWeight, optimizer: still });
    const alone = trainerOf(loss, output, size, { optimizer: still });
    let sum = 0;
    let mass = 0;
    for (let i = 0; i < samples; i++) {
      const program = alone.scratch();
      program.begin(range(samples), i, 1, 'evaluation');
      program.forward(0);
      program.forward(1);
      const w = weights[(2 * i) % 3];
      sum += w * program.loss();
      mass += w;
    }
    const [[, part]] = trainer.evaluate('train') ?? [];
    const [, epoch] = trainer.trainEpoch().record?.values[0] ?? [];
    assert.ok(Math.abs((part ?? 0) - sum / mass) < 1e-12, `${part}, not ${sum / mass}`);
    assert.ok(Math.abs((epoch ?? 0) - sum / mass) < 1e-12, `${epoch}, not ${sum / mass}`);
  });
});
