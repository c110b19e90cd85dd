import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { takeAll } from '../../../src/common/steps';
import {
  checkGradients,
  type Program,
  type ProgramData,
  predictPieces,
  referenceBackend,
  Trainer,
  wasmBackend,
} from '../../../src/engine';
import { sampleWeights } from '../../../src/engine/classWeights';
import { addBatch, makeMetric } from '../../../src/engine/metrics';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dense, network, plan, range, thing, trainOnly } from './support';

const draws = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => normal(3, purposes.generate, step, i));

/** A program of the reference backend within a step of `count` samples of `shape`, whose layers are written as in a file. */
function begun(shape: readonly number[], count: number, layers: string, targetSize: number, training = ''): Program {
  const text = `data: { source: iris }\nmodel: { layers: [${layers}] }\ntraining: { batch_size: ${count}${training} }\n`;
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan: net, issues } = planNetwork(spec, { inputShape: [...shape], targetSize, targetKind: 'numbers' });
  assert.ok(net, JSON.stringify(issues));
  const inputs = draws(count * shape.reduce((a, b) => a * b, 1), 0);
  const targets = draws(count * targetSize, 1).map((value) => Number(value > 0));
  const data: ProgramData = { inputs, targets, samples: count, targetSize };
  const program = referenceBackend.compile({ network: net, training: spec.training, seed: 5 }, data, {
    maxBatch: count,
  });
  program.begin(range(count), 0, count, 'training');
  return program;
}

function piecesOf(work: Generator<void, unknown> | undefined): number {
  assert.ok(work);
  let pieces = 0;
  while (!work.next().done) {
    pieces++;
  }
  return pieces;
}

/** A whole step, all of it in pieces; how many there were of each layer's forward pass, of the loss and of each layer's backward pass. */
function stepPieces(program: Program): { forward: number[]; loss: number; backward: number[] } {
  const layers = [...program.plan.network.layers.keys()];
  const forward = layers.map((layer) => piecesOf(program.forwardParts?.(layer)));
  const loss = piecesOf(program.lossParts?.());
  const backward = layers.toReversed().map((layer) => piecesOf(program.backwardParts?.(layer)));
  return { forward, loss, backward: backward.toReversed() };
}

