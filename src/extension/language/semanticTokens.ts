import * as vscode from 'vscode';
import { semanticTokenSteps } from '../../language/annotations/semanticTokens';
import { tokenModifiers, tokenTypes } from '../../language/annotations/tokenLegend';
import { parsedOf } from './parses';
import { inSlices } from './slices';

/** In the numbering of the legend that was registered. */
export async function provideSemanticTokens(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<vscode.SemanticTokens | undefined> {
  const steps = semanticTokenSteps(await parsedOf(document));
  const tokens = await inSlices(steps, () => token.isCancellationRequested);
  if (!tokens) {
    return undefined;
  }
  const builder = new vscode.SemanticTokensBuilder();
  for (const { line, character, length, type, modifiers } of tokens) {
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, length, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}
