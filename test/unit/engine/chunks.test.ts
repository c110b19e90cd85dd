import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { type Backend, referenceBackend, Trainer, type TrainerState, wasmBackend } from '../../../src/engine';
import { adam, dataOf, dense, network, plan, range, thing, trainOnly } from './support';

const samples = 24;
const never = (): boolean => false;

/** Two epochs of two batches, each evaluated in three batches of a validation part, with early stopping. */
function trainerOn(backend: Backend): Trainer {
  const rows = [...Array(samples).keys()];
  return new Trainer({
    plan: plan(
      network([4], [dense(6, 'tanh'), { type: 'dropout', rate: 0.2 }, dense(3, 'softmax')], 'categorical_crossentropy'),
      {
        optimizer: adam({ learning_rate: 0.001 }),
        batchSize: 4,
        epochs: 2,
        metrics: [thing('accuracy')],
        earlyStopping: { monitor: 'val_loss', patience: 5, minDelta: 0, restoreBest: true },
      },
    ),
    data: dataOf(
      rows.map((i) => [...Array(4).keys()].map((k) => normal(1, purposes.generate, 0, 4 * i + k))),
      rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
    ),
    parts: { train: range(8), validation: range(16, 8), test: new Int32Array(0) },
    backend,
  });
}

function finish(run: Trainer): TrainerState {
  while (!run.ended) {
    run.trainBatch();
  }
  return run.snapshot();
}

/** Does phases until the next one is the first update. */
function reachUpdates(run: Trainer): void {
  while (run.position.phase?.kind !== 'update') {
    run.runChunk(never, 'phase');
  }
}

for (const backend of [referenceBackend, wasmBackend]) {
  describe(`chunks of a run, on the backend ${backend.name}`, () => {
    const trainer = () => trainerOn(backend);
    let straight: TrainerState;
    before(() => {
      straight = finish(trainer());
    });

    it('of one phase each give the same bits as whole steps; all updates of a step are one chunk', () => {
      const run = trainer();
      let [chunks, steps, records] = [0, 0, 0];
      while (!run.ended) {
        const result = run.runChunk(never, 'phase');
        chunks++;
        steps += result.steps;
        records += result.record ? 1 : 0;
        const { phase } = run.position;
        assert.ok(phase?.kind !== 'update' || phase.layer === 0, 'the weights mix two steps');
      }
      assert.deepEqual(run.snapshot(), straight);
      assert.deepEqual([steps, records], [4, 2]);
      // Three layers forward and back, the loss and the updates; last the check of the weights.
      assert.equal(chunks, 4 * 8 + 1);
    });

    it('may alternate with phases, whole steps, snapshots and evaluations without a change of bits', () => {
      const run = trainer();
      for (let turn = 0; !run.ended; turn++) {
        for (let i = 0; i < 3 && !run.ended; i++) {
          run.runChunk(never, 'phase');
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
            run.scratch();
            break;
          default:
            run.runChunk(never);
        }
      }
      assert.deepEqual(run.snapshot(), straight);
    });

    it('discard a step that is stopped before its first update', () => {
      for (const chunks of [1, 4, 6]) {
        const run = trainer();
        for (let i = 0; i < chunks; i++) {
          run.runChunk(never, 'phase');
        }
        const weights = run.weights();
        run.settle();
        assert.deepEqual(run.position, { epoch: 1, batch: 0, step: 0, phase: undefined });
        assert.deepEqual(run.weights(), weights);
        const state = run.snapshot();
        assert.equal(state.program.batch, undefined);
        const other = trainer();
        other.restore(state);
        assert.deepEqual(finish(other), straight);
      }
    });

    it('finish a step that is stopped between two updates', () => {
      const run = trainer();
      reachUpdates(run);
      run.advance();
      run.settle();
      assert.deepEqual(run.position, { epoch: 1, batch: 1, step: 1, phase: undefined });
      assert.deepEqual(finish(run), straight);
    });
  });
}

describe('the end of an epoch', () => {
  /** Evaluated in batches of 256. */
  const make = (backend = wasmBackend): Trainer => {
    const values = Float32Array.from(range(1600), (k) => normal(1, purposes.generate, 0, k));
    return new Trainer({
      plan: plan(network([1], [dense(3, 'tanh'), dense(1)], 'mean_squared_error'), { batchSize: 100, epochs: 2 }),
      data: { inputs: values, targets: values.map((x) => x * x), samples: 1600, targetSize: 1 },
      parts: { train: range(600), validation: range(1000, 600), test: new Int32Array(0) },
      backend,
    });
  };

  it('can be interrupted between two batches of its evaluation, records nothing then, and can be continued or repeated', () => {
    const straight = finish(make());
    const run = make();
    while (run.position.batch < 6) {
      run.runChunk(never);
    }
    // One of three batches of the evaluation is done.
    for (let batch = 2; batch < 4; batch++) {
      assert.deepEqual(run.runChunk(never), { steps: 0 });
      assert.equal(run.history.length, 0);
    }
    const other = make();
    other.restore(structuredClone(run.snapshot()));
    assert.equal(run.runChunk(never).record?.epoch, 1);
    for (const each of [run, other]) {
      assert.deepEqual(finish(each), straight);
    }
  });

  it('starts over where the weights are set meanwhile', () => {
    const run = make();
    while (run.position.batch < 6) {
      run.runChunk(never);
    }
    run.setWeights(new Map([...run.weights()].map(([name, values]) => [name, values.map((value) => value / 2)])));
    const expected = run.evaluate('validation');
    const { record } = run.runChunk(() => true);
    assert.deepEqual(record?.values.find(([tag]) => tag === 'val_loss')?.[1], expected?.[0][1]);
  });

  it('returns the last record before the weights are checked, and a restored run goes on with the check', () => {
    const straight = finish(make());
    const run = make();
    while (!run.isClosing) {
      run.runChunk(never);
    }
    assert.deepEqual([run.history.length, run.ended], [2, undefined]);
    const other = make();
    other.restore(structuredClone(run.snapshot()));
    run.settle();
    for (const each of [run, other]) {
      assert.deepEqual(each.trainBatch(), { steps: 0, record: undefined, ended: 'completed' });
      assert.deepEqual(each.snapshot(), straight);
    }
  });
});

describe('chunks of many steps', () => {
  it('give the same bits as single steps', () => {
    const make = () =>
      new Trainer({
        plan: plan(network([1], [dense(4, 'tanh'), dense(1)], 'mean_squared_error'), { batchSize: 2, epochs: 3 }),
        data: dataOf(
          [...range(40)].map((i) => [normal(1, purposes.generate, 0, i)]),
          [...range(40)].map((i) => [normal(1, purposes.generate, 1, i)]),
        ),
        parts: trainOnly(40),
        backend: wasmBackend,
      });
    const run = make();
    let turn = 0;
    while (!run.ended) {
      run.runChunk(() => ++turn % 3 > 0);
    }
    assert.deepEqual(run.snapshot(), finish(make()));
  });
});
