import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { counted } from '../../common/counted';
import type { RunHome } from '../runs/runHomes';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { confirm, showInformation } from '../words/messages';

/** Folders that the question names. */
const mostPlaces = 5;

/** Deletes the kept runs and results after a question, which says how much there is and where. */
export async function deleteStoredData({ homes, keeper, results }: Services): Promise<void> {
  // A run that writes its last files would bring its folder back.
  await keeper.settled();
  const kept = await homes.all();
  const stored = await storedData(kept, results);
  if (stored.length === 0) {
    inBackground(showInformation(t('NNSpec has stored nothing.')));
    return;
  }
  const question = vscode.workspace.workspaceFolders
    ? t('Delete what NNSpec has stored for this workspace?')
    : t('Delete what NNSpec has stored for windows without a folder?');
  const detail = [
    ...stored.map((each) => `• ${each}`),
    t('Stored in: {0}', placesOf(kept).join(', ')),
    '',
    t('Files that you saved yourself are not touched, nor are runs that train now.'),
  ];
  const yes = t('Delete');
  if (await confirm(question, yes, detail)) {
    const deleted = await storedData(kept, results);
    await Promise.all(kept.map(({ repository }) => repository.clear()));
    await results.clear();
    inBackground(showInformation(t('Deleted: {0}.', deleted.join(', '))));
  }
}

/** The folders of the kept runs: the first few. */
function placesOf(homes: readonly RunHome[]): readonly string[] {
  const places = homes.map(({ uri }) => uri.fsPath);
  return places.length > mostPlaces ? [...places.slice(0, mostPlaces), '…'] : places;
}

/** `2 runs (34 kB)` and `the last results of 3 specs`, as far as there are any. */
async function storedData(homes: readonly RunHome[], { kept }: Services['results']): Promise<string[]> {
  const measured = await Promise.all(homes.map(({ repository }) => repository.measure()));
  const [runs, bytes] = (['runs', 'bytes'] as const).map((key) => measured.reduce((sum, each) => sum + each[key], 0));
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  return [
    ...(bytes > 0 ? [counted(runs, t('{0} run ({1})', runs, size), t('{0} runs ({1})', runs, size))] : []),
    ...(kept > 0
      ? [counted(kept, t('the last result of {0} spec', kept), t('the last results of {0} specs', kept))]
      : []),
  ];
}
