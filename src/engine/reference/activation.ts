/**
 * Activations: a = f(z), and back from dL/da to delta = dL/dz. The functions and their derivatives are in the
 * catalogue (`spec/catalogue/activations`).
 *
 *   elementwise   a[i] = f(z[i])                delta[i] = dL/da[i]·f′(z[i])
 *   vector        a = f(z) over the features    delta = Jᵀ·dL/da with the Jacobian J[j, i] = da[j]/dz[i]
 */
import { purposes, uniform } from '../../common/random';
import type { ElementwiseActivation, VectorActivation } from '../../spec/catalogue/types';
import type { FloatArray } from '../backend';
import { sizeOf } from '../shape';
import { drawOffset, floats, type Layer, type LayerContext, type Learned, makeLearned } from './layer';

type Passes = Pick<Layer, 'kept' | 'forward' | 'backward'>;

interface PreActivation {
  readonly z: FloatArray;
  readonly delta: FloatArray;
  /** Shape of one sample. */
  readonly zShape: readonly number[];
}

/** Pre-activation and delta of a layer, with the passes between them and its output. */
export type Activation = PreActivation & Passes;

/** The activation at the end of a layer that computes z itself. `zShape` is the shape of one sample. */
export function makeActivation(
  context: LayerContext,
  zShape: readonly number[],
  learned: readonly Learned[],
): Activation {
  const { activation, maxBatch, precision, output, dOutput } = context;
  if (activation === undefined || activation.name === 'linear') {
    // a = z: both share one buffer, and so do their errors.
    return { z: output, delta: dOutput, zShape, forward() {}, backward() {} };
  }
  const z = floats(precision, maxBatch * sizeOf(zShape));
  const delta = floats(precision, maxBatch * sizeOf(zShape));
  return { z, delta, zShape, ...makePasses(context, { z, delta, zShape }, learned) };
}

/** An activation that is a layer of its own: its input is z, and delta is dL/d(input). */
export function makeActivationLayer(context: LayerContext): Layer {
  const { plan, input: z, maxBatch, precision } = context;
  const learned = makeLearned(context);
  const delta = context.dInput ?? floats(precision, maxBatch * sizeOf(plan.inputShape));
  const pre = { z, delta, zShape: plan.inputShape };
  return { learned, ...pre, ...makePasses(context, pre, learned) };
}

function makePasses(context: LayerContext, pre: PreActivation, learned: readonly Learned[]): Passes {
  const { activation, plan } = context;
  if (activation === undefined) {
    throw new Error(`${plan.name} names an activation that the catalogue lacks.`);
  }
  let passes: Passes;
  if (activation.shape === 'vector') {
    passes = vector(context, pre, activation);
  } else if (activation.extra === 'learned_slope') {
    const slope = learned.find(({ plan: tensor }) => tensor.role === 'slope');
    if (!slope) {
      throw new Error(`The plan of ${plan.name} has no tensor for the slope: plan the network again.`);
    }
    passes = learnedSlope(context, pre, slope);
  } else if (activation.extra === 'random_slope') {
    passes = randomSlope(context, pre);
  } else {
    passes = elementwise(context, pre, activation);
  }
  // A loss that is computed together with the activation has written delta already.
  return context.fused ? { ...passes, backward() {} } : passes;
}

function elementwise(
  { plan, output: a, dOutput: da }: LayerContext,
  { z, delta, zShape }: PreActivation,
  { f, df }: ElementwiseActivation,
): Passes {
  const size = sizeOf(zShape);
  const parameters = plan.activation?.parameters ?? {};
  return {
    // A NaN passes as it is: a function made of comparisons, such as relu, would hide it.
    forward(count) {
      for (let i = 0; i < count * size; i++) {
        a[i] = Number.isNaN(z[i]) ? z[i] : f(z[i], parameters);
      }
    },
    backward(count) {
      for (let i = 0; i < count * size; i++) {
        delta[i] = da[i] * df(z[i], parameters);
      }
    },
  };
}

