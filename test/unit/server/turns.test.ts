import assert from 'node:assert/strict';
import { type Harness, startEngine, startOptions } from './harness';

const wide = `
seed: 1
data: { source: { spiral: { samples: 64 } } }
model: { layers: [dense: { units: 600, activation: relu }, dense: { units: 600, activation: relu }, dense: { units: 1, activation: sigmoid }] }
training: { batch_size: 16, epochs: 5 }
`;

/** Under a clock by which every piece is a chunk of its own. */
async function start(engines: Harness[]): Promise<Harness> {
  let time = 0;
  const engine = startEngine({}, () => {
    time += 11;
    return time;
  });
  engines.push(engine);
  await engine.client.ask('start', startOptions(wide));
  await engine.until('started');
  return engine;
}

const probes: readonly (readonly [title: string, ask: (engine: Harness) => Promise<object>])[] = [
  ['activations', ({ client }) => client.ask('probeActivations', null)],
  ['gradients', ({ client }) => client.ask('probeGradients', null)],
  ['surface', ({ client }) => client.ask('probeSurface', { resolution: 8 })],
  ['confusion', ({ client }) => client.ask('confusion', { part: 'train' })],
  ['walk', ({ client }) => client.ask('walk', { subject: { kind: 'batch' } })],
];

describe('looks at a large network', () => {
  const engines: Harness[] = [];
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  for (const [title, ask] of probes) {
    it(`${title}: take turns with messages, so that a stop is told before them`, async () => {
      const engine = await start(engines);
      const order: string[] = [];
      const before = engine.chunks.length;
      const looking = ask(engine).then((reply) => {
        order.push('looked');
        assert.ok('ok' in reply, JSON.stringify(reply));
      });
      await new Promise((resolve) => setImmediate(resolve));
      await engine.client.ask('stop', null);
      order.push('stopped');
      assert.equal(engine.ofType('progress').at(-1)?.progress.state, 'stopped');
      await looking;
      await engine.until('ended');
      assert.deepEqual(order, ['stopped', 'looked']);
      assert.ok(engine.chunks.length > before + 4);
    });
  }

  it('at once and one after the other leave the run as it is', async () => {
    const straight = await start(engines);
    await straight.until('ended');
    const engine = await start(engines);
    for (let turn = 0; turn < 3; turn++) {
      const replies = await Promise.all(probes.map(([, ask]) => ask(engine)));
      for (const reply of replies) {
        assert.ok('ok' in reply, JSON.stringify(reply));
      }
    }
    await engine.until('ended');
    const [first, second] = await Promise.all([straight, engine].map(({ client }) => client.ask('saveWeights', null)));
    assert.deepEqual(second, first);
  });
});
