import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type PredictionResult, predictionSteps, predictionsCsvSteps } from '../../cli/predictRows';
import type { Steps } from '../../common/steps';
import { fileNameOf } from '../files/names';
import { inTurns } from '../language/turns';
import type { Services } from '../services';
import { askWeights } from './weights';

/** Lets trained weights answer for the rows of a CSV file; the answers open as a CSV of their own. */
export async function predictFromCsv(
  _services: Services,
  weights: unknown,
  csv?: unknown,
): Promise<vscode.TextDocument | undefined> {
  const weightsUri =
    weights instanceof vscode.Uri && weights.path.endsWith('.safetensors') ? weights : await askWeights();
  const csvUri = weightsUri && (csv instanceof vscode.Uri ? csv : await askCsv());
  if (!weightsUri || !csvUri) {
    return undefined;
  }
  const result = await predictWithProgress(weightsUri, csvUri);
  if (!result) {
    return undefined;
  }
  if ('problem' in result) {
    void vscode.window.showErrorMessage(`${fileNameOf(weightsUri)}: ${result.problem}`);
    return undefined;
  }
  if ('problems' in result) {
    const [{ message, at }] = result.problems;
    void vscode.window.showErrorMessage(`${fileNameOf(csvUri)}: ${message}`);
    const place = at && new vscode.Position(at.line, at.character);
    await vscode.window.showTextDocument(csvUri, { selection: place && new vscode.Range(place, place) });
    return undefined;
  }
  const document = await vscode.workspace.openTextDocument({ content: result.ok });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  return document;
}

type Outcome = { readonly ok: string } | Exclude<PredictionResult, { readonly ok: unknown }>;

/** Undefined where the person has cancelled it. */
function predictWithProgress(weights: vscode.Uri, csv: vscode.Uri): Thenable<Outcome | undefined> {
  const name = fileNameOf(csv);
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: t('Predicting the rows of {0}…', name),
      cancellable: true,
    },
    async (_, token) => {
      const [weightBytes, table] = await Promise.all([weights, csv].map((uri) => vscode.workspace.fs.readFile(uri)));
      return inTurns(answerSteps(weightBytes, table, name), () => token.isCancellationRequested);
    },
  );
}

function* answerSteps(weights: Uint8Array, table: Uint8Array, name: string): Steps<Outcome> {
  const result = yield* predictionSteps(weights, table, name);
  return 'ok' in result ? { ok: yield* predictionsCsvSteps(result.ok) } : result;
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: t('Rows to Predict'),
    filters: { [t('Tables (CSV, TSV)')]: ['csv', 'tsv'] },
  });
  return picked?.[0];
}
