/**
 * What a layer of the wasm backend is made of: buffers in memory, and functions of the network's module that work on them.
 *
 * Letters as in `reference/layer.ts`. All numbers are float32. A function gets a range of samples `[from, to)` of the current batch,
 * so that threads can share the batch; nothing it computes may depend on where the ranges begin. `to - from` and `from` are whole
 * numbers of `rowBlock`, but for the batch's end; a function may write rubbish to rows behind `to` up to the next multiple.
 */

import type { FunctionBuilder, ModuleBuilder } from '../../assembler';
import type { ElementwiseActivation, VectorActivation } from '../../spec/catalogue/types';
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import type { ElementwiseKernel } from './activations/kernel';
import type { TileShape } from './gemm/tile';
import type { Arena, BatchBuffer, Region } from './memory/arena';
import type { Scratch } from './memory/scratch';
import type { MemorySketch, OptimizerKernel } from './optimizers/kernel';

/** Ranges of samples begin at multiples of this, and buffers of a batch hold a whole number of it. */
export const rowBlock = 4;

/** Works on a range of samples, or of a tensor's shares. */
export type RangeKernel = FunctionBuilder<{ readonly from: 'i32'; readonly to: 'i32' }, 'none'>;
/** Works on everything at once. */
export type Kernel = FunctionBuilder<Record<never, never>, 'none'>;

/** How a tensor lies in memory: entry i of its row-major order stands at `place(i)` of `length` numbers; the others stay 0. */
export interface Layout {
  readonly length: number;
  /** Entries of a row, each `step` numbers from the one before. */
  readonly row: number;
  readonly step: number;
  place(index: number): number;
}

/** A learned tensor, made by `makeTensor`. Its gradient and the optimizer's memory have the same layout and length. */
export interface WasmTensor {
  readonly plan: TensorPlan;
  readonly values: Region;
  readonly gradient: Region;
  readonly memory: readonly TensorMemory[];
  /** Left out: row-major without gaps. */
  readonly layout?: Layout;
}

/** What the optimizer remembers of a tensor: a number for each weight, or a single one in float64, which all tensors share (length 1). */
export interface TensorMemory {
  readonly sketch: MemorySketch;
  readonly region: Region;
}

/** A tensor that is kept with the weights but not learned; row-major. */
export interface WasmState {
  readonly plan: TensorPlan;
  readonly values: Region;
}

/** How threads share a kernel's work: the rows of the batch, so many shares, or not at all: each does all of it, and writes to its own room or what all write. */
export type Split = 'rows' | 'none' | { readonly shares: number };

/**
 * A part of a pass. All threads end it before the next begins, unless both work on rows, or this one only makes what the same thread needs in the
 * next, which then writes nothing that this one reads.
 */
export interface Stage {
  readonly kernel: RangeKernel;
  readonly split: Split;
}

/** What a layer computes before its activation. */
export interface PreActivation {
  readonly z: BatchBuffer;
  /** dL/dz */
  readonly delta: BatchBuffer;
  /** Shape of a sample's z. */
  readonly shape: readonly number[];
}

/** Kernels for the learned tensors of a layer, over the whole batch, once its backward pass is done. Threads divide the work into slices. */
export interface LearningKernels {
  readonly slices: number;
  /** Stores the gradients of slices `[from, to)`. */
  readonly gradients: RangeKernel;
  /** Updates the tensors instead of storing their gradients, with the same bits as `gradients` and then the optimizer's rule. */
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

/** What a layer is built from; its buffers are shared with its neighbours. */
export interface LayerBuild {
  readonly plan: LayerPlan;
  readonly seed: number;
  /** A whole number of `rowBlock`. */
  readonly maxRows: number;
  readonly module: ModuleBuilder;
  readonly arena: Arena;
  readonly scratch: Scratch;
  /** Room for what a thread keeps from one stage of a pass to the next. */
  readonly keeping: Scratch;
  readonly activation?: ElementwiseActivation | VectorActivation;
  /** Its rule is fused into `update` kernels, and its memories belong to every learned tensor. */
  readonly optimizer: OptimizerKernel;
  /** The machine's favourite; no figure of it changes the results. */
  readonly tile: TileShape;
  /** The network's training is one function over lanes of samples (see tiny/); its layers sum in the same order. */
  readonly tiny: boolean;
  /** The loss writes delta itself, from the logits z. */
  readonly fused: boolean;
  /** The next layer writes delta too, along with dOutput. */
  readonly masked: boolean;
  /** The layer before this one, whose delta this one writes too. */
  readonly below?: MaskedLayer;
  readonly input: BatchBuffer;
  readonly output: BatchBuffer;
  /** Of a block's end: the block's input. */
  readonly skip?: BatchBuffer;
  /** dL/d(input), which this layer writes; left out for the first layer. */
  readonly dInput?: BatchBuffer;
  /** dL/d(output), written by the next layer or the loss. */
  readonly dOutput: BatchBuffer;
}

/** A layer whose a = f(z) is so cheap that its delta = dOutput · f′(z) is computed where dOutput is, still in registers. */
export interface MaskedLayer {
  readonly z: BatchBuffer;
  readonly output: BatchBuffer;
  readonly delta: BatchBuffer;
  readonly kernel: ElementwiseKernel;
}

/** An activation's functions, where it runs over z in a pass of its own. */
export interface ActivationPass {
  /** z → a */
  readonly forward: RangeKernel;
  /** dOutput → delta */
  readonly backward: RangeKernel;
  /** Gradient of the learned slope, over the whole batch. */
  readonly gradients?: Kernel;
  /** What the forward pass leaves for the backward pass. */
  readonly kept?: readonly Region[];
}

export const rangeParameters = { from: 'i32', to: 'i32' } as const;
