/** Stored numbers are rounded to float32 or float64. */
export type Numbers = Float32Array | Float64Array;

/** One array that an optimizer keeps for a tensor between steps. */
export interface MemorySketch {
  /** Readable as `<tensor>.<name>`. */
  readonly name: string;
  /** Value before the first step; default: 0. */
  readonly initial?: number;
  /** One number in float64 for the whole tensor, instead of one for each of its weights. */
  readonly single?: boolean;
}

/** A tensor with its gradient, both of the same length. */
export interface Updated {
  readonly values: Numbers;
  readonly gradient: Numbers;
}

export interface StepSettings {
  readonly learningRate: number;
  /** A schedule's momentum, or beta_1; undefined: the optimizer's own. */
  readonly momentum?: number;
  /** From 1. */
  readonly step: number;
}

export interface Optimizer {
  /** Empty for plain gradient descent. */
  readonly memories: readonly MemorySketch[];
  /** Updates a tensor in place; `memory` holds the arrays of `memories`, in their order. */
  update(tensor: Updated, memory: readonly Numbers[], settings: StepSettings): void;
}
