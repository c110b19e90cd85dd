import assert from 'node:assert/strict';
import { Run } from '../../../src/extension/runs/run';
import type { FoundRun, RunHome } from '../../../src/extension/runs/runHomes';
import { RunKeeper } from '../../../src/extension/runs/runKeeper';
import type { Ended, HostRequests, Progress, StartOptions } from '../../../src/protocol/engine';
import type { Handlers } from '../../../src/protocol/rpc';
import { newRunId } from '../../../src/runs/runId';
import { RunRepository } from '../../../src/runs/runRepository';
import { MemoryFolder } from '../../harness/memoryFolder';
import { TestClock } from '../../harness/testClock';
import { fakeEngine, progress, started } from './fakeEngine';

const host = {} as Handlers<HostRequests>;
const ended: Ended = { reason: 'completed', epochs: 2, seconds: 1, final: { train: [['loss', 0.6]] }, expect: [] };
const over: Progress = { ...progress, state: 'completed' };
const settled = () => new Promise((done) => setTimeout(done, 5));

function setUp(keep = 200) {
  const clock = new TestClock();
  const folder = new MemoryFolder();
  const here = { host: 'here', pid: 1, started: 'then', isAlive: () => true };
  const repository = new RunRepository(folder, { clock, here });
  const home = {
    repository,
    specPath: () => 'xor.nnspec',
    specUri: (path: string) => ({ toString: () => `file:///${path}` }),
  } as unknown as RunHome;
  const newest = async (): Promise<FoundRun | undefined> => {
    const [run] = await repository.list();
    return run && { ...run, home };
  };
  const warnings: string[] = [];
  const keeper = new RunKeeper(
    { placeOf: async () => ({ home, spec: 'xor.nnspec' }), newestOf: newest },
    { keep: () => keep, maxSize: () => 1e9 },
    { info: () => undefined, warn: () => undefined },
    (sentence) => warnings.push(sentence),
  );
  const begin = async () => {
    const engine = fakeEngine();
    const id = newRunId('XOR', new Date(clock.now()), 0.5);
    const run = Run.create({ id, title: 'XOR', specUri: 'file:///xor.nnspec', specText: 'the spec' });
    keeper.follow(run, {});
    await run.start(engine.process, host, {} as StartOptions);
    engine.tell({ type: 'started', started });
    engine.tell({ type: 'epochs', records: [1, 2].map((n) => ({ epoch: n, step: n, values: [['loss', 1 / n]] })) });
    engine.tell({ type: 'batches', steps: Float64Array.of(1, 2), losses: Float64Array.of(0.7, 0.6) });
    engine.tell({ type: 'progress', progress });
    await settled();
    return { engine, run };
  };
  const load = async () => {
    const found = await newest();
    return found && keeper.load(found);
  };
  return { clock, folder, keeper, begin, load, newest, warnings };
}

describe('the keeper of runs', () => {
  it('keeps a run with its end, weights and checkpoint, and shows it again as it was', async () => {
    const { folder, begin, load } = setUp();
    const { engine, run } = await begin();
    engine.tell({ type: 'ended', ended, progress: over });
    await settled();
    await settled();
    const names = [...folder.files.keys()].map((path) => path.replace(`runs/${run.id}/`, '')).sort();
    assert.deepEqual(names, [
      '.gitignore',
      'batches.bin',
      'checkpoints/last.nnckpt',
      'events.jsonl',
      'film.bin',
      'panel.json',
      'run.json',
      'spec.nnspec',
      'weights.safetensors',
    ]);
    const back = await load();
    assert.ok(back?.stored);
    assert.deepEqual([back.state, back.specText, back.title], ['completed', 'the spec', 'XOR']);
    assert.deepEqual(back.series(), run.series());
    assert.deepEqual(back.details.ended, ended);
    assert.deepEqual(back.details.started, started);
    assert.deepEqual(back.details.film, Float64Array.of(2));
    assert.deepEqual([back.details.progress?.epoch, back.details.progress?.learningRate], [2, 0.5]);
    run.dispose();
  });

  it('lets go of a run when the window closes, which then counts as interrupted, not as stopped', async () => {
    const { begin, keeper, load } = setUp();
    const { run } = await begin();
    await keeper.close();
    run.dispose();
    const back = await load();
    assert.equal(back?.state, 'interrupted');
    assert.deepEqual([...(back?.series().loss.y ?? [])], [1, 0.5]);
  });

  it('saves a checkpoint when a run is paused, and what was done to it', async () => {
    const { begin, folder, keeper } = setUp();
    const { engine, run } = await begin();
    await run.loadWeights(Uint8Array.of(7), 'mine.safetensors');
    await settled();
    const [file] = [...folder.files.keys()].flatMap((path) => /loaded-\d+\.safetensors$/.exec(path) ?? []);
    const change = { step: 2, epochs: 2, kind: 'weights', file } as const;
    engine.tell({ type: 'intervention', intervention: change });
    engine.tell({ type: 'progress', progress: { ...progress, state: 'paused' } });
    await settled();
    await keeper.close();
    assert.deepEqual(await folder.read(`runs/${run.id}/checkpoints/last.nnckpt`), Uint8Array.of(2));
    assert.deepEqual(await folder.read(`runs/${run.id}/${file}`), Uint8Array.of(7));
    const lines = folder.text(`runs/${run.id}/events.jsonl`).trim().split('\n');
    assert.equal(lines.at(-1), `{"event":"set","step":2,"epochs":2,"name":"weights","value":"${file}"}`);
    run.dispose();
  });

  it('keeps nothing of a run that was refused, whose problems may quote a cell, nor where the settings say so', async () => {
    for (const keep of [0, 200]) {
      const { folder, keeper } = setUp(keep);
      const engine = fakeEngine();
      const run = Run.create({ id: 'x', title: 'XOR', specUri: 'file:///xor.nnspec', specText: '' });
      keeper.follow(run, {});
      assert.equal(keeper.keeps(run), keep > 0);
      await run.start(engine.process, host, {} as StartOptions);
      engine.tell({ type: 'refused', problems: [{ code: 'x', severity: 'error', message: 'a secret' }] });
      await settled();
      await keeper.close();
      assert.deepEqual([...folder.files.keys()], []);
    }
  });

  it('says once that a disk is full, and the run goes on', async () => {
    const { begin, folder, warnings } = setUp();
    folder.refusal = new Error('the disk is full');
    const { engine, run } = await begin();
    engine.tell({ type: 'ended', ended, progress: over });
    await settled();
    assert.equal(run.state, 'completed');
    assert.deepEqual(warnings, ['XOR goes on, but what it does from now on is not kept: the disk is full']);
    run.dispose();
  });
});
