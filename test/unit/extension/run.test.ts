import assert from 'node:assert/strict';
import type { Memento } from 'vscode';
import { Emitter } from '../../../src/common/emitter';
import { Prober } from '../../../src/extension/panel/probes';
import { followResults, LastResults } from '../../../src/extension/runs/lastResults';
import { Run } from '../../../src/extension/runs/run';
import type { HostRequests, Started, StartOptions } from '../../../src/protocol/engine';
import type { Handlers } from '../../../src/protocol/rpc';
import { fakeEngine, progress, started as start } from './fakeEngine';

const head = { id: '1', title: 'XOR', specUri: 'file:///xor.nnspec', specText: '' };
const host: Handlers<HostRequests> = {
  readFile: () => new Uint8Array(),
  listFolder: () => [],
  readShipped: () => new Uint8Array(),
};

async function started() {
  const engine = fakeEngine();
  const run = Run.create(head);
  await run.start(engine.process, host, {} as StartOptions);
  engine.tell({
    type: 'epochs',
    records: [
      {
        epoch: 1,
        step: 1,
        values: [
          ['loss', 0.7],
          ['accuracy', 0.5],
        ],
      },
    ],
  });
  engine.tell({
    type: 'epochs',
    records: [
      {
        epoch: 2,
        step: 2,
        values: [
          ['loss', 0.6],
          ['accuracy', 0.75],
        ],
      },
    ],
  });
  engine.tell({ type: 'batches', steps: Float64Array.of(1, 2), losses: Float64Array.of(0.7, 0.6) });
  engine.tell({ type: 'progress', progress });
  await settled();
  return { engine, run };
}

const settled = () => new Promise((done) => setTimeout(done, 5));

