/** The points of ROC and precision–recall curves. */
// Not from the engine's index: the command line reads weights without loading the compiler.
import { areaUnderCurve, averagePrecision, eachThreshold } from '../engine/metrics/ranks';
import type { RankCurve, Threshold } from '../spec/measurements';

/** Points of a curve; more cannot be told apart in a picture. */
const mostPoints = 400;

/** The curve of a class from the score of each row and whether it is of the class. */
export function rankCurve(
  name: string,
  rows: number,
  score: (row: number) => number,
  isYes: (row: number) => boolean,
): RankCurve {
  const [negatives, positives] = [new Float64Array(rows), new Float64Array(rows)];
  let found = 0;
  for (let row = 0; row < rows; row++) {
    if (isYes(row)) {
      positives[found++] = score(row);
    } else {
      negatives[row - found] = score(row);
    }
  }
  const no = negatives.subarray(0, rows - found).sort();
  const yes = positives.subarray(0, found).sort();
  const points: Threshold[] = [];
  eachThreshold(no, yes, (threshold, right, wrong) => {
    points.push({
      threshold,
      recall: right / yes.length,
      precision: right / (right + wrong),
      falseAlarms: wrong / no.length,
    });
  });
  return {
    name,
    auc: areaUnderCurve(no, yes),
    averagePrecision: averagePrecision(no, yes),
    share: found / rows,
    points: thinned(points),
  };
}

/** All points, or those that are some way from the last one that was kept, and both ends. */
function thinned(points: readonly Threshold[]): readonly Threshold[] {
  for (let gap = 2 / mostPoints, kept = points; ; gap *= 1.5) {
    if (kept.length <= mostPoints) {
      return kept;
    }
    let last = points[0];
    kept = points.filter((point, i) => {
      const isKept = i === 0 || i === points.length - 1 || distance(point, last) >= gap;
      last = isKept ? point : last;
      return isKept;
    });
  }
}

function distance(a: Threshold, b: Threshold): number {
  return Math.abs(a.recall - b.recall) + Math.abs(a.precision - b.precision) + Math.abs(a.falseAlarms - b.falseAlarms);
}
