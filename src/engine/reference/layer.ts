/**
 * What a layer of the reference backend is made of.
 *
 * Letters, here and in every layer: B samples of the batch, n inputs and m outputs of a layer, z pre-activation, a activation,
 * delta = dL/dz, W weight, b bias, dW and db their gradients. All arrays are row-major, `[B, …]`.
 *
 * Rounding: every product and sum runs in float64, sums in ascending order of the index; a value is rounded once, when it is
 * stored. In a float64 program storing rounds nothing.
 */
import type { ActivationEntry } from '../../spec/catalogue/types';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import type { FloatArray, Precision } from '../backend';
import type { Pieces } from '../pieces';
import { sizeOf } from '../shape';

/** A learned tensor with its gradient. */
export interface Learned {
  readonly plan: TensorPlan;
  readonly values: FloatArray;
  readonly gradient: FloatArray;
}

/** A tensor that is kept with the weights but not learned. */
export interface Stored {
  readonly plan: TensorPlan;
  readonly values: FloatArray;
}

export interface Layer {
  readonly learned: readonly Learned[];
  /** Running statistics; changed by `commit` alone. */
  readonly state?: readonly Stored[];
  /** Pre-activation and dL/dz; a layer without an activation of its own (dropout, flatten) has neither. */
  readonly z?: FloatArray;
  readonly delta?: FloatArray;
  /** Numbers of one sample in z. */
  readonly zSize?: number;
  /** Its shape; left out where it is flat. */
  readonly zShape?: readonly number[];
  /** What else the forward pass leaves for the backward pass: a dropout's mask. */
  readonly kept?: readonly FloatArray[];
  /** Of max pooling: for each output which place of its plane won. */
  readonly winner?: { readonly values: FloatArray; readonly shape: readonly number[] };
  forward(count: number, training: boolean, step: number): void;
  backward(count: number): void;
  /** The same in pieces, of a kind of layer that can be so large that a pass takes long. Begun anew they come to the same. */
  forwardParts?(count: number, training: boolean, step: number): Pieces<void>;
  backwardParts?(count: number): Pieces<void>;
  /** Takes the batch's statistics into the state, when the step updates the layer. */
  commit?(): void;
}

/** What a layer is built from: its buffers are shared with its neighbours, each `[maxBatch, …]`. */
export interface LayerContext {
  readonly plan: LayerPlan;
  readonly seed: number;
  readonly maxBatch: number;
  readonly precision: Precision;
  readonly activation?: ActivationEntry;
  /** The loss writes delta itself, from the logits z. */
  readonly fused: boolean;
  /** The layer's input and output. */
  readonly input: FloatArray;
  readonly output: FloatArray;
  /** Of a block's end: the block's input. */
  readonly skip?: FloatArray;
  /** dL/d(input), which this layer writes; left out for the first layer, where nobody reads it. */
  readonly dInput?: FloatArray;
  /** dL/d(output), written by the next layer or the loss. */
  readonly dOutput: FloatArray;
}

export function floats(precision: Precision, length: number): FloatArray {
  return precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
}

export function learnedOf(context: LayerContext): readonly Learned[] {
  return context.plan.tensors.map((plan) => ({
    plan,
    values: floats(context.precision, sizeOf(plan.shape)),
    gradient: floats(context.precision, sizeOf(plan.shape)),
  }));
}

/** The learned tensor whose name ends in `suffix`; undefined where the layer has none. */
export function findLearned(context: LayerContext, learned: readonly Learned[], suffix: string): Learned | undefined {
  return learned.find((tensor) => tensor.plan.name === `${context.plan.name}.${suffix}`);
}

/** Draws of a layer's element take their index from here on, so that no two layers share one. */
export function drawOffset(layer: number): number {
  return layer * 4294967296;
}
