import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { byteOrderMark } from '../../server/predictTable';
import { columnBeside } from '../columns';
import { fileNameOf } from '../files/names';
import { mayPredict } from '../files/trust';
import { freeName } from '../files/writeFile';
import type { Services } from '../services';
import { tick } from '../walkthrough';
import { inBackground } from '../words/background';
import { showInformation } from '../words/messages';
import { askOfTable, chooseModelAndTable, type ModelAndTable, showDoubts } from './modelAndTable';

/**
 * Runs a trained network over the rows of a CSV file. The rows and its outputs open as an unsaved CSV file
 * beside that file.
 */
export async function predictFromCsv(
  services: Services,
  weights: unknown,
  csv?: unknown,
): Promise<vscode.TextDocument | undefined> {
  if (!(await mayPredict())) {
    return undefined;
  }
  const chosen = await chooseModelAndTable(services, weights, csv, {
    weights: t('Which weights are to predict?'),
    table: t('Rows to Predict'),
  });
  const title = (table: string) => t('Predicting the rows of {0}…', table);
  const result = chosen && (await askOfTable(services.extensionUri, chosen, 'predict', { keepColumns: true }, title));
  if (!result) {
    return undefined;
  }
  const document = await openBeside(chosen, result.csv);
  await vscode.window.showTextDocument(document, { viewColumn: columnBeside() });
  tick('predicted');
  showDoubts(chosen.table, result.doubts);
  if (result.score !== undefined) {
    inBackground(showInformation(result.score));
  }
  return document;
}

/** An unsaved document that would be saved beside the table: `houses.predictions.csv`, or with a number. */
async function openBeside({ table, isFolder }: ModelAndTable, csv: string): Promise<vscode.TextDocument> {
  const name = fileNameOf(table).replace(/\.gz$/i, '');
  const base = `${isFolder ? name : name.replace(/\.[^.]*$/, '')}.predictions`;
  const file = await freeName(table, base, /\.(tsv|txt)$/i.exec(name)?.[1] ?? 'csv');
  // A mark belongs to the file, not to its text.
  const content = csv.startsWith(byteOrderMark) ? csv.slice(byteOrderMark.length) : csv;
  const options = content === csv ? {} : { encoding: 'utf8bom' };
  const document = await vscode.workspace.openTextDocument(file.with({ scheme: 'untitled' }), options);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), content);
  await vscode.workspace.applyEdit(edit);
  return document;
}
