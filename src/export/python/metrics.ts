/** Metrics in NumPy: functions of outputs and targets in the targets' own units. */
import { decisionThreshold, outputsPerTarget, targetKindOf } from '../../spec/lossRules';
import type { NetworkPlan } from '../../spec/plan';
import { sizeOf } from '../../spec/shape';
import type { Spec } from '../../spec/spec';
import { quoted } from './source';

interface Context {
  readonly classes: boolean;
  /** Samples come with weights `w`. */
  readonly weighted: boolean;
  readonly threshold: number;
}

type MetricSource = (context: Context, k: number) => string;

/** Mean over the samples of an expression with a value for each. */
function meanOf(expression: string, { weighted }: Context): string {
  return weighted ? `np.average(${expression}, weights=w)` : `(${expression}).mean()`;
}

const perSample = (expression: string, context: Context) => `return ${meanOf(`(${expression}).mean(axis=1)`, context)}`;

/** True and false positives, false negatives and the rest, for each label or class. */
const countLines = ({ classes, threshold, weighted }: Context) => [
  ...(classes
    ? [
        'yes = o.argmax(axis=1)[:, None] == np.arange(o.shape[1])',
        'truth = t.argmax(axis=1)[:, None] == np.arange(o.shape[1])',
      ]
    : [`yes, truth = o > ${threshold}, t > 0.5`]),
  `count = lambda which: ${weighted ? '(which * w[:, None]).sum(axis=0)' : 'which.sum(axis=0).astype(float)'}`,
  'tp, fp, fn, tn = count(yes & truth), count(yes & ~truth), count(~yes & truth), count(~yes & ~truth)',
];

/** 0/0 counts as 0. */
const quotient = (over: string, under: string) => [
  `over, under = ${over}, ${under}`,
  'return np.divide(over, under, out=np.zeros_like(under), where=under != 0).mean()',
];

const counted =
  (over: string, under: string): MetricSource =>
  (context) =>
    [...countLines(context), ...quotient(over, under)].join('\n');

/** The mean over labels of a statistic of the order of the outputs. A label may have no value. */
const ranked =
  (lines: readonly string[]): MetricSource =>
  ({ weighted }) =>
    [
      'values = []',
      'for score, yes in zip(o.T, t.T > 0.5):',
      `    w_yes, w_no = ${weighted ? 'w * yes, w * ~yes' : 'yes.astype(float), (~yes).astype(float)'}`,
      '    # One entry for each different score, from the largest down.',
      '    _, place = np.unique(-score, return_inverse=True)',
      '    positive, negative = np.bincount(place, w_yes), np.bincount(place, w_no)',
      ...lines.map((line) => `    ${line}`),
      'values = [value for value in values if not np.isnan(value)]',
      'return np.mean(values) if values else np.nan',
    ].join('\n');

const sources: Readonly<Record<string, MetricSource>> = {
  accuracy: (context) =>
    context.classes
      ? `return ${meanOf('o.argmax(axis=1) == t.argmax(axis=1)', context)}`
      : perSample(`(o > ${context.threshold}) == (t > 0.5)`, context),
  top_k_accuracy: (context, k) =>
    `right = np.take_along_axis(o, t.argmax(axis=1)[:, None], axis=1)
before = (o > right) | ((o == right) & (np.arange(o.shape[1]) < t.argmax(axis=1)[:, None]))
return ${meanOf(`before.sum(axis=1) < ${k}`, context)}`,
  precision: counted('tp', 'tp + fp'),
  recall: counted('tp', 'tp + fn'),
  f1: counted('2 * tp', '2 * tp + fp + fn'),
  matthews: (context) =>
    context.classes
      ? [
          ...countLines(context),
          'right, everything = tp.sum(), (tp + fp + fn + tn)[0]',
          'predicted, actual = tp + fp, tp + fn',
          'spread = np.sqrt((everything**2 - (predicted**2).sum()) * (everything**2 - (actual**2).sum()))',
          'return (right * everything - (predicted * actual).sum()) / spread if spread else 0.0',
        ].join('\n')
      : counted('tp * tn - fp * fn', 'np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))')(context, 0),
  auc: ranked([
    'above = np.cumsum(positive) - positive / 2',
    'pairs = positive.sum() * negative.sum()',
    'values.append((negative * above).sum() / pairs if pairs else np.nan)',
  ]),
  average_precision: ranked([
    'found, wrong = np.cumsum(positive), np.cumsum(negative)',
    'precision = np.divide(found, found + wrong, out=np.zeros_like(found), where=positive > 0)',
    'values.append((positive * precision).sum() / positive.sum() if positive.sum() else np.nan)',
  ]),
  mean_squared_error: (context) => perSample('(o - t) ** 2', context),
  root_mean_squared_error: (context) => `return np.sqrt(${meanOf('((o - t) ** 2).mean(axis=1)', context)})`,
  mean_absolute_error: (context) => perSample('np.abs(o - t)', context),
  r2: ({ weighted }) => {
    const sum = (expression: string) =>
      weighted ? `(w[:, None] * ${expression}).sum(axis=0)` : `(${expression}).sum(axis=0)`;
    const mean = weighted ? 'np.average(t, axis=0, weights=w)' : 't.mean(axis=0)';
    return `error, spread = ${sum('(t - o) ** 2')}, ${sum(`(t - ${mean}) ** 2`)}
return np.where(spread > 0, 1 - error / np.where(spread > 0, spread, 1), error == 0).mean()`;
  },
};

/** One function for each metric of the spec; empty without metrics. */
export function metricsSource({ training: { metrics } }: Spec, network: NetworkPlan, weighted: boolean): string {
  const context: Context = {
    classes: targetKindOf(network.loss.name, network.layers) === 'classes',
    weighted,
    threshold: decisionThreshold(network.loss),
  };
  const targets = sizeOf(network.outputShape) / outputsPerTarget(network.loss);
  const first = outputsPerTarget(network.loss) === 1 ? '' : `    o = o[:, :${targets}]\n`;
  return metrics
    .map(({ name, parameters }) => {
      const source = sources[name];
      if (!source) {
        throw new Error(`No export has the metric ${name}: add it to metrics.ts.`);
      }
      const body = source(context, (parameters.k ?? 0) as number).replace(/^/gm, '    ');
      return `def ${name}(o, t${weighted ? ', w' : ''}):\n${first}${body}\n`;
    })
    .join('\n\n');
}

/** The function `measure`: the values of a part by tag. */
export function measureSource({ training: { metrics } }: Spec, scaled: boolean, weighted: boolean): string {
  const w = weighted ? ', w' : '';
  const own = scaled ? ['    o, t = unscaled(o), unscaled(t)'] : [];
  const entries = metrics.map(({ name }) => `${quoted(name)}: float(${name}(o, t${w}))`);
  return [
    `def measure(loss, o, t${w}):`,
    ...own,
    `    return {${['"loss": float(loss)', ...entries].join(', ')}}`,
    '',
  ].join('\n');
}
