import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { EarlierRunsReader } from '../../../src/extension/panel/earlierRuns';
import type { FoundRun, RunHome } from '../../../src/extension/runs/runHomes';
import { type EarlierChoice, mostEarlierRuns } from '../../../src/protocol/panel';
import { RunRepository } from '../../../src/runs/runRepository';
import { MemoryFolder } from '../../harness/memoryFolder';
import { TestClock } from '../../harness/testClock';

const spec = (loss: string) => `data: { source: xor }
model: { layers: [dense: { units: 2 }, dense: { units: 1, activation: sigmoid }] }
training: { loss: ${loss}, optimizer: { sgd: 0.5 }, epochs: 3 }
`;
const [entropy, squares] = ['binary_crossentropy', 'mean_squared_error'];

interface Kept {
  readonly losses?: readonly number[];
  readonly loss?: string;
  readonly log?: string;
  readonly header?: string;
  readonly state?: string;
  readonly created?: string;
}

describe('the runs behind the curves of a run', () => {
  let folder: MemoryFolder;
  let home: RunHome;
  let reads: number;
  beforeEach(() => {
    reads = 0;
    folder = new MemoryFolder();
    const here = { host: 'here', pid: 1, started: '', isAlive: () => false };
    const repository = new RunRepository(folder, { clock: new TestClock(), here });
    const read = repository.read.bind(repository);
    repository.read = (id) => {
      reads += 1;
      return read(id);
    };
    home = { repository, uri: '/a' as unknown as Uri } as RunHome;
  });

  const idOf = (number: number) => `20261202-1415${String(number).padStart(2, '0')}-xor-00${10 + number}`;
  const keep = async (number: number, kept: Kept = {}) => {
    const {
      losses = [0.5],
      loss = entropy,
      state = 'completed',
      created = `2026-12-02T14:00:00.${number + 100}Z`,
    } = kept;
    const id = idOf(number);
    const best = { tag: 'loss', value: Math.min(...losses), epoch: 1 };
    const header = { nnspec_run: 1, id, name: 'XOR', spec: 'xor.nnspec', created, state, step: losses.length, best };
    const log = losses.map((value, i) =>
      JSON.stringify({ event: 'epoch', epoch: i + 1, step: i + 1, loss: value, accuracy: 1 - value }),
    );
    for (const [name, text] of [
      ['run.json', kept.header ?? JSON.stringify(header)],
      ['spec.nnspec', spec(loss)],
      ['events.jsonl', kept.log ?? `${log.join('\n')}\n`],
    ]) {
      await folder.replace(`runs/${id}/${name}`, new TextEncoder().encode(text));
    }
  };
  const reader = new EarlierRunsReader();
  const reading = { now: new Date('2026-12-02T20:00:00Z'), locale: 'en' };
  const answer = async (choice: EarlierChoice, { at = 99, ids = [] as readonly string[], of = reader } = {}) => {
    const found = (await home.repository.list()).map((run): FoundRun => ({ ...run, home }));
    return of.answer(found, { id: idOf(at), specText: spec(entropy) }, { choice, ids }, reading);
  };
  const numbers = async (...question: Parameters<typeof answer>) =>
    (await answer(...question)).runs.map(({ id }) => Number(id.slice(-4)) - 10);

  it('are the last, the best, all or the chosen ones, and never the run itself', async () => {
    await keep(1, { losses: [0.7, 0.2] });
    await keep(2, { losses: [0.7, 0.1] });
    await keep(3, { losses: [0.7, 0.3] });
    assert.deepEqual(await numbers('none'), []);
    assert.deepEqual(await numbers('last'), [3]);
    assert.deepEqual(await numbers('best'), [2]);
    assert.deepEqual(await numbers('all'), [3, 2, 1]);
    assert.deepEqual(await numbers('all', { at: 2 }), [1]);
    assert.deepEqual(await numbers('chosen', { at: 2, ids: [3, 2, 1].map(idOf) }), [3, 1]);
    assert.equal((await answer('none')).known, 3);
  });

  it('are those that began before it, also within the same second', async () => {
    // The digits at the end of an id are random.
    await keep(2, { created: '2026-12-02T14:15:00.100Z' });
    await keep(1, { created: '2026-12-02T14:15:00.600Z' });
    assert.deepEqual(await numbers('last', { at: 1, of: new EarlierRunsReader() }), [2]);
    assert.deepEqual(await numbers('last', { at: 2, of: new EarlierRunsReader() }), []);
    // A run that has just begun has no folder, and its id may come before those of the others.
    assert.deepEqual(await numbers('all', { at: 0, of: new EarlierRunsReader() }), [2, 1]);
  });

  it('have the numbers of their logs', async () => {
    const losses = Array.from({ length: 2000 }, (_, i) => 1 / (i + 1));
    await keep(1, { losses });
    const [{ series }] = (await answer('last')).runs;
    const { x, y } = series.loss;
    assert.ok(x.length <= 256 && x.length > 100, `${x.length} points`);
    assert.deepEqual(
      [...y],
      Array.from(x, (epoch) => losses[epoch - 1]),
    );
    assert.deepEqual([x[0], x.at(-1)], [1, 2000]);
  });

  it('leave out what is damaged, and tell so', async () => {
    await keep(1);
    await keep(2, { log: 'nonsense\n{"event":"epoch","epoch":1,"step":1,"loss":1}\n' });
    await keep(3, { header: '{' });
    // It ended before its first epoch did: there is nothing to see, and nothing wrong.
    await keep(4, { log: '' });
    const { runs, damaged } = await answer('last', { of: new EarlierRunsReader() });
    assert.deepEqual([runs.map(({ id }) => id), damaged], [[idOf(1)], 2]);
  });

  it('show no loss of another function', async () => {
    await keep(1, { losses: [0.3] });
    await keep(2, { losses: [0.01], loss: squares });
    const of = new EarlierRunsReader();
    const { runs, otherLoss } = await answer('all', { of });
    assert.deepEqual(
      [runs.map(({ series }) => Object.keys(series)), otherLoss],
      [[['accuracy'], ['loss', 'accuracy']], 1],
    );
    assert.deepEqual(await numbers('best', { of }), [1]);
  });

  it('have names of their own, and are marked where they diverged', async () => {
    const created = '2026-12-02T14:15:00Z';
    await keep(1, { created });
    await keep(2, { created, state: 'diverged' });
    const { runs } = await answer('all', { of: new EarlierRunsReader() });
    assert.deepEqual(
      runs.map(({ name, diverged }) => [name.replace(/^.*\(/, '('), diverged]),
      [
        ['(0012)', true],
        ['(0011)', false],
      ],
    );
  });

  it('are at most fifty, and read once', async () => {
    for (let i = 1; i <= mostEarlierRuns + 3; i++) {
      await keep(i);
    }
    const of = new EarlierRunsReader();
    const { runs, more } = await answer('all', { of });
    assert.deepEqual([runs.length, more, reads], [mostEarlierRuns, 3, mostEarlierRuns]);
    await answer('all', { of });
    assert.equal(reads, mostEarlierRuns);
  });
});
