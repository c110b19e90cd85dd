import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import { messageOf } from '../../common/messageOf';
import { showError } from './messages';

/** Logs a failure that nobody waits for, and tells the person of it. */
export function failureReporter(log: vscode.LogOutputChannel): (error: unknown) => void {
  const tell = async (error: unknown) => {
    const show = t('Show Log');
    if ((await showError(t('Something failed unexpectedly: {0}', messageOf(error)), show)) === show) {
      log.show(true);
    }
  };
  return (error) => {
    log.error(error instanceof Error ? error : String(error));
    tell(error).catch((again: unknown) => log.error(messageOf(again)));
  };
}
