import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import type { DataProblem } from '../../data/dataset';
import { type Profile, profileSteps } from '../../data/profile';
import { newSpecFor, type TargetGuess, targetGuesses } from '../../language';
import { fileNameOf } from '../files/names';
import { inTurns } from '../language/turns';
import type { Services } from '../services';

/** Reads a CSV file, asks what is to be predicted, and opens a spec for it that stands beside the file. */
export async function newFromCsv(_services: Services, argument: unknown): Promise<vscode.TextDocument | undefined> {
  const csv = argument instanceof vscode.Uri ? argument : await askCsv();
  if (!csv) {
    return undefined;
  }
  const name = fileNameOf(csv);
  const profiled = await profileWithProgress(csv, name);
  if (!profiled) {
    return undefined;
  }
  if ('problems' in profiled) {
    await showProblem(csv, profiled.problems[0]);
    return undefined;
  }
  const guesses = targetGuesses(profiled.facts);
  if (guesses.length === 0) {
    const message = t(
      '{0} has no column that could be predicted from the others. It needs one that varies, and another to predict it from.',
      name,
    );
    void vscode.window.showErrorMessage(message);
    return undefined;
  }
  const target = await askTarget(guesses);
  return target && show(csv, newSpecFor(profiled.facts, name, target));
}

/** Files above this size take so long that one may want to give up. */
const longFile = 8 * 1024 * 1024;

/** Undefined where the person has cancelled it. */
async function profileWithProgress(csv: vscode.Uri, name: string): Promise<Profile | undefined> {
  const { size } = await vscode.workspace.fs.stat(csv);
  const isLong = size > longFile;
  return vscode.window.withProgress(
    {
      location: isLong ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
      title: t('Reading {0}…', name),
      cancellable: isLong,
    },
    async (_, token) => {
      const bytes = await vscode.workspace.fs.readFile(csv);
      return token.isCancellationRequested
        ? undefined
        : inTurns(profileSteps(bytes, name), () => token.isCancellationRequested);
    },
  );
}

async function askCsv(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.{csv,tsv}', '**/node_modules/**', 200);
  const open = vscode.window.activeTextEditor?.document.uri.toString();
  const isOpen = (uri: vscode.Uri) => Number(uri.toString() === open);
  const files = found
    .map((uri) => {
      const [label, path] = [fileNameOf(uri), vscode.workspace.asRelativePath(uri)];
      return { label, description: path === label ? '' : path, path, uri };
    })
    .sort((a, b) => isOpen(b.uri) - isOpen(a.uri) || a.path.localeCompare(b.path));
  const browse = { label: `$(folder-opened) ${t('Browse…')}`, alwaysShow: true, uri: undefined };
  const picked =
    files.length === 0
      ? browse
      : await vscode.window.showQuickPick<vscode.QuickPickItem & { uri?: vscode.Uri }>([...files, browse], {
          placeHolder: t('Choose a table'),
          matchOnDescription: true,
        });
  if (picked !== browse) {
    return picked?.uri;
  }
  const opened = await vscode.window.showOpenDialog({
    title: t('Choose a table'),
    filters: { [t('Tables (CSV, TSV)')]: ['csv', 'tsv'] },
  });
  return opened?.[0];
}

async function askTarget(guesses: readonly TargetGuess[]): Promise<TargetGuess | undefined> {
  const items = guesses.map((guess, index) => ({
    label: guess.column.name,
    description: describeTask(guess),
    ...(index === 0 ? { detail: t('Probably this one: by its name, its place and its values.') } : {}),
    guess,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: t('Which column is to be predicted?'),
    matchOnDescription: true,
  });
  return picked?.guess;
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

async function showProblem(csv: vscode.Uri, { message, at }: DataProblem): Promise<void> {
  void vscode.window.showErrorMessage(`${fileNameOf(csv)}: ${message}`);
  const place = at && new vscode.Position(at.line, at.character);
  await vscode.window.showTextDocument(csv, { selection: place && new vscode.Range(place, place) });
}

/** A file of its own beside the table; where none can be written, a document that is not saved yet. */
async function show(csv: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  const document = await open(csv, text);
  await vscode.window.showTextDocument(document);
  return document;
}

async function open(csv: vscode.Uri, text: string): Promise<vscode.TextDocument> {
  try {
    const spec = await freeName(csv);
    await vscode.workspace.fs.writeFile(spec, new TextEncoder().encode(text));
    return await vscode.workspace.openTextDocument(spec);
  } catch {
    return vscode.workspace.openTextDocument({ language: 'nnspec', content: text });
  }
}

/** `iris.nnspec` beside `iris.csv`, or the next number that is free: nothing is ever overwritten. */
async function freeName(csv: vscode.Uri): Promise<vscode.Uri> {
  const base = fileNameOf(csv).replace(/\.[^.]*$/, '');
  for (let count = 1; ; count++) {
    const spec = vscode.Uri.joinPath(csv, '..', count === 1 ? `${base}.nnspec` : `${base}-${count}.nnspec`);
    try {
      await vscode.workspace.fs.stat(spec);
    } catch {
      return spec;
    }
  }
}
