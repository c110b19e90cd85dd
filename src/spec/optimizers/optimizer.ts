/** Stored values are rounded to the precision of the array. */
export type Numbers = Float32Array | Float64Array;

/** A number that an optimizer keeps for each weight from step to step, such as a velocity. */
export interface MemorySketch {
  /** The memory of a tensor is called `<tensor>.<name>`. */
  readonly name: string;
  /** Value before the first step; default 0. */
  readonly initial?: number;
  /** One number in float64 for the whole tensor instead of one for each weight. */
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
  /** The number of this step, from 1. */
  readonly step: number;
}

export interface Optimizer {
  /** Empty for plain gradient descent. */
  readonly memories: readonly MemorySketch[];
  /** Updates a tensor in place, number by number; `memory` holds the arrays of `memories`, in their order. */
  update(tensor: Updated, memory: readonly Numbers[], settings: StepSettings): void;
}
