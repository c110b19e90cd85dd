/**
 * An optimizer's rule as code, written once and used wherever weights are updated: behind a matrix product,
 * in a pass of its own, in a tiny network's loop.
 */
import type { FunctionBuilder, Local } from '../../../assembler';
import type { Cell } from '../lanes/lanes';

/** A number that the optimizer keeps for each weight between steps. */
export interface MemorySketch {
  /** Readable as `<tensor>.<name>`. */
  readonly name: string;
  readonly initial: number;
  /**
   * One number in float64. It is the same for every tensor, since all take part in every step, and is stored
   * once, at `control.single`. No optimizer has two.
   */
  readonly single?: boolean;
}

/** Updates four weights: `w` and `memory` (without single ones) are read and written, `gradient` is read. */
export type UpdateLanes = (w: Cell, gradient: Local<'v128'>, memory: readonly Cell[]) => void;

export interface OptimizerKernel {
  readonly memories: readonly MemorySketch[];
  /**
   * Computes the step's scalars from the control area, in float64, and stores them there. It must run before
   * the step's updates. It changes nothing that it reads, so that it may run once for each phase of a step.
   */
  emitScalars(f: FunctionBuilder): void;
  /**
   * Loads the scalars into locals at the beginning of a kernel. Returns a function that emits the rule; it
   * may be called several times.
   */
  begin(f: FunctionBuilder): UpdateLanes;
  /** Makes the next single memory the current one, at the end of a step. */
  emitEnd?(f: FunctionBuilder): void;
}
