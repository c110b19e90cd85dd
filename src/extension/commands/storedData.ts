import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { counted } from '../../common/counted';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { confirm, showInformation } from '../words/messages';

/** Deletes the stored runs and results after a question, which says how much there is and where. */
export async function deleteStoredData({ storage, results }: Services): Promise<void> {
  const stored = await storedData({ storage, results });
  if (stored.length === 0) {
    inBackground(showInformation(t('NNSpec has stored nothing.')));
    return;
  }
  const question = vscode.workspace.workspaceFolders
    ? t('Delete what NNSpec has stored for this workspace?')
    : t('Delete what NNSpec has stored for windows without a folder?');
  const detail = [
    ...stored.map((each) => `• ${each}`),
    t('Stored in: {0}', storage.path),
    '',
    t(
      'Files that you saved yourself are not touched. Runs that are open stay on screen and are not stored any more; those that you start later are.',
    ),
  ];
  const yes = t('Delete');
  if (await confirm(question, yes, detail)) {
    const deleted = await storedData({ storage, results });
    await storage.deleteAll();
    await results.clear();
    inBackground(showInformation(t('Deleted: {0}.', deleted.join(', '))));
  }
}

/** `2 runs (34 kB)` and `the last results of 3 specs`, as far as there are any. */
async function storedData({ storage, results }: Pick<Services, 'storage' | 'results'>): Promise<string[]> {
  const { runs, bytes } = await storage.measure();
  const { kept } = results;
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  return [
    ...(bytes > 0 ? [counted(runs, t('{0} run ({1})', runs, size), t('{0} runs ({1})', runs, size))] : []),
    ...(kept > 0
      ? [counted(kept, t('the last result of {0} spec', kept), t('the last results of {0} specs', kept))]
      : []),
  ];
}
