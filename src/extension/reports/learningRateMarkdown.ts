/** The result of a search for a learning rate as Markdown, written for students. */
import { t } from '@vscode/l10n';
import { plain } from '../../language';
import type { LearningRateCurve, LearningRateReport } from '../../protocol/engine';
import { suggestionText, unusedText } from '../../spec/learningRateTexts';
import type { TrainingSpec } from '../../spec/spec';
import { chartSvg, figures, powerOfTen } from './charts';

/** Losses of the first steps, at rates too small to change anything, set the height of the chart. */
const quietSteps = 30;

export function learningRateMarkdown(title: string, report: LearningRateReport, training: TrainingSpec): string {
  const unused = unusedText(training);
  return [
    `# ${t('Learning rate: {0}', plain(title))}`,
    `**${suggestionText(report)}**`,
    curveOf(report, report.suggestion),
    t(
      'The network was trained from its initial weights for {0} steps. The learning rate grew from step to step by the same factor. Nothing of this training is kept.',
      report.rates.length,
    ),
    `## ${t('How to read the curve')}`,
    [
      t('On the left the rates are too small: nothing is learned. Where the curve falls, the network learns.'),
      report.diverged
        ? t('On the right the steps are too large: the loss rises, and the search ended there.')
        : t('The loss did not diverge up to the largest rate.'),
      t(
        'A rate at which the loss still falls for a moment is too large for a whole training. So the suggestion lies well to the left of the lowest place.',
      ),
      ...(unused === undefined ? [] : [unused]),
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
  ].join('\n\n');
}

export type SearchState = 'running' | 'ended';

/** The page while the search goes on, or after it was ended. */
export function searchMarkdown(
  title: string,
  curve: LearningRateCurve,
  { done, total, state }: { readonly done: number; readonly total: number; readonly state: SearchState },
): string {
  const sentence =
    state === 'running'
      ? t('The search goes on: step {0} of at most {1}.', done, total)
      : t('The search was ended after step {0} of at most {1}. Nothing is suggested.', done, total);
  return [`# ${t('Learning rate: {0}', plain(title))}`, `**${sentence}**`, curveOf(curve)].join('\n\n');
}

function curveOf({ rates, losses, smoothed }: LearningRateCurve, suggestion?: number): string {
  const numbers = [...losses.slice(0, quietSteps), ...smoothed].filter(Number.isFinite);
  if (numbers.length === 0) {
    return t('The loss is not a finite number even before the first step.');
  }
  const top = losses.slice(0, quietSteps).reduce((a, b) => Math.max(a, b));
  const bottom = numbers.reduce((a, b) => Math.min(a, b));
  const room = (top - bottom) / 4 || 1;
  const [low, high] = [bottom - room / 2, top + room];
  const at = Array.from(rates, (rate) => Math.log10(rate));
  const pointsOf = (values: Float64Array) =>
    at.flatMap((x, i) => (values[i] >= low && values[i] <= high ? [x, values[i]] : []));
  const mark = suggestion === undefined ? undefined : Math.log10(suggestion);
  const title = t('Loss at each learning rate');
  const picture = chartSvg({
    title,
    x: { title: t('Learning rate'), low: at[0], high: Math.max(at[at.length - 1], at[0] + 1), label: powerOfTen },
    y: { title: t('Loss'), low, high },
    series: [
      { points: pointsOf(smoothed), as: 'line', name: t('smoothed') },
      { points: pointsOf(losses), as: 'dots', name: t('each batch') },
    ],
    ...(mark !== undefined && { guide: [mark, low, mark, high] }),
  });
  const reading = t('The loss of each batch against its learning rate, whose axis is logarithmic.');
  return figures([picture, mark === undefined ? reading : `${reading} ${t('The dashed line is the suggestion.')}`]);
}
