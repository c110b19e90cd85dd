import { decisionThreshold } from '../spec/lossRules';
import type { Part } from '../spec/spec';
import type { Moment } from './film/moment';
import { forwardBatches } from './forwardAll';
import { classAt } from './metrics';
import { sizeOf } from './shape';

interface ConfusionCounts {
  readonly classes: number;
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
}

/** The confusion matrix of a part of the data, in evaluation mode. The run is not changed. */
export function confusionOf(moment: Moment, part: Part): ConfusionCounts {
  const { plan, data, parts, maxBatch } = moment;
  const size = sizeOf(plan.network.outputShape);
  const classes = Math.max(size, 2);
  const counts = new Float64Array(classes * classes);
  const rows = parts[part];
  const program = moment.scratch();
  const threshold = decisionThreshold(plan.network.loss);
  forwardBatches(program, rows, maxBatch, (from, count) => {
    const outputs = program.outputs();
    for (let s = 0; s < count; s++) {
      const target = classAt(data.targets, rows[from + s] * size, size, 0.5);
      counts[target * classes + classAt(outputs, s * size, size, threshold)]++;
    }
  });
  return { classes, counts };
}
