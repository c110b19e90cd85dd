/** Networks without weights, and runs of no epochs: each request gives an answer, and nothing changes. */
import assert from 'node:assert/strict';
import { optimizers } from '../../../src/spec/catalogue/optimizers';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions } from './harness';

const specOf = (layers: string, training = '') => `seed: 1
data: { columns: [x, y], rows: [[0, 0], [1, 1], [2, 1], [3, 0], [4, 1]], target: y, split: { train: 1 } }
model: { layers: [${layers}] }
training: { loss: mean_squared_error, batch_size: 2, epochs: 2${training} }
`;

const networks = [
  '{ activation: sigmoid }',
  'flatten',
  '{ reshape: { shape: [1, 1, 1] } }, { max_pooling2d: 1 }, flatten',
  '{ dropout: 0 }, { activation: { custom: 2 * x } }',
  '{ residual: [{ activation: tanh }] }',
];

describe('A network without weights', () => {
  const engines: Harness[] = [];
  const start = async (text: string, more: Parameters<typeof startOptions>[1] = {}): Promise<Harness> => {
    const engine = startEngine();
    engines.push(engine);
    ok(await engine.client.ask('start', startOptions(text, { paused: true, ...more })));
    await engine.until('started');
    return engine;
  };
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  for (const backend of ['wasm', 'reference'] as const) {
    it(`answers every request and keeps its loss (${backend})`, async () => {
      for (const layers of networks) {
        const { client, until, ofType } = await start(specOf(layers), { backend });
        for (let i = 0; i < 4; i++) {
          ok(await client.ask('step', { unit: 'phase' }));
        }
        const checkpoint = ok(await client.ask('saveCheckpoint', null));
        assert.deepEqual(ok(await client.ask('checkGradients', null)).tensors, []);
        assert.deepEqual(ok(await measured(client, 'gradients', {})).layers, []);
        ok(await measured(client, 'activations', {}));
        ok(await measured(client, 'surface', { resolution: 5 }));
        const { steps } = ok(await client.ask('walk', { subject: { kind: 'batch' } }));
        assert.ok(steps.length > 0 && steps.every(({ phase }) => phase.kind !== 'update'));
        ok(await client.ask('step', { unit: 'batch' }));
        ok(await client.ask('resume', null));
        const { ended } = await until('ended');
        assert.equal(ended.reason, 'completed', layers);
        const losses = ofType('epochs').flatMap(({ records }) => records.map(({ values }) => values[0][1]));
        assert.equal(losses.length, 2);
        for (const loss of losses) {
          assert.ok(Math.abs(loss - (ended.final.train?.[0][1] ?? Number.NaN)) < 1e-6, `${layers}: ${losses}`);
        }
        const weights = ok(await client.ask('saveWeights', null));
        ok(await client.ask('loadWeights', { bytes: weights.slice() }));
        const resumed = await start(specOf(layers), { backend, resume: checkpoint });
        ok(await resumed.client.ask('resume', null));
        const again = (await resumed.until('ended')).ended;
        assert.deepEqual(again.final, ended.final);
      }
    });
  }

  it('trains with every optimizer, clipping and schedule', async () => {
    for (const { name } of optimizers) {
      const { client, until } = await start(
        specOf(networks[0], `, optimizer: ${name}, clip_norm: 1, schedule: cosine`),
      );
      ok(await client.ask('resume', null));
      assert.equal((await until('ended')).ended.reason, 'completed', name);
    }
  });
});

describe('A run of no epochs', () => {
  const text = specOf('{ dense: 1 }', ', schedule: cosine, early_stopping: { monitor: loss }');

  for (const backend of ['wasm', 'reference'] as const) {
    it(`evaluates the untrained network, however it is driven, and can be resumed (${backend})`, async () => {
      const finals: unknown[] = [];
      for (const request of ['phase', 'batch', 'epoch', 'resume'] as const) {
        const engine = startEngine();
        const { client, until } = engine;
        ok(await client.ask('start', startOptions(text, { backend, epochs: 0, paused: true })));
        await until('started');
        ok(await client.ask('walk', { subject: { kind: 'batch' } }));
        ok(request === 'resume' ? await client.ask('resume', null) : await client.ask('step', { unit: request }));
        const { ended } = await until('ended');
        assert.deepEqual([ended.reason, ended.epochs], ['completed', 0]);
        finals.push(ended.final);
        const bytes = ok(await client.ask('saveCheckpoint', null));
        const plain = text.replace(', schedule: cosine', '');
        assert.equal(code(await client.ask('resume', null)), 'run-over');
        engine.dispose();
        const refused = startEngine();
        ok(await refused.client.ask('start', startOptions(plain, { backend, resume: bytes, epochs: 0 })));
        await refused.until('refused');
        refused.dispose();
      }
      assert.deepEqual(new Set(finals.map((each) => JSON.stringify(each))).size, 1);
    });
  }

  it('trains on from its checkpoint as if it had been started with those epochs', async () => {
    const plain = specOf('{ dense: 1 }', ', early_stopping: { monitor: loss }');
    const losses = async (more: Parameters<typeof startOptions>[1]) => {
      const engine = startEngine();
      ok(await engine.client.ask('start', startOptions(plain, more)));
      const { ended } = await engine.until('ended');
      const bytes = ok(await engine.client.ask('saveCheckpoint', null));
      engine.dispose();
      return { bytes, epochs: engine.ofType('epochs').flatMap(({ records }) => records), final: ended.final };
    };
    const none = await losses({ epochs: 0 });
    const whole = await losses({});
    const resumed = await losses({ resume: none.bytes, epochs: 2 });
    assert.deepEqual([resumed.epochs, resumed.final], [whole.epochs, whole.final]);
  });
});
