import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Services } from '../services';
import { choose } from '../words/messages';
import { lessonId } from './progress';
import { readLesson } from './readLesson';
import { deserializeLesson } from './serializer';
import { LessonRow } from './view/lessonTree';

/**
 * Opens a lesson: a row of the view, the one of this number, or one that is chosen. Those of the product open
 * as an unsaved copy, the one that is open already if there is one.
 */
export async function openLesson(
  { lessonTree }: Pick<Services, 'lessonTree'>,
  argument?: unknown,
): Promise<vscode.NotebookDocument | undefined> {
  const shipped = await lessonTree.shipped();
  const row =
    argument instanceof LessonRow
      ? argument
      : typeof argument === 'number'
        ? shipped.find(({ entry }) => entry.order === argument)
        : await choose(
            shipped.map((value) => ({ label: `${value.entry.order}. ${value.entry.title}`, value })),
            t('Choose a lesson'),
          );
  if (!row) {
    return undefined;
  }
  const notebook = row.isShipped ? await copyOf(row) : await vscode.workspace.openNotebookDocument(row.uri);
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

async function copyOf(row: LessonRow): Promise<vscode.NotebookDocument> {
  const open = vscode.workspace.notebookDocuments.find(
    (notebook) =>
      notebook.isUntitled &&
      notebook.notebookType === 'nnlesson' &&
      lessonId(readLesson(notebook).lesson.front, notebook.uri) === row.id,
  );
  return (
    open ??
    vscode.workspace.openNotebookDocument('nnlesson', deserializeLesson(await vscode.workspace.fs.readFile(row.uri)))
  );
}
