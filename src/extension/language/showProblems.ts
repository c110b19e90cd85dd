import * as vscode from 'vscode';
import type { Problem } from '../../spec/problem';
import { locateDataFile } from '../files/locate';
import { toRange } from './convert';

/** Opens the Problems panel and reveals the first error. */
export async function showProblems(spec: vscode.Uri, problems: readonly Problem[]): Promise<void> {
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  const first = problems.find(({ severity }) => severity === 'error');
  if (first) {
    const uri = first.file === undefined ? spec : locateDataFile(spec, first.file);
    const selection = toRange(first.range);
    await vscode.window.showTextDocument(uri, { selection: new vscode.Range(selection.start, selection.start) });
  }
}
