/** The pictures on the page of an evaluation, each with the sentence that tells how to read it. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import type { Calibration, ColumnImportance, RankCurve, Scatter, Spread } from '../../spec/measurements';
import { type Axis, barsSvg, chartSvg, figures } from './charts';

/** A range that this many times exceeds that of nearly all values would press them into a corner. */
const tooWide = 4;

/** The curves of a yes or no, or of each class or label against all others. */
export function curveFigures(curves: readonly RankCurve[]): string {
  const [only, another] = curves;
  const named = another !== undefined;
  const legend = (name: string, area: number) => (named ? { name: `${name}: ${area.toFixed(3)}` } : {});
  const share = (title: string): Axis => ({ title, low: 0, high: 1 });
  const rocTitle = t('ROC curve');
  const roc = chartSvg({
    title: rocTitle,
    x: share(t('False alarms')),
    y: share(t('Found (recall)')),
    guide: [0, 0, 1, 1],
    series: curves.map(({ name, auc, points }) => ({
      points: [0, 0, ...points.flatMap(({ falseAlarms, recall }) => [falseAlarms, recall])],
      as: 'line',
      ...legend(name, auc),
    })),
  });
  const precisionTitle = t('Precision–recall curve');
  const precision = chartSvg({
    title: precisionTitle,
    x: share(t('Found (recall)')),
    y: share(t('Right (precision)')),
    ...(named ? {} : { guide: [0, only.share, 1, only.share] }),
    series: curves.map(({ name, averagePrecision, points }) => ({
      points: stepsOf(points),
      as: 'line',
      ...legend(name, averagePrecision),
    })),
  });
  return figures(
    [
      roc,
      named
        ? t(
            '{0}. Each point is a threshold: the share of a class that is found, against the share of the other rows that is taken for it. The nearer a curve comes to the upper left corner, the better; a network that guesses stays on the dashed line. The numbers are the areas under the curves.',
            rocTitle,
          )
        : t(
            '{0}, area {1}. Each point is a threshold: the share of “{2}” that is found, against the share of the other rows that is taken for it. The nearer the curve comes to the upper left corner, the better; a network that guesses stays on the dashed line.',
            rocTitle,
            only.auc.toFixed(3),
            only.name,
          ),
    ],
    [
      precision,
      named
        ? t(
            '{0}. The more of a class is found, the less of what is found is right. The nearer a curve comes to the upper right corner, the better. The numbers are average precisions.',
            precisionTitle,
          )
        : t(
            '{0}, average precision {1}. The more of “{2}” is found, the less of what is found is right. The nearer the curve comes to the upper right corner, the better; a network that guesses stays on the dashed line.',
            precisionTitle,
            only.averagePrecision.toFixed(3),
            only.name,
          ),
    ],
  );
}

/** A precision holds from the recall of the threshold before it: so average precision is the area. */
function stepsOf(points: RankCurve['points']): readonly number[] {
  return points.flatMap(({ recall, precision }, i) => [points[i - 1]?.recall ?? 0, precision, recall, precision]);
}

/** Axes that hold probabilities: with powers of ten where those of a rare class would crowd at 0. */
interface ProbabilityScale {
  readonly low: number;
  readonly high: number;
  readonly place: (probability: number) => number;
  readonly label?: (place: number) => string;
}

/** The largest mean of a group is so many times the smallest before the axes have powers of ten. */
const crowdedTimes = 10;

function probabilityScale({ groupedBy, groups }: Calibration): ProbabilityScale {
  if (groupedBy === 'width') {
    return { low: 0, high: 1, place: (probability) => probability };
  }
  const all = groups.flatMap(({ predicted, actual }) => [predicted, actual]);
  const highest = Math.max(...all);
  const lowest = Math.min(...groups.map(({ predicted }) => predicted).filter((predicted) => predicted > 0));
  if (!(highest >= crowdedTimes * lowest)) {
    return { low: 0, high: Math.min(1, 1.1 * highest || 1), place: (probability) => probability };
  }
  const [low, high] = [Math.floor(Math.log10(lowest)), Math.min(0, Math.log10(1.5 * highest))];
  // A group of which nothing came true stands at the lower edge.
  const place = (probability: number) => Math.max(low, Math.log10(probability));
  // Between the powers there is no room for labels.
  const label = (power: number) => (Number.isInteger(power) ? String(Number((10 ** power).toPrecision(1))) : '');
  return { low, high, place, label };
}

