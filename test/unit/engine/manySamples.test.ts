import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { type Backend, complete, type Program, Trainer, wasmBackend } from '../../../src/engine';
import { makeMetric } from '../../../src/engine/metrics';
import type { Pieces } from '../../../src/engine/pieces';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dense, network, plan, range, thing, trainOnly } from './support';

const classes = 4;

/** A trainer on numbers drawn for `samples` samples of `shape`, of which the last tenth validates. */
function trainerOf(
  backend: Backend,
  shape: readonly number[],
  samples: number,
  model: string,
  training: string,
): Trainer {
  const { spec } = parseSpec(`data: { source: iris }\nmodel: { layers: [${model}] }\ntraining: {${training}}\n`, {
    fileName: 'a.nnspec',
  });
  assert.ok(spec);
  const size = shape.reduce((a, b) => a * b, 1);
  const validated = Math.floor(samples / 10);
  const classNames = ['a', 'b', 'c', 'd'];
  const { plan: net } = planNetwork(spec, {
    inputShape: [...shape],
    targetSize: classes,
    targetKind: 'classes',
    classNames,
  });
  assert.ok(net);
  const cycle = Float32Array.from({ length: 9973 }, (_, i) => normal(3, purposes.generate, 0, i));
  const inputs = Float32Array.from({ length: samples * size }, (_, i) => cycle[i % cycle.length]);
  const targets = new Float32Array(samples * classes);
  for (let s = 0; s < samples; s++) {
    targets[s * classes + ((s * s) % classes)] = 1;
  }
  return new Trainer({
    plan: { network: net, training: spec.training, seed: 5 },
    data: { inputs, targets, samples, targetSize: classes },
    parts: {
      train: range(samples - validated),
      validation: range(validated, samples - validated),
      test: new Int32Array(0),
    },
    backend,
    classNames,
  });
}

/** Drives a run piece by piece; how many pieces there were of each phase. */
function countPieces(run: Trainer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  while (!run.ended) {
    const { phase, batch } = run.position;
    const layer = phase?.layer === undefined ? '' : ` of ${run.plan.network.layers[phase.layer].name}`;
    const name = phase ? `${phase.kind}${layer}` : batch < run.batches ? 'beginning' : 'end';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    run.runPieces(() => false);
  }
  return counts;
}

describe('a batch of very many samples', () => {
  const layers = `
    dense: { units: 6, activation: prelu }
    batch_normalization
    dropout: 0.2
    gaussian_noise: 0.1
    layer_normalization
    alpha_dropout: 0.1
    residual: { layers: [{ dense: { units: 6, activation: silu } }] }
    activation: rrelu
    activation: prelu
    dense: { units: 4, activation: softmax }`
    .trim()
    .split('\n')
    .map((line) => (line.includes(':') ? `{ ${line.trim()} }` : line.trim()))
    .join(', ');
  const training = `batch_size: 1000000, epochs: 1, optimizer: adam, class_weight: balanced, clip_norm: 0.1,
    metrics: [accuracy, auc, f1, { top_k_accuracy: { k: 2 } }],
    early_stopping: { monitor: val_loss, patience: 3, restore_best: true }`;

  for (const [backend, samples] of [[wasmBackend, 450_000]] as const) {
    it(`is put down within every pass on the backend ${backend.name}, with the bits of whole steps`, () => {
      const whole = trainerOf(backend, [2], samples, layers, training);
      while (!whole.ended) {
        whole.trainBatch();
      }
      const parted = trainerOf(backend, [2], samples, layers, training);
      const counts = countPieces(parted);
      assert.deepEqual(parted.snapshot(), whole.snapshot());
      for (const [phase, count] of counts) {
        // The weights are few.
        if (!phase.startsWith('update')) {
          assert.ok(count > 2, `${phase}: ${count}`);
        }
      }
    });
  }

  it('is booked in pieces: looked at or ended there, the step is done', () => {
    const samples = 300_000;
    const values = Float32Array.from({ length: samples }, (_, i) => (i % 11) / 11);
    const make = (): Trainer =>
      new Trainer({
        plan: plan(network([1], [dense(3, 'sigmoid')], 'binary_crossentropy'), {
          batchSize: samples,
          epochs: 2,
          metrics: [thing('accuracy'), thing('mean_squared_error')],
        }),
        data: {
          inputs: values,
          targets: Float32Array.from({ length: 3 * samples }, (_, i) => Number(i % 7 > 3)),
          samples,
          targetSize: 3,
        },
        parts: trainOnly(samples),
        backend: wasmBackend,
      });
    const whole = make();
    whole.trainBatch();
    const inBooking = (): Trainer => {
      const run = make();
      while (run.position.step === 0) {
        run.runPieces(() => false);
      }
      assert.equal(run.position.batch, 0);
      return run;
    };
    const looked = inBooking();
    assert.equal(looked.snapshot().batch, 1);
    const ended = inBooking();
    assert.equal(complete(ended.settle()).steps, 1);
    assert.equal(ended.position.batch, 1);
    for (const run of [looked, ended]) {
      while (run.history.length < 1) {
        run.runPieces(() => false);
      }
      assert.deepEqual(run.snapshot(), whole.snapshot());
    }
  });

  it('has its area under the curve from sorted pieces', () => {
    const samples = 200_000;
    const outputs = Float32Array.from(
      { length: samples },
      (_, i) => Math.floor(500 * normal(1, purposes.generate, 1, i)) / 500,
    );
    const targets = Float32Array.from(outputs, (_, i) => Number(normal(1, purposes.generate, 2, i) > 0.3));
    const metric = makeMetric(thing('auc'), { kind: 'binary', outputSize: 1, targetSize: 1, threshold: 0.5 });
    metric.add(outputs, targets, range(samples), 0, samples);
    const [negatives, positives] = [0, 1].map((kind) =>
      Float64Array.from([...outputs].filter((_, i) => targets[i] === kind)).sort(),
    );
    let pairs = 0;
    for (let i = 0, below = 0, upTo = 0; i < positives.length; i++) {
      while (negatives[below] < positives[i]) {
        below++;
      }
      while (negatives[upTo] <= positives[i]) {
        upTo++;
      }
      pairs += (below + upTo) / 2;
    }
    const countPieces = (work: Pieces<unknown> | undefined): number => [...(work ?? [])].length;
    const pieces = countPieces(metric.valueParts?.());
    assert.ok(pieces > 5, `${pieces}`);
    const value = metric.value();
    assert.equal(value, pairs / (positives.length * negatives.length));
    const kept = metric.snapshot();
    assert.equal(kept.length, 2 * samples);
    metric.reset();
    // As many megabytes.
    for (const work of [metric.restoreParts?.(kept), metric.snapshotParts?.()]) {
      assert.equal(countPieces(work), 4);
    }
    assert.equal(metric.value(), value);
    assert.deepEqual(metric.snapshot(), kept);
  });
});

