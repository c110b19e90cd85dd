/** A compiled network's batch buffers, and each layer with its functions. */
import type { RangeKernel, WasmLayer, WasmTensor } from '../layer';
import type { BatchBuffer } from '../memory/arena';

/** A learned tensor with the functions that work on it alone. */
export interface TensorKernels {
  readonly tensor: WasmTensor;
  /** The optimizer's rule on the stored gradient, for slices `[from, to)`. */
  readonly update: RangeKernel;
  readonly slices: number;
  /** Adds the penalty to the gradient, in the same slices. */
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
  /** float64 `[maxRows]`: the weight of each sample of the batch in the loss. */
  readonly sampleWeights?: number;
  /** int32: rows of the samples, batch after batch. */
  readonly order: { readonly address: number; readonly length: number };
  /** Addresses of all samples; undefined where batches are copied in from outside. */
  readonly all?: { readonly inputs: number; readonly targets: number; readonly sampleWeights?: number };
  /** float64: address of the losses of a call's steps. */
  readonly losses: number;
  /** Losses that have room there: at least an epoch's. */
  readonly lossRoom: number;
}
