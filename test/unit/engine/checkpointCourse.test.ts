import assert from 'node:assert/strict';
import { complete, decodeCheckpoint, misfit, type Trainer } from '../../../src/engine';
import type { TrainingSpec } from '../../../src/spec/spec';
import { advanced, load, misfitOf, save, set, trainer, withState } from './checkpointFiles';
import { thing } from './support';

describe('a checkpoint is refused for', () => {
  const good = save(advanced(5).snapshot());

  it('numbers that do not follow from the course of its run, and tells what they would be', () => {
    const cycle = { schedule: thing('one_cycle', { maximum: 0.1 }), earlyStopping: undefined };
    const plain = { schedule: undefined, earlyStopping: undefined };
    const found = (run: Trainer, own: Partial<TrainingSpec>, change: (state: Record<string, unknown>) => void) =>
      complete(misfit(load(withState(save(run.snapshot()), change)).state, trainer(own)));
    const wrong = (training: Partial<TrainingSpec>, field: string, value: unknown) =>
      found(advanced(5, training), training, set(field, value));
    assert.deepEqual(wrong(plain, 'learningRate', 1e300), {
      part: 'learningRate',
      values: { found: 1e300, wanted: 0.02 },
    });
    assert.equal(wrong(cycle, 'learningRate', 0.02)?.part, 'learningRate');
    assert.equal(wrong({}, 'learningRate', 0.010000000000000002)?.part, 'learningRate');
    assert.equal(wrong(cycle, 'momentum', 0.9)?.part, 'momentum');
    assert.deepEqual(wrong(plain, 'step', 3), { part: 'step', values: { found: 3, wanted: 4 } });
    assert.equal(wrong(plain, 'mass', 1e300)?.part, 'mass');
    assert.equal(wrong(plain, 'manual', true)?.part, 'manual');
    assert.equal(wrong({}, 'plateau', { factor: 1e300, best: 'Infinity', waited: 0 })?.part, 'plateau.factor');
    assert.equal(wrong({}, 'watch', { best: 0, bestEpoch: 1, waited: 0 })?.part, 'watch.best');
    const two = [
      { step: 3, kind: 'weights' },
      { step: 2, kind: 'weights' },
    ];
    assert.equal(wrong(plain, 'interventions', two)?.part, 'interventions');
    const negative = withState(good, set('interventions', [{ step: 1, kind: 'learning_rate', value: -1 }]));
    assert.match((decodeCheckpoint(negative) as { problem: string }).problem, /“interventions”/);
    const damage = decodeCheckpoint(withState(good, set('learningRate', 'NaN'))) as { problem: string };
    assert.match(damage.problem, /“learningRate” is NaN, which it cannot be/);
  });

  it('no learning rate that a schedule or a hand has set, at any phase', () => {
    const schedules: readonly (TrainingSpec['schedule'] | undefined)[] = [
      undefined,
      thing('reduce_on_plateau', { patience: 0, factor: 0.5 }),
      thing('one_cycle', { maximum: 0.1 }),
      thing('cosine', { warmup: 3 }),
      thing('exponential', { gamma: 0.9 }),
      thing('cyclic', { base: 0.01, maximum: 0.1, up: 3, down: 2 }),
    ];
    for (const schedule of schedules) {
      for (const byHand of [
        new Map<number, number>(),
        new Map([
          [5, 0.5],
          [70, 0],
        ]),
      ]) {
        const run = trainer({ schedule });
        for (let move = 0; !run.ended; move++) {
          const rate = byHand.get(move);
          if (rate !== undefined) {
            run.setLearningRate(rate);
          }
          run.advance();
          if (move % 13 > 0 && move % 48 < 47) {
            continue;
          }
          const { state } = load(save(run.snapshot()));
          const what = `${schedule?.name}, ${byHand.size} by hand, move ${move}`;
          assert.deepEqual(complete(misfit(state, trainer({ schedule }))), undefined, what);
        }
      }
      const wild = advanced(5, { schedule });
      wild.setLearningRate(1e300);
      assert.equal(misfitOf(load(save(wild.snapshot())).state, trainer({ schedule })), undefined);
    }
  });
});
