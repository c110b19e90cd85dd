/** Tables that the extension host does not read itself: an engine process does, in a trusted workspace. */
import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { largestInHost } from '../../common/limits';

/** Whether a table may be read at all. If not, a message tells the user why. */
export async function mayReadTable(name: string, size: number): Promise<boolean> {
  if (size <= largestInHost || vscode.workspace.isTrusted) {
    return true;
  }
  const manage = t('Manage Trust');
  const message = t('{0} is larger than 64 kB. Such tables are read once you trust this workspace.', name);
  if ((await vscode.window.showWarningMessage(message, { modal: true }, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}
