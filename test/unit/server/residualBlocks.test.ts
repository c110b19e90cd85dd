import assert from 'node:assert/strict';
import { layerRanges, parseSpec } from '../../../src/language';
import { measured } from '../../harness/measured';
import { type Harness, ok, startEngine, startOptions } from './harness';

const spec = `
seed: 1
data: { source: { moons: { samples: 40 } } }
model:
  layers:
    - dense: 4
    - residual:
        - dense: 4
        - batch_normalization
        - activation: { custom: "x * sigmoid(x)" }
    - dense: { units: 1, activation: sigmoid }
training: { optimizer: { adam: 0.02 }, batch_size: 8, epochs: 30 }
expect: [loss < 0.5, gradient_check < 1e-6, parameters == 45]
`;

describe('the engine server with blocks and batch normalisation', () => {
  let engine: Harness;
  afterEach(() => engine.dispose());

  it('reports every layer with its line, trains, answers probes, and saves and loads running statistics', async () => {
    engine = startEngine();
    const { client } = engine;
    const layerLines = layerRanges(parseSpec(spec, { fileName: 'a' })).map(({ typeRange }) => typeRange.start.line);
    ok(await client.ask('start', startOptions(spec, { layerLines })));
    const { ended } = await engine.until('ended');
    assert.deepEqual(
      ended.expect.map(({ text, ok: met, value }) => [text, met || value]),
      [
        ['loss < 0.5', true],
        ['gradient_check < 1e-6', true],
        ['parameters == 45', true],
      ],
    );
    const [{ started }] = engine.ofType('started');
    assert.deepEqual(
      started.layers.map(({ name, line, parameters }) => [name, line, parameters]),
      [
        ['dense_1', 5, 12],
        ['residual_1.dense_1', 7, 20],
        ['residual_1.batch_normalization_1', 8, 8],
        ['residual_1.activation_1', 9, 0],
        ['residual_1', 6, 0],
        ['dense_2', 10, 5],
      ],
    );
    assert.equal(started.parameters, 45);
    assert.equal(ok(await measured(client, 'gradients', {})).layers.length, 4);
    assert.ok(ok(await measured(client, 'activations', {})).layers.some(({ layer }) => layer === 3));
    const before = ok(await measured(client, 'surface', { resolution: 8 })).outputs;
    const bytes = ok(await client.ask('saveWeights', null));
    ok(await client.ask('loadWeights', { bytes }));
    assert.deepEqual(ok(await measured(client, 'surface', { resolution: 8 })).outputs, before);
    assert.match(new TextDecoder().decode(bytes.subarray(0, 4000)), /residual_1\.batch_normalization_1\.running_var/);
  });

  it('walks through a batch, and says why not through one sample', async () => {
    engine = startEngine();
    const { client } = engine;
    ok(await client.ask('start', startOptions(spec, { paused: true })));
    await engine.until('started');
    const refused = await client.ask('walk', { subject: { kind: 'sample', index: 0 } });
    assert.ok('err' in refused);
    assert.match(refused.err.message, /residual_1\.batch_normalization_1 normalises over a batch/);
    const { steps } = ok(await client.ask('walk', { subject: { kind: 'batch' } }));
    assert.equal(steps.length, 6 + 1 + 6 + 4);
    assert.deepEqual(Object.keys(steps[4].tensors), ['input', 'skip', 'a']);
  });
});
