import type * as vscode from 'vscode';
import { effectiveSpecText } from '../../language';
import { parsedOf } from './parses';

/** The spec with every default written out; undefined if it has an error. */
export async function effectiveTextOf(document: vscode.TextDocument): Promise<string | undefined> {
  const { spec } = await parsedOf(document);
  return spec && effectiveSpecText(spec);
}
