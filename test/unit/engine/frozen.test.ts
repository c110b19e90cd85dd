/** `trainable: false`: what moves and what does not. Its numbers are PyTorch's in trainingParity.test.ts. */
import assert from 'node:assert/strict';
import { type Backend, referenceBackend, Trainer, wasmBackend } from '../../../src/engine';
import { gradientCheck } from '../../../src/engine/gradientCheck';
import { parseSpec } from '../../../src/language';
import { planNetwork } from '../../../src/spec/planNetwork';
import { dataOf, range, trainOnly } from './support';

const inputs = [...range(16)].map((s) => [...range(4)].map((i) => Math.sin(3 * s + 5 * i)));
const data = dataOf(
  inputs,
  inputs.map(([a, b]) => [a * b]),
);

function trainerOf(layers: string, training: string, backend: Backend, precision?: 'float64'): Trainer {
  const text = `data: { source: plane }\nmodel: { layers: [${layers}] }\ntraining: { loss: mean_squared_error, batch_size: 8, epochs: 5, ${training} }`;
  const { spec, problems } = parseSpec(text, { fileName: 'a' });
  assert.ok(spec, JSON.stringify(problems));
  const { plan, issues } = planNetwork(spec, {
    inputShape: layers.startsWith('dense') ? [4] : [1, 2, 2],
    targetSize: 1,
    targetKind: 'numbers',
  });
  assert.ok(plan, JSON.stringify(issues));
  return new Trainer({
    plan: { network: plan, training: spec.training, seed: 4 },
    data,
    parts: trainOnly(data.samples),
    backend,
    precision,
  });
}

const frozen = 'trainable: false';
const networks: Readonly<Record<string, string>> = {
  conv: `conv2d: { filters: 3, kernel_size: 2, activation: tanh, ${frozen} }, flatten, dense: { units: 3, activation: tanh }, dense: 1`,
  // The whole training of this one is a single function.
  tiny: `dense: { units: 3, activation: tanh }, dense: { units: 3, activation: tanh, ${frozen} }, dense: 1`,
  slope: `flatten, dense: { units: 40, activation: prelu, ${frozen} }, dense: { units: 20, activation: relu }, dense: 1`,
  slopeAlone: `flatten, dense: { units: 40, activation: { prelu: { ${frozen} } } }, activation: { prelu: { init: 0.1, ${frozen} } }, dense: { units: 20, activation: prelu }, dense: 1`,
  slopeOfTiny: `dense: { units: 3, activation: { prelu: { ${frozen} } } }, dense: { units: 3, activation: prelu }, dense: 1`,
  slopeOfFilters: `conv2d: { filters: 3, kernel_size: 2, activation: { prelu: { ${frozen} } } }, flatten, dense: 1`,
  normalized: `flatten, dense: 5, batch_normalization: { ${frozen} }, activation: relu, layer_normalization: { ${frozen} }, dense: 1`,
  wholeBlock: `flatten, residual: { layers: [dense: { units: 4, activation: prelu }, residual: [batch_normalization, dense: 4]], ${frozen} }, dense: 1`,
  block: `flatten, residual: [dense: { units: 4, activation: tanh, ${frozen} }, dense: 4], dense: 1`,
};

describe('Layers that are not trainable', () => {
  for (const [name, layers] of Object.entries(networks)) {
    for (const backend of [referenceBackend, wasmBackend]) {
      it(`keep their weights to the bit while the others learn: ${name}, ${backend.name}`, () => {
        const trainer = trainerOf(layers, 'optimizer: { adamw: { learning_rate: 0.05, weight_decay: 0.1 } }', backend);
        const tensors = trainer.plan.network.layers.flatMap((layer) => [...layer.tensors, ...(layer.state ?? [])]);
        const before = new Map(tensors.map((tensor) => [tensor.name, trainer.read(tensor.name).values]));
        trainer.trainEpoch();
        // The same steps phase by phase.
        const phases = trainerOf(layers, 'optimizer: { adamw: { learning_rate: 0.05, weight_decay: 0.1 } }', backend);
        while (phases.position.step < 2) {
          phases.advance();
        }
        assert.ok(tensors.some(({ isFrozen }) => isFrozen));
        for (const tensor of tensors) {
          const after = trainer.read(tensor.name).values;
          assert.equal(after.join() === before.get(tensor.name)?.join(), tensor.isFrozen === true, tensor.name);
          assert.deepEqual(phases.read(tensor.name).values, after, tensor.name);
        }
      });
    }

    it(`pass the right gradients on to the layers before: ${name}`, () => {
      assert.ok(gradientCheck(trainerOf(layers, '', referenceBackend, 'float64'), referenceBackend) < 1e-6);
    });
  }

  it('have no penalty, and the backends agree with a clipped norm', () => {
    const layers = `flatten, dense: { units: 6, activation: tanh, ${frozen}, kernel_regularizer: { l2: 5 } }, dense: 1`;
    const curves = [referenceBackend, wasmBackend].map((backend) => {
      const trainer = trainerOf(layers, 'clip_norm: 0.05, optimizer: { sgd: 0.5 }', backend);
      assert.ok(trainer.plan.network.layers.every(({ tensors }) => tensors.every(({ regularizer }) => !regularizer)));
      return [...range(10)].map(() => {
        trainer.trainBatch();
        return trainer.batchLoss;
      });
    });
    for (const [i, loss] of curves[0].entries()) {
      assert.ok(Math.abs(loss - curves[1][i]) < 1e-5, `${i}: ${loss}, ${curves[1][i]}`);
    }
  });
});
