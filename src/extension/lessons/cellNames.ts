import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { kindOf, named, nameOf } from '../../lessons/notebook';
import { blockKinds } from '../../lessons/pieces';
import { askText, withIcon } from '../words/messages';
import { lessonType } from './readLesson';
import { aroundIn } from './serializer';

/** Run by the item below a cell; it is of no use anywhere else. */
const command = 'nnspec.nameCell';

/** Shows below each cell the name by which other blocks know it, and lets the person change it. */
export function showCellNames(): vscode.Disposable {
  const { notebooks, commands } = vscode;
  return vscode.Disposable.from(
    notebooks.registerNotebookCellStatusBarItemProvider(lessonType, { provideCellStatusBarItems: itemOf }),
    commands.registerCommand(command, rename),
  );
}

function itemOf(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem | undefined {
  const name = nameOf({ around: aroundIn(cell.metadata) });
  if (name === undefined && kindOf(cell.document.languageId) !== 'nnspec') {
    return undefined;
  }
  const text = withIcon('tag', name ?? t('no name'));
  const item = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Right);
  item.tooltip = t('Name of the cell, by which other blocks know it. Select it to change it.');
  item.command = { command, title: t('Name of the cell'), arguments: [cell] };
  return item;
}

async function rename(cell: vscode.NotebookCell): Promise<void> {
  const kind = blockKinds.find((each) => each === kindOf(cell.document.languageId));
  if (!kind) {
    return;
  }
  const around = aroundIn(cell.metadata);
  const prompt = t('Letters, digits, _ and -, with no digit first. Empty: no name.');
  const name = await askText(t('Name of the cell'), prompt, nameOf({ around }) ?? '');
  if (name === undefined) {
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const metadata = { ...cell.metadata, around: named(kind, around, name.trim().replaceAll(/\s+/g, '-')) };
  edit.set(cell.notebook.uri, [vscode.NotebookEdit.updateCellMetadata(cell.index, metadata)]);
  await vscode.workspace.applyEdit(edit);
}
