/**
 * A backend compiles a training plan and its data into a program. The trainer drives the program phase by
 * phase, or whole steps at once; both give the same bits. A program does no I/O, owns no timer and allocates
 * nothing per step.
 */
import type { Shape, TrainingPlan } from '../spec/plan';
import type { TargetUnits } from '../spec/targetScale';

export type Precision = 'float32' | 'float64';
export type FloatArray = Float32Array | Float64Array;
export type Mode = 'training' | 'evaluation';

/** All samples of all parts, row-major. A batch is a list of row indices into them. */
export interface ProgramData {
  /** `[samples, ...inputShape]`. */
  readonly inputs: FloatArray;
  /** `[samples, outputs]`; classes are one-hot. */
  readonly targets: FloatArray;
  readonly samples: number;
  /** Numbers a target row holds. */
  readonly targetSize: number;
  /** Where `targets` are scaled: what metrics and pictures compare with. */
  readonly units?: TargetUnits;
  /** `[samples]`: how much each sample counts in metrics. Default: all alike. */
  readonly rowWeights?: Float64Array;
  /** `[samples]`: weight of each sample in its batch's loss Σwℓ/Σw. Default: all 1. */
  readonly sampleWeights?: Float64Array;
}

/** Makes the inputs in float32: in `room`, which holds as many zeros, or in an array of their own. */
export type InputMaker = (room?: Float32Array) => Float32Array;

/** The samples that a program is compiled for. Inputs yet to be made need not be held twice. */
export type SampleSource = Omit<ProgramData, 'inputs'> & { readonly inputs: FloatArray | InputMaker };

/** Where a non-finite value was first seen. */
export interface Divergence {
  readonly layer: string;
  /** Counts from 1, from the run's start. */
  readonly step: number;
  /** A name that `read` knows (`dense_1.weight`, `dense_1.z`), or `loss`. */
  readonly tensor: string;
}

/** A tensor as a copy. */
export interface Tensor {
  readonly shape: Shape;
  readonly values: FloatArray;
}

/** Everything that a program's next step depends on. Opaque but structured-clone safe. */
export interface ProgramState {
  readonly weights: readonly FloatArray[];
  readonly optimizer: readonly FloatArray[];
  readonly step: number;
  readonly learningRate: number;
  readonly momentum?: number;
  /** Only within a step: the results of its phases so far. */
  readonly batch?: { readonly count: number; readonly loss: number; readonly buffers: readonly FloatArray[] };
}

export interface Program {
  readonly plan: TrainingPlan;
  /** The program's own arrays of the samples: share them instead of copying. */
  readonly data: ProgramData;
  learningRate: number;
  /** A schedule's value in place of the optimizer's momentum or beta_1. Undefined: the optimizer's own. */
  momentum: number | undefined;
  /** Threads that whole steps use once they have started. */
  readonly threads: number;
  /** Optimizer steps done. Random draws of a step are functions of (seed, purpose, step, index). */
  readonly step: number;

  /** Makes `rows[from … from+count)` the current batch. Forward of every layer comes next. */
  begin(rows: Int32Array, from: number, count: number, mode: Mode): void;
  /** Forward pass of one layer, for the current batch. Layers go in order. */
  forward(layer: number): void;
  /** Mean loss of the current batch, in float64. In training it also prepares the error at the output. */
  loss(): number;
  /**
   * Gradients of one layer's tensors and of its input. Layers go back to front. The last call, for layer 0,
   * also clips all gradients.
   */
  backward(layer: number): void;
  /** Updates one layer's tensors by the optimizer. After the last layer call `endStep`. */
  update(layer: number): void;
  /** Counts the step as done. */
  endStep(): void;
  /**
   * One whole training step on the rows (forward, loss, backward, update): the fast path, with the same bits
   * as the phases. Returns the batch's loss, taken before the update. Where that is not finite, the step ends
   * there: nothing is updated and the step does not count.
   */
  trainStep(rows: Int32Array, from: number, count: number): number;
  /**
   * Many whole steps over the first `samples` of `rows`, batch after batch, starting over where the rows end.
   * Writes the batches' losses as far as `losses` has room. Returns how many steps were done: fewer than
   * `steps` where a loss was not finite. The same bits as that many calls of `trainStep`.
   */
  trainSteps(rows: Int32Array, samples: number, steps: number, losses: Float64Array): number;
  /**
   * Outputs of the current batch, `[count, outputs]`: after sigmoid or softmax, probabilities. The array may
   * be longer than that. Valid until the next call.
   */
  outputs(): FloatArray;

  /** The first non-finite value in the order of a step. Undefined where all are finite. */
  findDivergence(): Divergence | undefined;

  /**
   * Names that can be read. At any time: learned tensors (`dense_1.weight`), running statistics
   * (`batch_normalization_1.running_mean`) and the optimizer's memory (`<tensor>.velocity`, `.first_moment`,
   * `.second_moment`, …). For the current batch, after its phases (a whole step may skip some of these):
   * - `input`, `target`
   * - `<layer>.z` (pre-activation), `<layer>.a` (output)
   * - `<layer>.delta` (dL/dz), `<tensor>.gradient` (`dense_1.weight.gradient`)
   * - `<layer>.dInput` (dL/d(input)), not of the first layer; at the start of a residual block it includes
   *   the skip path
   * - `<layer>.winner` (max pooling: the index of the largest value of each window)
   */
  tensors(): readonly string[];
  read(name: string): Tensor;
  /** Copies a learned tensor or running statistic faster than `read`; its values come once called for. */
  hold(name: string): () => FloatArray;
  /** Learned tensors and running statistics only. Throws for an unknown name or a wrong length. */
  write(name: string, values: ArrayLike<number>): void;
  snapshot(): ProgramState;
  restore(state: ProgramState): void;
  /** Ends the program's threads, where it has any. */
  dispose?(): void;
}

export interface CompileOptions {
  /** Default float32; float64 serves gradient checks. */
  readonly precision?: Precision;
  readonly threads?: number;
  /** Largest batch that `begin` will be given. */
  readonly maxBatch: number;
  /** A second program for probes: it may be slower, and take less memory. */
  readonly scratch?: boolean;
  /** Values of learned tensors and running statistics by name. Default: drawn by the seed. */
  readonly initial?: ReadonlyMap<string, FloatArray>;
}

export interface Backend {
  readonly name: 'reference' | 'wasm';
  compile(plan: TrainingPlan, data: SampleSource, options: CompileOptions): Program;
}
