import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { parseSpec } from '../../language';
import type { EngineRequests } from '../../protocol/engine';
import { specFault, specTextOf } from '../../server/predictTable';
import { askEngineWithProgress } from '../engine/engineTask';
import { hostOfFile } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { showTableProblem } from '../language/showProblems';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showError } from '../words/messages';
import { askWeights } from './weights';

/** Runs a trained network over the rows of a CSV file; its outputs open as a new CSV document. */
export async function predictFromCsv(
  services: Services,
  weights: unknown,
  csv?: unknown,
): Promise<vscode.TextDocument | undefined> {
  if (!(await mayPredict())) {
    return undefined;
  }
  const weightsUri =
    weights instanceof vscode.Uri && weights.path.endsWith('.safetensors') ? weights : await askWeights();
  const csvUri = weightsUri && (csv instanceof vscode.Uri ? csv : await askCsv());
  if (!weightsUri || !csvUri) {
    return undefined;
  }
  const csvName = fileNameOf(csvUri);
  const weightBytes = await vscode.workspace.fs.readFile(weightsUri);
  const specText = specTextOf(weightBytes);
  const result =
    'problem' in specText ? specText : await predict(weightBytes, specText.ok, csvUri, csvName, services.extensionUri);
  if (!result) {
    return undefined;
  }
  if ('problem' in result) {
    inBackground(showError(`${fileNameOf(weightsUri)}: ${result.problem}`));
    return undefined;
  }
  if ('problems' in result) {
    await showTableProblem(csvUri, result.problems[0]);
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument({ content: result.csv });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  return document;
}

/** Undefined if the user cancelled, or if the engine failed, which is then shown. */
async function predict(
  weights: Uint8Array,
  specText: string,
  csv: vscode.Uri,
  table: string,
  extensionUri: vscode.Uri,
): Promise<EngineRequests['predict']['result'] | undefined> {
  const { spec, problems } = parseSpec(specText, { fileName: 'weights' });
  const fault = specFault(problems);
  if (fault) {
    return fault;
  }
  const title = t('Predicting the rows of {0}…', table);
  const params = { weights, spec: spec ?? null, table };
  const reply = await askEngineWithProgress(extensionUri, hostOfFile(csv), title, 'predict', params);
  if (reply && 'err' in reply) {
    inBackground(showError(reply.err.message));
    return undefined;
  }
  return reply?.ok;
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: t('Rows to Predict'),
    filters: { [t('Tables (CSV, TSV)')]: ['csv', 'tsv', 'txt', 'gz'] },
  });
  return picked?.[0];
}
