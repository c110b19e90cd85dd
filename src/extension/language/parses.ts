import type * as vscode from 'vscode';
import { occurrenceSteps, type ParsedSpec, parseSteps } from '../../language';
import { fileNameOf } from '../files/names';
import { freeTurn, inTurns } from './turns';

interface Parse {
  readonly version: number;
  readonly parsed: Promise<ParsedSpec>;
}

/** Edited documents longer than this, in UTF-16 units, are parsed only when typing pauses. */
const longText = 20 * 1024;
/** Milliseconds without an edit that count as a pause. */
const pause = 250;

const parses = new WeakMap<vscode.TextDocument, Parse>();

/**
 * The parsed current text of a document, shared by all callers. A long text takes several turns of the event
 * loop; if it is edited meanwhile, the new text is parsed. Callers continue in a turn that has time left.
 */
export async function parsedOf(document: vscode.TextDocument): Promise<ParsedSpec> {
  const parsed = await parseOf(document);
  await freeTurn();
  return parsed;
}

/** As `parsedOf`, after its words have been found in short steps: navigation needs them at once. */
export async function wordsOf(document: vscode.TextDocument): Promise<ParsedSpec> {
  const parsed = await parsedOf(document);
  await inTurns(occurrenceSteps(parsed));
  return parsed;
}

function parseOf(document: vscode.TextDocument): Promise<ParsedSpec> {
  const { version } = document;
  const known = parses.get(document);
  if (known?.version === version) {
    return known.parsed;
  }
  // Parsing a long document leaves much garbage, whose collection is noticed while typing.
  const isLong = known !== undefined && document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > longText;
  const parsed = isLong ? afterPause(document) : parse(document, version);
  parses.set(document, { version, parsed });
  return parsed;
}

async function afterPause(document: vscode.TextDocument): Promise<ParsedSpec> {
  const { version } = document;
  await new Promise((done) => setTimeout(done, pause));
  return document.version === version ? parse(document, version) : parseOf(document);
}

async function parse(document: vscode.TextDocument, version: number): Promise<ParsedSpec> {
  const steps = parseSteps(document.getText(), { fileName: fileNameOf(document.uri) });
  return (await inTurns(steps, () => document.version !== version)) ?? parseOf(document);
}
