import { decisionThreshold } from '../spec/lossRules';
import type { NetworkPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { FloatArray, Program, ProgramData } from './backend';
import { forwardBatches } from './forwardAll';
import { argmax } from './metrics';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

interface ConfusionCounts {
  readonly classes: number;
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
}

/** The confusion matrix of these rows in evaluation mode. A single output tells two classes apart. */
export function countConfusion(
  { outputShape, loss }: NetworkPlan,
  program: Program,
  { targets }: Pick<ProgramData, 'targets'>,
  rows: Int32Array,
  maxBatch: number,
): ConfusionCounts {
  const size = sizeOf(outputShape);
  const classes = Math.max(size, 2);
  const counts = new Float64Array(classes * classes);
  const classOf = (values: FloatArray, at: number, threshold: number): number =>
    size === 1 ? Number(values[at] > threshold) : argmax(values, at, size);
  const threshold = decisionThreshold(loss);
  forwardBatches(program, rows, maxBatch, (from, count) => {
    const outputs = program.outputs();
    for (let s = 0; s < count; s++) {
      const target = classOf(targets, rows[from + s] * size, 0.5);
      counts[target * classes + classOf(outputs, s * size, threshold)]++;
    }
  });
  return { classes, counts };
}

/** The confusion matrix of a part of a run's data. The run is not changed. */
export function confusionOf(trainer: Trainer, part: Part): ConfusionCounts {
  const { plan, data, parts, maxBatch } = trainer;
  return countConfusion(plan.network, trainer.scratch(), data, parts[part], maxBatch);
}
