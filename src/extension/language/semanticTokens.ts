import * as vscode from 'vscode';
import { semanticTokensOf } from '../../language';
import { parsedOf } from './parses';
import { tokenModifiers, tokenTypes } from './tokenLegend';

/** The indices refer to the registered legend. */
export async function provideSemanticTokens(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<vscode.SemanticTokens | undefined> {
  const parsed = await parsedOf(document);
  if (token.isCancellationRequested) {
    return undefined;
  }
  const builder = new vscode.SemanticTokensBuilder();
  for (const { line, character, length, type, modifiers } of semanticTokensOf(parsed)) {
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, length, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}
