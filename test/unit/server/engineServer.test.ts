import assert from 'node:assert/strict';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions, xor } from './harness';

describe('the engine server', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  it('tells what it can do before anything else, and knows all that it names', async () => {
    engine = startEngine();
    const { engine: name, capabilities } = ok(await engine.client.hello());
    assert.equal(name, 'nnspec');
    assert.deepEqual(capabilities.steps, ['phase', 'batch', 'epoch']);
    assert.ok(capabilities.measurements.includes('activations'));
    for (const request of ['pause', 'walk', 'saveCheckpoint'] as const) {
      assert.ok(capabilities.requests.includes(request));
      assert.notEqual(code(await engine.client.ask(request, null as never)), 'unknown-request');
    }
  });

  async function losses(): Promise<readonly number[]> {
    await engine.until('ended');
    return engine.ofType('epochs').flatMap(({ records }) => records.map(({ values }) => values[0][1]));
  }

  it('runs from start to end and sends stage, layers, every epoch, batches, progress and judgement', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor, { layerLines: [5, 6] })));
    const { ended, progress } = await engine.until('ended');
    assert.equal(ended.reason, 'completed');
    assert.equal(ended.epochs, 60);
    assert.deepEqual(
      ended.expect.map(({ ok }) => ok),
      [true],
    );
    assert.equal(progress.state, 'completed');
    assert.equal(progress.step, 120);
    const [{ started }] = engine.ofType('started');
    assert.deepEqual(
      started.layers.map(({ name, line, parameters }) => [name, line, parameters]),
      [
        ['dense_1', 5, 12],
        ['dense_2', 6, 5],
      ],
    );
    const records = engine.ofType('epochs').flatMap((event) => event.records);
    assert.deepEqual(
      records.map(({ epoch }) => epoch),
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
    const steps = engine.ofType('batches').flatMap((event) => [...event.steps]);
    assert.equal(steps.at(-1), 120);
    assert.equal(engine.events[0].type, 'stage');
  });

  it('gives the same bits whether it runs, is paused and resumed, or is stepped by phase, batch and epoch', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor)));
    const straight = await losses();
    const weights = ok(await engine.client.ask('saveWeights', null));
    engine.dispose();

    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor, { paused: true })));
    await engine.until('started');
    for (let i = 0; i < 9; i += 1) {
      ok(await engine.client.ask('step', { unit: 'phase' }));
    }
    ok(await engine.client.ask('step', { unit: 'batch' }));
    const after = ok(await engine.client.ask('step', { unit: 'epoch' }));
    assert.equal(after.state, 'paused');
    ok(await engine.client.ask('walk', { subject: { kind: 'batch' } }));
    ok(await measured(engine.client, 'gradients', {}));
    ok(await engine.client.ask('resume', null));
    ok(await engine.client.ask('pause', null));
    ok(await engine.client.ask('resume', null));
    assert.deepEqual(await losses(), straight);
    assert.deepEqual(ok(await engine.client.ask('saveWeights', null)), weights);
  });

  it('ends after a step by epoch that was the last epoch, even if messages arrive before the last check', async () => {
    let time = 0;
    // This clock makes every phase, and every batch of an epoch's end, a chunk of its own.
    engine = startEngine({}, () => {
      time += 11;
      return time;
    });
    ok(await engine.client.ask('start', startOptions(xor, { paused: true, epochs: 2 })));
    await engine.until('started');
    const { state, epoch } = ok(await engine.client.ask('step', { unit: 'epoch' }));
    assert.deepEqual([state, epoch], ['paused', 1]);
    assert.equal(ok(await engine.client.ask('step', { unit: 'epoch' })).state, 'completed');
    assert.equal((await engine.until('ended')).ended.epochs, 2);
  });

  it('says which phase comes next when it is stepped by phase', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor, { paused: true })));
    await engine.until('started');
    const phases: unknown[] = [];
    for (let i = 0; i < 7; i += 1) {
      phases.push(ok(await engine.client.ask('step', { unit: 'phase' })).phase);
    }
    assert.deepEqual(phases, [
      { kind: 'forward', layer: 1 },
      { kind: 'loss' },
      { kind: 'backward', layer: 1 },
      { kind: 'backward', layer: 0 },
      { kind: 'update', layer: 0 },
      { kind: 'update', layer: 1 },
      undefined,
    ]);
  });

  it('answers every request before a start with an error, and never hangs', async () => {
    engine = startEngine();
    const { client } = engine;
    const replies = await Promise.all([
      client.ask('pause', null),
      client.ask('resume', null),
      client.ask('step', { unit: 'phase' }),
      client.ask('setLearningRate', { learningRate: 1 }),
      measured(client, 'activations', {}),
      client.ask('saveWeights', null),
    ]);
    assert.deepEqual(replies.map(code), Array(6).fill('not-started'));
    assert.equal(code(await client.ask('stop', null)), undefined);
  });

  it('obeys pause and stop that arrive while the data are being read', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor)));
    assert.equal(ok(await engine.client.ask('pause', null)).state, 'waiting');
    assert.equal(code(await engine.client.ask('saveWeights', null)), 'not-ready');
    await engine.until('progress');
    assert.equal(engine.ofType('progress')[0].progress.state, 'paused');
    engine.dispose();

    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor)));
    ok(await engine.client.ask('stop', null));
    const { ended } = await engine.until('ended');
    assert.deepEqual([ended.reason, ended.epochs], ['stopped', 0]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(engine.ofType('started').length, 0);
  });

  it('keeps the network for probes, weights and walks after the end, and says that training is over', async () => {
    engine = startEngine();
    const { client } = engine;
    ok(await client.ask('start', startOptions(xor)));
    await engine.until('ended');
    assert.equal(ok(await measured(client, 'activations', {})).layers.length, 2);
    const surface = ok(await measured(client, 'surface', { resolution: 10 }));
    assert.equal(surface.outputs.length, 100);
    assert.equal(ok(await client.ask('walk', { subject: { kind: 'sample', index: 3 } })).samples, 1);
    assert.deepEqual(ok(await measured(client, 'confusion', { part: 'train' })).classNames, ['0', '1']);
    const bytes = ok(await client.ask('saveWeights', null));
    ok(await client.ask('loadWeights', { bytes }));
    assert.equal(ok(await client.ask('pause', null)).state, 'completed');
    assert.equal(code(await client.ask('resume', null)), 'run-over');
    assert.equal(code(await client.ask('step', { unit: 'epoch' })), 'run-over');
    assert.equal(code(await client.ask('start', startOptions(xor))), 'already-started');
  });

  it('walks with inputs in place of those of a sample, and leaves the sample as it is', async () => {
    engine = startEngine();
    const { client } = engine;
    ok(await client.ask('start', startOptions(xor, { paused: true })));
    await engine.until('started');
    const walk = async (index: number, inputs?: readonly number[]) =>
      ok(await client.ask('walk', { subject: { kind: 'sample', index }, inputs }));
    const [before, other] = [await walk(1), await walk(2)];
    const given = await walk(1, [0.25, -3]);
    assert.deepEqual([...given.steps[0].tensors.input.values], [0.25, -3]);
    assert.notDeepEqual(given.again, before.again);
    assert.deepEqual([await walk(1), await walk(2)], [before, other]);
    assert.equal(code(await client.ask('walk', { subject: { kind: 'sample', index: 1 }, inputs: [1] })), 'inputs');
  });

  it('refuses senseless requests with a code', async () => {
    engine = startEngine();
    const { client } = engine;
    ok(await client.ask('start', startOptions(xor, { paused: true })));
    await engine.until('started');
    assert.equal(code(await client.ask('setLearningRate', { learningRate: Number.NaN })), 'learning-rate');
    assert.equal(code(await measured(client, 'surface', { resolution: 1e9 })), 'resolution');
    assert.equal(code(await client.ask('walk', { subject: { kind: 'sample', index: 4 } })), 'sample');
    assert.equal(code(await measured(client, 'confusion', { part: 'test' })), 'empty-part');
    assert.equal(code(await client.ask('loadWeights', { bytes: new Uint8Array(7) })), 'weights');
    assert.equal(ok(await client.ask('setLearningRate', { learningRate: 0.25 })).learningRate, 0.25);
  });

  it('shows the learning rate of a schedule as it moves, until it is set by hand', async () => {
    engine = startEngine();
    const { client } = engine;
    const scheduled = xor.replace('batch_size: 2', 'batch_size: 2, schedule: { exponential: 0.5 }');
    ok(await client.ask('start', startOptions(scheduled, { paused: true })));
    await engine.until('started');
    const rates = async () => ok(await client.ask('step', { unit: 'batch' })).learningRate;
    assert.deepEqual([await rates(), await rates()], [0.25, 0.125]);
    assert.equal(ok(await client.ask('setLearningRate', { learningRate: 0.3 })).learningRate, 0.3);
    assert.deepEqual([await rates(), await rates()], [0.3, 0.3]);
  });

  it('weighs classes by the names that the data have', async () => {
    engine = startEngine();
    const weighed = (name: string) =>
      xor
        .replace('data: { source: xor }', 'data: { columns: [a, b, y], target: y, rows: [[0, 0, no], [0, 1, yes]] }')
        .replace('batch_size: 2', `batch_size: 2, class_weight: { ${name}: 3 }`);
    ok(await engine.client.ask('start', startOptions(weighed('maybe'))));
    const [problem] = (await engine.until('refused')).problems;
    assert.deepEqual([problem.code, problem.path], ['class-weight', ['training', 'class_weight', 'maybe']]);
    engine.dispose();

    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(weighed('yes'))));
    assert.equal((await engine.until('ended')).ended.reason, 'completed');
  });

  it('reports a missing file, a bad table and a bad network as problems with their places', async () => {
    engine = startEngine();
    const file = xor.replace('source: xor', 'file: gone.csv, target: y');
    ok(await engine.client.ask('start', startOptions(file)));
    const missing = (await engine.until('refused')).problems;
    assert.deepEqual(missing[0].path, ['data', 'file']);
    engine.dispose();

    engine = startEngine({ 'bad.csv': 'a,b,y\n1,2,0\n1,zwei,1\n' });
    ok(await engine.client.ask('start', startOptions(xor.replace('source: xor', 'file: bad.csv, target: y'))));
    const [bad] = (await engine.until('refused')).problems;
    assert.deepEqual([bad.file, bad.range?.start], ['bad.csv', { line: 2, character: 2 }]);
    engine.dispose();

    engine = startEngine();
    const huge = xor.replace('units: 4', 'units: 100000000');
    ok(await engine.client.ask('start', startOptions(huge)));
    const [refused] = (await engine.until('refused')).problems;
    assert.equal(refused.code, 'too-many-parameters');
    assert.equal(code(await engine.client.ask('saveWeights', null)), 'not-ready');
  });

  it('ends a diverging run and names layer, step and tensor', async () => {
    engine = startEngine();
    const wild = xor
      .replace('sgd: 0.5', 'sgd: 1.0e+30')
      .replace('units: 1, activation: sigmoid', 'units: 1')
      .replace('training: {', 'training: { loss: mean_squared_error,')
      .replace('activation: tanh', 'activation: relu');
    ok(await engine.client.ask('start', startOptions(wild)));
    const { ended } = await engine.until('ended');
    assert.equal(ended.reason, 'diverged');
    assert.ok(ended.divergence && ended.divergence.step >= 1 && ended.divergence.layer.startsWith('dense_'));
    assert.ok(ended.divergence.message.includes(ended.divergence.tensor));
  });

  it('works in chunks whose median is under 50 ms, stops a run of 1,000,000,000 epochs within 300 ms, and keeps its messages few', async () => {
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(xor, { epochs: 1e9, everyEpoch: false })));
    await engine.until('epochs');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const typical = engine.chunks.toSorted((a, b) => a - b)[Math.floor(engine.chunks.length / 2)];
    assert.ok(typical < 50, `a chunk took ${typical} ms`);
    const before = performance.now();
    ok(await engine.client.ask('stop', null));
    const { ended } = await engine.until('ended');
    assert.ok(performance.now() - before < 300, 'too slow to stop');
    assert.equal(ended.reason, 'stopped');
    for (const { records } of engine.ofType('epochs')) {
      // The first one holds the first 10,000 whole.
      assert.ok(records.length <= 60_000);
    }
    for (const { steps } of engine.ofType('batches')) {
      assert.ok(steps.length <= 512);
    }
    assert.ok(engine.ofType('progress').length < 40);
  });

  it('stops a run of large layers within a step, reports it at once, and keeps the weights of the last step', async () => {
    const wide = `
data: { source: { gaussians: { samples: 400 } }, split: { train: 1 } }
model:
  layers:
    - dense: { units: 1500, activation: tanh }
    - dense: { units: 1500, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { batch_size: 400, epochs: 1000 }
`;
    engine = startEngine();
    ok(await engine.client.ask('start', startOptions(wide, { paused: true })));
    await engine.until('started');
    const before = ok(await engine.client.ask('saveWeights', null));
    ok(await engine.client.ask('resume', null));
    await new Promise((resolve) => setTimeout(resolve, 60));
    const since = engine.events.length;
    ok(await engine.client.ask('stop', null));
    const told = engine.events.slice(since).find((event) => event.type === 'progress');
    assert.deepEqual(told?.progress.state, 'stopped');
    const { ended } = await engine.until('ended');
    assert.equal(ended.reason, 'stopped');
    // The first step had not reached its updates.
    assert.equal(told?.progress.step, 0);
    assert.deepEqual(ok(await engine.client.ask('saveWeights', null)), before);
    const checkpoint = ok(await engine.client.ask('saveCheckpoint', null));
    const resumed = startEngine();
    ok(await resumed.client.ask('start', startOptions(wide, { resume: checkpoint, paused: true })));
    assert.deepEqual((await resumed.until('started')).started.resumed, { epochs: 0, step: 0 });
    resumed.dispose();
  });

  it('reports a broken invariant as a failure', async () => {
    engine = startEngine();
    const options = startOptions(xor);
    const broken = {
      ...options,
      spec: {
        ...options.spec,
        training: { ...options.spec.training, metrics: [{ name: 'nonsense', parameters: {} }] },
      },
    };
    ok(await engine.client.ask('start', broken));
    const { failure } = await engine.until('failed');
    assert.match(failure.message, /nonsense/);
  });
});
