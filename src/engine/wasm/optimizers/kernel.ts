/** An optimizer's rule as code, written once and used wherever weights are updated: behind a matrix product, in a pass of its own, in a tiny network's loop. */
import type { FunctionBuilder, Local } from '../assembler';
import type { Cell } from '../lanes';

/** What is remembered of a tensor between steps. */
export interface MemorySketch {
  /** Readable as `<tensor>.<name>`. */
  readonly name: string;
  readonly initial: number;
  /** One number for the whole tensor; kept in float64. */
  readonly single?: boolean;
}

/** Updates four weights: `w` and `memory` (those that are not single, in order) are read and written, `gradient` is read. */
export type UpdateLanes = (w: Cell, gradient: Local<'v128'>, memory: readonly Cell[]) => void;

export interface OptimizerKernel {
  readonly memories: readonly MemorySketch[];
  /** Once a step: computes the step's scalars from the control block, in float64, and stores them there. */
  emitScalars(f: FunctionBuilder): void;
  /** At the beginning of a kernel: loads the scalars into locals. What it returns emits the rule, as often as it is called. */
  begin(f: FunctionBuilder): UpdateLanes;
}
