import * as vscode from 'vscode';
import { checkSteps, fixAllSteps, parseSteps } from '../../language';
import { fileNameOf } from '../files/names';
import type { Diagnostics } from './diagnostics';
import { factsOf } from './specCheck';
import { inTurns } from './turns';

/** One edit with every safe fix; undefined if there is none or the document was edited meanwhile. */
export async function fixAllEdit(
  document: vscode.TextDocument,
  { extensionUri }: Diagnostics,
): Promise<vscode.WorkspaceEdit | undefined> {
  const { version } = document;
  const text = document.getText();
  const facts = await factsOf(document, extensionUri);
  const options = { fileName: fileNameOf(document.uri) };
  const steps = fixAllSteps(text, function* (each) {
    const parsed = yield* parseSteps(each, options);
    return [...parsed.problems, ...(yield* checkSteps(parsed, facts))];
  });
  const fixed = await inTurns(steps);
  if (fixed === text || document.version !== version) {
    return undefined;
  }
  const edit = new vscode.WorkspaceEdit();
  const { start, end, newText } = difference(text, fixed);
  edit.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), newText);
  return edit;
}

/** The smallest range of `before` that must be replaced. */
function difference(before: string, after: string): { start: number; end: number; newText: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start++;
  }
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) {
    same++;
  }
  return { start, end: before.length - same, newText: after.slice(start, after.length - same) };
}
