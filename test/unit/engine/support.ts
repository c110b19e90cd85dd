/** Plans, data and assertions for the engine's tests. */
import assert from 'node:assert/strict';
import { type Backend, type ProgramData, referenceBackend, wasmBackend } from '../../../src/engine';
import type { Precision } from '../../../src/engine/backend';
import { parseSpec } from '../../../src/language';
import { defaultsOf, find } from '../../../src/spec/catalogue';
import type { Kind } from '../../../src/spec/catalogue/types';
import { isFused } from '../../../src/spec/lossRules';
import type { NetworkPlan, TrainingPlan } from '../../../src/spec/plan';
import { countOf, planNetwork } from '../../../src/spec/planNetwork';
import type { ParameterValue, Thing, TrainingSpec } from '../../../src/spec/spec';

export type Parameters = Readonly<Record<string, ParameterValue>>;

export function thing(name: string, parameters: Parameters = {}): Thing {
  return { name, parameters };
}

/** A catalogue entry with every default filled in, as the language returns it. */
export function complete(kind: Kind, { name, parameters }: Thing): Thing {
  const entry = find(kind, name);
  return { name, parameters: { ...(entry && defaultsOf(entry)), ...parameters } };
}

export interface LayerSketch {
  readonly type: string;
  readonly units?: number;
  readonly useBias?: boolean;
  readonly rate?: number;
  readonly trainable?: boolean;
  readonly activation?: Thing;
}

/** The backends in each of their precisions, with bounds for the difference from PyTorch's numbers. */
export const engines: readonly {
  readonly title: string;
  readonly backend: Backend;
  readonly precision: Precision;
  /** Bounds for outputs, losses and gradients, and for curves over 20 steps. */
  readonly values: number;
  readonly curve: number;
}[] = [
  { title: 'reference in float64', backend: referenceBackend, precision: 'float64', values: 1e-9, curve: 1e-9 },
  { title: 'reference in float32', backend: referenceBackend, precision: 'float32', values: 1e-5, curve: 2e-4 },
  { title: 'wasm', backend: wasmBackend, precision: 'float32', values: 1e-5, curve: 2e-4 },
];

export const dense = (units: number, act: string | Thing = 'linear'): LayerSketch => ({
  type: 'dense',
  units,
  activation: typeof act === 'string' ? thing(act) : act,
});

const { spec: anySpec } = parseSpec('data: { source: xor }\nmodel: { layers: [dense: 1] }', {
  fileName: 'test.nnspec',
});

/** The layers as the product plans them, with any loss, even one that does not suit the output. */
export function network(
  inputShape: readonly number[],
  sketches: readonly LayerSketch[],
  loss: string | Thing,
): NetworkPlan {
  const specs = sketches.map(({ type, units, useBias, rate, trainable, activation }, index) => {
    const given = {
      ...(units !== undefined && { units }),
      ...(useBias !== undefined && { use_bias: useBias }),
      ...(rate !== undefined && { rate }),
      ...(trainable !== undefined && { trainable }),
    };
    return {
      type,
      name: `${type}_${sketches.slice(0, index + 1).filter((each) => each.type === type).length}`,
      parameters: complete('layer', thing(type, given)).parameters,
      activation: activation && complete('activation', activation),
    };
  });
  assert.ok(anySpec);
  const facts = { inputShape, targetSize: 1, targetKind: 'numbers' } as const;
  const { layers, issues } = planNetwork({ ...anySpec, layers: specs }, facts);
  assert.equal(layers.length, sketches.length, JSON.stringify(issues));
  const last = layers[layers.length - 1];
  const lossThing = complete('loss', typeof loss === 'string' ? thing(loss) : loss);
  return {
    inputShape,
    outputShape: last.outputShape,
    layers,
    loss: lossThing,
    fusedLayer: isFused(last.activation?.name, lossThing.name) ? last.index : undefined,
    parameterCount: layers.reduce((sum, layer) => sum + countOf(layer), 0),
  };
}

export const sgd = (parameters: Parameters = {}): Thing =>
  thing('sgd', { learning_rate: 0.01, momentum: 0, nesterov: false, ...parameters });
export const adam = (parameters: Parameters = {}): Thing =>
  thing('adam', { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, ...parameters });

export function plan(net: NetworkPlan, training: Partial<TrainingSpec> = {}, seed = 7): TrainingPlan {
  return {
    network: net,
    seed,
    training: {
      loss: net.loss,
      lossInferred: false,
      batchSize: 32,
      epochs: 100,
      shuffle: true,
      metrics: [],
      ...training,
      optimizer: complete('optimizer', training.optimizer ?? sgd()),
      ...(training.schedule && { schedule: complete('schedule', training.schedule) }),
    },
  };
}

export function dataOf(inputs: readonly (readonly number[])[], targets: readonly (readonly number[])[]): ProgramData {
  return {
    inputs: Float64Array.from(inputs.flat()),
    targets: Float64Array.from(targets.flat()),
    samples: inputs.length,
    targetSize: targets[0].length,
  };
}

export const xor = dataOf(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  [[0], [1], [1], [0]],
);

export function range(n: number, from = 0): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => from + i);
}

export const trainOnly = (n: number) => ({ train: range(n), validation: new Int32Array(0), test: new Int32Array(0) });

/** |found − expected| ≤ bound·(1 + |expected|) for every number. `source` names the origin of `expected`. */
export function near(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
  what: string,
  source = 'PyTorch',
): void {
  assert.equal(found.length, expected.length, what);
  for (let i = 0; i < found.length; i++) {
    const error = Math.abs(found[i] - expected[i]) / (1 + Math.abs(expected[i]));
    if (!(error <= bound)) {
      assert.fail(`${what}[${i}] is ${found[i]}, ${source} ${expected[i]}`);
    }
  }
}
