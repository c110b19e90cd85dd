import assert from 'node:assert/strict';
import { type Harness, startEngine, startOptions, xor } from './harness';

describe('checking gradients and searching for a learning rate in the engine server', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  it('reports each tensor, whether the run is paused or over, and does not change it', async () => {
    engine = startEngine();
    await engine.client.ask('start', startOptions(xor, { paused: true }));
    await engine.until('started');
    const paused = await engine.client.ask('checkGradients', null);
    assert.ok('ok' in paused);
    assert.deepEqual([paused.ok.step, paused.ok.tensors.length], [0, 4]);
    await engine.client.ask('resume', null);
    const { ended } = await engine.until('ended');
    const over = await engine.client.ask('checkGradients', null);
    assert.ok('ok' in over && over.ok.step === 120);
    assert.ok(over.ok.tensors.every(({ verdict }) => verdict === 'right'));
    const other = startEngine();
    await other.client.ask('start', startOptions(xor));
    assert.deepEqual((await other.until('ended')).ended.final, ended.final);
    other.dispose();
  });

  it('sends its progress, at most once in 50 ms', async () => {
    let time = 0;
    engine = startEngine({}, () => {
      time += 5;
      return time;
    });
    await engine.client.ask('start', startOptions(xor, { paused: true }));
    await engine.until('started');
    assert.ok('ok' in (await engine.client.ask('checkGradients', null)));
    const told = engine.ofType('checking');
    assert.ok(told.length > 0 && told.length <= 17 / 9, `${told.length}`);
    for (const { done, total } of told) {
      assert.ok(done > 0 && done <= total);
    }
  });

  it('sends the curve of a search for a learning rate up to each step that it tells of', async () => {
    let time = 0;
    engine = startEngine({}, () => {
      time += 10;
      return time;
    });
    await engine.client.ask('start', startOptions(xor, { paused: true }));
    await engine.until('started');
    const reply = await engine.client.ask('findLearningRate', null);
    assert.ok('ok' in reply);
    const told = engine.ofType('checking');
    assert.ok(told.length > 10);
    for (const { done, curve } of told) {
      assert.deepEqual(curve?.rates, reply.ok.rates.slice(0, done));
      assert.deepEqual(curve?.losses, reply.ok.losses.slice(0, done));
      assert.deepEqual(curve?.smoothed, reply.ok.smoothed.slice(0, done));
    }
  });

  it('answers with an error as long as there is no network', async () => {
    engine = startEngine();
    const reply = await engine.client.ask('checkGradients', null);
    assert.equal('err' in reply && reply.err.code, 'not-started');
  });
});