describe('a few large images', () => {
  const model = (filters: number): string => `
    { conv2d: { filters: ${filters}, kernel_size: 5, padding: same, activation: relu } }, { max_pooling2d: 2 },
    { conv2d: { filters: 8, kernel_size: 3, strides: 2, padding: 2, activation: { prelu: 0.1 } } }, batch_normalization,
    { activation: softmax }, { dropout: 0.2 }, layer_normalization, { gaussian_noise: 0.1 },
    { residual: { layers: [{ conv2d: { filters: 8, kernel_size: [3, 1], padding: same, groups: 2, activation: tanh } }] } },
    { average_pooling2d: { pool_size: 3, strides: 2 } }, { conv2d: { filters: 4, kernel_size: 1, activation: rrelu } },
    global_average_pooling2d, { dense: { units: 4, activation: softmax } }`;

  for (const [backend, size, filters, pieces] of [[wasmBackend, 128, 32, 12]] as const) {
    it(`are put down within a sample on the backend ${backend.name}, with the bits of whole steps`, () => {
      const make = () =>
        trainerOf(backend, [3, size, size], 6, model(filters), 'batch_size: 6, epochs: 2, optimizer: sgd');
      const whole = make();
      while (!whole.ended) {
        whole.trainBatch();
      }
      const parted = make();
      const counts = countPieces(parted);
      assert.deepEqual(parted.snapshot(), whole.snapshot());
      // The first layer's forward pass is the step's beginning. There are two epochs.
      for (const pass of ['beginning', 'backward of conv2d_1']) {
        assert.ok((counts.get(pass) ?? 0) > 2 * pieces, `${pass}: ${counts.get(pass)}`);
      }
    });
  }

  /** A program on images within a step of `count` of them. */
  const begun = (backend: Backend, shape: readonly number[], count: number, layers: string): Program => {
    const end = 'global_average_pooling2d, { dense: { units: 4, activation: softmax } }';
    const { plan, data } = trainerOf(backend, shape, count, `${layers}, ${end}`, `batch_size: ${count}`);
    const program = backend.compile(plan, data, { maxBatch: count, threads: 1 });
    program.begin(range(count), 0, count, 'training');
    return program;
  };

  /** The work computes all numbers of the tensor, which take `products` each; of such it does between `least` and `most` in its longest piece. */
  function checkPieces(
    program: Program,
    work: Generator<void> | undefined,
    tensor: string,
    { products, least, most }: { readonly products: number; readonly least: number; readonly most: number },
  ): void {
    assert.ok(work);
    let before = program.read(tensor).values;
    let [all, longest] = [0, 0];
    for (const _ of work) {
      const now = program.read(tensor).values;
      let changed = 0;
      for (let i = 0; i < now.length; i++) {
        if (now[i] !== before[i]) {
          changed++;
        }
      }
      all += changed;
      longest = Math.max(longest, changed * products);
      before = now;
    }
    assert.equal(all, before.length, tensor);
    assert.ok(longest >= least && longest <= most, `${tensor}: ${longest}`);
  }

  it('hold no more than 5.25 million products in a piece of a convolution’s first step, compiled', () => {
    const program = begun(
      wasmBackend,
      [3, 32, 300],
      5,
      `{ conv2d: { filters: 24, kernel_size: 5, padding: same } }, { conv2d: { filters: 16, kernel_size: 3, padding: 1 } },
       { reshape: [16, 9600] }, { conv1d: { filters: 40, kernel_size: 9, padding: same } }, { reshape: [40, 32, 300] }`,
    );
    const check = (work: Generator<void> | undefined, tensor: string, products: number): void =>
      checkPieces(program, work, tensor, { products, least: 1_250_000, most: 5_250_000 });
    check(program.forwardParts?.(0), 'conv2d_1.a', 3 * 25);
    check(program.forwardParts?.(1), 'conv2d_2.a', 24 * 9);
    program.forward(2);
    check(program.forwardParts?.(3), 'conv1d_1.a', 16 * 9);
    for (const layer of [4, 5, 6]) {
      program.forward(layer);
    }
    program.loss();
    for (const layer of [6, 5, 4]) {
      program.backward(layer);
    }
    check(program.backwardParts?.(3), 'conv1d_1.dInput', 40 * 9);
    program.backward(2);
    check(program.backwardParts?.(1), 'conv2d_2.dInput', 16 * 9);
  });

  it('hold hardly more in one of very many filters over few places, in groups or not, with the bits of whole passes, compiled', () => {
    const program = begun(
      wasmBackend,
      [400, 2, 3],
      4,
      `{ conv2d: { filters: 600, kernel_size: 3, padding: 1 } }, { conv2d: { filters: 500, kernel_size: 3, padding: 1 } },
       { conv2d: { filters: 4000, kernel_size: [2, 3], groups: 2 } }, { reshape: [2000, 2] },
       { conv1d: { filters: 10000, kernel_size: 2, padding: 1, groups: 20 } }, { reshape: [10000, 1, 3] }`,
    );
    const lanes = 4 / 3;
    /** Lanes that no place fills count as products, and so do zeros beside the places. */
    const check = (pass: 'forward' | 'backward', layer: number, tensor: string, products: number): void => {
      const work = pass === 'forward' ? program.forwardParts?.(layer) : program.backwardParts?.(layer);
      checkPieces(program, work, tensor, { products, least: 3_000_000, most: 26_000_000 });
      const { values } = program.read(tensor);
      program[pass](layer);
      assert.deepEqual(program.read(tensor).values, values);
    };
    check('forward', 0, 'conv2d_1.a', 400 * 9 * lanes);
    check('forward', 1, 'conv2d_2.a', 600 * 9 * lanes);
    check('forward', 2, 'conv2d_3.a', 250 * 6 * 4);
    program.forward(3);
    check('forward', 4, 'conv1d_1.a', 100 * 2 * lanes);
    for (const layer of [5, 6, 7]) {
      program.forward(layer);
    }
    program.loss();
    for (const layer of [7, 6, 5]) {
      program.backward(layer);
    }
    check('backward', 4, 'conv1d_1.dInput', 500 * 2 * 2);
    program.backward(3);
    check('backward', 2, 'conv2d_3.dInput', 2000 * 3 * lanes);
    check('backward', 1, 'conv2d_2.dInput', 500 * 9 * lanes);
  });
});

