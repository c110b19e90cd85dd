import * as vscode from 'vscode';
import { formatSteps } from '../../language';
import { toRange } from './convert';
import { parsedOf } from './parses';
import { inTurns } from './turns';

/** Formats a document, or the lines that `range` touches. */
export async function provideFormat(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
  range?: vscode.Range,
): Promise<vscode.TextEdit[]> {
  const parsed = await parsedOf(document);
  const edits = await inTurns(formatSteps(parsed, range), () => token.isCancellationRequested);
  return (edits ?? []).map(({ range: at, newText }) => new vscode.TextEdit(toRange(at), newText));
}
