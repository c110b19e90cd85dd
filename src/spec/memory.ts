/** How much memory training needs, before a byte of it is taken. */
import { makeOptimizer } from './optimizers';
import type { LayerPlan } from './plan';
import { sizeOf } from './shape';
import type { Thing } from './spec';

/** Above this a warning: browsers give a page about 2 GB, and small machines have little more to spare. */
export const comfortableBytes = 2 * 2 ** 30;

const bytesOfNumber = 4;
/** The run's program, and the second one that evaluation and probes work on. */
const programs = 2;

export interface MemoryNeed {
  /** Weights, gradients and the optimizer's memory, in bytes. */
  readonly weights: number;
  /** The layers' outputs for a batch and their errors, in bytes. */
  readonly values: number;
  /** Index of the layer that takes most. */
  readonly largest: number;
}

/**
 * An estimate from the sizes of all tensors, in float32. `samples` is the largest batch that is held at once.
 */
export function memoryNeed(layers: readonly LayerPlan[], optimizer: Thing, samples: number): MemoryNeed {
  const perWeight = (2 + copies(optimizer)) * bytesOfNumber * programs;
  let weights = 0;
  let values = 0;
  let largest = 0;
  let most = 0;
  for (const [index, { tensors, outputShape, activation }] of layers.entries()) {
    const learned = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0) * perWeight;
    // The output and its error; where there is an activation, those before it as well.
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
