/** The worked example against arithmetic written out here, with the standard library's exponential. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../../src/data';
import { referenceBackend, Trainer, walk, wasmBackend } from '../../../src/engine';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { ok, startEngine, startOptions } from '../server/harness';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe('The example computed by hand', () => {
  for (const backend of [referenceBackend, wasmBackend]) {
    it(`has the forward pass, the errors, the gradients and the new weights of arithmetic (${backend.name})`, async () => {
      const text = readFileSync(join('examples', 'by-hand.nnspec'), 'utf8');
      const { spec } = parseSpec(text, { fileName: 'by-hand.nnspec' });
      assert.ok(spec);
      const loaded = await loadDataset({ data: spec.data, loss: spec.training.loss.name, seed: 0 }, noFiles);
      assert.ok('dataset' in loaded);
      const { plan } = planNetwork(spec, loaded.facts);
      assert.ok(plan);
      const { dataset } = loaded;
      const trainer = new Trainer({
        plan: { network: plan, training: spec.training, seed: 0 },
        data: dataset,
        parts: dataset.parts,
        backend,
      });
      const [x1, x2, t] = [1, 2, 1];
      const hidden = [sigmoid(0.1 * x1 + 0.2 * x2 + 0.5), sigmoid(0.3 * x1 - 0.4 * x2 + 0.5)];
      const output = sigmoid(0.6 * hidden[0] - 0.2 * hidden[1] + 0.1);
      const loss = (t - output) ** 2 / 2;
      const delta = (output - t) * output * (1 - output);
      const deltas = [0.6 * delta * hidden[0] * (1 - hidden[0]), -0.2 * delta * hidden[1] * (1 - hidden[1])];
      const { steps } = walk(trainer, { kind: 'sample', index: 0 });
      const of = (kind: string, layer?: number) =>
        steps.find(
          ({ phase }) => phase.kind === kind && (layer === undefined || ('layer' in phase && phase.layer === layer)),
        );
      const near = (found: ArrayLike<number> | undefined, wanted: readonly number[]) => {
        assert.equal(found?.length, wanted.length);
        for (const [i, value] of wanted.entries()) {
          assert.ok(Math.abs((found?.[i] ?? 0) - value) < 1e-7, `${found?.[i]}, not ${value}`);
        }
      };
      near(of('forward', 0)?.tensors.z.values, [1, 0]);
      near(of('forward', 0)?.tensors.a.values, hidden);
      near(of('forward', 1)?.tensors.a.values, [output]);
      near([of('loss')?.loss ?? 0], [loss]);
      near(of('backward', 1)?.tensors.delta.values, [delta]);
      near(of('backward', 0)?.tensors.delta.values, deltas);
      near(of('backward', 0)?.tensors.dW.values, [deltas[0] * x1, deltas[0] * x2, deltas[1] * x1, deltas[1] * x2]);
      trainer.trainBatch();
      near(trainer.read('dense_2.weight').values, [0.6 - delta * hidden[0], -0.2 - delta * hidden[1]]);
      near(trainer.read('dense_2.bias').values, [0.1 - delta]);
      near(trainer.read('dense_1.bias').values, [0.5 - deltas[0], 0.5 - deltas[1]]);
      // As the file's comment has them.
      const rounded = (value: number) => value.toFixed(4);
      for (const value of [hidden[0], output, loss, delta, 0.6 - delta * hidden[0]]) {
        assert.ok(text.split('nnspec: 1')[0].includes(rounded(value)), rounded(value));
      }
    });
  }

  it('gets no verdict: a constant answers a single sample perfectly', async () => {
    const engine = startEngine();
    try {
      const text = readFileSync(join('examples', 'by-hand.nnspec'), 'utf8');
      ok(await engine.client.ask('start', startOptions(text, { backend: 'reference' })));
      const { ended } = await engine.until('ended');
      assert.equal(ended.verdict, undefined);
      assert.ok(ended.expect.every((each) => each.ok));
    } finally {
      engine.dispose();
    }
  });
});

const noFiles = { read: () => Promise.reject(new Error()), readShipped: () => Promise.reject(new Error()) };
