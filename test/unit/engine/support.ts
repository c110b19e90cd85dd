/** Plans and data for the engine's tests, without a spec file. */
import { type Backend, type ProgramData, referenceBackend, wasmBackend } from '../../../src/engine';
import type { Precision } from '../../../src/engine/backend';
import { activation, defaultsOf, find } from '../../../src/spec/catalogue';
import type { Kind } from '../../../src/spec/catalogue/types';
import { isFused } from '../../../src/spec/lossRules';
import type { LayerPlan, NetworkPlan, TensorPlan, TrainingPlan } from '../../../src/spec/plan';
import type { ParameterValue, Thing, TrainingSpec } from '../../../src/spec/spec';

export type Parameters = Readonly<Record<string, ParameterValue>>;

export function thing(name: string, parameters: Parameters = {}): Thing {
  return { name, parameters };
}

/** With every default filled in, as the language does it. */
export function complete(kind: Kind, { name, parameters }: Thing): Thing {
  const entry = find(kind, name);
  return { name, parameters: { ...(entry && defaultsOf(entry)), ...parameters } };
}

export interface LayerSketch {
  readonly type: string;
  readonly units?: number;
  readonly useBias?: boolean;
  readonly rate?: number;
  readonly activation?: Thing;
}

/** The backends in each precision they compute in, with the bounds that PyTorch's numbers are met within. */
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

/** A network plan as the spec room makes it, for the layers of the reference backend. */
export function network(
  inputShape: readonly number[],
  sketches: readonly LayerSketch[],
  loss: string | Thing,
): NetworkPlan {
  const layers: LayerPlan[] = [];
  const counts = new Map<string, number>();
  let shape = inputShape;
  sketches.forEach((sketch, index) => {
    const n = (counts.get(sketch.type) ?? 0) + 1;
    counts.set(sketch.type, n);
    const name = `${sketch.type}_${n}`;
    const tensors: TensorPlan[] = [];
    let output = shape;
    if (sketch.type === 'dense') {
      const units = sketch.units ?? 1;
      const fan = { initializer: thing('torch_default'), fanIn: shape[0], fanOut: units };
      tensors.push({ name: `${name}.weight`, role: 'weight', shape: [units, shape[0]], ...fan });
      if (sketch.useBias !== false) {
        tensors.push({ name: `${name}.bias`, role: 'bias', shape: [units], ...fan });
      }
      output = [units];
    } else if (sketch.type === 'flatten') {
      output = [shape.reduce((a, b) => a * b, 1)];
    }
    const entry = sketch.activation && activation(sketch.activation.name);
    if (entry?.shape === 'vector') {
      output = [entry.outputSize?.(output[0]) ?? output[0], ...output.slice(1)];
    }
    if (entry?.shape === 'elementwise' && entry.extra === 'learned_slope') {
      const value = sketch.activation?.parameters.init ?? 0.25;
      tensors.push({
        name: sketch.type === 'activation' ? `${name}.weight` : `${name}.activation.weight`,
        role: 'slope',
        shape: [1],
        initializer: thing('constant', { value }),
        fanIn: 1,
        fanOut: 1,
      });
    }
    layers.push({
      index,
      name,
      type: sketch.type,
      inputShape: shape,
      outputShape: output,
      parameters: sketch.rate === undefined ? {} : { rate: sketch.rate },
      activation: sketch.activation && complete('activation', sketch.activation),
      tensors,
    });
    shape = output;
  });
  const last = layers[layers.length - 1].activation?.name;
  const lossThing = complete('loss', typeof loss === 'string' ? thing(loss) : loss);
  return {
    inputShape,
    outputShape: shape,
    layers,
    loss: lossThing,
    fusedLayer: isFused(last, lossThing.name) ? layers.length - 1 : undefined,
    parameterCount: layers
      .flatMap((layer) => layer.tensors)
      .reduce((sum, tensor) => sum + tensor.shape.reduce((a, b) => a * b, 1), 0),
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
