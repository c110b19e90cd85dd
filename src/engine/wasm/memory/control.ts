/** The control area: what JavaScript and the kernels tell each other, at fixed addresses below all others. */
import { type Expr, f64, i32 } from '../../../assembler';

export const control = {
  /** i32: samples of the current batch. */
  count: 0,
  /** i32: 1 in training, 0 in evaluation. */
  training: 4,
  /** f64, a whole number: optimizer steps done before the current one. */
  step: 8,
  /** f64: learning rate of the current step. */
  learningRate: 16,
  /** f64: a schedule's momentum or beta_1; NaN where the optimizer's own holds. */
  momentum: 24,
  /** i32: steps that a call of `train` has done. */
  done: 40,
  /** i32, in a tiny network: 1 where its records are arranged in the current order. */
  arranged: 44,
  /** 32 float32: the optimizer's scalars of the current step, which its kernels read. */
  optimizer: 64,
  /** f64, f64: the optimizer's memory that is a single number, now and after the current step. */
  single: 192,
  nextSingle: 200,
  /** i32: rises with every job for the other threads. It begins a cache line, which they keep reading. */
  command: 256,
  /** i32: threads that wait for jobs. */
  ready: 260,
  /**
   * i32 each: the job's threads (0: all shall end), its kernel (−1: whole steps), and its three parameters.
   */
  job: { threads: 264, kernel: 268, first: 272, second: 276, third: 280 },
  /** i32, i32: threads that have arrived at the barrier; how often it has opened. */
  barrier: 320,
} as const;

/** The first address behind the area. */
export const controlEnd = 384;

export const batchCount = (): Expr<'i32'> => i32.load(control.count);
export const isTraining = (): Expr<'i32'> => i32.load(control.training);
export const stepsDone = (): Expr<'f64'> => f64.load(control.step);
