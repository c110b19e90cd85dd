/**
 * Commands in random orders: what is done to runs in a window, and to the window. A model knows which runs
 * there must be, and how each must be shown; after each command the folder is compared with it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Run } from '../../../src/extension/runs/run';
import { isActive, type StartOptions } from '../../../src/protocol/engine';
import type { EpochEvent } from '../../../src/runs/events';
import { beginning } from '../../../src/runs/readRun';
import { runFile } from '../../../src/runs/runWriter';
import { replayOf } from '../../../src/runs/startAgain';
import { startOptions } from '../server/harness';
import { Lab, settled } from './lab';

const epochs = 40;
const spec = `
name: XOR
seed: 1
data: { source: xor }
model:
  layers:
    - dense: { units: 3, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { adam: 0.1 }, batch_size: 2, epochs: ${epochs} }
`;
const options: StartOptions = { ...startOptions(spec), everyEpoch: false, backend: 'reference' };

/** How a run is listed: one that is paused trains. */
type Shown = 'running' | 'completed' | 'stopped' | 'interrupted';

interface Known {
  shown: Shown;
  starred: boolean;
  deleted: boolean;
  /** Epochs and changes that the log must have. */
  epochs: number;
  changes: number;
  /** Changes that were made. */
  told: number;
}

type Model = Map<string, Known>;

interface Target {
  readonly id: string;
  readonly known: Known;
  readonly lab: Lab;
  readonly model: Model;
}

/** Something that a person does, or that happens to the window. `fits`: whether it can be done to a run. */
type Deed =
  | { readonly fits: (known: Known) => boolean; readonly act: (target: Target) => Promise<unknown> }
  | { readonly happen: (lab: Lab, model: Model, amount: number) => Promise<unknown> };

const trains = ({ shown, deleted }: Known) => shown === 'running' && !deleted;
const ask = (...[name, params]: Parameters<Run['ask']>): Deed => ({
  fits: trains,
  act: ({ lab, id }) => lab.answer(lab.runOf(id).ask(name, params)),
});

const deeds: Readonly<Record<string, Deed>> = {
  start: {
    happen: async (lab, model) => {
      const { id } = await lab.start();
      model.set(id, { shown: 'running', starred: false, deleted: false, epochs: 0, changes: 0, told: 0 });
    },
  },
  work: {
    happen: async (lab, _, amount) => {
      for (let turn = 0; turn < amount; turn += 1) {
        await lab.work();
      }
    },
  },
  wait: {
    happen: async (lab, model, amount) => {
      await lab.clock.pass(1000 * (1 + amount));
      await settled();
      for (const [id, { run }] of lab.runs) {
        noteWritten(known(model, id), run);
      }
    },
  },
  setClockBack: {
    happen: async (lab, _, amount) => {
      lab.clock.set -= 3_600_000 * amount;
    },
  },
  pause: { fits: trains, act: ({ lab, id }) => lab.answer(lab.runOf(id).pause()) },
  goOn: ask('resume', null),
  phase: ask('step', { unit: 'phase' }),
  step: ask('step', { unit: 'epoch' }),
  change: {
    fits: trains,
    act: async ({ lab, id, known }) => {
      const reply = await lab.answer(
        lab.runOf(id).ask('setLearningRate', { learningRate: [0.2, 0.1][known.told % 2] }),
      );
      known.told += 'ok' in reply ? 1 : 0;
    },
  },
  /** Puts its own weights into it: done again at another step, they would be other ones. */
  load: {
    fits: trains,
    act: async ({ lab, id, known }) => {
      const run = lab.runOf(id);
      const weights = await lab.answer(run.ask('saveWeights', null));
      const reply = 'ok' in weights ? await lab.answer(run.loadWeights(weights.ok, 'mine.safetensors')) : weights;
      known.told += 'ok' in reply ? 1 : 0;
    },
  },
  stop: {
    fits: trains,
    act: async ({ lab, id, known }) => {
      const run = lab.runOf(id);
      await lab.answer(run.stop());
      await lab.answer(run.concluded);
      known.shown = run.state === 'completed' ? 'completed' : 'stopped';
    },
  },
  killEngine: {
    fits: trains,
    act: async ({ lab, id, known }) => {
      const { engine, run } = lab.live(id);
      engine.kill({ signal: 'SIGKILL', output: '' });
      await lab.answer(run.over);
      known.shown = run.state === 'completed' ? 'completed' : 'interrupted';
    },
  },
  reload: {
    happen: async (lab, model) => {
      const runs = [...lab.runs.values()];
      await lab.reload();
      for (const { run } of runs) {
        noteWritten(known(model, run.id), run);
      }
      interrupt(model);
    },
  },
  crash: {
    happen: async (lab, model, amount) => {
      await lab.crash(amount);
      interrupt(model);
      for (const [id, known] of model) {
        // A run may have come to its end just before. Some of the last second may be lost.
        const listed = known.deleted ? undefined : await lab.observer.find(id);
        if (listed && 'header' in listed && listed.header.state === 'completed') {
          known.shown = 'completed';
        }
        known.told = known.deleted ? known.told : (await lab.observer.interventionsAfter(id, beginning)).length;
      }
    },
  },
  resume: {
    fits: ({ shown, deleted }) => !deleted && (shown === 'interrupted' || shown === 'stopped'),
    act: async ({ lab, id, known }) => {
      await lab.goOn(id);
      known.shown = 'running';
      // Epochs after the checkpoint come again.
      known.epochs = 0;
    },
  },
  delete: {
    fits: ({ shown, deleted }) => shown !== 'running' && !deleted,
    act: async ({ lab, id, known }) => {
      await lab.repository.trash(id);
      known.deleted = true;
    },
  },
  undoDelete: {
    fits: ({ deleted }) => deleted,
    act: async ({ lab, id, known }) => {
      await lab.repository.restore(id);
      known.deleted = false;
    },
  },
  star: {
    fits: ({ deleted }) => !deleted,
    act: async ({ lab, id, known }) => {
      known.starred = !known.starred;
      await lab.repository.mark(id, { starred: known.starred });
    },
  },
};

