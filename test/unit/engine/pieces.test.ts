import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { type Backend, complete, Trainer, type TrainerState, wasmBackend } from '../../../src/engine';
import type { NetworkPlan } from '../../../src/spec/plan';
import {
  adam,
  dataOf,
  dense,
  complete as filled,
  type LayerSketch,
  network,
  plan,
  range,
  thing,
  trainOnly,
} from './support';

/** Large enough for several pieces a pass, of every kind of layer that has them. */
const sketches: readonly LayerSketch[] = [
  dense(900, 'tanh'),
  { type: 'dropout', rate: 0.2 },
  dense(700, thing('rrelu', { lower: 0.125, upper: 1 / 3 })),
  dense(800, thing('prelu', { init: 0.25 })),
  { type: 'activation', activation: thing('silu') },
  dense(3, 'softmax'),
];
const samples = 24;
const inputs = 600;

const penalised = (net: NetworkPlan): NetworkPlan => ({
  ...net,
  layers: net.layers.map((layer) => ({
    ...layer,
    tensors: layer.tensors.map((tensor) => ({ ...tensor, regularizer: { l1: 1e-4, l2: 1e-3 } })),
  })),
});

function trainerOn(backend: Backend): Trainer {
  const rows = [...Array(samples).keys()];
  return new Trainer({
    plan: plan(penalised(network([inputs], sketches, 'categorical_crossentropy')), {
      optimizer: adam({ learning_rate: 0.001 }),
      batchSize: 12,
      epochs: 2,
      clipValue: 0.01,
      clipNorm: 0.5,
      metrics: [thing('accuracy')],
      earlyStopping: { monitor: 'val_loss', patience: 5, minDelta: 0, restoreBest: true },
    }),
    data: dataOf(
      rows.map((i) => [...Array(inputs).keys()].map((k) => normal(1, purposes.generate, 0, inputs * i + k))),
      rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
    ),
    parts: { train: range(18), validation: range(6, 18), test: new Int32Array(0) },
    backend,
  });
}

const never = () => false;

