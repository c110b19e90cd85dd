import type * as vscode from 'vscode';
import { type ParsedSpec, parseSteps } from '../../language';
import { occurrenceSteps } from '../../language/occurrences';
import { fileNameOf } from '../files/names';
import { inSlices } from './slices';

interface Parse {
  readonly version: number;
  readonly parsed: Promise<ParsedSpec>;
}

const parses = new WeakMap<vscode.TextDocument, Parse>();

/**
 * A document as it stands, parsed once for all who ask. A long file is parsed in stretches; one that is edited meanwhile is
 * parsed as it then stands.
 */
export function parsedOf(document: vscode.TextDocument): Promise<ParsedSpec> {
  const { version } = document;
  const known = parses.get(document);
  if (known?.version === version) {
    return known.parsed;
  }
  const parsed = parse(document, version);
  parses.set(document, { version, parsed });
  return parsed;
}

async function parse(document: vscode.TextDocument, version: number): Promise<ParsedSpec> {
  const isStale = () => document.version !== version;
  const parsed = await inSlices(parseSteps(document.getText(), { fileName: fileNameOf(document.uri) }), isStale);
  // What many features ask next is found out in slices, too.
  const occurrences = parsed && (await inSlices(occurrenceSteps(parsed), isStale));
  return occurrences ? parsed : parsedOf(document);
}
