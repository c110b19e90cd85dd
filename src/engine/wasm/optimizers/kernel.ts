/**
 * An optimizer's rule as code, written once and used wherever weights are updated: behind a matrix product, in a pass of its own, in a
 * tiny network's loop.
 */
import type { FunctionBuilder, Local } from '../../../assembler';
import type { Cell } from '../lanes/lanes';

/** What is remembered of a tensor between steps. */
export interface MemorySketch {
  /** Readable as `<tensor>.<name>`. */
  readonly name: string;
  readonly initial: number;
  /**
   * One number in float64. It is the same for every tensor, since all take part in every step, and so stands once, at
   * `control.single`; no optimizer has two.
   */
  readonly single?: boolean;
}

/** Updates four weights: `w` and `memory` (those that are not single, in order) are read and written, `gradient` is read. */
export type UpdateLanes = (w: Cell, gradient: Local<'v128'>, memory: readonly Cell[]) => void;

export interface OptimizerKernel {
  readonly memories: readonly MemorySketch[];
  /**
   * Before a step's updates: computes the step's scalars from the control block, in float64, and stores them there. It changes nothing
   * that it reads, so that it may run once for each phase of a step.
   */
  emitScalars(f: FunctionBuilder): void;
  /** At the beginning of a kernel: loads the scalars into locals. What it returns emits the rule, as often as it is called. */
  begin(f: FunctionBuilder): UpdateLanes;
  /** Where a step is done, before `control.step` counts it: takes the step's single memory for the next. */
  emitEnd?(f: FunctionBuilder): void;
}
