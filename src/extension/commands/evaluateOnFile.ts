import { t } from '@vscode/l10n';
import type { Scores } from '../../spec/measurements';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { evaluationMarkdown } from '../reports/evaluationMarkdown';
import type { Services } from '../services';
import { askOfTable, chooseModelAndTable, showDoubts } from './modelAndTable';

/** About a second at most: where there are more rows than that takes, a sample is measured. */
const importance = { repeats: 5, work: 1e10 };

/** Scores a trained network on a table that holds the targets, and shows a page about it. */
export async function evaluateOnFile(
  services: Services,
  weights: unknown,
  table?: unknown,
): Promise<Scores | undefined> {
  if (!(await mayPredict())) {
    return undefined;
  }
  const chosen = await chooseModelAndTable(services, weights, table, {
    weights: t('Which weights are to be evaluated?'),
    table: t('Rows to Evaluate On'),
  });
  const title = (name: string) => t('Evaluating on the rows of {0}…', name);
  const result = chosen && (await askOfTable(services.extensionUri, chosen, 'evaluate', { importance }, title));
  if (!chosen || !result) {
    return undefined;
  }
  const page = evaluationMarkdown(chosen.weights.name, fileNameOf(chosen.table), result.scores);
  await services.reports.show(t('Evaluation'), chosen.table, page);
  showDoubts(chosen.table, result.doubts);
  return result.scores;
}
