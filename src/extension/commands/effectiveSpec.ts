import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { columnBeside } from '../columns';
import { effectiveUri } from '../files/specCopies';
import { parsedOf } from '../language/parses';
import { showProblems } from '../language/showProblems';
import type { Services } from '../services';
import { inBackground } from '../words/background';
import { showInformation } from '../words/messages';
import { specAt } from './targets';

/** Opens a read-only copy of the spec with every default written out; it follows edits. */
export async function showEffectiveSpec({ panels }: Services, argument: unknown): Promise<void> {
  const uri = specAt(argument, panels);
  if (!uri) {
    inBackground(showInformation(t('Open a .nnspec file first.')));
    return;
  }
  const { spec, problems } = await parsedOf(await vscode.workspace.openTextDocument(uri));
  if (!spec) {
    await showProblems(uri, problems);
    return;
  }
  const effective = await vscode.workspace.openTextDocument(effectiveUri(uri));
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document === effective);
  const viewColumn = shown?.viewColumn ?? columnBeside();
  await vscode.window.showTextDocument(effective, { viewColumn, preview: false });
}
