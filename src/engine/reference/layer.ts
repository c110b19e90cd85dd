/**
 * The parts that the layers of the reference backend have in common.
 *
 * Letters, in every layer: B samples in the batch, n inputs and m outputs of a layer, x input, z
 * pre-activation, a activation (the output), delta = dL/dz, W weight, b bias, dW, db and dx the gradients of
 * the loss L. Images have C channels, H rows and W columns. All arrays are flat and row-major: the element
 * [s, j] of a tensor [B, m] is at index s·m + j.
 *
 * Rounding: every product and sum is computed in float64, sums in ascending order of the index. A value is
 * rounded once, when it is stored. In a float64 program storing rounds nothing.
 */
import type { ActivationEntry } from '../../spec/catalogue/types';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import type { FloatArray, Precision } from '../backend';
import { sizeOf } from '../shape';

/** A learned tensor with its gradient. */
export interface Learned {
  readonly plan: TensorPlan;
  readonly values: FloatArray;
  readonly gradient: FloatArray;
}

/** A tensor that is saved with the weights but not learned. */
export interface Stored {
  readonly plan: TensorPlan;
  readonly values: FloatArray;
}

/** The passes of a layer work on the first `count` samples of its buffers. */
export interface Layer {
  readonly learned: readonly Learned[];
  /** Running statistics. Only `commit` changes them. */
  readonly state?: readonly Stored[];
  /** Pre-activation and dL/dz. A layer without an activation of its own (dropout, flatten) has neither. */
  readonly z?: FloatArray;
  readonly delta?: FloatArray;
  /** Shape of z for one sample. */
  readonly zShape?: readonly number[];
  /** Other numbers that the forward pass keeps for the backward pass, such as the mask of a dropout. */
  readonly kept?: readonly FloatArray[];
  /** For max pooling: the position in its plane from which each output was taken. */
  readonly winner?: { readonly values: FloatArray; readonly shape: readonly number[] };
  /** Reads the layer's input and writes its output. `step` counts the optimizer steps done. */
  forward(count: number, training: boolean, step: number): void;
  /** Reads dL/d(output); writes the gradients of the learned tensors and dL/d(input). */
  backward(count: number): void;
  /** Moves the running statistics towards those of the batch; called when the layer is updated. */
  commit?(count: number): void;
}

/** Everything a layer is built from. It shares its buffers, each `[maxBatch, …]`, with its neighbours. */
export interface LayerContext {
  readonly plan: LayerPlan;
  readonly seed: number;
  readonly maxBatch: number;
  readonly precision: Precision;
  readonly activation?: ActivationEntry;
  /** Whether activation and loss are computed together: the loss then writes delta itself. */
  readonly fused: boolean;
  readonly input: FloatArray;
  readonly output: FloatArray;
  /** For the end of a residual block: the block's input. */
  readonly skip?: FloatArray;
  /** dL/d(input), which this layer writes. The first layer has none: it is never read. */
  readonly dInput?: FloatArray;
  /** dL/d(output), which the next layer or the loss has written. */
  readonly dOutput: FloatArray;
}

export function floats(precision: Precision, length: number): FloatArray {
  return precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
}

export function makeLearned({ plan, precision }: LayerContext): readonly Learned[] {
  return plan.tensors.map((tensor) => ({
    plan: tensor,
    values: floats(precision, sizeOf(tensor.shape)),
    gradient: floats(precision, sizeOf(tensor.shape)),
  }));
}

/** The learned tensor `<layer>.<suffix>`; undefined where the layer has none. */
export function findLearned({ plan }: LayerContext, learned: readonly Learned[], suffix: string): Learned | undefined {
  return learned.find((tensor) => tensor.plan.name === `${plan.name}.${suffix}`);
}

/** The same, but throws where the layer has none. */
export function requireLearned(context: LayerContext, learned: readonly Learned[], suffix: string): Learned {
  const found = findLearned(context, learned, suffix);
  if (!found) {
    throw new Error(`The plan of ${context.plan.name} has no tensor ${suffix}: plan the network again.`);
  }
  return found;
}

/** Index of a layer's first random draw. No two layers share an index. */
export function drawOffset(layer: number): number {
  return layer * 4294967296;
}