/**
 * prelu, with one learned slope w:
 *   a = z where z > 0, else w·z;  delta = dL/da where z > 0, else dL/da·w;  dw = Σ dL/da·z where z ≤ 0
 */
function learnedSlope(
  { output: a, dOutput: da }: LayerContext,
  { z, delta, zShape }: PreActivation,
  { values: w, gradient: dw }: Learned,
): Passes {
  const size = sizeOf(zShape);
  return {
    forward(count) {
      for (let i = 0; i < count * size; i++) {
        a[i] = z[i] > 0 ? z[i] : w[0] * z[i];
      }
    },
    backward(count) {
      let sum = 0;
      for (let i = 0; i < count * size; i++) {
        if (z[i] > 0) {
          delta[i] = da[i];
        } else {
          delta[i] = da[i] * w[0];
          sum += da[i] * z[i];
        }
      }
      dw[0] = sum;
    },
  };
}

/**
 * rrelu, with a random slope r:
 *   a = z where z > 0, else r·z;  delta = dL/da where z > 0, else dL/da·r
 * In training r is drawn from U(lower, upper) for each element and step; in evaluation it is (lower +
 * upper)/2.
 */
function randomSlope(context: LayerContext, { z, delta, zShape }: PreActivation): Passes {
  const { plan, seed, maxBatch, output: a, dOutput: da } = context;
  const size = sizeOf(zShape);
  const { lower, upper } = (plan.activation?.parameters ?? {}) as Readonly<Record<string, number>>;
  const offset = drawOffset(plan.index);
  const slopes = new Float64Array(maxBatch * size);
  return {
    kept: [slopes],
    forward(count, training, step) {
      for (let i = 0; i < count * size; i++) {
        if (z[i] > 0) {
          slopes[i] = 1;
        } else if (training) {
          slopes[i] = lower + (upper - lower) * uniform(seed, purposes.slope, step, offset + i);
        } else {
          slopes[i] = (lower + upper) / 2;
        }
        a[i] = z[i] * slopes[i];
      }
    },
    backward(count) {
      for (let i = 0; i < count * size; i++) {
        delta[i] = da[i] * slopes[i];
      }
    },
  };
}

/** At each position of z [B, n, …] the n features form one vector, computed in float64; a has m features. */
function vector(
  { plan, output: a, dOutput: da }: LayerContext,
  { z, delta, zShape }: PreActivation,
  activation: VectorActivation,
): Passes {
  const parameters = plan.activation?.parameters ?? {};
  const n = zShape[0];
  const positions = sizeOf(zShape) / n;
  const m = sizeOf(plan.outputShape) / positions;
  const x = new Float64Array(n);
  const y = new Float64Array(m);
  const dx = new Float64Array(n);
  const dy = new Float64Array(m);
  /** Copies the features of sample s at position p into a vector, or back. */
  const read = (vector: Float64Array, all: FloatArray, s: number, p: number): void => {
    for (let i = 0; i < vector.length; i++) {
      vector[i] = all[(s * vector.length + i) * positions + p];
    }
  };
  const write = (vector: Float64Array, all: FloatArray, s: number, p: number): void => {
    for (let i = 0; i < vector.length; i++) {
      all[(s * vector.length + i) * positions + p] = vector[i];
    }
  };
  return {
    forward(count) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < positions; p++) {
          read(x, z, s, p);
          activation.forward(x, y, n, parameters);
          write(y, a, s, p);
        }
      }
    },
    backward(count) {
      for (let s = 0; s < count; s++) {
        for (let p = 0; p < positions; p++) {
          read(x, z, s, p);
          read(y, a, s, p);
          read(dy, da, s, p);
          activation.backward(x, y, dy, dx, n, parameters);
          write(dx, delta, s, p);
        }
      }
    },
  };
}
