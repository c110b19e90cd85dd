import assert from 'node:assert/strict';
import type { UnitsProbe, UnitsQuestion, Walk } from '../../../src/protocol/engine';
import { code, ok, startEngine, startOptions, xor } from './harness';

const question: UnitsQuestion = { layers: [0, 1], units: 16, resolution: 9, sample: 2 };

async function trained(text: string, epochs: number) {
  const engine = startEngine();
  ok(await engine.client.ask('start', startOptions(text, { paused: true, film: {} })));
  await engine.until('started');
  for (let epoch = 0; epoch < epochs; epoch++) {
    ok(await engine.client.ask('step', { unit: 'epoch' }));
  }
  const ask = async (changes: Partial<UnitsQuestion> = {}, frame?: number) => {
    const answers = ok(
      await engine.client.ask('measure', { questions: { units: { ...question, ...changes } }, frame }),
    );
    return answers.units!;
  };
  return { engine, ask, units: async (...how: Parameters<typeof ask>): Promise<UnitsProbe> => ok(await ask(...how)) };
}

const numbersOf = ({ steps }: Walk, kind: string, layer: number, role: string) => [
  ...steps.find(({ phase }) => phase.kind === kind && phase.layer === layer)!.tensors[role].values,
];

describe('the picture of the units', () => {
  it('has the numbers of the walk: outputs of the sample, gradients of the batch', async () => {
    const { engine, units } = await trained(xor, 5);
    const probe = await units();
    const sample = ok(await engine.client.ask('walk', { subject: { kind: 'sample', index: 2 } }));
    const batch = ok(await engine.client.ask('walk', { subject: { kind: 'batch' } }));
    for (const [layer, described] of probe.layers.entries()) {
      assert.deepEqual([...described.z!], numbersOf(sample, 'forward', layer, 'z'));
      assert.deepEqual([...described.a], numbersOf(sample, 'forward', layer, 'a'));
      assert.deepEqual([...described.weight!.values], numbersOf(batch, 'backward', layer, 'W'));
      assert.deepEqual([...described.weight!.gradients], numbersOf(batch, 'backward', layer, 'dW'));
      assert.deepEqual([...described.bias!.gradients], numbersOf(batch, 'backward', layer, 'db'));
    }
    assert.deepEqual([...probe.inputs], [1, 0]);
    assert.deepEqual([...probe.target!], [1]);
    engine.dispose();
  });

  it('tells what has changed since the frame before, at any moment of the film', async () => {
    const { engine, units } = await trained(xor, 3);
    const [now, before] = [await units(), await units({}, 5)];
    assert.equal(now.since, 5);
    const { values, changes } = now.layers[0].weight!;
    assert.deepEqual(
      changes,
      values.map((value, i) => value - before.layers[0].weight!.values[i]),
    );
    assert.ok(changes!.some((change) => change !== 0));
    assert.equal((await units({}, 0)).since, undefined);
    engine.dispose();
  });

  it('has the response of the output over the grid of the surface', async () => {
    const { engine, units } = await trained(xor, 5);
    const probe = await units();
    const { surface } = ok(await engine.client.ask('measure', { questions: { surface: { resolution: 9 } } }));
    assert.deepEqual(probe.layers[1].responses, ok(surface!).outputs);
    assert.deepEqual(probe.axes, ok(surface!).axes);
    assert.equal(probe.layers[0].responses!.length, 4 * 81);
    engine.dispose();
  });

  it('shows a weight that was set by hand, which is told so that it can be done again', async () => {
    const { engine, units } = await trained(xor, 2);
    ok(await engine.client.ask('setWeight', { tensor: 'dense_1.weight', index: 3, value: -1.5 }));
    ok(await engine.client.ask('setWeight', { tensor: 'dense_2.bias', index: 0, value: 0.25 }));
    const { layers } = await units();
    assert.deepEqual([layers[0].weight!.values[3], layers[1].bias!.values[0]], [-1.5, 0.25]);
    assert.deepEqual(
      engine.ofType('intervention').map(({ intervention }) => intervention),
      [
        { step: 4, epochs: 2, kind: 'weight', value: -1.5, tensor: 'dense_1.weight', index: 3 },
        { step: 4, epochs: 2, kind: 'weight', value: 0.25, tensor: 'dense_2.bias', index: 0 },
      ],
    );
    for (const wrong of [{ tensor: 'dense_9.weight' }, { index: 8 }, { index: -1 }, { value: 1e39 }]) {
      const weight = { tensor: 'dense_1.weight', index: 0, value: 1, ...wrong };
      assert.equal(code(await engine.client.ask('setWeight', weight)), 'weight', JSON.stringify(wrong));
    }
    engine.dispose();
  });

  it('passes inputs through the network that are no sample, and none of the wrong size', async () => {
    const { engine, units, ask } = await trained(xor, 2);
    const sample = await units({ sample: 1 });
    const given = await units({ inputs: [...sample.inputs] });
    assert.deepEqual(given.layers[1].a, sample.layers[1].a);
    assert.equal(given.target, undefined);
    assert.equal(code(await ask({ inputs: [1] })), 'inputs');
    assert.equal(code(await ask({ sample: 4 })), 'sample');
    assert.equal(code(await ask({ layers: [7] })), 'units');
    engine.dispose();
  });

  it('describes the first units of a large layer, channels as pictures, and weights of pixels', async () => {
    const names = Array.from({ length: 36 }, (_, i) => `p${i}`);
    const text = `
data: { columns: [${names}, y], rows: [[${Array(36).fill(0.5)}, 1], [${Array(36).fill(0.25)}, 0]], target: y, shape: [1, 6, 6] }
model:
  layers:
    - conv2d: { filters: 3, kernel_size: 3, activation: relu }
    - flatten
    - dense: { units: 40, activation: relu }
    - dense: { units: 1, activation: sigmoid }
training: { epochs: 1 }
`;
    const { engine, units } = await trained(text, 0);
    const [convolution, dense] = (await units({ layers: [0, 2, 3], sample: 0, units: 8 })).layers;
    assert.deepEqual(convolution.picture, [4, 4]);
    assert.equal(convolution.a.length, 3 * 16);
    assert.deepEqual(convolution.filters!.shape, [3, 1, 3, 3]);
    assert.deepEqual([dense.count, dense.weight!.columns, dense.weight!.values.length], [8, 8, 64]);
    assert.equal(dense.pattern, undefined);
    engine.dispose();
  });
});
