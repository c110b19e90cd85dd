/** The samples of a part that a network fits worst. */
import { decisionThreshold, targetKindOf } from '../spec/lossRules';
import type { Part } from '../spec/spec';
import { unscaleTarget } from '../spec/targetScale';
import { secondOfTwo } from './confusion';
import type { Moment } from './film/moment';
import { forwardBatches } from './forwardAll';
import { classAt } from './metrics';
import { norm } from './norm';
import { lossOfRow } from './rowLosses';
import { sizeOf } from './shape';

export interface MistakesOptions {
  readonly part: Part;
  /** Only the samples of a cell of the confusion matrix. */
  readonly cell?: { readonly target: number; readonly predicted: number };
  /** The second of two classes is chosen where its probability is above it. Default: as training decides. */
  readonly threshold?: number;
  /** The samples that are passed over, and the number of those that are listed. */
  readonly from: number;
  readonly count: number;
}

export interface WorstSample {
  /** Its index among all samples. */
  readonly sample: number;
  /** The loss of the sample, where numbers are predicted their distance from the target. */
  readonly wrong: number;
  /** The chosen class, where the target is one of several. */
  readonly predicted?: number;
  /** As the network gives them. */
  readonly outputs: Float64Array;
}

/** The samples of a part, or of a cell of its confusion matrix, the worst first, in evaluation mode. */
export function worstSamples(
  moment: Moment,
  { part, cell, threshold, from, count }: MistakesOptions,
): { readonly total: number; readonly samples: readonly WorstSample[] } {
  const { plan, data, parts, maxBatch } = moment;
  const { network } = plan;
  const size = sizeOf(network.outputShape);
  const { targetSize } = data;
  const rows = parts[part];
  const program = moment.scratch();
  const kind = targetKindOf(network.loss.name, network.layers);
  const isClass = kind === 'classes' || (kind === 'binary' && targetSize === 1);
  const probability = threshold === undefined ? undefined : secondOfTwo(network);
  const chosen = (outputs: Float32Array | Float64Array, at: number) =>
    probability && threshold !== undefined
      ? Number(probability(outputs, at) > threshold)
      : classAt(outputs, at, size, decisionThreshold(network.loss));
  const loss = lossOfRow(network, data.targets, targetSize);
  const errors = new Float64Array(targetSize);
  const distance = (outputs: ArrayLike<number>, at: number, row: number) => {
    const scales = targetSize === 1 ? data.units?.scales : undefined;
    const own = scales ? data.units!.targets : data.targets;
    for (let k = 0; k < targetSize; k++) {
      const output = outputs[at + k];
      errors[k] = (scales ? unscaleTarget(output, scales[k]) : output) - own[row * targetSize + k];
    }
    return norm([errors]);
  };
  const wrong = new Float64Array(rows.length);
  const found: number[] = [];
  forwardBatches(program, rows, maxBatch, (first, batch) => {
    const outputs = program.outputs();
    for (let s = 0; s < batch; s++) {
      const row = rows[first + s];
      if (cell && isClass) {
        const target = classAt(data.targets, row * size, size, 0.5);
        if (target !== cell.target || chosen(outputs, s * size) !== cell.predicted) {
          continue;
        }
      }
      const value = kind === 'numbers' ? distance(outputs, s * size, row) : loss(outputs, s * size, row);
      // A loss that is no number is worse than any.
      wrong[first + s] = Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
      found.push(first + s);
    }
  });
  const listed = found.sort((a, b) => wrong[b] - wrong[a] || a - b).slice(from, from + count);
  const samples: WorstSample[] = [];
  forwardBatches(
    program,
    Int32Array.from(listed, (at) => rows[at]),
    maxBatch,
    (first, batch) => {
      const outputs = program.outputs();
      for (let s = 0; s < batch; s++) {
        const at = listed[first + s];
        samples.push({
          sample: rows[at],
          wrong: wrong[at],
          ...(isClass && { predicted: chosen(outputs, s * size) }),
          outputs: Float64Array.from(outputs.subarray(s * size, (s + 1) * size)),
        });
      }
    },
  );
  return { total: found.length, samples };
}
