/** The spec that a kept run has trained: compared, and brought back. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { readText } from '../../../runs/runFiles';
import { runFile } from '../../../runs/runWriter';
import { fileNameOf } from '../../files/names';
import { runSpecUri } from '../../files/specCopies';
import { language } from '../../l10n';
import type { Services } from '../../services';
import { inBackground } from '../../words/background';
import { inert } from '../../words/inert';
import { showDone, showError, showInformation } from '../../words/messages';
import type { FoundRun } from '../runHomes';
import { timeOf } from './rowWords';
import { oneRun } from './runCommands';

/** Shows in what the spec's file differs from what a run has trained. */
export async function compareSpec(services: Services, argument: unknown): Promise<void> {
  const run = await oneRun(services, argument);
  if (!run) {
    return;
  }
  const spec = run.home.specUri(run.header.spec);
  if (!(await openSpec(spec))) {
    inBackground(showError(t('The spec cannot be opened: {0}', spec.path)));
    return;
  }
  await showDiff(runSpecUri(run.id, spec), spec, `${titleOf(run)} ↔ ${fileNameOf(spec)}`);
}

/** Shows in what the specs of two selected runs differ, the older one on the left. */
export async function compareRunSpecs({ runTree }: Services, argument: unknown): Promise<void> {
  const runs = runTree.chosen(argument).filter((run) => 'header' in run);
  if (runs.length !== 2) {
    inBackground(showInformation(t('Select two runs to compare their specs.')));
    return;
  }
  const [older, newer] = [...runs].sort((a, b) => (a.id < b.id ? -1 : 1));
  const uris = [older, newer].map((run) => runSpecUri(run.id, run.home.specUri(run.header.spec)));
  await showDiff(uris[0], uris[1], `${titleOf(older)} ↔ ${titleOf(newer)}`);
}

/** Brings the spec of a run back into the editor, as an edit that can be undone and is not saved yet. */
export async function restoreSpec(services: Services, argument: unknown): Promise<void> {
  const run = await oneRun(services, argument);
  const text = run && (await readText(run.home.repository.folderOf(run.id), runFile.spec));
  if (!run) {
    return;
  }
  if (text === undefined) {
    inBackground(showError(t('The files of this run are damaged.')));
    return;
  }
  const spec = run.home.specUri(run.header.spec);
  // A file that is no longer there comes back when its document is saved.
  const document =
    (await openSpec(spec)) ?? (await vscode.workspace.openTextDocument(spec.with({ scheme: 'untitled' })));
  const isSame = document.getText() === text;
  if (!isSame) {
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), text);
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.window.showTextDocument(document);
  showDone(
    isSame
      ? t('{0} is as this run has trained it.', fileNameOf(spec))
      : t('{0} is again as this run has trained it. Undo takes it back.', fileNameOf(spec)),
  );
}

export function openSpec(spec: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  return Promise.resolve(vscode.workspace.openTextDocument(spec)).catch(() => undefined);
}

async function showDiff(left: vscode.Uri, right: vscode.Uri, title: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, inert(title), { preview: true });
}

/** `XOR (14:15)` */
export function titleOf({ header }: Extract<FoundRun, { header: object }>): string {
  return `${header.name} (${timeOf(header.created, { now: new Date(), locale: language() })})`;
}
