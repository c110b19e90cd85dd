import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { writtenSpec } from '../files/effective';
import { fileNameOf } from '../files/names';
import type { TrainingPanels } from '../panel/trainingPanels';
import type { Run } from '../runs/run';
import type { RunManager } from '../runs/runManager';

/** True for a document that is a spec. */
export function isSpec(document: vscode.TextDocument): boolean {
  return document.languageId === 'nnspec';
}

/** True for a file that a checkpoint was saved to. */
export function isCheckpoint(uri: vscode.Uri): boolean {
  return uri.path.endsWith('.nnckpt');
}

/** The spec a command is about: its argument, the active editor's, or the one whose panel is active. */
export function specAt(argument: unknown, panels: TrainingPanels): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) {
    return writtenSpec(argument);
  }
  if (typeof argument === 'string') {
    return vscode.Uri.parse(argument);
  }
  const active = vscode.window.activeTextEditor?.document;
  return panels.activeSpec ?? (active && isSpec(active) ? writtenSpec(active.uri) : undefined);
}

/** The run a command is about, among those that `accept` allows; asks where several could be meant. */
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
  const candidates = runs.all.filter(accept);
  if (candidates.length <= 1) {
    return candidates[0];
  }
  const picked = await vscode.window.showQuickPick(
    candidates.map((run) => ({ label: run.title, description: fileNameOf(vscode.Uri.parse(run.specUri)), run })),
    { placeHolder: t('Choose a run') },
  );
  return picked?.run;
}

/** Asks for one of the workspace's specs, or an example. */
export async function pickSpec(): Promise<vscode.Uri | 'example' | undefined> {
  const found = await vscode.workspace.findFiles('**/*.nnspec', '**/node_modules/**', 200);
  const specs = found
    .map((uri) => ({ label: fileNameOf(uri), description: folderOf(uri), uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const example = { label: `$(new-file) ${t('New from example…')}`, alwaysShow: true, uri: 'example' as const };
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { uri: vscode.Uri | 'example' }>(
    [...specs, { label: '', kind: vscode.QuickPickItemKind.Separator, uri: 'example' }, example],
    { placeHolder: t('Choose a network to train'), matchOnDescription: true },
  );
  return picked?.uri;
}

/** The folder of a file as a person of this workspace would name it; empty for the top. */
function folderOf(uri: vscode.Uri): string {
  const path = vscode.workspace.asRelativePath(uri);
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
