import assert from 'node:assert/strict';
import { rankCurve } from '../../../src/server/rankCurves';
import { detailsOf } from '../../../src/server/scoreDetails';
import cases from '../../fixtures/engine/curves.json';

const curveOf = (scores: ArrayLike<number>, targets: ArrayLike<number>) =>
  rankCurve(
    'yes',
    scores.length,
    (row) => scores[row],
    (row) => targets[row] === 1,
  );

function close(found: readonly number[], wanted: readonly number[], what: string): void {
  assert.equal(found.length, wanted.length, what);
  for (const [i, value] of found.entries()) {
    assert.ok(Math.abs(value - wanted[i]) < 1e-12, `${what} ${i}: ${value} for ${wanted[i]}`);
  }
}

describe('curves of a ranking', () => {
  it('have the points and areas of scikit-learn', () => {
    for (const each of cases) {
      const { points, auc, averagePrecision } = curveOf(each.scores, each.targets);
      const of = (key: keyof (typeof points)[number]) => points.map((point) => point[key]);
      close(of('threshold'), each.thresholds, `${each.name}, thresholds`);
      close(of('falseAlarms'), each.false_alarms, `${each.name}, false alarms`);
      close(of('recall'), each.found, `${each.name}, found`);
      close([auc, averagePrecision], [each.auc, each.average_precision], `${each.name}, areas`);
      // scikit-learn 1.2 ends the precision–recall curve like this one, at the smallest score.
      close(of('threshold'), each.pr_thresholds, `${each.name}, thresholds of precision`);
      close(of('precision'), each.precision, `${each.name}, precision`);
      close(of('recall'), each.recall, `${each.name}, recall`);
    }
  });

  it('and the calibration are those of scikit-learn', () => {
    for (const { name, scores, targets, calibration } of cases.slice(0, 3)) {
      const classNames = ['no', 'yes'];
      const answers = { outputs: scores, targets, rows: scores.length, size: 1, targetSize: 1, classNames };
      const groups = detailsOf({ ...answers, threshold: 0.5 }).calibration?.groups ?? [];
      close(
        groups.map(({ predicted }) => predicted),
        calibration.predicted,
        `${name}, predicted`,
      );
      close(
        groups.map(({ actual }) => actual),
        calibration.came_true,
        `${name}, came true`,
      );
    }
  });

  it('of many rows keep at most 400 points, both ends and the areas of all rows', () => {
    const rows = 20_000;
    const scores = Float64Array.from({ length: rows }, (_, i) => ((i * 7919) % rows) / rows);
    const targets = scores.map((score, i) => Number((i * 104_729) % rows < score * 0.02 * rows));
    const { points, auc } = curveOf(scores, targets);
    assert.ok(points.length > 200 && points.length <= 400, `${points.length} points`);
    assert.equal(points[0].threshold, Math.max(...scores));
    assert.deepEqual([points.at(-1)?.recall, points.at(-1)?.falseAlarms], [1, 1]);
    // The area under the thinned curve, by trapezoids.
    let area = (points[0].recall * points[0].falseAlarms) / 2;
    for (let i = 1; i < points.length; i++) {
      area += ((points[i].recall + points[i - 1].recall) / 2) * (points[i].falseAlarms - points[i - 1].falseAlarms);
    }
    assert.ok(Math.abs(area - auc) < 0.003, `${area} for ${auc}`);
  });

  it('have no points where a score is not a number', () => {
    const { points, averagePrecision } = curveOf([0.5, Number.NaN, 0.25], [0, 1, 1]);
    assert.deepEqual([points.length, averagePrecision], [0, Number.NaN]);
  });
});
