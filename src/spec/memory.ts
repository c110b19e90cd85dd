/** Estimates how much memory training needs, before any is allocated. */
import { makeOptimizer } from './optimizers';
import type { LayerPlan } from './plan';
import { sizeOf } from './shape';
import type { Thing } from './spec';

/** Above this there is a warning: browsers give a page about 2 GB, and small machines have little more. */
export const comfortableBytes = 2 * 2 ** 30;

const bytesOfNumber = 4;
/** The run's program, and a second one for evaluation and probes. */
const programs = 2;

export interface MemoryNeed {
  /** Weights, gradients and the optimizer's memory, in bytes. */
  readonly weights: number;
  /** The layers' outputs for a batch and their errors, in bytes. */
  readonly values: number;
  /** Index of the layer that needs most. */
  readonly largest: number;
}

/**
 * Adds up the sizes of all tensors in float32. `samples` is the size of the largest batch.
 */
export function memoryNeed(layers: readonly LayerPlan[], optimizer: Thing, samples: number): MemoryNeed {
  const perWeight = (2 + copies(optimizer)) * bytesOfNumber * programs;
  let weights = 0;
  let values = 0;
  let largest = 0;
  let most = 0;
  for (const [index, { tensors, outputShape, activation }] of layers.entries()) {
    const learned = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0) * perWeight;
    // The output and its error; with an activation, also those before it.
    const held = (activation ? 4 : 2) * sizeOf(outputShape) * samples * bytesOfNumber * programs;
    weights += learned;
    values += held;
    if (learned + held > most) {
      most = learned + held;
      largest = index;
    }
  }
  return { weights, values, largest };
}

/** Numbers that an optimizer keeps for each weight. */
function copies(optimizer: Thing): number {
  return makeOptimizer(optimizer).memories.filter(({ single }) => !single).length;
}