class Command implements fc.AsyncCommand<Model, Lab> {
  readonly #name: string;
  readonly #amount: number;

  /** The number chooses among the runs that fit, or says how much. */
  constructor(name: string, amount: number) {
    this.#name = name;
    this.#amount = amount;
  }

  check(model: Readonly<Model>): boolean {
    const deed = deeds[this.#name];
    return 'happen' in deed ? this.#name !== 'start' || model.size < 3 : [...model.values()].some(deed.fits);
  }

  async run(model: Model, lab: Lab): Promise<void> {
    const deed = deeds[this.#name];
    if ('happen' in deed) {
      await deed.happen(lab, model, this.#amount);
    } else {
      const fitting = [...model].filter(([, known]) => deed.fits(known));
      const [id, known] = fitting[this.#amount % fitting.length];
      await deed.act({ id, known, lab, model });
    }
    await compare(model, lab);
  }

  toString(): string {
    return `${this.#name}(${this.#amount})`;
  }
}

function known(model: Model, id: string): Known {
  const found = model.get(id);
  assert.ok(found, id);
  return found;
}

function noteWritten(known: Known, run: Run): void {
  known.epochs = run.series().loss?.x.at(-1) ?? 0;
  known.changes = known.told;
}

/** The window is gone: its runs train no more. */
function interrupt(model: Model): void {
  for (const known of model.values()) {
    if (known.shown === 'running') {
      known.shown = 'interrupted';
    }
  }
}

async function logOf(lab: Lab, id: string) {
  const { events, damagedLines } = await lab.observer.read(id);
  return {
    epochs: events.filter((event): event is EpochEvent => event.event === 'epoch'),
    changes: events.filter((event) => event.event === 'set'),
    damagedLines,
  };
}

/** The folder and the window are as the model says. */
async function compare(model: Model, lab: Lab): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await settled();
  }
  for (const [id, { run }] of lab.runs) {
    const each = known(model, id);
    if (each.shown === 'running' && !isActive(run.state)) {
      assert.deepEqual([run.state, run.details.progress?.epoch], ['completed', epochs]);
      each.shown = 'completed';
    }
    if (each.shown !== 'running' && !each.deleted) {
      noteWritten(each, run);
    }
  }
  const listed = await lab.observer.list();
  const shown = listed.map((each) =>
    'header' in each ? [each.id, each.header.state, each.header.starred ?? false] : each,
  );
  const expected = [...model].filter(([, { deleted }]) => !deleted);
  assert.deepEqual(shown.sort(), expected.map(([id, { shown, starred }]) => [id, shown, starred]).sort());
  for (const [id, { deleted, epochs: least, changes }] of model) {
    if (deleted) {
      assert.ok(lab.folder.files.has(`trash/${id}/${runFile.header}`), id);
      continue;
    }
    const log = await logOf(lab, id);
    const known = await lab.observer.interventionsAfter(id, beginning);
    assert.equal(log.damagedLines, 0);
    assert.deepEqual(
      log.epochs.map(({ epoch }) => epoch),
      log.epochs.map((_, i) => i + 1),
    );
    assert.ok(log.epochs.length >= least, `${id} has lost epochs: ${log.epochs.length} of ${least}`);
    assert.ok(known.length >= changes, `${id} has lost changes: ${known.length} of ${changes}`);
  }
}

/** A run comes to the end that it would have had without all that: the same bits of every loss and weight. */
async function compareWithWhole(lab: Lab, id: string): Promise<void> {
  const run = await lab.goOn(id);
  await lab.answer(lab.runOf(id).ask('resume', null));
  await lab.answer(run.concluded);
  await lab.answer(lab.written(run));
  assert.equal(run.state, 'completed');
  const log = await logOf(lab, id);
  const whole = new Lab(options);
  const replay = await replayOf(lab.repository.folderOf(id), log.changes);
  const again = await whole.start({ replay });
  await whole.answer(again.concluded);
  await whole.answer(whole.written(again));
  const expected = await logOf(whole, again.id);
  assert.deepEqual(log.epochs, expected.epochs);
  const weights = (from: Lab, of: string) => from.folder.files.get(`runs/${of}/${runFile.weights}`)?.bytes;
  assert.deepEqual(weights(lab, id), weights(whole, again.id));
  await whole.dispose();
}

describe('runs of the editor, whatever is done to them in whatever order', () => {
  it('are all there, are shown as they are, and come to the end that they would have had', async () => {
    // Commands that are most likely to lose something come twice as often.
    const names = [...Object.keys(deeds), 'crash', 'resume', 'step', 'change'];
    const commands = names.map((name) => fc.nat(12).map((amount) => new Command(name, amount)));
    await fc.assert(
      fc.asyncProperty(
        fc.commands([fc.constant(new Command('start', 0)), ...commands], { maxCommands: 40, size: 'max' }),
        async (sequence) => {
          const lab = new Lab(options);
          const model: Model = new Map();
          try {
            await fc.asyncModelRun(() => ({ model, real: lab }), sequence);
            await lab.reload();
            const [open] = [...model].filter(([, { shown, deleted }]) => !deleted && shown !== 'completed');
            if (open) {
              await compareWithWhole(lab, open[0]);
            }
          } finally {
            await lab.dispose();
          }
        },
      ),
      { numRuns: 100, includeErrorInReport: true },
    );
  });
});
