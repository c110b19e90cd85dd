import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { type PredictedColumn, profileForNewSpec } from '../../data/profile';
import { newSpecFor, predictedColumn, proposableTargets, type TargetGuess } from '../../language';
import type { EngineRequests } from '../../protocol/engine';
import { fromDataProblem } from '../../server/dataProblemMessage';
import type { GivenAway, TableFacts } from '../../spec/tableFacts';
import { tableExtensions } from '../../spec/tableFiles';
import { askEngineWithProgress } from '../engine/engineTask';
import { hostOfFile } from '../files/dataFiles';
import { fileNameOf } from '../files/names';
import { isLargeTable, mayReadTable } from '../files/trust';
import { freeName, writeWhole } from '../files/writeFile';
import { showTableProblem } from '../language/showProblems';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { choose, showError, showWarning } from '../words/messages';
import { findTables, heldBackTables } from './heldBack';

/** Reads a CSV file, asks which column to predict, and opens a new spec beside the file. */
export async function newFromCsv(services: Services, argument: unknown): Promise<vscode.TextDocument | undefined> {
  const csv = argument instanceof vscode.Uri ? argument : await askCsv();
  if (!csv) {
    return undefined;
  }
  const name = fileNameOf(csv);
  const table = await profile(csv, services.extensionUri);
  if (!table) {
    return undefined;
  }
  const found = proposableTargets(table.facts, name);
  if ('problem' in found) {
    inBackground(showError(found.problem));
    return undefined;
  }
  const target = await askTarget(found.guesses);
  const givenAway = target && (await table.givesAway(predictedColumn(target)));
  if (!target || !givenAway) {
    return undefined;
  }
  const { text, leftOut, notes } = newSpecFor(table.facts, name, target, givenAway);
  const document = await show(csv, text);
  const leaks = leftOut.filter(({ code }) => code === 'gives-away').map(({ reason }) => reason);
  const told = [...leaks, ...notes, ...table.warnings].slice(0, mostNotes);
  if (told.length > 0) {
    inBackground(showWarning(told.join(' ')));
  }
  return document;
}

/** Sentences that a message holds. The spec's comments say the rest. */
const mostNotes = 4;

interface DescribedTable {
  readonly facts: TableFacts;
  readonly warnings: readonly string[];
  /** Undefined if the user cancelled, or if the table cannot be read any more, which is then shown. */
  givesAway(target: PredictedColumn): Promise<readonly GivenAway[] | undefined>;
}

/** Describes a table. Undefined if the user cancelled, or if it cannot be read, which is then shown. */
async function profile(csv: vscode.Uri, extensionUri: vscode.Uri): Promise<DescribedTable | undefined> {
  const name = fileNameOf(csv);
  const { size } = await vscode.workspace.fs.stat(csv);
  if (!(await mayReadTable(name, size))) {
    return undefined;
  }
  return isLargeTable(name, size) ? profileInEngine(csv, name, extensionUri) : profileHere(csv, name);
}

async function profileHere(csv: vscode.Uri, name: string): Promise<DescribedTable | undefined> {
  const found = profileForNewSpec(await vscode.workspace.fs.readFile(csv), name);
  if ('problems' in found) {
    await showTableProblem(csv, fromDataProblem(found.problems[0]));
    return undefined;
  }
  const { facts, warnings } = found;
  return { facts, warnings, givesAway: async (target) => found.givesAway(target) };
}

async function profileInEngine(
  csv: vscode.Uri,
  name: string,
  extensionUri: vscode.Uri,
): Promise<DescribedTable | undefined> {
  const ask = async <Name extends 'profile' | 'givenAway'>(request: Name, params: EngineRequests[Name]['params']) => {
    const reply = await askEngineWithProgress(extensionUri, hostOfFile(csv), t('Reading {0}…', name), request, params);
    if (reply && 'err' in reply) {
      inBackground(showError(reply.err.message));
      return undefined;
    }
    if (reply && 'problems' in reply.ok) {
      await showTableProblem(csv, reply.ok.problems[0]);
      return undefined;
    }
    return reply?.ok;
  };
  const found = await ask('profile', { table: name, forNewSpec: true });
  if (!found || !('facts' in found)) {
    return undefined;
  }
  return {
    facts: found.facts,
    warnings: found.warnings,
    givesAway: async (target) => {
      const judged = await ask('givenAway', { table: name, ...target });
      return judged && 'givenAway' in judged ? judged.givenAway : undefined;
    },
  };
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const found = await findTables();
  const open = vscode.window.activeTextEditor?.document.uri.toString();
  const isOpen = (uri: vscode.Uri) => Number(uri.toString() === open);
  const heldBack = await heldBackTables(found);
  const isHeldBack = (uri: vscode.Uri) => Number(heldBack.has(uri.toString()));
  const files = found
    .map((uri) => {
      const [label, path] = [fileNameOf(uri), vscode.workspace.asRelativePath(uri)];
      const description = [path === label ? '' : path, heldBack.get(uri.toString()) ?? ''].filter(Boolean).join(' · ');
      return { label, description, path, value: uri };
    })
    .sort(
      (a, b) =>
        isOpen(b.value) - isOpen(a.value) || isHeldBack(a.value) - isHeldBack(b.value) || a.path.localeCompare(b.path),
    );
  const browse = { icon: 'folder-opened', label: t('Browse…'), value: 'browse' as const, apart: true };
  const picked =
    files.length === 0 ? browse.value : await choose<vscode.Uri | 'browse'>([...files, browse], t('Choose a table'));
  if (picked !== 'browse') {
    return picked;
  }
  const opened = await vscode.window.showOpenDialog({
    title: t('Choose a table'),
    filters: { [t('Tables')]: [...tableExtensions, 'gz'] },
  });
  return opened?.[0];
}

async function askTarget(guesses: readonly TargetGuess[]): Promise<TargetGuess | undefined> {
  const items = guesses.map((guess, index) => ({
    label: guess.column.name,
    description: describeTask(guess),
    ...(index === 0 ? { detail: t('Probably this one: by its name, its place and its values.') } : {}),
    value: guess,
  }));
  return choose(items, t('Which column is to be predicted?'));
}

function describeTask({ task, column }: TargetGuess): string {
  switch (task) {
    case 'yesNo':
      return t('yes or no: {0}', column.counts.map(({ value }) => value).join(', '));
    case 'classes':
      return t('{0} classes', column.distinct);
    case 'number':
      return t('a number');
    default:
      return assertNever(task);
  }
}

/** A new file beside the table; an unsaved document if none can be written. */
async function show(csv: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  const document = await open(csv, text);
  await vscode.window.showTextDocument(document);
  return document;
}

async function open(csv: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  try {
    const spec = await freeName(csv, fileNameOf(csv).replace(/\.[^.]*(?:\.gz)?$/i, ''), 'nnspec');
    await writeWhole(spec, new TextEncoder().encode(text));
    return await vscode.workspace.openTextDocument(spec);
  } catch {
    return vscode.workspace.openTextDocument({ language: 'nnspec', content: text });
  }
}
