import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { type Program, type ProgramData, referenceBackend } from '../../../src/engine';
import type { Precision } from '../../../src/engine/backend';
import { initialValues } from '../../../src/engine/reference/initialise';
import { parseSpec } from '../../../src/language';
import type { TrainingPlan } from '../../../src/spec/plan';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dense, network, plan, range, thing } from './support';

const draws = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => normal(3, purposes.generate, step, i));

/** The plan of layers that are written as in a spec, for inputs of `shape` and one number as target. */
function planOf(shape: readonly number[], layers: string): TrainingPlan {
  const text = `data: { source: iris }\nmodel: { layers: [${layers}] }\n`;
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan: net, issues } = planNetwork(spec, { inputShape: [...shape], targetSize: 1, targetKind: 'numbers' });
  assert.ok(net, JSON.stringify(issues));
  return { network: net, training: spec.training, seed: 5 };
}

/** A program after the forward, loss and backward phases of a step on `count` random samples. */
function afterBackward(training: TrainingPlan, count: number, precision: Precision): Program {
  const { inputShape, layers } = training.network;
  const inputs = draws(count * inputShape.reduce((a, b) => a * b, 1), 0);
  const data: ProgramData = { inputs, targets: draws(count, 1), samples: count, targetSize: 1 };
  const program = referenceBackend.compile(training, data, { maxBatch: count, precision });
  program.begin(range(count), 0, count, 'training');
  for (let layer = 0; layer < layers.length; layer++) {
    program.forward(layer);
  }
  program.loss();
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    program.backward(layer);
  }
  return program;
}

/** In float64 storing rounds nothing, so that the order of a sum shows. */
function eachPrecision(check: (precision: Precision, round: (value: number) => number) => void): void {
  check('float32', Math.fround);
  check('float64', (value) => value);
}