describe('a run in the extension host', () => {
  it('keeps the first gradient norms measured in each epoch', async () => {
    const { engine, run } = await started();
    const layers = [{ name: 'hidden' }, { name: 'out' }] as unknown as Started['layers'];
    engine.tell({ type: 'started', started: { ...start, layers } });
    await settled();
    const probe = (epoch: number, step: number, norm: number) => ({
      gradients: {
        epoch,
        step,
        layers: [0, 1].map((layer) => ({ layer, gradientNorm: norm * (layer + 1), weightNorm: 1, deltaNorm: 1 })),
      },
    });
    run.keepAnswers(probe(1, 3, 0.5));
    run.keepAnswers(probe(1, 4, 0.4));
    run.keepAnswers(probe(2, 5, 0.25));
    const norms = ['hidden', 'out'].map((name) => [...(run.series()[`gradient_norm/${name}`]?.y ?? [])]);
    assert.deepEqual(norms, [
      [0.5, 0.25],
      [1, 0.5],
    ]);
  });

  it('keeps the engine’s values unchanged, by tag', async () => {
    const { run } = await started();
    const { loss, accuracy, batch_loss: batches } = run.series();
    assert.deepEqual([...loss.x, ...loss.y], [1, 2, 0.7, 0.6]);
    assert.deepEqual([...accuracy.y], [0.5, 0.75]);
    assert.deepEqual([...batches.y], [0.7, 0.6]);
    assert.equal(run.lastValue('loss'), 0.6);
    assert.equal(run.state, 'running');
  });

  it('fails with a sentence that says what to do when its engine is killed, and keeps its record', async () => {
    const { engine, run } = await started();
    engine.end({ signal: 'SIGKILL', output: '' });
    await run.over;
    assert.equal(run.state, 'failed');
    assert.match(run.details.failure?.message ?? '', /SIGKILL.*Restart/);
    assert.deepEqual([...run.series().loss.y], [0.7, 0.6]);
    const reply = await run.ask('pause', null);
    assert.ok('err' in reply);
  });

  it('fails with a message about memory when the engine ran out of it', async () => {
    const { engine, run } = await started();
    engine.end({
      code: 134,
      output: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    });
    await run.over;
    assert.match(run.details.failure?.message ?? '', /memory/);
  });

  it('ends with its engine when it is disposed of, as stopped and not as failed', async () => {
    const { engine, run } = await started();
    run.dispose();
    await run.over;
    assert.ok(engine.state.disposed);
    assert.equal(run.state, 'stopped');
    assert.equal(run.details.failure, undefined);
  });

  /** A run whose engine is in a long phase, so that it answers neither a stop nor a pause. */
  async function busy() {
    const engine = fakeEngine(new Promise(() => undefined));
    const run = Run.create(head);
    await run.start(engine.process, host, {} as StartOptions);
    engine.tell({ type: 'started', started: start });
    engine.tell({ type: 'progress', progress });
    await settled();
    return { engine, run };
  }

  it('is shown as stopping at once during a long phase; final values follow', async () => {
    const { engine, run } = await busy();
    void run.stop();
    assert.equal(run.state, 'stopping');
    assert.ok(run.isActive);
    engine.tell({ type: 'progress', progress: { ...progress, step: 3 } });
    await settled();
    assert.equal(run.state, 'stopping');
    assert.equal(run.details.progress?.step, 3);
    const ended = { reason: 'stopped', epochs: 2, seconds: 1, final: { train: [['loss', 0.5]] }, expect: [] } as const;
    engine.tell({ type: 'ended', ended, progress: { ...progress, state: 'stopped' } });
    await run.over;
    assert.equal(run.state, 'stopped');
    assert.ok(run.hasEngine, 'the network is gone');
    assert.deepEqual(run.details.ended, ended);
  });

  it('ends its engine at a second stop, and keeps its record', async () => {
    const { engine, run } = await busy();
    engine.tell({ type: 'epochs', records: [{ epoch: 1, step: 1, values: [['loss', 0.7]] }] });
    await settled();
    void run.stop();
    assert.ok(!engine.state.disposed);
    await run.stop();
    assert.ok(engine.state.disposed);
    assert.equal(run.state, 'stopped');
    assert.deepEqual([...run.series().loss.y], [0.7]);
  });

  it('is shown as pausing at once, until its engine has paused; after a stop, as stopping', async () => {
    const { engine, run } = await busy();
    void run.pause();
    assert.equal(run.state, 'pausing');
    engine.tell({ type: 'progress', progress: { ...progress, step: 3 } });
    await settled();
    assert.equal(run.state, 'pausing');
    engine.tell({ type: 'progress', progress: { ...progress, state: 'paused' } });
    await settled();
    assert.equal(run.state, 'paused');
    engine.tell({ type: 'progress', progress });
    await settled();
    void run.pause();
    void run.stop();
    engine.tell({ type: 'progress', progress: { ...progress, state: 'paused' } });
    await settled();
    assert.equal(run.state, 'stopping');
  });

  it('is stopped as soon as its engine says so, with or before the final values', async () => {
    const engine = fakeEngine();
    const run = Run.create(head);
    await run.start(engine.process, host, {} as StartOptions);
    engine.tell({ type: 'started', started: start });
    engine.tell({ type: 'progress', progress });
    await settled();
    void run.stop();
    engine.tell({ type: 'progress', progress: { ...progress, state: 'stopped' } });
    await run.over;
    assert.equal(run.state, 'stopped');
  });

  it('keeps its own end if it is told to stop just after', async () => {
    const { engine, run } = await started();
    engine.tell({ type: 'started', started: start });
    const ended = { reason: 'completed', epochs: 2, seconds: 1, final: {}, expect: [] } as const;
    engine.tell({ type: 'ended', ended, progress: { ...progress, state: 'completed' } });
    await run.over;
    assert.ok(run.hasEngine);
    assert.deepEqual(await run.stop(), { ok: null });
    assert.equal(run.state, 'completed');
    run.dispose();
  });

  it('that is stopped has its final values as the last result, although they arrive later', async () => {
    const starts = new Emitter<Run>();
    const values = new Map<string, unknown>();
    const memento = {
      get: (key: string, standard: unknown) => values.get(key) ?? standard,
      update: async (key: string, value: unknown) => void values.set(key, value),
    };
    const results = new LastResults(memento as unknown as Memento);
    followResults({ onStart: starts.event }, results, { keeps: () => true });
    const { engine, run } = await started();
    starts.fire(run);
    engine.tell({ type: 'progress', progress: { ...progress, state: 'stopped' } });
    await run.over;
    assert.equal(results.of(head.specUri), undefined);
    const final = { validation: [['loss', 0.5]] } as const;
    const ended = { reason: 'stopped', epochs: 2, seconds: 1, final, expect: [] } as const;
    engine.tell({ type: 'ended', ended, progress: { ...progress, state: 'stopped' } });
    await settled();
    assert.deepEqual(results.of(head.specUri), { values: [['val_loss', 0.5]], runs: 1 });
    run.endEngine();
    assert.equal(results.of(head.specUri)?.runs, 1);
  });

  it('is probed again after weights were loaded, although its step is the same', async () => {
    const { engine, run } = await started();
    engine.tell({ type: 'started', started: start });
    engine.tell({ type: 'progress', progress: { ...progress, state: 'paused' } });
    await settled();
    const prober = new Prober(run);
    run.onChange(() => prober.touch());
    prober.watch({ gradients: {} });
    const probed = async (count: number) => {
      for (let turn = 0; turn < 400 && engine.state.probes < count; turn++) {
        await settled();
      }
      return engine.state.probes;
    };
    assert.equal(await probed(1), 1);
    await run.loadWeights(new Uint8Array(), 'a.safetensors');
    assert.equal(run.state, 'paused');
    assert.deepEqual(run.details.started?.from, { kind: 'weights', file: 'a.safetensors', epoch: 2 });
    assert.equal(await probed(2), 2);
    prober.dispose();
  });

  it('keeps the scores of folds, and the series of the training under way alone', async () => {
    const { engine, run } = await started();
    const tell = (fold: number | undefined, loss: number) => {
      const spec = { training: { crossValidation: 2 } };
      engine.tell({ type: 'started', started: { ...start, spec, fold } as unknown as Started });
      engine.tell({ type: 'epochs', records: [{ epoch: 1, step: 1, values: [['loss', loss]] }] });
    };
    const score = { fold: 1, reason: 'completed', epochs: 1, values: [['loss', 0.5]], baseline: [] } as const;
    tell(1, 0.1);
    await settled();
    const before = run.network;
    engine.tell({ type: 'fold', score });
    tell(2, 0.2);
    engine.tell({ type: 'fold', score: { ...score, fold: 2 } });
    await settled();
    assert.notEqual(run.network, before);
    assert.deepEqual([...run.series().loss.y], [0.2]);
    tell(undefined, 0.3);
    await settled();
    assert.deepEqual([...run.series().loss.y], [0.3]);
    assert.equal(run.lastValue('loss'), 0.3);
    assert.deepEqual(
      run.details.folds?.map(({ fold }) => fold),
      [1, 2],
    );
  });

  it('is refused with problems when the engine finds errors in the data', async () => {
    const engine = fakeEngine();
    const run = Run.create(head);
    const refusals: string[] = [];
    run.onRefused((problems) => refusals.push(...problems.map(({ code }) => code)));
    await run.start(engine.process, host, {} as StartOptions);
    engine.tell({
      type: 'refused',
      problems: [{ code: 'ragged-row', severity: 'error', message: 'Row 3 has 2 cells.' }],
    });
    await run.over;
    assert.deepEqual(refusals, ['ragged-row']);
    assert.ok(run.refused && engine.state.disposed);
  });
});
