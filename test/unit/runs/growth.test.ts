import { RunStore } from '../../../src/runs/runStore';
import { decodeRun, encodeRun } from '../../../src/runs/storedRun';
import { assertGrows } from '../../harness/growth';

const head = { id: 'r', title: 'A run', specUri: 'file:///a.nnspec', specText: '', createdAt: 0 };

/** Runs, by what they have much of. */
const runs: Readonly<Record<string, (size: number) => RunStore<unknown>>> = {
  series: (size) => {
    const store = new RunStore<unknown>(head, {});
    for (let i = 0; i < size; i++) {
      store.append(`gradient_norm/dense_${i}`, 1, i);
    }
    return store;
  },
  points: (size) => {
    const store = new RunStore<unknown>(head, {});
    for (let step = 1; step <= size * 20; step++) {
      store.append('batch_loss', step, step % 7 === 0 ? Number.NaN : 1 / step);
    }
    return store;
  },
  'entries in its log': (size) => {
    const store = new RunStore<unknown>(head, {});
    for (let step = 1; step <= size * 20; step++) {
      store.note({ step, epoch: 1, kind: 'learning_rate', value: 1 / step });
    }
    return store;
  },
  'names in its details': (size) =>
    new RunStore<unknown>(head, { names: Array.from({ length: size * 5 }, (_, i) => `name ${i}`) }),
  'numbers in its details': (size) =>
    new RunStore<unknown>(head, { numbers: Array.from({ length: size * 5 }, (_, i) => (i % 3 ? i : Number.NaN)) }),
  'characters in its spec': (size) => new RunStore<unknown>({ ...head, specText: '\\"\n가😀'.repeat(size * 5) }, {}),
};

describe('the time to make, store and read a run grows no faster than the run', () => {
  for (const [name, make] of Object.entries(runs)) {
    it(`with many ${name}`, async () => {
      await assertGrows(
        2_000,
        (size) => size,
        (size) => {
          const store = make(size);
          store.since(store.cursor());
          return decodeRun(encodeRun(store.record()));
        },
      );
    });
  }
});
