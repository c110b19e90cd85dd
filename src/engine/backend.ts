/**
 * A backend compiles a training plan and its data into a program. The trainer drives the program phase by phase, or whole
 * steps at once; both give the same bits. A program does no I/O, owns no timer and allocates nothing per step.
 */
import type { TakeSteps } from '../common/steps';
import type { Shape, TrainingPlan } from '../spec/plan';

export type Precision = 'float32' | 'float64';
export type FloatArray = Float32Array | Float64Array;
export type Mode = 'training' | 'evaluation';

/** All samples of all parts; a batch is a list of row indices into it. Row-major. */
export interface ProgramData {
  /** `[samples, ...inputShape]`. */
  readonly inputs: FloatArray;
  /** `[samples, outputs]`; classes are one-hot. */
  readonly targets: FloatArray;
  readonly samples: number;
  /** Numbers a target row holds. */
  readonly targetSize: number;
  /** `[samples]`: how much a sample counts in its batch's loss Σwℓ/Σw; left out, all count alike. */
  readonly sampleWeights?: Float64Array;
}

/** What a non-finite value was first seen in. */
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
  /** Of a step that is under way: what its phases so far have computed. */
  readonly batch?: { readonly count: number; readonly loss: number; readonly buffers: readonly FloatArray[] };
}

export interface Program {
  readonly plan: TrainingPlan;
  /** The samples as the program holds them, so that nobody need hold others beside them. */
  readonly data: ProgramData;
  learningRate: number;
  /** What a schedule sets in place of the optimizer's momentum or beta_1; undefined: the optimizer's own. */
  momentum: number | undefined;
  /** Threads that whole steps use once they are there. */
  readonly threads: number;
  /** Optimizer steps done. Random draws of a step are functions of (seed, purpose, step, index). */
  readonly step: number;

  /** Makes `rows[from … from+count)` the current batch; a phase of a step then follows: forward of every layer first. */
  begin(rows: Int32Array, from: number, count: number, mode: Mode): void;
  /** `begin` in pieces, as `forwardParts`: of very many samples, or very large ones. */
  beginParts?(rows: Int32Array, from: number, count: number, mode: Mode): Generator<void, void>;
  /** Forward pass of one layer, for the current batch. Layers go in order. */
  forward(layer: number): void;
  /** `forward` in pieces of a few milliseconds, where a layer is so large that it takes longer. Put down for good, the phase may begin anew. */
  forwardParts?(layer: number): Generator<void, void>;
  /** Mean loss of the current batch, in float64; in training it also prepares the error at the output. */
  loss(): number;
  /** `loss` in pieces, as `forwardParts`: of a batch of very many samples. */
  lossParts?(): Generator<void, number>;
  /** Gradients of one layer's tensors and of its input. Layers go back to front; with the first one all gradients are clipped. */
  backward(layer: number): void;
  /** `backward` in pieces, as `forwardParts`. */
  backwardParts?(layer: number): Generator<void, void>;
  /** Updates one layer's tensors by the optimizer. After the last layer the step counts as done: call `endStep`. */
  update(layer: number): void;
  /** `update` in pieces, once begun to be gone on with to its end: weights of which some are updated cannot be updated anew. */
  updateParts?(layer: number): Generator<void, void>;
  endStep(): void;
  /**
   * One whole training step on the rows (forward, loss, backward, update), the fast path; the same bits as the phases.
   * Returns the batch's loss, taken before the update. Where that is not finite the step ends there: nothing is updated and
   * the step does not count.
   */
  trainStep(rows: Int32Array, from: number, count: number): number;
  /**
   * Many whole steps over the first `samples` of `rows`, batch after batch, from the beginning anew where the rows end. Writes the
   * batches' losses as far as `losses` has room, and returns how many steps were done: fewer than `steps` where a loss was
   * not finite. The same bits as so many calls of `trainStep`.
   */
  trainSteps(rows: Int32Array, samples: number, steps: number, losses: Float64Array): number;
  /**
   * Outputs of the current batch `[count, outputs]`, possibly followed by unused room: probabilities after sigmoid or
   * softmax. Valid until the next call.
   */
  outputs(): FloatArray;

  /** Where the first non-finite value stands, looking forward to back; undefined where all are finite. */
  findDivergence(): Divergence | undefined;
  /** `findDivergence` in pieces. */
  divergenceParts?(): Generator<void, Divergence | undefined>;

  /**
   * Names that can be read: a learned tensor (`dense_1.weight`), and for the current batch, after its phases (whole steps may
   * leave out what nobody asked for), `<layer>.z` (pre-activation),
   * `<layer>.a` (output), `<layer>.delta` (dL/dz), `<tensor>.gradient` (`dense_1.weight.gradient`), `<layer>.dInput` (dL/d(input);
   * not of the first layer; where a block begins, with what goes past it), `<layer>.winner` (max pooling: the place that won),
   * `input`, `target`; running statistics (`batch_normalization_1.running_mean`); an optimizer's memory: `<tensor>.velocity`, `.first_moment`, `.second_moment`, ….
   */
  tensors(): readonly string[];
  read(name: string): Tensor;
  /** `read` in pieces, of a tensor that does not change between them. */
  readParts?(name: string): Generator<void, Tensor>;
  /** Learned tensors and running statistics only; throws where the name or the length is not this network's. */
  write(name: string, values: ArrayLike<number>): void;
  /** `write` in pieces, once begun to be gone on with to its end. */
  writeParts?(name: string, values: ArrayLike<number>): Generator<void, void>;
  snapshot(): ProgramState;
  /** `snapshot` in pieces, between which nothing else is done with the program. */
  snapshotParts?(): Generator<void, ProgramState>;
  restore(state: ProgramState): void;
  /** `restore` in pieces, once begun to be gone on with to its end. */
  restoreParts?(state: ProgramState): Generator<void, void>;
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
  /** Values of learned tensors and running statistics by name, drawn before; left out, `compile` draws them by the seed. */
  readonly initial?: ReadonlyMap<string, FloatArray>;
}

/** Does work in pieces; undefined where it was given up. */
export type TakePieces = TakeSteps<undefined>;

export interface Backend {
  readonly name: 'reference' | 'wasm';
  /** Whether a whole step is no more than its phases one after the other: in pieces it then takes no longer. */
  readonly plain?: boolean;
  compile(plan: TrainingPlan, data: ProgramData, options: CompileOptions): Program;
  /** `compile` in pieces, of a backend that can do so without waiting for others. */
  compileParts?(plan: TrainingPlan, data: ProgramData, options: CompileOptions): Generator<void, Program>;
  /** `compile` in pieces, which `take` has done in turns with other work; undefined where that was given up. */
  compileInTurns?(
    plan: TrainingPlan,
    data: ProgramData,
    options: CompileOptions,
    take: TakePieces,
  ): Promise<Program | undefined>;
}
