import assert from 'node:assert/strict';
import { readFilm } from '../../../src/common/filmFile';
import { measured } from '../../harness/measured';
import { code, type Harness, ok, startEngine, startOptions, xor } from './harness';

const questions = {
  activations: {},
  gradients: {},
  surface: { resolution: 5 },
  confusion: { part: 'train' },
} as const;

describe('the film of a run', () => {
  const engines: Harness[] = [];
  afterEach(() => {
    for (const engine of engines.splice(0)) {
      engine.dispose();
    }
  });

  async function start(specText: string, more: Parameters<typeof startOptions>[1] = {}): Promise<Harness> {
    const engine = startEngine();
    engines.push(engine);
    ok(await engine.client.ask('start', startOptions(specText, { film: {}, ...more })));
    return engine;
  }

  it('is told as it grows, and measured at any of its frames as a run stopped there', async () => {
    const { client, until, ofType } = await start(xor);
    await until('ended');
    const steps = [...ofType('film').at(-1)!.steps];
    assert.deepEqual(
      steps,
      Array.from({ length: 121 }, (_, i) => i),
    );
    const stopped = await start(xor, { paused: true });
    await stopped.until('progress');
    for (const step of [0, 1, 31, 120]) {
      for (let at = ok(await stopped.client.ask('pause', null)).step; at < step; at += 1) {
        ok(await stopped.client.ask('step', { unit: 'batch' }));
      }
      assert.deepEqual(
        ok(await client.ask('measure', { questions, frame: step })),
        ok(await stopped.client.ask('measure', { questions })),
        `step ${step}`,
      );
      const subject = { kind: 'sample', index: 1 } as const;
      assert.deepEqual(
        ok(await client.ask('walk', { subject, frame: step })),
        ok(await stopped.client.ask('walk', { subject })),
      );
    }
  });

  it('may be looked at while the run trains, and does not change it', async () => {
    const straight = await start(xor.replace('epochs: 60', 'epochs: 900'));
    await straight.until('ended');
    const looked = await start(xor.replace('epochs: 60', 'epochs: 900'));
    await looked.until('film');
    while (looked.ofType('ended').length === 0) {
      ok(await looked.client.ask('measure', { questions, frame: 7 }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [first, second] = await Promise.all(
      [straight, looked].map(async ({ client }) => [
        ok(await client.ask('saveWeights', null)),
        ok(await client.ask('film', {}))?.bytes,
      ]),
    );
    assert.deepEqual(second, first);
  });

  it('gives the norms of all gradients over the epochs, though the run was over sooner than one could look', async () => {
    const { client, until } = await start(xor);
    await until('ended');
    const { epochs, layers } = ok(await measured(client, 'gradientHistory', {}));
    assert.deepEqual([epochs[0], epochs[1], epochs.at(-1)], [0, 0.5, 60]);
    const at20 = ok(await client.ask('measure', { questions: { gradients: {} }, frame: 20 }));
    assert.ok(at20.gradients && 'ok' in at20.gradients);
    assert.deepEqual(
      layers.map(({ layer, norms }) => [layer, norms[20], norms.length]),
      at20.gradients.ok.layers.map(({ layer, gradientNorm }) => [layer, gradientNorm, 121]),
    );
  });

  it('is opened with another engine from its file, and refused for a moment without a frame', async () => {
    const { client, until } = await start(xor);
    await until('ended');
    const file = ok(await client.ask('film', {}))!.bytes;
    assert.equal(readFilm(file).length, 121);
    const again = await start(xor, { paused: true, inspect: true, film: { file } });
    await again.until('film');
    const ask = { questions, frame: 60 };
    assert.deepEqual(ok(await again.client.ask('measure', ask)), ok(await client.ask('measure', ask)));
    const without = await start(xor, { film: undefined });
    await without.until('ended');
    assert.equal(code(await without.client.ask('measure', ask)), 'no-frame');
    assert.equal(ok(await without.client.ask('film', {})), null);
    assert.deepEqual(without.ofType('film'), []);
  });
});
