import * as vscode from 'vscode';
import { semanticTokensOf } from '../../language/semanticTokens';
import { tokenModifiers, tokenTypes } from '../../language/tokenLegend';
import { parsedOf } from './parses';

/** In the numbering of the legend that was registered. */
export async function provideSemanticTokens(document: vscode.TextDocument): Promise<vscode.SemanticTokens> {
  const builder = new vscode.SemanticTokensBuilder();
  for (const { line, character, length, type, modifiers } of semanticTokensOf(await parsedOf(document))) {
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, length, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}
