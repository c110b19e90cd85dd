import assert from 'node:assert/strict';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine';
import { type Harness, ok, startEngine, startOptions, xor } from './harness';

const epochsOf = (engine: Harness) => engine.ofType('epochs').flatMap(({ records }) => records);

describe('checkpoints of the engine server', () => {
  const engines: Harness[] = [];
  const start = async (more: Parameters<typeof startOptions>[1], text = xor): Promise<Harness> => {
    const engine = startEngine();
    engines.push(engine);
    ok(await engine.client.ask('start', startOptions(text, more)));
    return engine;
  };
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  it('can be saved within a step, and the resumed run sends the earlier epochs, its position, and the same end', async () => {
    const first = await start({ paused: true });
    await first.until('started');
    ok(await first.client.ask('step', { unit: 'epoch' }));
    ok(await first.client.ask('step', { unit: 'epoch' }));
    ok(await first.client.ask('setLearningRate', { learningRate: 0.25 }));
    for (let i = 0; i < 3; i += 1) {
      ok(await first.client.ask('step', { unit: 'phase' }));
    }
    const bytes = ok(await first.client.ask('saveCheckpoint', null));
    const before = ok(await first.client.ask('pause', null));
    ok(await first.client.ask('resume', null));
    const { ended } = await first.until('ended');

    const second = await start({ resume: bytes, paused: true });
    const { started } = await second.until('started');
    assert.deepEqual(started.resumed, { epochs: 2, step: 4 });
    assert.deepEqual(epochsOf(second), epochsOf(first).slice(0, 2));
    assert.deepEqual(ok(await second.client.ask('pause', null)), before);
    assert.deepEqual(ok(await second.client.ask('saveCheckpoint', null)), bytes);
    ok(await second.client.ask('resume', null));
    const resumed = (await second.until('ended')).ended;
    assert.deepEqual({ ...resumed, seconds: 0 }, { ...ended, seconds: 0 });
    assert.deepEqual(epochsOf(second), epochsOf(first));
    assert.deepEqual(ok(await second.client.ask('saveWeights', null)), ok(await first.client.ask('saveWeights', null)));
  });

  it('of a run that has no epoch yet are the same again after a resumption', async () => {
    const first = await start({ paused: true });
    await first.until('started');
    ok(await first.client.ask('step', { unit: 'batch' }));
    const bytes = ok(await first.client.ask('saveCheckpoint', null));
    const second = await start({ resume: bytes.slice(), paused: true });
    await second.until('started');
    assert.deepEqual(ok(await second.client.ask('saveCheckpoint', null)), bytes);
  });

  it('are held after the best epoch, and go on from there', async () => {
    const text = `seed: 5
data: { source: { moons: { samples: 40, noise: 0.4 } }, split: { train: 0.5, validation: 0.5 } }
model: { layers: [{ dense: { units: 8, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }
training: { optimizer: { adam: 0.1 }, batch_size: 4, epochs: 40, metrics: [accuracy] }
`;
    const bestOf = async (holdBest: true | { tag: string; higher: boolean }, passed: number) => {
      let time = 0;
      const engine = startEngine({}, () => {
        time += passed;
        return time;
      });
      engines.push(engine);
      ok(await engine.client.ask('start', startOptions(text, { holdBest })));
      await engine.until('ended');
      const tag = holdBest === true ? 'val_loss' : holdBest.tag;
      const values = epochsOf(engine).map((record) => record.values.find(([each]) => each === tag)?.[1] ?? Number.NaN);
      const worse = holdBest === true ? 0 : 1;
      assert.equal(ok(await engine.client.ask('saveBest', { than: worse })), null);
      const bytes = ok(await engine.client.ask('saveBest', {}));
      assert.equal(ok(await engine.client.ask('saveBest', {})), null, 'only once');
      assert.ok(bytes);
      const decoded = decodeCheckpoint(bytes);
      assert.ok('ok' in decoded);
      return { engine, bytes, values, epochs: decoded.ok.state.history.length };
    };
    const { engine, bytes, values, epochs } = await bestOf(true, 20);
    assert.equal(epochs, values.indexOf(Math.min(...values)) + 1);
    assert.ok(epochs < 40);
    const again = await start({ resume: bytes }, text);
    await again.until('ended');
    assert.deepEqual(epochsOf(again), epochsOf(engine));
    const byAccuracy = await bestOf({ tag: 'val_accuracy', higher: true }, 20);
    assert.equal(byAccuracy.epochs, byAccuracy.values.indexOf(Math.max(...byAccuracy.values)) + 1);
    // Where a copy takes long, better epochs are passed over.
    assert.equal((await bestOf(true, 1e9)).epochs, 1);
    const none = await start({}, text);
    await none.until('ended');
    assert.equal(ok(await none.client.ask('saveBest', {})), null);
  });

  it('of many epochs send at most a few thousand records, with the extremes of each group', async () => {
    const text = xor.replace('epochs: 60', 'epochs: 20000');
    const first = await start({ everyEpoch: false }, text);
    await first.until('ended');
    const bytes = ok(await first.client.ask('saveCheckpoint', null));
    const second = await start({ resume: bytes, epochs: 20001, paused: true }, text);
    await second.until('started');
    await second.until('epochs');
    const [{ records }] = second.ofType('epochs');
    assert.ok(records.length > 1000 && records.length < 8000, `${records.length}`);
    assert.equal(records[0].epoch, 1);
    assert.equal(records.at(-1)?.epoch, 20000);
    assert.equal(records.at(-1)?.step, 40000);
    // A lean checkpoint has none of their values, and the run goes on to the same weights.
    ok(await second.client.ask('resume', null));
    await second.until('ended');
    const lean = ok(await second.client.ask('saveCheckpoint', { lean: true }));
    assert.ok(lean.length < 5000, `${lean.length}`);
    const [third, fourth] = [await start({ resume: lean, epochs: 20002 }, text), await start({ epochs: 20002 }, text)];
    assert.deepEqual((await third.until('started')).started.resumed, { epochs: 20001, step: 40002 });
    assert.equal((await third.until('ended')).ended.epochs, 20002);
    assert.deepEqual(
      epochsOf(third).map(({ epoch }) => epoch),
      [20002],
    );
    await fourth.until('ended');
    assert.deepEqual(ok(await third.client.ask('saveWeights', null)), ok(await fourth.client.ask('saveWeights', null)));
  });

  it('are resumed by their own backend, unless another is requested', async () => {
    const first = await start({ backend: 'reference' });
    await first.until('ended');
    const bytes = ok(await first.client.ask('saveCheckpoint', null));
    const second = await start({ resume: bytes, epochs: 61 });
    assert.equal((await second.until('started')).started.engine.backend, 'reference');
    assert.equal((await second.until('ended')).ended.epochs, 61);
  });

  it('can be saved after every Nth epoch, where the run pauses if requested', async () => {
    const engine = await start({ pauseEvery: 25 });
    const held: number[] = [];
    engine.client.onEvent((event) => {
      if (event.type === 'progress' && event.progress.state === 'paused') {
        held.push(event.progress.step);
        void engine.client.ask('resume', null);
      }
    });
    await engine.until('ended');
    assert.deepEqual(held, [50, 100]);
  });

  it('are refused as a problem of the start, before and after the data are read', async () => {
    const first = await start({});
    await first.until('ended');
    const bytes = ok(await first.client.ask('saveCheckpoint', null));
    const cut = await start({ resume: bytes.subarray(0, 900) });
    const [problem] = (await cut.until('refused')).problems;
    assert.equal(problem.code, 'checkpoint');
    const other = await start({ resume: bytes }, xor.replace('units: 4', 'units: 5'));
    assert.match((await other.until('refused')).problems[0].message, /units is 4 in the checkpoint and 5/);
    const elsewhere = await start({ resume: bytes, backend: 'reference' });
    assert.match(
      (await elsewhere.until('refused')).problems[0].message,
      /saved by the backend “wasm”.*uses “reference”/,
    );
    const file = decodeCheckpoint(bytes);
    assert.ok('ok' in file);
    const { program } = file.ok.state;
    const weights = program.weights.map((values) => values.map((value, i) => (i === 0 ? Number.NaN : value)));
    const state = { ...file.ok.state, program: { ...program, weights } };
    const broken = await start({ resume: encodeCheckpoint({ ...file.ok, state }), epochs: 61 });
    assert.match((await broken.until('refused')).problems[0].message, /“dense_1.weight”.*not finite/);
    const diverging = await start({}, xor.replace('sgd: 0.5', 'sgd: 1.0e+38').replace('tanh', 'relu'));
    const { ended } = await diverging.until('ended');
    assert.equal(ended.reason, 'diverged');
    const reply = await diverging.client.ask('saveCheckpoint', null);
    assert.ok('err' in reply && reply.err.code === 'diverged');
  });

  describe('of a run that goes by phases', () => {
    const wide = `
seed: 1
data: { source: { spiral: { samples: 64 } } }
model: { layers: [dense: { units: 600, activation: relu }, dense: { units: 600, activation: relu }, dense: { units: 1, activation: sigmoid }] }
training: { optimizer: adam, batch_size: 16, epochs: 5 }
`;
    /** Its clock makes every phase a chunk of its own. */
    const startWide = async (more: Parameters<typeof startOptions>[1] = {}): Promise<Harness> => {
      let time = 0;
      const engine = startEngine({}, () => {
        time += 11;
        return time;
      });
      engines.push(engine);
      ok(await engine.client.ask('start', startOptions(wide, more)));
      await engine.until('started');
      return engine;
    };
    const finalWeights = async (engine: Harness): Promise<Uint8Array> => {
      await engine.until('ended');
      return ok(await engine.client.ask('saveWeights', null));
    };
    let straight: Uint8Array;
    before(async () => {
      straight = await finalWeights(await startWide());
    });

    it('can be saved within a step, and change neither this run nor the resumed one', async () => {
      const engine = await startWide();
      const files: Uint8Array[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const [bytes] = await Promise.all([
          engine.client.ask('saveCheckpoint', null),
          engine.client.ask('setLearningRate', { learningRate: 0.001 }),
          engine.client.ask('saveWeights', null),
        ]);
        files.push(ok(bytes));
        // A few phases further.
        for (let i = 0; i < 5; i++) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      assert.deepEqual(await finalWeights(engine), straight);
      for (const resume of files) {
        assert.deepEqual(await finalWeights(await startWide({ resume })), straight);
      }
    });
  });
});