for (const backend of [wasmBackend]) {
  describe(`a step in pieces, on the backend ${backend.name}`, () => {
    const trainer = () => trainerOn(backend);
    let straight: TrainerState;
    before(() => {
      const run = trainer();
      while (!run.ended) {
        run.trainBatch();
      }
      straight = run.snapshot();
    });

    it('gives the bits of whole steps, and is put down many times in each', () => {
      const run = trainer();
      let pieces = 0;
      let steps = 0;
      let records = 0;
      while (!run.ended) {
        const stretch = run.runPieces(never);
        pieces++;
        steps += stretch.steps;
        records += stretch.record ? 1 : 0;
      }
      assert.deepEqual(run.snapshot(), straight);
      assert.deepEqual([steps, records], [4, 2]);
      assert.ok(pieces > 4 * 20, `${pieces}`);
    });

    it('goes on as phases, as a whole step, from a snapshot and after a look at the network, from any piece', () => {
      const run = trainer();
      for (let turn = 0; !run.ended; turn++) {
        for (let i = 0; i < 3 + 7 * turn && !run.ended; i++) {
          run.runPieces(never);
        }
        if (run.ended) {
          break;
        }
        switch (turn % 5) {
          case 0:
            run.advance();
            break;
          case 1:
            run.restore(structuredClone(run.snapshot()));
            break;
          case 2:
            run.evaluate('validation');
            break;
          case 3:
            complete(run.scratchPieces());
            break;
          default:
            run.trainBatch();
        }
      }
      assert.deepEqual(run.snapshot(), straight);
    });

    it('is finished as a whole step, and the next whole step is another one', () => {
      const run = trainer();
      for (let i = 0; i < 5; i++) {
        run.runPieces(never);
      }
      for (const done of [1, 2]) {
        assert.equal(run.trainBatch().steps, 1);
        assert.equal(run.position.step, done);
      }
      while (run.position.phase?.kind !== 'update') {
        run.runPieces(never);
      }
      run.runPieces(never);
      run.finishUpdates();
      assert.equal(run.position.step, 3);
      assert.equal(run.trainBatch().steps, 1);
      assert.equal(run.position.step, 4);
      assert.deepEqual(run.snapshot(), straight);
    });

    it('is given up where the run is ended before the first update, and can be done again', () => {
      for (const pieces of [1, 5, 10, 20]) {
        const run = trainer();
        for (let i = 0; i < pieces; i++) {
          run.runPieces(never);
        }
        const { step } = run.position;
        const weights = run.weights();
        assert.deepEqual(complete(run.settle()), { steps: 0, record: undefined });
        assert.deepEqual(run.position, { epoch: 1, batch: step, step, phase: undefined });
        assert.deepEqual(run.weights(), weights);
        const state = run.snapshot();
        assert.equal(state.program.batch, undefined);
        const other = trainer();
        other.restore(state);
        while (!other.ended) {
          other.trainBatch();
        }
        assert.deepEqual(other.snapshot(), straight);
      }
    });

    it('is finished where the run is ended between two updates', () => {
      const run = trainer();
      while (run.position.phase?.kind !== 'update') {
        run.advance();
      }
      run.advance();
      assert.equal(complete(run.settle()).steps, 1);
      assert.deepEqual(run.position, { epoch: 1, batch: 1, step: 1, phase: undefined });
      while (!run.ended) {
        run.trainBatch();
      }
      assert.deepEqual(run.snapshot(), straight);
    });

    it('shows the weights of one step from within its updates, and is finished where the run is ended there', () => {
      const whole = trainer();
      whole.trainBatch();
      for (const look of [
        (run: Trainer) => complete(run.settle()),
        (run: Trainer) => run.finishUpdates(),
        (run: Trainer) => run.read('dense_1.weight'),
        (run: Trainer) => complete(run.scratchPieces()),
        (run: Trainer) => run.weights(),
      ]) {
        const run = trainer();
        while (run.position.phase?.kind !== 'update') {
          run.runPieces(never);
        }
        run.runPieces(never);
        assert.equal(run.position.step, 0);
        look(run);
        assert.deepEqual(run.position, whole.position);
        assert.deepEqual(run.weights(), whole.weights());
        while (!run.ended) {
          run.runPieces(never);
        }
        assert.deepEqual(run.snapshot(), straight);
      }
    });

    it('updates no more than half a million weights in a piece, with the bits of an update at once', () => {
      const mostWeights = 2 ** 19;
      const row = new Int32Array(1);
      const data = dataOf([[...Array(1200).keys()].map((k) => normal(1, purposes.generate, 0, k))], [[1, 0]]);
      const layers = [dense(1000, 'tanh'), dense(2, 'softmax')];
      for (const optimizer of [adam(), thing('nadam'), thing('rmsprop', { momentum: 0.5, centered: true })]) {
        const [parted, whole] = [1, 2].map(() => {
          const training = plan(network([1200], layers, 'categorical_crossentropy'), {
            optimizer: filled('optimizer', optimizer),
            batchSize: 1,
          });
          const program = backend.compile(training, data, { maxBatch: 1, threads: 1 });
          program.begin(row, 0, 1, 'training');
          program.forward(0);
          program.forward(1);
          program.loss();
          program.backward(1);
          program.backward(0);
          return program;
        });
        const memory = parted.tensors().filter((name) => /^dense_1\.weight\.(?!gradient)/.test(name));
        const read = () => parted.read('dense_1.weight').values;
        let before = read();
        let most = 0;
        for (const _ of parted.updateParts?.(0) ?? []) {
          const now = read();
          let changed = 0;
          for (let i = 0; i < now.length; i++) {
            if (now[i] !== before[i]) {
              changed++;
            }
          }
          most = Math.max(most, changed);
          before = now;
        }
        assert.ok(most > mostWeights / 2 && most <= mostWeights, `${optimizer.name}: ${most}`);
        whole.update(0);
        for (const name of ['dense_1.weight', 'dense_1.bias', ...memory]) {
          assert.deepEqual(parted.read(name), whole.read(name), `${optimizer.name}: ${name}`);
        }
      }
    });

    it('ends an epoch in pieces; what it has booked is told when the run is ended there, and another goes on to the end', () => {
      const run = trainer();
      run.trainEpoch();
      run.trainBatch();
      // The last step, then the epoch's values; the look through the train part is still to come.
      while (run.history.length < 2) {
        run.runPieces(never);
      }
      assert.equal(run.ended, undefined);
      assert.equal(run.closingRecord?.epoch, 2);
      const { record } = complete(run.settle());
      assert.equal(record?.epoch, 2);
      // The train part is still to be looked through: the run is not over.
      assert.equal(run.ended, undefined);
      const other = trainer();
      other.restore(structuredClone(run.snapshot()));
      assert.equal(other.history.length, 2);
      assert.deepEqual(other.trainBatch(), { steps: 0, record: undefined, ended: 'completed' });
      for (const each of [run, other]) {
        while (!each.ended) {
          each.runPieces(never);
        }
        assert.deepEqual(each.snapshot(), straight);
      }
    });
  });
}

