/** Class weights: the weight of a sample's loss, by its class. */
import type { ClassWeight } from '../spec/spec';
import type { ProgramData } from './backend';
import { classAt } from './metrics';

/**
 * A weight for every row. `balanced` is n/(K·n_k), with n samples in the train part and n_k of them in class
 * k. The weight is 1 for a class that the train part lacks, and for one that a map does not name.
 * `classNames` holds the names in the order of the classes; for rows of one target number, those of 0 and 1.
 */
export function sampleWeights(
  classWeight: ClassWeight,
  { targets, samples, targetSize }: Pick<ProgramData, 'targets' | 'samples' | 'targetSize'>,
  train: Int32Array,
  classNames: readonly string[],
): Float64Array {
  const classes = Math.max(targetSize, 2);
  const classOf = (row: number): number => classAt(targets, row * targetSize, targetSize, 0.5);
  const weights = new Float64Array(classes).fill(1);
  if (classWeight === 'balanced') {
    const counts = new Float64Array(classes);
    for (const row of train) {
      counts[classOf(row)]++;
    }
    for (let k = 0; k < classes; k++) {
      if (counts[k] > 0) {
        weights[k] = train.length / (classes * counts[k]);
      }
    }
  } else {
    for (const [name, weight] of Object.entries(classWeight)) {
      const k = classNames.indexOf(name);
      if (k < 0) {
        throw new Error(`No class is named ${name}: check the spec against its data before training.`);
      }
      weights[k] = weight;
    }
  }
  const found = new Float64Array(samples);
  for (let row = 0; row < samples; row++) {
    found[row] = weights[classOf(row)];
  }
  return found;
}
