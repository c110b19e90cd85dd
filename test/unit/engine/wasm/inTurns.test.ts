import assert from 'node:assert/strict';
import { createWasmBackend, Trainer } from '../../../../src/engine';
import type { TakePieces } from '../../../../src/engine/backend';
import type { TrainerOptions } from '../../../../src/engine/run';
import { compileProgram } from '../../../../src/engine/trainingData';
import { range } from '../support';
import { randomExperiment, type Size } from './randomNetworks';
import { lastingBits } from './walks';

const sizes: readonly Size[] = ['tiny', 'small', 'wide'];

/** Enough weights for threads; those that are begun are counted. */
function optionsOf(seed: number, size: Size): { options: TrainerOptions; begun: () => number } {
  const { plan, data, classNames } = randomExperiment(seed, size);
  let begun = 0;
  let time = 0;
  const backend = createWasmBackend({
    now: () => time++,
    *widen() {
      yield;
      return false;
    },
    startThread() {
      begun++;
      return { dispose: () => {} };
    },
  });
  const parts = { train: range(data.samples), validation: new Int32Array(0), test: new Int32Array(0) };
  return { options: { plan, data, parts, backend, threads: 3, classNames }, begun: () => begun };
}

/** Takes pieces until there have been `most`; the count of those taken. */
function taker(most = Number.POSITIVE_INFINITY): { take: TakePieces; taken: () => number } {
  let taken = 0;
  return {
    taken: () => taken,
    async take(work) {
      for (;;) {
        if (taken === most) {
          return undefined;
        }
        const { done, value } = work.next();
        if (done) {
          return value;
        }
        taken++;
      }
    },
  };
}

describe('a program compiled in turns', function () {
  this.timeout(30_000);

  it('is the same to the bit as one compiled at once', async () => {
    for (const size of sizes) {
      for (let seed = 9000; seed < 9003; seed++) {
        const program = await compileProgram(optionsOf(seed, size).options, taker().take);
        assert.ok(program);
        const [turns, once] = [
          new Trainer({ ...optionsOf(seed, size).options, program }),
          new Trainer(optionsOf(seed, size).options),
        ];
        for (let step = 0; step < 3 && !turns.ended && !once.ended; step++) {
          turns.trainBatch();
          once.trainBatch();
        }
        assert.equal(lastingBits(turns.snapshot().program), lastingBits(once.snapshot().program), `${size}, ${seed}`);
        assert.equal(turns.batchLoss, once.batchLoss);
      }
    }
  });

  it('leaves no thread behind where it is given up after any piece', async () => {
    const { options, begun } = optionsOf(9000, 'wide');
    const whole = taker();
    const program = await compileProgram(options, whole.take);
    assert.equal(program?.threads, begun() + 1);
    assert.ok(begun() > 0 && whole.taken() > 30, `${begun()} threads, ${whole.taken()} pieces`);
    for (let most = 0; most < whole.taken(); most++) {
      const other = optionsOf(9000, 'wide');
      assert.equal(await compileProgram(other.options, taker(most).take), undefined);
      assert.equal(other.begun(), 0);
    }
  });
});