describe('a step of very many samples in pieces, compiled', () => {
  it('puts every pass over the samples down after a stretch of them, with the bits of whole passes', () => {
    const many = 400_000;
    const row = range(many);
    const values = Float64Array.from(row, (k) => normal(1, purposes.generate, 0, k));
    const training = plan(network([1], [dense(8, 'tanh'), dense(8, 'silu'), dense(1)], 'mean_squared_error'), {
      batchSize: many,
    });
    const [parted, whole] = [1, 2].map(() => {
      const data = dataOf([[...values.subarray(0, 1)]], [[1]]);
      const all = { ...data, samples: many, inputs: Float32Array.from(values), targets: Float32Array.from(values) };
      const program = wasmBackend.compile(training, all, { maxBatch: many, threads: 1 });
      program.begin(row, 0, many, 'training');
      return program;
    });
    const drive = <Result>(work: Generator<void, Result> | undefined): Result => {
      assert.ok(work);
      for (let pieces = 0; ; pieces++) {
        const { done, value } = work.next();
        if (!done) {
          continue;
        }
        assert.ok(pieces > 1, `${pieces}`);
        return value;
      }
    };
    for (const layer of [0, 1, 2]) {
      drive(parted.forwardParts?.(layer));
      whole.forward(layer);
    }
    assert.equal(drive(parted.lossParts?.()), whole.loss());
    for (const layer of [2, 1, 0]) {
      drive(parted.backwardParts?.(layer));
      whole.backward(layer);
    }
    for (const name of parted.tensors()) {
      assert.deepEqual(parted.read(name), whole.read(name), name);
    }
  });
});

describe('the order of an epoch of very many samples', () => {
  const many = 150_000;
  const values = Float32Array.from(range(many), (k) => (k % 17) / 17);
  const make = () =>
    new Trainer({
      plan: plan(network([1], [dense(1)], 'mean_squared_error'), { batchSize: 50_000, epochs: 2 }),
      data: { inputs: values, targets: values, samples: many, targetSize: 1 },
      parts: trainOnly(many),
      backend: wasmBackend,
    });
  /** Calls that did neither a step nor an epoch's end, for each epoch. */
  const beginnings = (run: Trainer, work: () => { readonly steps: number }): readonly number[] => {
    const counts = [0, 0];
    while (!run.ended) {
      const { epoch, batch, phase } = run.position;
      if (work().steps === 0 && batch === 0 && phase === undefined && run.position.phase === undefined) {
        counts[epoch - 1]++;
      }
    }
    return counts;
  };

  it('is drawn in pieces, also before whole steps, and is the same', () => {
    const straight = make();
    while (!straight.ended) {
      straight.trainBatch();
    }
    const chunks = make();
    assert.deepEqual(
      beginnings(chunks, () => chunks.runChunk(never)),
      [4, 4],
    );
    assert.deepEqual(chunks.snapshot(), straight.snapshot());
    const parted = make();
    for (const count of beginnings(parted, () => parted.runPieces(never))) {
      assert.ok(count >= 4, `${count}`);
    }
    assert.deepEqual(parted.snapshot(), straight.snapshot());
  });
});

describe('a step of large layers in pieces, compiled', () => {
  it('gives the bits of whole steps', () => {
    const size = 1600;
    const rows = [...Array(70).keys()];
    const [input, target] = [0, 1].map((step) =>
      rows.map((i) => [0, 1, 2].map((k) => normal(1, purposes.generate, step, 3 * i + k))),
    );
    const make = () =>
      new Trainer({
        plan: plan(network([3], [dense(size, 'tanh'), dense(size, 'relu'), dense(3)], 'mean_squared_error'), {
          batchSize: 64,
          epochs: 1,
        }),
        data: dataOf(input, target),
        parts: trainOnly(70),
        backend: wasmBackend,
      });
    const whole = make();
    while (!whole.ended) {
      whole.trainBatch();
    }
    const parted = make();
    let pieces = 0;
    for (; !parted.ended; pieces++) {
      parted.runPieces(never);
    }
    assert.deepEqual(parted.snapshot(), whole.snapshot());
    assert.ok(pieces > 60, `${pieces}`);
  });

  it('puts the loss of very many outputs and their softmax down within a sample', () => {
    const outputs = 200_000;
    const net = network([1], [dense(outputs, 'softmax')], 'categorical_crossentropy');
    const targets = new Float32Array(2 * outputs);
    targets[7] = 1;
    targets[outputs + 9] = 1;
    const data = { inputs: Float32Array.of(0.5, -1), targets, samples: 2, targetSize: outputs };
    const make = () => wasmBackend.compile(plan(net, { batchSize: 2 }), data, { maxBatch: 2, initial: undefined });
    const [whole, parted] = [make(), make()];
    for (let step = 0; step < 2; step++) {
      whole.trainStep(range(2), 0, 2);
    }
    const count = (work: Generator<void, unknown> | undefined): number => {
      assert.ok(work);
      let pieces = 0;
      while (!work.next().done) {
        pieces++;
      }
      return pieces;
    };
    // In the first step code is slow yet.
    for (const pieces of [11, 3]) {
      parted.begin(range(2), 0, 2, 'training');
      count(parted.forwardParts?.(0));
      assert.equal(count(parted.lossParts?.()), pieces);
      count(parted.backwardParts?.(0));
      count(parted.updateParts?.(0));
      parted.endStep();
    }
    for (const name of ['dense_1.weight', 'dense_1.bias']) {
      assert.deepEqual(parted.read(name), whole.read(name), name);
    }
  });
});
