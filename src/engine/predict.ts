/** Outputs of a trained network for new samples. */
import { outputsPerTarget } from '../spec/lossRules';
import type { TrainingPlan } from '../spec/plan';
import type { Backend, FloatArray } from './backend';
import { forwardBatches } from './forwardAll';
import { sizeOf } from './shape';

const batch = 256;

/**
 * Runs `rows` samples, encoded as in training (`[rows, …inputShape]`), forward in evaluation mode. The
 * weights must hold every learned tensor of the plan. Returns `[rows, outputs]`: probabilities after sigmoid
 * or softmax.
 */
export function predict(
  plan: TrainingPlan,
  weights: ReadonlyMap<string, FloatArray>,
  inputs: FloatArray,
  rows: number,
  backend: Backend,
): Float32Array {
  const size = sizeOf(plan.network.outputShape);
  const outputs = new Float32Array(rows * size);
  if (rows === 0) {
    return outputs;
  }
  const targetSize = size / outputsPerTarget(plan.network.loss);
  const data = { inputs, targets: new Float32Array(rows * targetSize), samples: rows, targetSize };
  const program = backend.compile(plan, data, { maxBatch: Math.min(batch, rows), initial: weights });
  const indices = Int32Array.from({ length: rows }, (_, i) => i);
  forwardBatches(program, indices, batch, (from, count) => {
    outputs.set(program.outputs().subarray(0, count * size), from * size);
  });
  return outputs;
}