describe('a large sample on the backend reference', () => {
  it('is put down within the passes over each plane of an image, and within large windows', () => {
    // Of 102,400 numbers: three pieces and a bit.
    const pooled = (type: string): string => `{ ${type}: { pool_size: 128, strides: 64 } }, flatten, { dense: 1 }`;
    const normal = begun(
      [1, 320, 320],
      1,
      'batch_normalization, layer_normalization, global_average_pooling2d, { dense: 1 }',
      1,
    );
    const { forward, backward } = stepPieces(normal);
    const least = 3;
    for (const [layer, passes] of [3, 3, 1].entries()) {
      assert.ok(forward[layer] >= passes * least, `forward ${layer}: ${forward[layer]}`);
    }
    for (const [layer, passes] of [1, 2, 1].entries()) {
      assert.ok(backward[layer] >= passes * least, `backward ${layer}: ${backward[layer]}`);
    }
    // 16 windows of 16,384 numbers each: eight pieces.
    const most = stepPieces(begun([1, 320, 320], 1, `{ activation: tanh }, ${pooled('max_pooling2d')}`, 1));
    const mean = stepPieces(begun([1, 320, 320], 1, `{ activation: tanh }, ${pooled('average_pooling2d')}`, 1));
    for (const pieces of [most.forward[1], mean.forward[1], mean.backward[1]]) {
      assert.ok(pieces >= 8, `${pieces}`);
    }
  });

  it('is put down within each sum of a dense layer', () => {
    const { forward, backward } = stepPieces(begun([4], 4, '{ dense: 300000 }, { dense: 2 }', 2));
    // 2.4 million products forward, and twice as many back.
    assert.ok(forward[1] >= 4, `${forward[1]}`);
    assert.ok(backward[1] >= 8, `${backward[1]}`);
  });

  it('is put down within the loss, weighed or not', () => {
    for (const [loss, activation] of [
      ['mean_squared_error', 'linear'],
      ['half_mean_squared_error', 'linear'],
      ['mean_absolute_error', 'linear'],
      ['huber', 'linear'],
      ['smooth_l1', 'linear'],
      ['log_cosh', 'linear'],
      ['hinge', 'tanh'],
      ['squared_hinge', 'tanh'],
      ['poisson', 'softplus'],
      ['binary_crossentropy', 'sigmoid'],
      ['focal', 'sigmoid'],
    ]) {
      const layers = `{ dense: { units: 100000, activation: ${activation} } }`;
      const program = begun([1], 1, layers, 100_000, `, loss: ${loss}`);
      const pieces = stepPieces(program).loss;
      assert.ok(pieces >= 3, `${loss}: ${pieces}`);
      const weighed = referenceBackend.compile(
        program.plan,
        { ...program.data, sampleWeights: Float64Array.of(0.25) },
        { maxBatch: 1 },
      );
      weighed.begin(range(1), 0, 1, 'training');
      weighed.forward(0);
      // The weight of a single sample falls out.
      assert.equal(weighed.loss(), program.loss(), loss);
    }
  });

  it('is put down within a place of a convolution whose filters are large, with the sums of whole places', () => {
    const [channels, size, kernel, filters, groups] = [8, 44, 40, 16, 2];
    const layers = `{ activation: tanh }, { conv2d: { filters: ${filters}, kernel_size: ${kernel}, groups: ${groups} } }, flatten, { dense: 1 }`;
    const program = begun([channels, size, size], 2, layers, 1);
    const { forward, backward } = stepPieces(program);
    const side = size - kernel + 1;
    const places = side * side;
    // With all that goes with them the products of a place are more than those of a piece.
    assert.ok(forward[1] >= 2 * places, `${forward[1]}`);
    assert.ok(backward[1] >= 2 * places, `${backward[1]}`);

    const read = (name: string) => program.read(name).values;
    const [x, W, b, z] = ['activation_1.a', 'conv2d_1.weight', 'conv2d_1.bias', 'conv2d_1.a'].map(read);
    const [dz, dW, dx] = ['flatten_1.dInput', 'conv2d_1.weight.gradient', 'conv2d_1.dInput'].map(read);
    const depth = channels / groups;
    const field = depth * kernel * kernel;
    /** Where entry k of the window at a place lies in a sample. */
    const under = (f: number, place: number, k: number): number => {
      const c = Math.floor(f / (filters / groups)) * depth + Math.floor(k / (kernel * kernel));
      const [row, column] = [Math.floor(place / side), place % side];
      const [i, j] = [Math.floor((k % (kernel * kernel)) / kernel), k % kernel];
      return (c * size + row + i) * size + column + j;
    };
    const sample = channels * size * size;
    for (const [s, f, place] of [
      [0, 0, 0],
      [1, 7, 11],
      [0, 8, 24],
      [1, 15, 3],
    ]) {
      let sum = b[f];
      for (let k = 0; k < field; k++) {
        sum += W[f * field + k] * x[s * sample + under(f, place, k)];
      }
      assert.equal(z[(s * filters + f) * places + place], Math.fround(sum));
    }
    for (const [f, k] of [
      [0, 0],
      [7, field - 1],
      [13, 777],
    ]) {
      let sum = 0;
      for (let s = 0; s < 2; s++) {
        for (let place = 0; place < places; place++) {
          sum += dz[(s * filters + f) * places + place] * x[s * sample + under(f, place, k)];
        }
      }
      assert.equal(dW[f * field + k], Math.fround(sum));
    }
    // In a corner of the image stands one place alone: of the first and of the last group's channels.
    for (const [group, at] of [
      [0, 0],
      [groups - 1, (channels - 1) * size * size],
    ]) {
      let sum = 0;
      for (let f = group * (filters / groups); f < (group + 1) * (filters / groups); f++) {
        const k = (at / (size * size) - group * depth) * kernel * kernel;
        sum += dz[f * places] * W[f * field + k];
      }
      assert.equal(dx[at], Math.fround(sum));
    }
  });
});

