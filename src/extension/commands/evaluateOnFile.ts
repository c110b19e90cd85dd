import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { Scores } from '../../spec/measurements';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { evaluationMarkdown } from '../reports/evaluationMarkdown';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { askOfTable, chooseModelAndTable, type ModelAndTable, showDoubts } from './modelAndTable';

/** Some seconds at most: of more rows than that takes, a sample is measured. */
const importance = { repeats: 5, work: 5e10 };

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
  const result = chosen && (await askOfTable(services.extensionUri, chosen, 'evaluate', {}, title));
  if (!chosen || !result) {
    return undefined;
  }
  const page = await services.reports.show(t('Evaluation'), chosen.table, pageOf(chosen, result.scores));
  showDoubts(chosen.table, result.doubts);
  inBackground(addImportance(services, chosen, page));
  return result.scores;
}

/** Adds to the page what takes longer than the scores. Without it, if the person cancels, the page stays. */
async function addImportance(services: Services, chosen: ModelAndTable, page: vscode.Uri): Promise<void> {
  const title = (name: string) => t('Measuring how much each column of {0} matters…', name);
  const result = await askOfTable(services.extensionUri, chosen, 'evaluate', { importance }, title);
  if (result?.scores.importance) {
    services.reports.update(page, pageOf(chosen, result.scores));
  }
}

function pageOf({ weights, table }: ModelAndTable, scores: Scores): string {
  return evaluationMarkdown(weights.name, fileNameOf(table), scores);
}
