import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { effectiveSpecText, parseSpec } from '../../language';
import { fileNameOf } from '../files/names';
import type { Services } from '../services';
import { showProblems } from './problems';
import { specAt } from './targets';

/** Opens the spec with every default that applied written out, as a new file beside it. */
export async function showEffectiveSpec({ panels }: Services, argument: unknown): Promise<void> {
  const uri = specAt(argument, panels);
  if (!uri) {
    void vscode.window.showInformationMessage(t('Open a .nnspec file first.'));
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const { spec, problems } = parseSpec(document.getText(), { fileName: fileNameOf(uri) });
  if (!spec) {
    await showProblems(uri, problems);
    return;
  }
  const effective = await vscode.workspace.openTextDocument({ language: 'nnspec', content: effectiveSpecText(spec) });
  await vscode.window.showTextDocument(effective, { viewColumn: vscode.ViewColumn.Beside });
}
