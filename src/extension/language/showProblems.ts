import * as vscode from 'vscode';
import type { ProblemMessage } from '../../protocol/engine';
import type { Problem } from '../../spec/problem';
import { isArrayFile, isPacked } from '../../spec/tableFiles';
import { locateDataFile } from '../files/locate';
import { fileNameOf } from '../files/names';
import { inBackground } from '../words/background';
import { showError } from '../words/messages';
import { toRange } from './convert';

/** Opens the Problems panel and reveals the first error. */
export async function showProblems(spec: vscode.Uri, problems: readonly Problem[]): Promise<void> {
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  const first = problems.find(({ severity }) => severity === 'error');
  if (first) {
    await revealProblem(spec, first);
  }
}

/** Shows the place of a problem of a spec, in the spec or in its data file. */
export async function revealProblem(spec: vscode.Uri, { file, range }: Problem): Promise<void> {
  const uri = file === undefined ? spec : locateDataFile(spec, file);
  const { start } = toRange(range);
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(start, start),
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
  });
}

/** Shows a problem of a table at its place in the file. */
export async function showTableProblem(csv: vscode.Uri, { message, range }: ProblemMessage): Promise<void> {
  inBackground(showError(`${fileNameOf(csv)}: ${message}`));
  // No editor opens packed or binary bytes; the message names the cell.
  if (isPacked(csv.path) || isArrayFile(csv.path)) {
    return;
  }
  const place = range && new vscode.Position(range.start.line, range.start.character);
  await vscode.window.showTextDocument(csv, { selection: place && new vscode.Range(place, place) });
}
