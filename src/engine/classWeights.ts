/** Class weights: how much a sample counts, by its class. */
import type { ClassWeight } from '../spec/spec';
import type { ProgramData } from './backend';
import { argmax } from './metrics';
import { type Pieces, rangePieces } from './pieces';

/**
 * A weight for every row. `balanced` is n/(K·n_k), n samples of the train part, n_k of them of class k; a class that the train part lacks
 * counts 1, as does one that a map does not name. `classNames` holds the names in the order of the classes; with one target number a
 * row those of no and yes.
 */
export function* sampleWeights(
  classWeight: ClassWeight,
  { targets, samples, targetSize }: ProgramData,
  train: Int32Array,
  classNames: readonly string[],
): Pieces<Float64Array> {
  const classes = Math.max(targetSize, 2);
  const classOf = (row: number): number =>
    targetSize === 1 ? Number(targets[row] > 0.5) : argmax(targets, row * targetSize, targetSize);
  const weights = new Float64Array(classes).fill(1);
  if (classWeight === 'balanced') {
    const counts = new Float64Array(classes);
    yield* rangePieces(train.length, targetSize, (from, to) => {
      for (let i = from; i < to; i++) {
        counts[classOf(train[i])]++;
      }
    });
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
  yield* rangePieces(samples, targetSize, (from, to) => {
    for (let row = from; row < to; row++) {
      found[row] = weights[classOf(row)];
    }
  });
  return found;
}
