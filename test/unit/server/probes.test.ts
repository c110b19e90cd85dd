import assert from 'node:assert/strict';
import { measured } from '../../harness/measured';
import { type Harness, ok, startEngine, startOptions } from './harness';

const wide = `
seed: 1
data: { source: { spiral: { samples: 64 } } }
model: { layers: [dense: { units: 600, activation: relu }, dense: { units: 600, activation: relu }, dense: { units: 1, activation: sigmoid }] }
training: { batch_size: 16, epochs: 5 }
`;

/** Its clock makes every phase a chunk of its own. */
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

const probes: readonly ((engine: Harness) => Promise<object>)[] = [
  ({ client }) => measured(client, 'activations', {}),
  ({ client }) => measured(client, 'gradients', {}),
  ({ client }) => measured(client, 'surface', { resolution: 8 }),
  ({ client }) => measured(client, 'confusion', { part: 'train' }),
  ({ client }) => client.ask('walk', { subject: { kind: 'batch' } }),
];

describe('probes of a running network', () => {
  const engines: Harness[] = [];
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  it('know the loss of each row of a part, also after the run, whose mean is that of the part', async () => {
    for (const [activation, loss] of [
      ['softmax', 'categorical_crossentropy'],
      ['sigmoid', 'binary_crossentropy'],
      ['linear', 'huber'],
    ]) {
      const source = activation === 'softmax' ? 'iris' : activation === 'sigmoid' ? 'moons' : 'sine';
      const units = activation === 'softmax' ? 3 : 1;
      const engine = startEngine();
      engines.push(engine);
      const spec = (weights: string) => `seed: 3
data: { source: ${source} }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: ${units}, activation: ${activation} }] }
training: { loss: ${loss}, epochs: 12, early_stopping: { monitor: val_loss, patience: 2 }${weights} }
`;
      await engine.client.ask('start', startOptions(spec('')));
      const { ended } = await engine.until('ended');
      const losses = ok(await engine.client.ask('rowLosses', { part: 'validation' }));
      assert.ok(losses && losses.length > 20);
      const mean = losses.reduce((sum, value) => sum + value) / losses.length;
      const wanted = new Map(ended.final.validation).get('loss') ?? Number.NaN;
      assert.ok(Math.abs(mean - wanted) < 1e-6, `${loss}: ${mean} for ${wanted}`);
      if (activation === 'softmax') {
        const weighted = startEngine();
        engines.push(weighted);
        await weighted.client.ask('start', startOptions(spec(', class_weight: balanced')));
        await weighted.until('ended');
        assert.equal(ok(await weighted.client.ask('rowLosses', { part: 'validation' })), null);
      }
    }
  });

  it('do not change the run, even if many are requested at once within a step', async () => {
    const straight = await start(engines);
    await straight.until('ended');
    const engine = await start(engines);
    for (let turn = 0; turn < 3; turn++) {
      // A few phases further.
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const replies = await Promise.all(probes.map((ask) => ask(engine)));
      for (const reply of replies) {
        assert.ok('ok' in reply, JSON.stringify(reply));
      }
    }
    await engine.until('ended');
    const [first, second] = await Promise.all([straight, engine].map(({ client }) => client.ask('saveWeights', null)));
    assert.deepEqual(second, first);
  });

  it('draw the function of a scaled target in the file’s own units', async () => {
    const engine = startEngine();
    engines.push(engine);
    const line = `
data: { rows: [[0, 5000], [1, 6000], [2, 7000], [3, 8000]], columns: [x, y], target: y, scale_target: standard }
model: { layers: [dense: 1] }
training: { optimizer: { adam: 0.1 }, batch_size: 4, epochs: 300 }
`;
    await engine.client.ask('start', startOptions(line));
    await engine.until('ended');
    const surface = ok(await measured(engine.client, 'surface', { resolution: 5 }));
    assert.deepEqual([...surface.points.target], [5000, 6000, 7000, 8000]);
    const { low, high } = surface.axes[0];
    assert.ok(Math.abs(surface.outputs[0] - (5000 + 1000 * low)) < 20, String(surface.outputs));
    assert.ok(Math.abs(surface.outputs[4] - (5000 + 1000 * high)) < 20);
  });
});
