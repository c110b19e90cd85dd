/**
 * A layer of the wasm backend: buffers in memory, and functions of the network's module that work on them.
 *
 * Letters as in `reference/layer.ts`. All numbers are float32. A function gets a range `[from, to)` of the
 * batch's rows, so that threads can divide the batch. Nothing that it computes may depend on where ranges
 * begin. `from` is a multiple of `rowAlignment`, and so is `to` except at the batch's end. A function may
 * write anything to the rows from `to` up to the next multiple.
 */

import type { FunctionBuilder, ModuleBuilder } from '../../assembler';
import type { ElementwiseActivation, VectorActivation } from '../../spec/catalogue/types';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import type { ElementwiseKernel } from './activations/kernel';
import type { TileShape } from './gemm/tile';
import type { Arena, BatchBuffer, Region } from './memory/arena';
import type { Scratch } from './memory/scratch';
import type { MemorySketch, OptimizerKernel } from './optimizers/kernel';

/** Row ranges begin at multiples of this, and the rows of a batch's buffers are a multiple of it. */
export const rowAlignment = 4;

/** Works on a range of rows, or of slices. */
export type RangeKernel = FunctionBuilder<{ readonly from: 'i32'; readonly to: 'i32' }, 'none'>;
/** Works on everything at once. */
export type Kernel = FunctionBuilder<Record<never, never>, 'none'>;

/**
 * How a tensor lies in memory: entry i (row-major) is number `offsetOf(i)` of `length`. The others stay 0.
 */
export interface Layout {
  readonly length: number;
  /** Entries of a row. */
  readonly row: number;
  /** Distance between the entries of a row, in numbers. */
  readonly step: number;
  offsetOf(index: number): number;
}

/** A learned tensor. Its gradient and the optimizer's memory have its layout and length. */
export interface WasmTensor {
  readonly plan: TensorPlan;
  readonly values: Region;
  readonly gradient: Region;
  readonly memory: readonly TensorMemory[];
  /** Default: row-major without gaps. */
  readonly layout?: Layout;
}

/** The optimizer's memory of a tensor: a number for each weight, or one float64 number for all tensors. */
export interface TensorMemory {
  readonly sketch: MemorySketch;
  readonly region: Region;
}

/** A tensor that is kept with the weights but not learned; row-major. */
export interface WasmState {
  readonly plan: TensorPlan;
  readonly values: Region;
}

/**
 * How threads divide a kernel's work: by row ranges, by slices, or not at all. A replicated kernel is run by
 * every thread, and writes to the thread's own memory, or the same numbers in all of them.
 */
export type Split = 'rows' | 'replicated' | { readonly slices: number };

/**
 * One of the kernels that a pass consists of. All threads end it before the next one begins, with two
 * exceptions: both are divided by rows; or this one is replicated and the next one is not divided by rows.
 * Then the next one must write nothing that this one reads.
 */
export interface Stage {
  readonly kernel: RangeKernel;
  readonly split: Split;
}

/** The numbers z of a layer before its activation, and their error. */
export interface PreActivation {
  readonly z: BatchBuffer;
  /** dL/dz */
  readonly delta: BatchBuffer;
  /** Shape of a sample's z. */
  readonly shape: readonly number[];
}

/**
 * Kernels for the learned tensors of a layer, over the whole batch, once its backward pass is done. Threads
 * divide the work into slices.
 */
export interface LearningKernels {
  readonly slices: number;
  /** Stores the gradients of slices `[from, to)`. */
  readonly gradients: RangeKernel;
  /**
   * Updates the tensors instead of storing their gradients, with the same bits as `gradients` and then the
   * optimizer's rule.
   */
  readonly update?: RangeKernel;
}

export interface WasmLayer {
  readonly tensors: readonly WasmTensor[];
  /** Tensors that are kept with the weights but not learned. */
  readonly state?: readonly WasmState[];
  /** Omitted where a layer has no z of its own to show, as pooling and dropout. */
  readonly preActivation?: PreActivation;
  /** Max pooling: for each output the place of its plane that won, as float32. */
  readonly winner?: BatchBuffer & { readonly shape: readonly number[] };
  /** Other numbers that the forward pass leaves for the backward pass. */
  readonly kept?: readonly Region[];
  /** input → output, and z. */
  readonly forward: RangeKernel;
  /** dOutput → delta (unless the loss or the next layer writes it) and dInput (except in the first layer). */
  readonly backward: RangeKernel;
  /** How threads divide `forward` and `backward` in whole steps; by rows where omitted. */
  readonly stages?: { readonly forward?: readonly Stage[]; readonly backward?: readonly Stage[] };
  /** Omitted where nothing is learned. */
  readonly learning?: LearningKernels;
  /** Moves the running statistics towards those of the batch. */
  readonly commit?: Kernel;
  /** True where the statistics of the whole batch are needed, so that threads cannot divide it. */
  readonly wholeBatch?: boolean;
}

/** The inputs of a layer's maker. The buffers are shared with the neighbouring layers. */
export interface LayerBuild {
  readonly plan: LayerPlan;
  readonly seed: number;
  /** Rows of a batch's buffers: a multiple of `rowAlignment`. */
  readonly maxRows: number;
  readonly module: ModuleBuilder;
  readonly arena: Arena;
  readonly scratch: Scratch;
  /** For what a thread keeps from one stage of a pass to the next. */
  readonly stageScratch: Scratch;
  readonly activation?: ElementwiseActivation | VectorActivation;
  /** Its rule is fused into `update` kernels, and its memories belong to every learned tensor. */
  readonly optimizer: OptimizerKernel;
  /** The fastest on this machine; it changes no bit of the results. */
  readonly tile: TileShape;
  /** The network's training is one function (see tiny/), and its layers must sum in the same order. */
  readonly tiny: boolean;
  /** The loss writes delta itself, from the logits z. */
  readonly fused: boolean;
  /** The next layer writes delta too, along with dOutput. */
  readonly masked: boolean;
  /** The layer before this one, whose delta this one writes too. */
  readonly below?: MaskedLayer;
  readonly input: BatchBuffer;
  readonly output: BatchBuffer;
  /** Where a residual block ends: the block's input. */
  readonly skip?: BatchBuffer;
  /** dL/d(input), which this layer writes; undefined for the first layer. */
  readonly dInput?: BatchBuffer;
  /** dL/d(output), written by the next layer or the loss. */
  readonly dOutput: BatchBuffer;
}

/**
 * A layer whose a = f(z) is so cheap that the next layer computes its delta = dOutput · f′(z) while dOutput
 * is in registers.
 */
export interface MaskedLayer {
  readonly z: BatchBuffer;
  readonly output: BatchBuffer;
  readonly delta: BatchBuffer;
  readonly kernel: ElementwiseKernel;
}

/** The functions of an activation that runs over z in a pass of its own. */
export interface ActivationPass {
  /** z → a */
  readonly forward: RangeKernel;
  /** dOutput → delta */
  readonly backward: RangeKernel;
  /** Gradient of the learned slope, over the whole batch. */
  readonly gradients?: Kernel;
  /** Numbers that the forward pass leaves for the backward pass. */
  readonly kept?: readonly Region[];
}

export const rangeParameters = { from: 'i32', to: 'i32' } as const;
