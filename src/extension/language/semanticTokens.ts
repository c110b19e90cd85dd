import * as vscode from 'vscode';
import type { Steps } from '../../common/steps';
import { type ParsedSpec, semanticTokenSteps } from '../../language';
import { parsedOf } from './parses';
import { tokenModifiers, tokenTypes } from './tokenLegend';
import { inTurns } from './turns';

const tokensPerStep = 512;

/** The indices refer to the registered legend. */
export async function provideSemanticTokens(
  document: vscode.TextDocument,
  token: vscode.CancellationToken,
): Promise<vscode.SemanticTokens | undefined> {
  const parsed = await parsedOf(document);
  if (token.isCancellationRequested) {
    return undefined;
  }
  return inTurns(encodeSteps(parsed), () => token.isCancellationRequested);
}

function* encodeSteps(parsed: ParsedSpec): Steps<vscode.SemanticTokens> {
  const builder = new vscode.SemanticTokensBuilder();
  const tokens = yield* semanticTokenSteps(parsed);
  for (const [index, { line, character, length, type, modifiers }] of tokens.entries()) {
    if (index % tokensPerStep === 0) {
      yield;
    }
    const bits = modifiers.reduce((sum, modifier) => sum | (1 << tokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, length, tokenTypes.indexOf(type), bits);
  }
  return builder.build();
}
