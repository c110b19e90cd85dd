import type * as vscode from 'vscode';
import { effectiveSpecSteps } from '../../language';
import { parsedOf } from './parses';
import { inTurns } from './turns';

/** The spec with every default written out; undefined if it has an error. */
export async function effectiveTextOf(document: vscode.TextDocument): Promise<string | undefined> {
  const { spec } = await parsedOf(document);
  return spec && inTurns(effectiveSpecSteps(spec));
}
