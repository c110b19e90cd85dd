/** The loss chart and the metric charts, with smoothed lines over pale raw values. */
import { t } from '@vscode/l10n';
import type { Tag } from '../../../src/runs/series';
import { formatNumber, tagLabel } from '../../shared/format';
import { smooth, trend } from '../../shared/smoothing';
import type { Palette } from '../../shared/theme';
import type { Store } from '../store';
import type { Context } from '../views/view';
import type { Line, LineChart } from './lineChart';

const gapDash = [6, 3];
const baselineDash = [1, 3];

/** Formulas of the losses: means over the samples (and over the outputs, if there are several). */
const definitions: Readonly<Record<string, string>> = {
  binary_crossentropy: '−[y·ln a + (1 − y)·ln(1 − a)]',
  categorical_crossentropy: '−Σ y·ln a',
  mean_squared_error: '(a − y)²',
  half_mean_squared_error: '½(a − y)²',
  mean_absolute_error: '|a − y|',
  log_cosh: 'ln cosh(a − y)',
  negative_log_likelihood: '−Σ y·a',
  hinge: 'max(0, 1 − y·a),   y = ±1',
  squared_hinge: 'max(0, 1 − y·a)²,   y = ±1',
  kl_divergence: 'Σ y·ln(y/a)',
  poisson: 'a − y·ln a',
  gaussian_nll: '½(ln σ² + (y − μ)²/σ²)',
  cosine_similarity: '1 − cos(a, y)',
};

/** The loss: training and validation per epoch, or only training per batch. */
export function drawLoss(chart: LineChart, { store, palette, choices }: Context): void {
  const perBatch = choices.per === 'batch';
  const name = store.run.started?.spec.training.loss.name ?? '';
  chart.box.define(name === '' ? '' : `${name}: ${definitions[name] ?? 'L(a, y)'}`);
  const train = store.series(perBatch ? 'batch_loss' : 'loss');
  const validation = store.series('val_loss');
  const lines: Line[] = smoothed(
    { label: t('training'), x: train.x, y: train.y, color: palette.train, dash: [] },
    choices.smoothing,
  );
  if (!perBatch && validation.length > 0) {
    lines.push(
      ...smoothed(
        { label: t('validation'), x: validation.x, y: validation.y, color: palette.validation, dash: gapDash },
        choices.smoothing,
      ),
    );
  }
  lines.push(...earlierLines(store, palette, perBatch ? 'batch_loss' : 'loss', perBatch ? undefined : 'val_loss'));
  lines.push(...baselineOver(train.x, 'loss', store, palette));
  chart.draw(
    {
      lines,
      log: choices.log,
      ownLog: true,
      xWhole: true,
      xLabel: perBatch ? t('step') : t('epoch'),
      cursor: perBatch ? store.frame : store.frameEpoch,
      label: lossLabel(train, validation, perBatch),
      empty:
        !store.alive && !perBatch
          ? t('The run ended before its first epoch did: “per batch” shows the loss of each batch.')
          : undefined,
    },
    palette,
  );
}

function lossLabel(
  train: { x: Float64Array; y: Float64Array },
  validation: { y: Float64Array },
  perBatch: boolean,
): string {
  const n = train.x.length;
  if (n === 0) {
    return '';
  }
  const where = { falling: t('falling'), rising: t('rising'), flat: t('steady') }[trend(train.y) ?? 'flat'];
  const first = perBatch
    ? t(
        'Loss of each batch. Training loss at step {0}: {1}, from {2} at the start, {3}.',
        train.x[n - 1],
        formatNumber(train.y[n - 1]),
        formatNumber(train.y[0]),
        where,
      )
    : t(
        'Loss of each epoch. Training loss at epoch {0}: {1}, from {2} at the start, {3}.',
        train.x[n - 1],
        formatNumber(train.y[n - 1]),
        formatNumber(train.y[0]),
        where,
      );
  const last = validation.y[validation.y.length - 1];
  return perBatch || last === undefined ? first : `${first} ${t('Validation loss: {0}.', formatNumber(last))}`;
}

export function drawMetric(chart: LineChart, metric: string, { store, palette, choices }: Context): void {
  chart.box.define(metric === 'accuracy' ? t('share of samples whose class is right') : metric);
  const train = store.series(metric);
  const validation = store.series(`val_${metric}`);
  const lines = smoothed(
    { label: t('training'), x: train.x, y: train.y, color: palette.train, dash: [] },
    choices.smoothing,
  );
  if (validation.length > 0) {
    lines.push(
      ...smoothed(
        { label: t('validation'), x: validation.x, y: validation.y, color: palette.validation, dash: gapDash },
        choices.smoothing,
      ),
    );
  }
  lines.push(...earlierLines(store, palette, metric, `val_${metric}`));
  lines.push(...baselineOver(train.x, metric, store, palette));
  const said = [metric, `val_${metric}`]
    .filter((tag) => store.series(tag).length > 0)
    .map((tag) => `${tagLabel(tag)} ${formatNumber(store.series(tag).last)}`);
  chart.draw(
    {
      lines,
      yRange: metric === 'accuracy' ? { min: 0, max: 1 } : undefined,
      xWhole: true,
      xLabel: t('epoch'),
      cursor: store.frameEpoch,
      label: t('{0} of each epoch. At epoch {1}: {2}.', metric, train.x[train.length - 1] ?? 0, said.join(', ')),
      empty: !store.alive ? t('The run ended before its first epoch did.') : undefined,
    },
    palette,
  );
}

/** The same quantities in earlier runs, as they were measured. */
function earlierLines({ earlier }: Store, { muted: color }: Palette, training: Tag, validation?: Tag): Line[] {
  const runs = earlier?.runs ?? [];
  const group = runs.length === 1 ? t('earlier run, {0}', runs[0].name) : t('{0} earlier runs', runs.length);
  return runs.flatMap(({ name, diverged, series }) => {
    const looks = { color, group, unfitted: diverged };
    const [train, held] = [series[training], validation === undefined ? undefined : series[validation]];
    return [
      ...(train ? [{ label: t('training, {0}', name), ...train, ...looks, dash: [] }] : []),
      ...(held ? [{ label: t('validation, {0}', name), ...held, ...looks, dash: gapDash }] : []),
    ];
  });
}

/** A level line: what a constant answer would give on the train part. */
function baselineOver(x: Float64Array, tag: string, { run }: Store, palette: Palette): Line[] {
  const value = new Map(run.started?.baselines?.train).get(tag);
  return value === undefined || x.length === 0
    ? []
    : [
        {
          label: t('always the same answer'),
          x: Float64Array.of(x[0], x[x.length - 1]),
          y: Float64Array.of(value, value),
          color: palette.muted,
          dash: baselineDash,
          behind: true,
          silent: true,
        },
      ];
}

function smoothed(line: Line, weight: number): Line[] {
  return weight === 0
    ? [line]
    : [
        { ...line, y: smooth(line.y, weight) },
        { ...line, label: t('{0}, unsmoothed', line.label), faint: true },
      ];
}
