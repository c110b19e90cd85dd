import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { largestInHost } from '../../common/limits';
import { isPacked } from '../../spec/tableFiles';
import { confirm } from '../words/messages';

/** True in a trusted workspace. Otherwise tells the person what waits for trust, and offers to give it. */
async function isTrusted(message: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    return true;
  }
  if (await confirm(message, t('Manage Trust'))) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}

export function mayTrain(): Promise<boolean> {
  return isTrusted(
    t('Training waits until you trust this workspace. Highlighting, hovers and diagnostics work already.'),
  );
}

export function mayPredict(): Promise<boolean> {
  return isTrusted(t('Predicting waits until you trust this workspace: it runs the network that the file holds.'));
}

/** Whether an engine process reads a table: a packed one of any size may be large when unpacked. */
export function isLargeTable(name: string, size: number): boolean {
  return size > largestInHost || isPacked(name);
}

/** Larger tables are read by an engine process, which needs trust. */
export async function mayReadTable(name: string, size: number): Promise<boolean> {
  return (
    !isLargeTable(name, size) ||
    isTrusted(t('{0} is packed or larger than 64 kB. Such tables are read once you trust this workspace.', name))
  );
}