describe('a network of the backend reference with very many weights', () => {
  const training = plan(network([1100], [dense(2100), dense(1)], 'mean_squared_error'), {
    optimizer: thing('adagrad', { initial_accumulator_value: 0.5 }),
  });
  const data = { inputs: draws(1100, 0), targets: draws(1, 1), samples: 1, targetSize: 1 };

  it('is compiled in pieces, and is the same', async () => {
    let pieces = 0;
    const initial = new Map(
      referenceBackend
        .compile(training, data, { maxBatch: 1 })
        .snapshot()
        .weights.map((values, i) => [training.network.layers.flatMap(({ tensors }) => tensors)[i].name, values]),
    );
    const program = await referenceBackend.compileInTurns?.(training, data, { maxBatch: 1, initial }, async (work) => {
      for (;;) {
        const { done, value } = work.next();
        if (done) {
          return value;
        }
        pieces++;
      }
    });
    // Weights, and what the optimizer begins with.
    assert.ok(pieces >= 6, `${pieces}`);
    assert.deepEqual(program?.snapshot(), referenceBackend.compile(training, data, { maxBatch: 1 }).snapshot());
  });

  it('has its state taken and brought back in pieces, also within a step', () => {
    const step = (program: Program): void => void program.trainStep(range(1), 0, 1);
    const program = referenceBackend.compile(training, data, { maxBatch: 1 });
    step(program);
    program.begin(range(1), 0, 1, 'training');
    program.forward(0);
    const work = program.snapshotParts?.();
    assert.ok(work);
    let taken = work.next();
    let pieces = 0;
    for (; !taken.done; pieces++) {
      taken = work.next();
    }
    assert.ok(pieces >= 9, `${pieces}`);
    const kept = structuredClone(taken.value);
    assert.deepEqual(kept, program.snapshot());
    step(program);
    assert.ok(piecesOf(program.restoreParts?.(kept)) >= 9);
    assert.deepEqual(program.snapshot(), kept);
  });
});

describe('a large network that is looked at', () => {
  const training = plan(network([1100], [dense(2100, 'tanh'), dense(1)], 'mean_squared_error'));
  const data = { inputs: draws(2200, 0), targets: draws(2, 1), samples: 2, targetSize: 1 };

  it('has its gradients checked in pieces of a pass', () => {
    const trainer = new Trainer({ plan: training, data, parts: trainOnly(2), backend: referenceBackend });
    const work = checkGradients(trainer, referenceBackend, { numbers: 4, work: 1e9 });
    let pieces = 0;
    let step = work.next();
    for (; !step.done; pieces++) {
      step = work.next();
    }
    const { tensors } = step.value;
    const checked = tensors.reduce((sum, each) => sum + each.checked, 0);
    // Each number takes two passes of 4.6 million products, before each of which 2.3 million weights are written.
    assert.ok(checked >= 4 && pieces > 20 * checked, `${checked} numbers, ${pieces} pieces`);
    for (const { verdict } of tensors) {
      assert.equal(verdict, 'right');
    }
  });

  it('is compiled for predictions in pieces, and draws no weights', () => {
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
    const outputs = [referenceBackend, wasmBackend].map((backend) => {
      const work = predictPieces(training, weights, data.inputs, 2, backend);
      let pieces = 0;
      let step = work.next();
      for (; !step.done; pieces++) {
        step = work.next();
      }
      assert.ok(pieces >= 8, `${backend.name}: ${pieces}`);
      return [...step.value];
    });
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
