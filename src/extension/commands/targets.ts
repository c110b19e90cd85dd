import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { writtenSpec } from '../files/effective';
import { fileNameOf } from '../files/names';
import type { TrainingPanels } from '../panel/trainingPanels';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';
import type { Services } from '../services';
import { newFromExample } from './newFromExample';

/** True for a document that is a spec. */
export function isSpec(document: vscode.TextDocument): boolean {
  return document.languageId === 'nnspec';
}

/** True for a file that a checkpoint was saved to. */
export function isCheckpoint(uri: vscode.Uri): boolean {
  return uri.path.endsWith('.nnckpt');
}

/**
 * The spec a command is about: its argument, the active editor's, the one whose panel is active, or, where a page such as a gradient check
 * is what has the focus, the only one in sight beside it.
 */
export function specAt(argument: unknown, panels: TrainingPanels): vscode.Uri | undefined {
  const named = specNamed(argument);
  if (named) {
    return named;
  }
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = activeTextEditor ? [activeTextEditor] : visibleTextEditors;
  const specs = new Set(
    editors.flatMap(({ document }) => (isSpec(document) ? [writtenSpec(document.uri).toString()] : [])),
  );
  return panels.activeSpec ?? (specs.size === 1 ? vscode.Uri.parse([...specs][0]) : undefined);
}

/** The spec that a button, a link or a caller named; undefined where a command came without one. */
function specNamed(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) {
    return writtenSpec(argument);
  }
  return typeof argument === 'string' ? vscode.Uri.parse(argument) : undefined;
}

/** The spec a command is about, or one that the person then chooses. */
export async function specOrAsk(
  argument: unknown,
  { extensionUri, panels }: Pick<Services, 'extensionUri' | 'panels'>,
): Promise<vscode.Uri | undefined> {
  return specAt(argument, panels) ?? pickSpec(extensionUri);
}

/**
 * The run a command is about, among those that `accept` allows: of a spec that was named its own or none, else the only one there is; asks
 * where several could be meant.
 */
export async function runAt(
  argument: unknown,
  runs: RunManager,
  panels: TrainingPanels,
  accept: (run: Run) => boolean,
): Promise<Run | undefined> {
  const spec = specAt(argument, panels);
  const named = spec && runs.of(spec);
  if (named && accept(named)) {
    return named;
  }
  // The run of the spec may have ended a moment ago: a press on its Stop is not meant for another one.
  const candidates = specNamed(argument) ? [] : runs.all.filter(accept);
  if (candidates.length <= 1) {
    return candidates[0];
  }
  const picked = await vscode.window.showQuickPick(
    candidates.map((run) => ({ label: run.title, description: fileNameOf(vscode.Uri.parse(run.specUri)), run })),
    { placeHolder: t('Choose a run') },
  );
  return picked?.run;
}

/** Asks for one of the workspace's specs, or a new one from an example. */
async function pickSpec(extensionUri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.nnspec', '**/node_modules/**', 200);
  const specs = found
    .map((uri) => ({ label: fileNameOf(uri), description: folderOf(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const example = { label: `$(new-file) ${t('New from example…')}`, alwaysShow: true, uri: 'example' as const };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { uri: vscode.Uri | 'example' }>(
    [...specs, { label: '', kind: vscode.QuickPickItemKind.Separator, uri: 'example' }, example],
    { placeHolder: t('Choose a network'), matchOnDescription: true },
  );
  return picked?.uri === 'example' ? (await newFromExample(extensionUri))?.uri : picked?.uri;
}

/** The folder of a file as a person of this workspace would name it; empty for the top. */
function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
