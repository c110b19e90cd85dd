import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { referenceBackend, Trainer, type TrainerState } from '../../../src/engine';
import type { Thing } from '../../../src/spec/spec';
import { adam, dataOf, dense, type LayerSketch, network, plan, range, sgd, thing } from './support';

const samples = 23;
const layers: readonly LayerSketch[] = [
  dense(6, thing('prelu', { init: 0.25 })),
  { type: 'dropout', rate: 0.3 },
  dense(5, thing('rrelu', { lower: 0.125, upper: 1 / 3 })),
  dense(3, 'softmax'),
];

/** Every source of randomness, a last batch that is smaller, a validation part and early stopping. */
function trainer(optimizer: Thing, onBatch?: (step: number, loss: number) => void): Trainer {
  const rows = [...Array(samples).keys()];
  return new Trainer({
    plan: plan(network([4], layers, 'categorical_crossentropy'), {
      optimizer,
      batchSize: 5,
      epochs: 4,
      metrics: [thing('accuracy')],
      earlyStopping: { monitor: 'val_loss', patience: 2, minDelta: 0, restoreBest: true },
    }),
    data: dataOf(
      rows.map((i) => [0, 1, 2, 3].map((k) => normal(1, purposes.generate, 0, 4 * i + k))),
      rows.map((i) => [0, 1, 2].map((k) => Number(i % 3 === k))),
    ),
    parts: { train: range(17), validation: range(6, 17), test: new Int32Array(0) },
    backend: referenceBackend,
    onBatch,
  });
}

interface Outcome {
  readonly losses: number[];
  readonly state: TrainerState;
}

function finish(run: Trainer, losses: number[], advance: (run: Trainer) => void): Outcome {
  while (!run.ended) {
    advance(run);
  }
  return { losses, state: run.snapshot() };
}

const optimizers = [sgd({ learning_rate: 0.1, momentum: 0.9, nesterov: true }), adam({ learning_rate: 0.02 })];

describe('the step machine', () => {
  for (const optimizer of optimizers) {
    it(`moves through forward, loss, backward and update, with the bits of whole steps (${optimizer.name})`, () => {
      const whole: number[] = [];
      const byBatch = finish(
        trainer(optimizer, (_, loss) => whole.push(loss)),
        whole,
        (run) => run.trainBatch(),
      );
      const phased: number[] = [];
      const byPhase = finish(
        trainer(optimizer, (_, loss) => phased.push(loss)),
        phased,
        (run) => run.advance(),
      );
      const mixed: number[] = [];
      let turn = 0;
      const byAll = finish(
        trainer(optimizer, (_, loss) => mixed.push(loss)),
        mixed,
        (run) => {
          turn++;
          if (turn % 7 === 0) {
            run.trainBatch();
          } else {
            run.advance();
          }
        },
      );
      assert.ok(whole.length >= 8);
      assert.deepEqual(byPhase, byBatch);
      assert.deepEqual(byAll, byBatch);
    });
  }

  it('names its moves in the order of one step', () => {
    const run = trainer(optimizers[0]);
    const moves: string[] = [];
    for (;;) {
      const move = run.advance();
      moves.push(`${move.phase.kind} ${move.phase.layer ?? ''}`.trim());
      if (move.stepDone) {
        break;
      }
    }
    assert.deepEqual(moves, [
      ...['forward 0', 'forward 1', 'forward 2', 'forward 3', 'loss'],
      ...['backward 3', 'backward 2', 'backward 1', 'backward 0', 'update 0', 'update 2', 'update 3'],
    ]);
    assert.equal(run.position.step, 1);
    assert.equal(run.position.batch, 1);
  });

  it('restores a snapshot of any phase and continues with the same bits, in the same and in another trainer', () => {
    for (const optimizer of optimizers) {
      const straight = finish(trainer(optimizer), [], (run) => run.trainBatch());
      const phases = 12;
      // Phases of the second step, of the last and smaller one of the first epoch, and of the next epoch.
      for (const moves of [1, 3, 4]) {
        for (let phase = 0; phase < phases; phase++) {
          const run = trainer(optimizer);
          for (let i = 0; i < moves * phases + phase; i++) {
            run.advance();
          }
          const state = structuredClone(run.snapshot());
          const other = trainer(optimizer);
          other.restore(state);
          assert.deepEqual(other.position, run.position);
          assert.deepEqual(finish(other, [], (r) => r.advance()).state, straight.state);
          finish(run, [], (r) => r.trainBatch());
          run.restore(state);
          assert.deepEqual(finish(run, [], (r) => r.trainEpoch()).state, straight.state);
        }
      }
    }
  });

  it('logs a changed learning rate with its step and applies it', () => {
    const run = trainer(optimizers[0]);
    run.trainBatch();
    run.trainBatch();
    run.setLearningRate(0);
    assert.deepEqual(run.interventions, [{ step: 2, epochs: 0, kind: 'learning_rate', value: 0 }]);
    const before = run.weights();
    run.trainBatch();
    assert.deepEqual(run.weights(), before);
  });

  it('draws another order for each epoch, and keeps the file’s order where it must not shuffle', () => {
    const run = trainer(optimizers[0]);
    const first = [...run.nextRows()];
    run.trainEpoch();
    assert.notDeepEqual([...run.nextRows()], first);
    const data = dataOf([[1], [2], [3]], [[1], [2], [3]]);
    const still = new Trainer({
      plan: plan(network([1], [dense(1)], 'mean_squared_error'), { shuffle: false, batchSize: 2 }),
      data,
      parts: { train: Int32Array.of(2, 0, 1), validation: new Int32Array(0), test: new Int32Array(0) },
      backend: referenceBackend,
    });
    assert.deepEqual([...still.nextRows()], [2, 0]);
    still.trainBatch();
    assert.deepEqual([...still.nextRows()], [1]);
  });

  it('an epoch’s loss weighs each batch by its size, before its update', () => {
    const losses: number[] = [];
    const run = trainer(optimizers[1], (_, loss) => losses.push(loss));
    const { record } = run.trainEpoch();
    const sizes = [5, 5, 5, 2];
    const mean = losses.reduce((sum, loss, i) => sum + loss * sizes[i], 0) / 17;
    assert.deepEqual(
      record?.values.map(([tag]) => tag),
      ['loss', 'val_loss', 'accuracy', 'val_accuracy'],
    );
    assert.equal(record?.values[0][1], mean);
    assert.equal(record?.step, 4);
  });

  it('runs in chunks that stop when told and at the end of an epoch', () => {
    const run = trainer(optimizers[0]);
    let asked = 0;
    const first = run.runChunk(() => ++asked < 3);
    assert.deepEqual([first.steps, first.record], [3, undefined]);
    const second = run.runChunk(() => true);
    assert.deepEqual([second.steps, second.record?.epoch], [1, 1]);
  });
});
