import * as vscode from 'vscode';
import { equal } from './assert';
import { inWorkspace, services, write } from './support';

const lesson = `\uFEFF---
title: A lesson
---
# Heading  

~~~~nnspec name=one
data: { source: xor }
~~~~
\`\`\`compute
a: 1 + 1
\`\`\`


\`\`\`question
id: first
ask: How much is 1 + 1?
number: a
\`\`\`
   the end`;

describe('lessons', () => {
  it('are saved with every byte that was not touched', async () => {
    for (const [name, text] of [
      ['unix', lesson],
      ['windows', lesson.replaceAll('\n', '\r\n')],
    ]) {
      const file = await write(`${name}.nnlesson`, text);
      const notebook = await vscode.workspace.openNotebookDocument(file);
      const cell = notebook.getCells().find(({ document }) => document.getText().includes('1 + 1'));
      const edit = new vscode.WorkspaceEdit();
      edit.replace(cell?.document.uri ?? file, new vscode.Range(0, 7, 0, 8), '2');
      await vscode.workspace.applyEdit(edit);
      await notebook.save();
      const saved = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        await vscode.workspace.fs.readFile(inWorkspace(`${name}.nnlesson`)),
      );
      equal(saved, text.replace('1 + 1', '1 + 2'));
    }
  });

  it('of the product are listed in their order, and open as a copy, once', async () => {
    const { lessonTree } = await services();
    const orders = (await lessonTree.shipped()).map(({ entry }) => entry.order);
    equal(orders, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const open = () => vscode.commands.executeCommand<vscode.NotebookDocument>('nnspec.openLesson', 4);
    const notebook = await open();
    equal(notebook.isUntitled && notebook.notebookType, 'nnlesson');
    equal((await open()).uri.toString(), notebook.uri.toString());
    await write('own/mine.nnlesson', '---\ntitle: Mine\n---\n');
    const rows = await lessonTree.children(undefined);
    const own = rows.flatMap((row) => (row.kind === 'folder' ? row.rows : []));
    equal(
      own.some(({ entry }) => entry.title === 'Mine'),
      true,
    );
  });
});
