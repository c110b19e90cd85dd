import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ChartFile } from '../../protocol/chartFile';
import { saveBytes, suggestedTarget } from '../commands/weights';

/** Saves a chart of a run where the person says; the file is offered beside the spec. */
export async function saveChart(specUri: vscode.Uri, { name, kind, bytes }: ChartFile): Promise<void> {
  const dialogue = { title: t('Save Chart'), filters: { [kind.toUpperCase()]: [kind] } };
  // A metric may be of any name.
  const safe = name.replaceAll(/[^\p{Letter}\p{Number}_-]/gu, '-');
  const uri = await vscode.window.showSaveDialog({
    ...dialogue,
    defaultUri: suggestedTarget(specUri, `${safe}.${kind}`),
  });
  if (uri) {
    await saveBytes(uri, bytes, dialogue);
  }
}
