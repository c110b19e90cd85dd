import { outputActivation } from '../spec/outputActivation';
import type { NetworkPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import { forwardBatches } from './forwardAll';
// Not from the engine's index: the command line reads weights without loading the compiler.
import { makeLoss } from './reference/losses';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

/** The loss of one row, by where its outputs and its targets begin in their arrays. */
export function lossOfRow(
  { loss, layers, outputShape }: NetworkPlan,
  targets: ArrayLike<number>,
  targetSize: number,
): (outputs: ArrayLike<number>, from: number, row: number) => number {
  const size = sizeOf(outputShape);
  const head = { fused: false, activation: outputActivation(layers)?.thing.name };
  const own = { outputs: new Float64Array(size), targets: new Float64Array(targetSize), error: new Float64Array(0) };
  const measure = makeLoss(loss, head, { ...own, size });
  return (outputs, from, row) => {
    for (let k = 0; k < size; k++) {
      own.outputs[k] = outputs[from + k];
    }
    for (let k = 0; k < targetSize; k++) {
      own.targets[k] = targets[row * targetSize + k];
    }
    return measure(1, false);
  };
}

/** The loss of each row of a part of a run's data, in evaluation mode. The run is not changed. */
export function rowLossesOf(trainer: Trainer, part: Part): Float64Array {
  const { plan, data, parts, maxBatch } = trainer;
  const size = sizeOf(plan.network.outputShape);
  const rows = parts[part];
  const losses = new Float64Array(rows.length);
  const program = trainer.scratch();
  const lossOf = lossOfRow(plan.network, data.targets, data.targetSize);
  forwardBatches(program, rows, maxBatch, (from, count) => {
    const outputs = program.outputs();
    for (let s = 0; s < count; s++) {
      losses[from + s] = lossOf(outputs, s * size, rows[from + s]);
    }
  });
  return losses;
}
