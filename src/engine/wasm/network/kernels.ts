/** What a compiled network consists of: the batch's buffers, and each layer with its functions. */
import type { RangeKernel, WasmLayer, WasmTensor } from '../layer';
import type { BatchBuffer } from '../memory/arena';

/** A learned tensor with the functions that work on it alone. */
export interface TensorKernels {
  readonly tensor: WasmTensor;
  /** The optimizer's rule from the stored gradient, for shares `[from, to)`. */
  readonly update: RangeKernel;
  readonly shares: number;
  /** Adds the penalty to the gradient, for as many shares. */
  readonly penalty?: RangeKernel;
}

export interface LayerKernels {
  readonly layer: WasmLayer;
  readonly tensors: readonly TensorKernels[];
}

/** Buffers of the batch, and of the samples that lie in memory. */
export interface DataBuffers {
  readonly input: BatchBuffer;
  readonly target: BatchBuffer;
  /** float64 `[maxRows]`: what each sample of the batch counts. */
  readonly sampleWeights?: number;
  /** int32: rows of the samples, batch after batch. */
  readonly order: { readonly address: number; readonly length: number };
  /** Addresses of all samples; undefined where batches come from outside. */
  readonly all?: { readonly inputs: number; readonly targets: number; readonly sampleWeights?: number };
  /** float64, and how many there is room for: at least an epoch's. */
  readonly losses: number;
  readonly lossRoom: number;
}
