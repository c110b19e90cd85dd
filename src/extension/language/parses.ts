import type * as vscode from 'vscode';
import { type ParsedSpec, parseSteps } from '../../language';
import { occurrenceSteps } from '../../language/navigation/occurrences';
import { fileNameOf } from '../files/names';
import { inSlices } from './slices';

interface Parse {
  readonly version: number;
  readonly parsed: Promise<ParsedSpec>;
}

/** UTF-16 units from which on a document that is being edited is parsed only when typing pauses. */
const longText = 64 * 1024;
/** Milliseconds without an edit. */
const pause = 250;

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
  // Reading a long file leaves much to be collected: while keys are typed into one, that would be felt.
  const isLong = known !== undefined && document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > longText;
  const parsed = isLong ? afterPause(document) : parse(document, version);
  parses.set(document, { version, parsed });
  return parsed;
}

async function afterPause(document: vscode.TextDocument): Promise<ParsedSpec> {
  const { version } = document;
  await new Promise((done) => setTimeout(done, pause));
  return document.version === version ? parse(document, version) : parsedOf(document);
}

async function parse(document: vscode.TextDocument, version: number): Promise<ParsedSpec> {
  const isStale = () => document.version !== version;
  const options = { fileName: fileNameOf(document.uri) };
  const parsed = await inSlices(parseSteps(document.getText(), options), isStale);
  // What many features ask next is found out in slices, too.
  const occurrences = parsed && (await inSlices(occurrenceSteps(parsed), isStale));
  return occurrences ? parsed : parsedOf(document);
}
