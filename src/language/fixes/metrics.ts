/** The quick fix that adds a metric to the run. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { TrainingSpec } from '../../spec/spec';
import { hasKey, isEmpty, nodeAtPath, placeOf } from '../yaml/tree';
import { fixOf, type SpecText } from './edits';
import { keyFix } from './entries';

/** Adds a metric to the metrics of the run, whether these are written or the default of the loss. */
export function metricFix(source: SpecText, { metrics }: TrainingSpec, metric: string): Fix[] {
  const { tree, text, lines } = source;
  if (!tree) {
    return [];
  }
  const all = `metrics: [${[...metrics.map(({ name }) => name), metric].join(', ')}]`;
  if (!hasKey(tree, [], 'training')) {
    return keyFix(source, [], `training: { ${all} }`);
  }
  const written = nodeAtPath(tree, ['training', 'metrics']);
  if (!written) {
    return keyFix(source, ['training'], all);
  }
  const title = t('Add {0} to the metrics', metric);
  if (written.kind !== 'list' || isEmpty(written)) {
    return [];
  }
  const last = written.items.at(-1);
  if (!last) {
    return fixOf(source, title, [{ span: placeOf(written), newText: `[${metric}]` }]);
  }
  const [start, end] = placeOf(last);
  if (written.flow) {
    return fixOf(source, title, [{ span: [end, end], newText: `, ${metric}` }]);
  }
  const dash = text.lastIndexOf('-', start - 1);
  const indent = ' '.repeat(lines.positionAt(dash).character);
  return fixOf(source, title, [{ span: [end, end], newText: `\n${indent}- ${metric}` }]);
}