export function calibrationFigure(calibration: Calibration): string {
  const { of, groupedBy, groups } = calibration;
  const byWidth = groupedBy === 'width';
  const { low, high, place, label } = probabilityScale(calibration);
  const title = t('Calibration');
  const picture = chartSvg({
    title,
    x: { title: t('Mean probability'), low, high, label },
    y: { title: of === 'chosen' ? t('Share that is right') : t('Share that came true'), low, high, label },
    guide: [low, low, high, high],
    series: [{ points: groups.flatMap(({ predicted, actual }) => [place(predicted), place(actual)]), as: 'dotted' }],
    counts: byWidth
      ? groups.map(({ predicted, rows }) => {
          const from = Math.min(9, Math.floor(predicted * 10)) / 10;
          return { from, to: from + 0.1, count: rows };
        })
      : [],
  });
  const reading = t(
    'On the dashed line probabilities can be taken at their word. Below it they are too high, above it too low.',
  );
  const more = byWidth
    ? t('The bars count the rows of each group; a group of few rows may lie off the line by chance.')
    : t('Nearly all probabilities are alike, so the groups have equally many rows.');
  const powers = label
    ? ` ${t('Both axes have powers of ten; a group of which nothing came true stands at the lower edge.')}`
    : '';
  return figures([picture, `${title}. ${reading} ${more}${powers}`]);
}

export function scatterFigures({ predicted, targets }: Scatter, groups: Calibration['groups'], rows: number): string {
  const values = rangeOf([...predicted, ...targets]);
  const errors = targets.map((target, i) => target - predicted[i]);
  const errorRange = rangeOf(errors);
  const [prediction, target] = [t('Prediction'), t('Target')];
  const [low, high] = values;
  const isInside = (i: number) => [predicted[i], targets[i]].every((value) => value >= low && value <= high);
  const inside = [...predicted.keys()].filter(isInside);
  const means = groups.filter((group) =>
    [group.predicted, group.actual].every((value) => value >= low && value <= high),
  );
  const against = chartSvg({
    title: t('Predictions and targets'),
    x: { title: prediction, low, high },
    y: { title: target, low, high },
    guide: [low, low, high, high],
    series: [
      { points: inside.flatMap((i) => [predicted[i], targets[i]]), as: 'dots' },
      { points: means.flatMap((group) => [group.predicted, group.actual]), as: 'dotted' },
    ],
  });
  const [errorLow, errorHigh] = errorRange;
  const shown = inside.filter((i) => errors[i] >= errorLow && errors[i] <= errorHigh);
  const residuals = chartSvg({
    title: t('Errors'),
    x: { title: prediction, low, high },
    y: { title: t('Target − prediction'), low: errorLow, high: errorHigh },
    guide: [low, 0, high, 0],
    series: [{ points: shown.flatMap((i) => [predicted[i], errors[i]]), as: 'dots' }],
  });
  const sample =
    predicted.length < rows
      ? ` ${t('{0} of {1} rows are shown, evenly among the predictions.', formatCount(predicted.length), formatCount(rows))}`
      : '';
  const outside = (count: number) =>
    count > 0 ? ` ${t('Rows that lie far outside and are not shown: {0}.', formatCount(count))}` : '';
  return figures(
    [
      against,
      `${t('Each dot is a row; on the dashed line the prediction is the target. The line through the large dots connects the means of ten groups of similar predictions.')}${sample}${outside(predicted.length - inside.length)}`,
    ],
    [
      residuals,
      `${t('Each dot is the error of a row. They should lie evenly about the dashed line. A bow is a rule that the network has not learned; a funnel says that some predictions are surer than others.')}${outside(predicted.length - shown.length)}`,
    ],
  );
}

/** How much the loss rises for each column, with its standard deviation as a line. */
export function importanceFigure(columns: readonly ColumnImportance[], label: (loss: Spread) => string): string {
  const bars = columns.map(({ column, loss }) => ({
    name: column,
    value: loss.mean,
    spread: loss.sd || 0,
    label: label(loss),
  }));
  const title = t('Importance of the columns');
  return figures([barsSvg(title, bars), t('By how much the loss rises; a thin line is the standard deviation.')]);
}

/** From the smallest to the largest, or, where a few values lie far outside, about that of the others. */
function rangeOf(values: ArrayLike<number>): readonly [low: number, high: number] {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length === 0) {
    return [0, 1];
  }
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [all, most] = [at(1) - at(0), at(0.99) - at(0.01)];
  const [low, high] = most > 0 && all > tooWide * most ? [at(0.01), at(0.99)] : [at(0), at(1)];
  const room = 0.05 * (high - low) || 1;
  return [low - room, high + room];
}