describe('the reference backend', () => {
  it('sums the products of a dense layer in float64, in ascending order, and rounds each sum once', () =>
    eachPrecision((precision, round) => {
      const [samples, n, m] = [9, 12, 10];
      const program = afterBackward(
        planOf([n], `{ activation: tanh }, { dense: ${m} }, { activation: tanh }, { dense: 1 }`),
        samples,
        precision,
      );
      const read = (name: string) => program.read(name).values;
      const [x, W, b, z] = ['activation_1.a', 'dense_1.weight', 'dense_1.bias', 'dense_1.z'].map(read);
      const [delta, dW, db, dx] = [
        'dense_1.delta',
        'dense_1.weight.gradient',
        'dense_1.bias.gradient',
        'dense_1.dInput',
      ].map(read);
      const sum = (terms: number, term: (k: number) => number, start = 0): number => {
        let total = start;
        for (let k = 0; k < terms; k++) {
          total += term(k);
        }
        return round(total);
      };
      for (let j = 0; j < m; j++) {
        for (let s = 0; s < samples; s++) {
          assert.equal(
            z[s * m + j],
            sum(n, (i) => W[j * n + i] * x[s * n + i], b[j]),
          );
        }
        for (let i = 0; i < n; i++) {
          assert.equal(
            dW[j * n + i],
            sum(samples, (s) => delta[s * m + j] * x[s * n + i]),
          );
        }
        assert.equal(
          db[j],
          sum(samples, (s) => delta[s * m + j]),
        );
      }
      for (let s = 0; s < samples; s++) {
        for (let i = 0; i < n; i++) {
          assert.equal(
            dx[s * n + i],
            sum(m, (j) => delta[s * m + j] * W[j * n + i]),
          );
        }
      }
    }));

  it('does the same for the sums of a convolution, in groups', () =>
    eachPrecision((precision, round) => {
      const [channels, size, kernel, filters, groups] = [4, 9, 5, 6, 2];
      const layers = `{ activation: tanh }, { conv2d: { filters: ${filters}, kernel_size: ${kernel}, groups: ${groups} } }, flatten, { dense: 1 }`;
      const program = afterBackward(planOf([channels, size, size], layers), 2, precision);
      const read = (name: string) => program.read(name).values;
      const [x, W, b, z] = ['activation_1.a', 'conv2d_1.weight', 'conv2d_1.bias', 'conv2d_1.a'].map(read);
      const [dz, dW, dx] = ['flatten_1.dInput', 'conv2d_1.weight.gradient', 'conv2d_1.dInput'].map(read);
      const side = size - kernel + 1;
      const positions = side * side;
      const depth = channels / groups;
      const patchSize = depth * kernel * kernel;
      const sampleSize = channels * size * size;
      /** Index in a sample of entry k of filter f's window at a position. */
      const under = (f: number, position: number, k: number): number => {
        const c = Math.floor(f / (filters / groups)) * depth + Math.floor(k / (kernel * kernel));
        const [row, column] = [Math.floor(position / side), position % side];
        const [i, j] = [Math.floor((k % (kernel * kernel)) / kernel), k % kernel];
        return (c * size + row + i) * size + column + j;
      };
      for (let s = 0; s < 2; s++) {
        for (let f = 0; f < filters; f++) {
          for (let position = 0; position < positions; position++) {
            let sum = b[f];
            for (let k = 0; k < patchSize; k++) {
              sum += W[f * patchSize + k] * x[s * sampleSize + under(f, position, k)];
            }
            assert.equal(z[(s * filters + f) * positions + position], round(sum));
          }
        }
      }
      for (let f = 0; f < filters; f++) {
        for (let k = 0; k < patchSize; k++) {
          let sum = 0;
          for (let s = 0; s < 2; s++) {
            for (let position = 0; position < positions; position++) {
              sum += dz[(s * filters + f) * positions + position] * x[s * sampleSize + under(f, position, k)];
            }
          }
          assert.equal(dW[f * patchSize + k], round(sum));
        }
      }
      // Only one position covers the first pixel of a channel: here of the first and of the last group.
      for (const [group, at] of [
        [0, 0],
        [groups - 1, (channels - 1) * size * size],
      ]) {
        let sum = 0;
        for (let f = group * (filters / groups); f < (group + 1) * (filters / groups); f++) {
          const k = (at / (size * size) - group * depth) * kernel * kernel;
          sum += dz[f * positions] * W[f * patchSize + k];
        }
        assert.equal(dx[at], round(sum));
      }
    }));

  it('begins with the initial values that can also be drawn alone', () => {
    const training = planOf(
      [4],
      `{ dense: { units: 20, kernel_initializer: orthogonal, activation: { prelu: 0.1 } } }, batch_normalization,
       { dense: { units: 200, kernel_initializer: he_normal } }, { dense: 1 }`,
    );
    const data: ProgramData = { inputs: draws(8, 0), targets: draws(2, 1), samples: 2, targetSize: 1 };
    const drawn = referenceBackend.compile(training, data, { maxBatch: 2 });
    const initial = initialValues(training);
    const given = referenceBackend.compile(training, data, { maxBatch: 2, initial });
    assert.deepEqual(given.snapshot(), drawn.snapshot());
    assert.deepEqual(drawn.read('dense_2.weight').values, initial.get('dense_2.weight'));
    initial.delete('dense_3.bias');
    assert.throws(() => referenceBackend.compile(training, data, { maxBatch: 2, initial }), /no tensor dense_3\.bias/);
  });

  it('restores the state of a snapshot that was taken within a step', () => {
    const training = plan(network([11], [dense(21, 'tanh'), dense(1)], 'mean_squared_error'), {
      optimizer: thing('adagrad', { initial_accumulator_value: 0.5 }),
    });
    const data: ProgramData = { inputs: draws(11, 0), targets: draws(1, 1), samples: 1, targetSize: 1 };
    const program = referenceBackend.compile(training, data, { maxBatch: 1 });
    program.trainStep(range(1), 0, 1);
    program.begin(range(1), 0, 1, 'training');
    program.forward(0);
    const kept = structuredClone(program.snapshot());
    program.trainStep(range(1), 0, 1);
    assert.notDeepEqual(program.snapshot(), kept);
    program.restore(kept);
    assert.deepEqual(program.snapshot(), kept);
  });
});
