import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { csvLine } from '../../cli/csvLine';
import { fileNameOf } from '../files/names';
import type { Services } from '../services';
import { type Predictions, predictRows } from './predictRows';
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
  const [weightBytes, table] = await Promise.all([
    vscode.workspace.fs.readFile(weightsUri),
    vscode.workspace.fs.readFile(csvUri),
  ]);
  const result = predictRows(weightBytes, table, fileNameOf(csvUri));
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
  const document = await vscode.workspace.openTextDocument({ content: toCsv(result.ok) });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  return document;
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: t('Rows to Predict'),
    filters: { [t('Tables (CSV, TSV)')]: ['csv', 'tsv'] },
  });
  return picked?.[0];
}

/** Columns `row`, one of each output, and `class`, where there are classes. */
function toCsv({ rows, names, outputs, classes }: Predictions): string {
  const lines = [csvLine(['row', ...names, ...(classes ? ['class'] : [])])];
  for (let row = 0; row < rows; row++) {
    const values = outputs.subarray(row * names.length, (row + 1) * names.length);
    lines.push(csvLine([row + 1, ...values, ...(classes ? [classes[row]] : [])]));
  }
  return lines.join('');
}
