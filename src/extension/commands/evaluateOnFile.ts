import { t } from '@vscode/l10n';
import type { Scores } from '../../spec/measurements';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { evaluationMarkdown } from '../reports/evaluationMarkdown';
import type { Run } from '../runs/run';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showInformation } from '../words/messages';
import { compareLinear } from './compareLinear';
import { askOfTable, chooseModelAndTable, showDoubts, withLabels } from './modelAndTable';

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
    judges: true,
  });
  const all = chosen && (await withLabels(chosen, t('Labels of These Rows')));
  const title = (name: string) => t('Evaluating on the rows of {0}…', name);
  if (!all) {
    return undefined;
  }
  const labels = all.labels && { labels: fileNameOf(all.labels) };
  const result = await askOfTable(services.extensionUri, all, 'evaluate', { importance, ...labels }, title);
  if (!result) {
    return undefined;
  }
  const { run } = all.weights;
  const show = async () => {
    const weights = run?.linearWeights && { name: t('linear model'), bytes: run.linearWeights };
    const linear =
      weights && (await askOfTable(services.extensionUri, { ...all, weights }, 'evaluate', { ...labels }, title));
    const page = evaluationMarkdown(all.weights.name, fileNameOf(all.table), result.scores, linear?.scores);
    await services.reports.show(t('Evaluation'), all.table, page);
  };
  await show();
  showDoubts(all.table, result.doubts);
  if (run && !run.linearWeights && run.details.started?.linear === false) {
    inBackground(offerLinear(services, run, show));
  }
  return result.scores;
}

/** Offers to train the linear model, and to show the page again with its scores. */
async function offerLinear(services: Services, run: Run, show: () => Promise<void>): Promise<void> {
  const compare = t('Compare');
  const question = t(
    'How well does a linear model predict these rows? Training it takes no longer than {0} took.',
    run.title,
  );
  if ((await showInformation(question, compare)) === compare && (await compareLinear(services, run.specUri))) {
    await show();
  }
}
