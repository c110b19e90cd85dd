import assert from 'node:assert/strict';
import { type Answers, detailsOf } from '../../../src/server/scoreDetails';

const yesNo = (outputs: readonly number[], targets: readonly number[]): Answers => ({
  outputs,
  targets,
  rows: outputs.length,
  size: 1,
  targetSize: 1,
  classNames: ['no', 'yes'],
  threshold: 0.5,
});

describe('the details of scores', () => {
  it('compare groups of similar probability with what came true', () => {
    const { calibration } = detailsOf(yesNo([0.02, 0.08, 0.55, 0.51, 1], [0, 1, 1, 0, 1]));
    assert.equal(calibration?.of, 'yes');
    assert.equal(calibration?.groupedBy, 'width');
    assert.deepEqual(
      calibration?.groups.map(({ predicted, actual, rows }) => [Number(predicted.toFixed(6)), actual, rows]),
      [
        [0.05, 0.5, 2],
        [0.53, 0.5, 2],
        [1, 1, 1],
      ],
    );
  });

  it('are of each number, where there are several to predict, and of ten at most', () => {
    const size = 12;
    const numbers = Array.from({ length: size }, (_, k) => `y${k}`);
    const targets = Float64Array.from({ length: 3 * size }, (_, i) => 100 * (i % size) + Math.floor(i / size));
    const answers = { targets, rows: 3, targetSize: size, threshold: 0.5, numbers };
    // Each row holds the means, then the log-variances.
    const outputs = Float64Array.from({ length: 6 * size }, (_, i) => {
      const [row, k] = [Math.floor(i / (2 * size)), i % (2 * size)];
      return k < size ? targets[row * size + k] + 0.5 : -7;
    });
    const found = detailsOf({ ...answers, outputs, size: 2 * size });
    assert.deepEqual([found.scatter, found.worst, found.targets?.more], [undefined, [], 2]);
    assert.deepEqual(
      found.targets?.shown.map(({ name }) => name),
      numbers.slice(0, 10),
    );
    const { calibration, scatter } = found.targets?.shown[3] ?? {};
    assert.deepEqual([...(scatter?.predicted ?? [])], [300.5, 301.5, 302.5]);
    assert.deepEqual([...(scatter?.targets ?? [])], [300, 301, 302]);
    assert.deepEqual(calibration?.groups[1], { predicted: 301.5, actual: 301, rows: 1 });
  });

  it('take groups of equal size where a class is so rare that nearly all rows have a small probability', () => {
    const outputs = Array.from({ length: 200 }, (_, i) => (i < 190 ? i / 10_000 : 0.5));
    const { calibration } = detailsOf(
      yesNo(
        outputs,
        outputs.map((output) => Number(output === 0.5)),
      ),
    );
    assert.equal(calibration?.groupedBy, 'rows');
    assert.deepEqual(
      calibration?.groups.map(({ rows, actual }) => [rows, actual]),
      [...Array(9).fill([20, 0]), [20, 0.5]],
    );
  });

  it('take thresholds from the scores where a class is rare: between even steps there would be nothing', () => {
    const outputs = Array.from({ length: 1000 }, (_, i) => (i + 0.7) / 12_345);
    const { thresholds = [] } = detailsOf(
      yesNo(
        outputs,
        outputs.map((_, i) => Number(i >= 990)),
      ),
    );
    assert.equal(thresholds.length, 9);
    assert.ok(thresholds[0].threshold < 0.05 && thresholds[8].threshold > 0.08, JSON.stringify(thresholds));
    // The highest hundredth of the rows is all that there is to find, but for rounding to three digits.
    const best = thresholds.find(({ recall, precision }) => recall === 1 && precision === 1);
    assert.equal(best?.threshold, 0.0802);
  });

  it('have a curve for a yes or no, for each of a few classes, and for each label', () => {
    const namesOf = (names: readonly string[], more: object) => {
      const { length: size } = names;
      const outputs = Float64Array.from({ length: 4 * size }, (_, i) => ((i * 7) % 11) / 11);
      const targets = Float64Array.from({ length: 4 * size }, (_, i) =>
        Number(i % size === Math.floor(i / size) % size),
      );
      const answers = { outputs, targets, rows: 4, size, targetSize: size, threshold: 0.5, ...more };
      return detailsOf(answers).curves?.map(({ name }) => name);
    };
    const three = ['a', 'b', 'c'];
    assert.deepEqual(namesOf(three, { classNames: three }), three);
    assert.deepEqual(namesOf(['no', 'yes'], { classNames: ['no', 'yes'] }), ['yes']);
    assert.deepEqual(namesOf(three, { labels: three }), three);
    const many = Array.from({ length: 11 }, (_, i) => String(i));
    assert.equal(namesOf(many, { classNames: many }), undefined);
    assert.equal(detailsOf(yesNo([0.5, 0.25], [1, 0])).curves?.[0].auc, 1);
  });

  it('count for each threshold what is found, what is right and what is a false alarm', () => {
    const { thresholds } = detailsOf(yesNo([0.15, 0.25, 0.7, 0.5], [0, 1, 1, 0]));
    const at = (wanted: number) => thresholds?.find(({ threshold }) => threshold === wanted);
    assert.deepEqual(at(0.2), { threshold: 0.2, recall: 1, precision: 2 / 3, falseAlarms: 0.5 });
    assert.deepEqual(at(0.5), { threshold: 0.5, recall: 0.5, precision: 0.5, falseAlarms: 0.5 });
    assert.deepEqual(at(0.9), { threshold: 0.9, recall: 0, precision: Number.NaN, falseAlarms: 0 });
  });

  it('name the rows that fit worst, with the probability of the right class', () => {
    const { worst } = detailsOf(yesNo([0.1, 0.8, 0.4], [1, 1, 0]));
    assert.deepEqual(worst, [
      { row: 1, target: 'yes', predicted: 'no', probability: 0.1 },
      { row: 3, target: 'no', predicted: 'no', probability: 0.6 },
      { row: 2, target: 'yes', predicted: 'yes', probability: 0.8 },
    ]);
  });

  it('take the chosen one of several classes', () => {
    const { calibration, thresholds, worst } = detailsOf({
      outputs: [0.7, 0.2, 0.1, 0.1, 0.75, 0.15],
      targets: [1, 0, 0, 0, 0, 1],
      rows: 2,
      size: 3,
      targetSize: 3,
      classNames: ['a', 'b', 'c'],
      threshold: 0.5,
    });
    assert.equal(calibration?.of, 'chosen');
    assert.deepEqual(calibration?.groups, [{ predicted: 0.725, actual: 0.5, rows: 2 }]);
    assert.equal(thresholds, undefined);
    assert.deepEqual(worst[0], { row: 2, target: 'c', predicted: 'b', probability: 0.15 });
  });

  it('say nothing of probabilities where the outputs are scores', () => {
    const { calibration, thresholds, worst } = detailsOf({ ...yesNo([-2, 3, 0.5], [1, 1, 0]), threshold: 0 });
    assert.deepEqual([calibration, thresholds], [undefined, undefined]);
    assert.deepEqual(worst[0], { row: 1, target: 'yes', predicted: 'no' });
  });

  it('compare measured values in ten groups of equal size', () => {
    const outputs = Array.from({ length: 25 }, (_, i) => 24 - i);
    const targets = outputs.map((output) => (output === 7 ? 107 : output));
    const { calibration, worst } = detailsOf({ outputs, targets, rows: 25, size: 1, targetSize: 1, threshold: 0.5 });
    assert.equal(calibration?.of, 'number');
    assert.deepEqual(calibration?.groups[0], { predicted: 0.5, actual: 0.5, rows: 2 });
    assert.equal(
      calibration?.groups.reduce((sum, { rows }) => sum + rows, 0),
      25,
    );
    assert.deepEqual(worst[0], { row: 18, target: 107, predicted: 7 });
  });
});