describe('large tensors', () => {
  for (const backend of [wasmBackend]) {
    it(`are read, set and looked through in pieces on the backend ${backend.name}`, () => {
      const training = plan(network([1100], [dense(2100), dense(1)], 'mean_squared_error'));
      const data = { inputs: new Float32Array(1100), targets: new Float32Array(1), samples: 1, targetSize: 1 };
      const program = backend.compile(training, data, { maxBatch: 1 });
      const count = <Result>(work: Generator<void, Result> | undefined): { pieces: number; result: Result } => {
        assert.ok(work);
        for (let pieces = 0; ; pieces++) {
          const { done, value } = work.next();
          if (done) {
            return { pieces, result: value };
          }
        }
      };
      const name = 'dense_1.weight';
      const before = program.read(name);
      const read = count(program.readParts?.(name));
      assert.deepEqual(read.result, before);
      const values = before.values.map((value, i) => value + (i % 5));
      const written = count(program.writeParts?.(name, values));
      assert.deepEqual(program.read(name).values, values);
      for (const { pieces } of [read, written]) {
        assert.ok(pieces >= 3, `${pieces}`);
      }
      program.write('dense_2.weight', [...Array(2099).fill(0), Number.NaN]);
      const found = count(program.divergenceParts?.());
      assert.deepEqual(found.result, { layer: 'dense_2', step: 1, tensor: 'dense_2.weight' });
      assert.deepEqual(program.findDivergence(), found.result);
      assert.ok(found.pieces > 2, `${found.pieces}`);
    });
  }
});
