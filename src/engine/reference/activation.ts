/**
 * Activations: z [B, …] → a [B, …], and back dL/da → delta = dL/dz. Elementwise ones multiply by f′(z), vector ones by the
 * transposed Jacobian over the features (axis 1), gated ones halve them.
 */
import { purposes, uniform } from '../../common/random';
import type { ElementwiseActivation, ParameterValues, VectorActivation } from '../../spec/catalogue/types';
import type { FloatArray } from '../backend';
import { sizeOf } from '../shape';
import { drawOffset, floats, type Layer, type LayerContext, type Learned, learnedOf } from './layer';
import { ranged } from './ranged';

export interface Activation extends ReturnType<typeof ranged> {
  /** See `Layer.kept`. */
  readonly kept?: readonly FloatArray[];
}

/** An activation that is a layer of its own: z is the layer's input. */
export function makeActivationLayer(context: LayerContext): Layer {
  const { plan, input: z, output, dOutput } = context;
  const learned = learnedOf(context);
  const zSize = sizeOf(plan.inputShape);
  const delta = context.dInput ?? floats(context.precision, context.maxBatch * zSize);
  if (context.activation === undefined || context.activation.name === 'linear') {
    return {
      learned,
      z,
      delta,
      zSize,
      ...ranged(zSize, 1, {
        forward(from, to) {
          for (let i = from; i < to; i++) {
            output[i] = z[i];
          }
        },
        backward(from, to) {
          for (let i = from; i < to; i++) {
            delta[i] = dOutput[i];
          }
        },
      }),
    };
  }
  const activation = makeActivation(context, plan.inputShape, z, delta, learned);
  return {
    learned,
    z,
    delta,
    zSize,
    kept: activation.kept,
    forward: activation.forward,
    forwardParts: activation.forwardParts,
    backward(count) {
      if (!context.fused) {
        activation.backward(count);
      }
    },
    *backwardParts(count) {
      if (!context.fused) {
        yield* activation.backwardParts(count);
      }
    },
  };
}

/** The activation of a layer whose z has `shape` (a sample's). */
export function makeActivation(
  context: LayerContext,
  shape: readonly number[],
  z: FloatArray,
  delta: FloatArray,
  learned: readonly Learned[],
): Activation {
  const entry = context.activation;
  if (entry === undefined) {
    throw new Error(`${context.plan.name} names an activation that the catalogue lacks.`);
  }
  const parameters = context.plan.activation?.parameters ?? {};
  if (entry.shape === 'vector') {
    return vector(context, entry, parameters, shape, z, delta);
  }
  const size = sizeOf(shape);
  switch (entry.extra) {
    case 'learned_slope': {
      const slope = learned.find(({ plan }) => plan.role === 'slope');
      if (!slope) {
        throw new Error(`The plan of ${context.plan.name} has no tensor for the slope: plan the network again.`);
      }
      return learnedSlope(context, slope, size, z, delta);
    }
    case 'random_slope':
      return randomSlope(context, parameters, size, z, delta);
    default:
      return elementwise(context, entry, parameters, size, z, delta);
  }
}

function elementwise(
  context: LayerContext,
  entry: ElementwiseActivation,
  parameters: ParameterValues,
  size: number,
  z: FloatArray,
  delta: FloatArray,
): Activation {
  const { output: a, dOutput } = context;
  const f = entry.f;
  const df = entry.df;
  return ranged(size, 1, {
    // a = f(z). A NaN goes through: a function made of comparisons (relu) would hide that the run has diverged.
    forward(from, to) {
      for (let i = from; i < to; i++) {
        a[i] = Number.isNaN(z[i]) ? z[i] : f(z[i], parameters);
      }
    },
    // delta = dL/da · f′(z)
    backward(from, to) {
      for (let i = from; i < to; i++) {
        delta[i] = dOutput[i] * df(z[i], parameters);
      }
    },
  });
}

/** prelu: a = z for z > 0, else s·z with the learned s [1] of the layer. */
function learnedSlope(
  context: LayerContext,
  slope: Learned,
  size: number,
  z: FloatArray,
  delta: FloatArray,
): Activation {
  const { output: a, dOutput } = context;
  let sum = 0;
  return ranged(size, 1, {
    forward(from, to) {
      const s = slope.values[0];
      for (let i = from; i < to; i++) {
        a[i] = z[i] > 0 ? z[i] : s * z[i];
      }
    },
    // delta = dL/da · (1 or s);  ds = Σ over z ≤ 0 of dL/da · z
    backward(from, to) {
      const s = slope.values[0];
      if (from === 0) {
        sum = 0;
      }
      for (let i = from; i < to; i++) {
        const positive = z[i] > 0;
        if (!positive) {
          sum += dOutput[i] * z[i];
        }
        delta[i] = positive ? dOutput[i] : dOutput[i] * s;
      }
      slope.gradient[0] = sum;
    },
  });
}

/** rrelu: like leaky relu, its slope drawn anew from U(lower, upper) for each element of a training step, else their mean. */
function randomSlope(
  context: LayerContext,
  parameters: ParameterValues,
  size: number,
  z: FloatArray,
  delta: FloatArray,
): Activation {
  const { output: a, dOutput, seed } = context;
  const lower = parameters.lower as number;
  const upper = parameters.upper as number;
  const offset = drawOffset(context.plan.index);
  const slopes = new Float64Array(context.maxBatch * size);
  return {
    kept: [slopes],
    ...ranged(size, 1, {
      forward(from, to, training, step) {
        for (let i = from; i < to; i++) {
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
      backward(from, to) {
        for (let i = from; i < to; i++) {
          delta[i] = dOutput[i] * slopes[i];
        }
      },
    }),
  };
}

/** Over the C features of z [B, C, …] at each position; the catalogue's kernels work on one vector in float64. */
function vector(
  context: LayerContext,
  entry: VectorActivation,
  parameters: ParameterValues,
  shape: readonly number[],
  z: FloatArray,
  delta: FloatArray,
): Activation {
  const { output: a, dOutput } = context;
  const n = shape[0];
  const positions = sizeOf(shape) / n;
  const m = sizeOf(context.plan.outputShape) / positions;
  const x = new Float64Array(n);
  const y = new Float64Array(m);
  const dx = new Float64Array(n);
  const dy = new Float64Array(m);
  return ranged(positions, n, {
    forward(from, to) {
      for (let at = from; at < to; at++) {
        const s = Math.floor(at / positions);
        const p = at - s * positions;
        for (let i = 0; i < n; i++) {
          x[i] = z[(s * n + i) * positions + p];
        }
        entry.forward(x, y, n, parameters);
        for (let j = 0; j < m; j++) {
          a[(s * m + j) * positions + p] = y[j];
        }
      }
    },
    // delta = Jᵀ · dL/da
    backward(from, to) {
      for (let at = from; at < to; at++) {
        const s = Math.floor(at / positions);
        const p = at - s * positions;
        for (let i = 0; i < n; i++) {
          x[i] = z[(s * n + i) * positions + p];
        }
        for (let j = 0; j < m; j++) {
          y[j] = a[(s * m + j) * positions + p];
          dy[j] = dOutput[(s * m + j) * positions + p];
        }
        entry.backward(x, y, dy, dx, n, parameters);
        for (let i = 0; i < n; i++) {
          delta[(s * n + i) * positions + p] = dx[i];
        }
      }
    },
  });
}
