import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { learningRateFix } from '../../language';
import type { LearningRateReport } from '../../protocol/engine';
import { suggestionText } from '../../spec/learningRateTexts';
import { fileNameOf } from '../files/names';
import { mayTrain } from '../files/trust';
import { toRange } from '../language/convert';
import { parsedOf } from '../language/parses';
import { learningRateMarkdown } from '../reports/learningRateMarkdown';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError, showInformation } from '../words/messages';
import { askNetwork, openingOf } from './askNetwork';
import { specOrAsk } from './targets';

/** Searches for a learning rate from the initial weights, shows the curve and offers to write the rate. */
export async function findLearningRate(services: Services, argument: unknown): Promise<LearningRateReport | undefined> {
  const spec = (await mayTrain()) ? await specOrAsk(argument, services) : undefined;
  const opening = spec && (await openingOf(services, spec));
  const progress = spec ? t('Searching for a learning rate for {0}…', fileNameOf(spec)) : '';
  const found = opening && (await askNetwork(progress, opening, 'findLearningRate'));
  if (!spec || !found) {
    return undefined;
  }
  const { title, started, result } = found;
  const { training } = started.spec;
  await services.reports.show(t('Learning rate'), spec, learningRateMarkdown(title, result, training));
  if (result.suggestion !== undefined && result.suggestion !== training.optimizer.parameters.learning_rate) {
    inBackground(offer(spec, result, result.suggestion));
  }
  return result;
}

async function offer(spec: vscode.Uri, report: LearningRateReport, rate: number): Promise<void> {
  const apply = t('Apply to Spec');
  if ((await showInformation(suggestionText(report), apply)) === apply) {
    await writeRate(spec, rate);
  }
}

/** Writes the learning rate into the spec as it is now, as an edit that can be undone. */
async function writeRate(spec: vscode.Uri, rate: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(spec);
  let parsed = await parsedOf(document);
  while (parsed.text !== document.getText()) {
    parsed = await parsedOf(document);
  }
  const fix = learningRateFix(parsed, rate);
  const edit = new vscode.WorkspaceEdit();
  edit.set(spec, fix?.edits.map(({ range, newText }) => new vscode.TextEdit(toRange(range), newText)) ?? []);
  if (!fix || !(await vscode.workspace.applyEdit(edit))) {
    await showError(t('The learning rate could not be written into {0}. Write {1} yourself.', fileNameOf(spec), rate));
    return;
  }
  await vscode.window.showTextDocument(document);
}
