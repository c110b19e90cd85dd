import * as vscode from 'vscode';
import { loadFacts, requestOf } from '../../data';
import { checkSteps, dataFixes, dataNamed, type ParsedSpec, withTableFixes } from '../../language';
import type { ProblemMessage, Started } from '../../protocol/engine';
import { fromDataProblem } from '../../server/dataProblemMessage';
import type { DataFacts } from '../../spec/dataFacts';
import type { Problem, Range } from '../../spec/problem';
import { dataPaths, type Spec } from '../../spec/spec';
import { askEngine } from '../engine/engineTask';
import { dataFilesOf, hostOfSpec } from '../files/dataFiles';
import { locateDataFile } from '../files/locate';
import { DataFactsCache, type DataKnowledge, type Reading, sizeOf, statAll } from './dataFacts';
import { parsedOf } from './parses';
import { tableOf } from './tables';
import { inTurns } from './turns';

/** The result of checking a document; problems in other files carry their `file`. */
export interface SpecCheck {
  readonly parsed: ParsedSpec;
  readonly problems: readonly Problem[];
  /** Omitted if the spec has errors or its data were not read. */
  readonly facts?: DataFacts;
}

const cache = new DataFactsCache();
const fileStart: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Parses a document and checks its network against the facts about its data. */
export async function checkDocument(document: vscode.TextDocument, extensionUri: vscode.Uri): Promise<SpecCheck> {
  const parsed = await parsedOf(document);
  const { spec } = parsed;
  if (!spec) {
    return { parsed, problems: await withTable(document.uri, parsed, extensionUri) };
  }
  const knowledge = await knowledgeOf(document.uri, parsed, extensionUri);
  const facts = 'facts' in knowledge ? knowledge.facts : undefined;
  const dataProblems = 'problems' in knowledge ? placeProblems(knowledge.problems, parsed) : [];
  const found = await inTurns(checkSteps(parsed, facts));
  return { parsed, problems: [...parsed.problems, ...dataProblems, ...found], facts };
}

/** The problems of a spec that could not be read as a whole. Some fixes depend on its table. */
async function withTable(uri: vscode.Uri, parsed: ParsedSpec, extensionUri: vscode.Uri): Promise<readonly Problem[]> {
  const table = parsed.problems.some(({ code }) => code === 'missing-loss' || code === 'missing-target')
    ? await tableOf(uri, dataNamed(parsed.tree), extensionUri)
    : undefined;
  return table ? withTableFixes(parsed, table) : parsed.problems;
}

/** Facts about a document's data; undefined if the spec or its data have errors, or they were not read. */
export async function factsOf(document: vscode.TextDocument, extensionUri: vscode.Uri): Promise<DataFacts | undefined> {
  const parsed = await parsedOf(document);
  const knowledge = await knowledgeOf(document.uri, parsed, extensionUri);
  return 'facts' in knowledge ? knowledge.facts : undefined;
}

async function knowledgeOf(uri: vscode.Uri, { spec }: ParsedSpec, extensionUri: vscode.Uri): Promise<DataKnowledge> {
  if (!spec) {
    return { unknown: true };
  }
  return cache.of(uri, spec, {
    stat: (path) => statData(uri, path),
    async load(asked) {
      const found = await loadFacts(requestOf(asked), dataFilesOf(uri, extensionUri));
      return 'facts' in found ? found : { problems: found.problems.map(fromDataProblem) };
    },
    loadInEngine: (asked) => (vscode.workspace.isTrusted ? readInEngine(uri, asked, extensionUri) : undefined),
  });
}

function readInEngine(uri: vscode.Uri, spec: Spec, extensionUri: vscode.Uri): Reading {
  const cancelling = new vscode.CancellationTokenSource();
  const reply = askEngine(extensionUri, hostOfSpec(uri, extensionUri), 'facts', { spec }, cancelling.token);
  return {
    result: reply.then((answer) => (answer && 'ok' in answer ? answer.ok : { unknown: true })),
    cancel: () => cancelling.cancel(),
  };
}

/** Ends an engine that reads the data of a closed document. */
export function forgetData(uri: vscode.Uri): void {
  cache.forget(uri);
}

/** Keeps the facts that a run found about its data for later checks. */
export function rememberFacts(uri: vscode.Uri, { spec, facts }: Started): Promise<void> {
  return cache.remember(uri, spec, facts, { stat: (path) => statData(uri, path) });
}

/**
 * Identifies the content of a spec's data file, empty if it has none; undefined for data too large to be read
 * while the user types.
 */
export async function dataStampOf(uri: vscode.Uri, { data }: Spec): Promise<string | undefined> {
  const file = await statAll(dataPaths(data), (path) => statData(uri, path));
  return sizeOf(data, file) === 'huge' ? undefined : (file?.stamp ?? '');
}

async function statData(spec: vscode.Uri, path: string): Promise<{ stamp: string; size: number } | undefined> {
  try {
    const uri = locateDataFile(spec, path);
    const { mtime, size } = await vscode.workspace.fs.stat(uri);
    return { stamp: `${uri} ${mtime} ${size}`, size };
  } catch {
    return undefined;
  }
}

/** Gives problems a place: in the data file, or at the key of the spec that caused them. */
export function placeProblems(problems: readonly ProblemMessage[], parsed: ParsedSpec): readonly Problem[] {
  return problems.map(({ code, severity, message, file, path = [], range, ...more }) => {
    const place = range ?? parsed.locate(path) ?? parsed.locate(path.slice(0, 1), 'key') ?? fileStart;
    return { code, severity, message, file, range: place, fixes: dataFixes({ code, path, ...more }, parsed) };
  });
}
