import assert from 'node:assert/strict';
import type { FloatArray, Program } from '../../../src/engine/backend';
import { activations } from '../../../src/spec/catalogue';
import cases from '../../fixtures/engine/parity.json';
import { dataOf, engines, type LayerSketch, near, network, type Parameters, plan, range } from './support';

interface ParityCase {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSketch[];
  readonly loss: string;
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly (readonly number[])[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly outputs: readonly number[];
  readonly lossValue: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly optimizer: { readonly name: string; readonly parameters: Parameters };
  readonly curve: readonly number[];
  readonly finalWeights: Readonly<Record<string, readonly number[]>>;
}

function compile(parity: ParityCase, engine: (typeof engines)[number]): Program {
  const net = network(parity.inputShape, parity.layers, parity.loss);
  const program = engine.backend.compile(
    plan(net, { optimizer: parity.optimizer }),
    dataOf(parity.inputs, parity.targets),
    { precision: engine.precision, maxBatch: parity.inputs.length },
  );
  for (const [name, values] of Object.entries(parity.weights)) {
    program.write(name, values);
  }
  return program;
}

function firstOf(outputs: FloatArray, count: number): FloatArray {
  return outputs.subarray(0, count);
}

const all = cases as unknown as readonly ParityCase[];
for (const engine of engines) {
  const { values, curve, title } = engine;
  describe(`PyTorch's numbers in the engine ${title}`, () => {
    it(`outputs, loss and gradients agree within ${values}`, () => {
      for (const parity of all) {
        const program = compile(parity, engine);
        const count = parity.inputs.length;
        const layers = program.plan.network.layers.length;
        program.begin(range(count), 0, count, 'training');
        for (let layer = 0; layer < layers; layer++) {
          program.forward(layer);
        }
        const loss = program.loss();
        near(firstOf(program.outputs(), parity.outputs.length), parity.outputs, values, `${parity.name}: outputs`);
        near([loss], [parity.lossValue], values, `${parity.name}: loss`);
        for (let layer = layers - 1; layer >= 0; layer--) {
          program.backward(layer);
        }
        for (const [name, gradient] of Object.entries(parity.gradients)) {
          near(program.read(`${name}.gradient`).values, gradient, values, `${parity.name}: ${name}.gradient`);
        }
      }
    });

    it(`losses of 20 steps and the weights after them agree within ${curve}`, () => {
      for (const parity of all) {
        const program = compile(parity, engine);
        const count = parity.inputs.length;
        const losses = parity.curve.map(() => program.trainStep(range(count), 0, count));
        near(losses, parity.curve, curve, `${parity.name}: losses`);
        for (const [name, final] of Object.entries(parity.finalWeights)) {
          near(program.read(name).values, final, curve, `${parity.name}: ${name}`);
        }
      }
    });
  });
}

describe('parity coverage of the activations', () => {
  /** Entries that no case of the table can cover, and why. */
  const reasons: Readonly<Record<string, string>> = {
    step: 'its derivative is 0, so that nothing learns; its values are compared in the catalogue’s own fixture',
    'prelu.init': 'the value that its learned slope begins with: the cases give that slope',
    'prelu.trainable': 'it holds back a step: frozen.test.ts',
  };
  const things = all.flatMap(({ layers }) => layers.flatMap(({ activation }) => activation ?? []));

  it('every activation of the catalogue has a case, or a reason', () => {
    const missing = activations.filter(
      ({ name }) => !things.some((thing) => thing.name === name) && !Object.hasOwn(reasons, name),
    );
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });

  it('every parameter of an activation differs from its default in some case, or has a reason', () => {
    for (const { name, parameters } of activations) {
      for (const parameter of parameters) {
        if (Object.hasOwn(reasons, `${name}.${parameter.name}`)) {
          continue;
        }
        const set = things.some((thing) => {
          const value = thing.name === name ? thing.parameters[parameter.name] : undefined;
          return value !== undefined && value !== parameter.default;
        });
        assert.ok(set, `${name}.${parameter.name}`);
      }
    }
  });
});
