import * as vscode from 'vscode';
import { lessonOutputType } from '../../src/protocol/lesson';
import { equal, eventually, ok } from './assert';
import { codeOf, inWorkspace, itOnce, problem, services, write } from './support';

const lesson = `\uFEFF---
title: A lesson
---
# Heading  

~~~~nnspec name=one
data: { source: and }
model: { layers: [{ dense: { units: 1, activation: sigmoid } }] }
training: { loss: binary_crossentropy, batch_size: 4, epochs: 20 }
~~~~
\`\`\`compute
a: 1 + 1
\`\`\`


\`\`\`question
id: sum
ask: How much is it?
number: a
wrong: { 1: One too few. }
\`\`\`

\`\`\`compute
b: 2 * a
\`\`\`

\`\`\`question
id: learned
ask: Train it for longer.
expect: accuracy == 1
of: one
\`\`\`
   the end`;

async function shown(name: string, text = lesson): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(await write(name, text));
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

/** The output of the cell whose text contains these words. */
function outputOf(notebook: vscode.NotebookDocument, words: string): { kind: string } & Record<string, unknown> {
  const [item] = cellWith(notebook, words).outputs.flatMap(({ items }) => items);
  return item?.mime === lessonOutputType ? JSON.parse(new TextDecoder().decode(item.data)) : { kind: 'none' };
}

function cellWith(notebook: vscode.NotebookDocument, words: string): vscode.NotebookCell {
  const cell = notebook.getCells().find(({ document }) => document.getText().includes(words));
  ok(cell, words);
  return cell;
}

async function replace(cell: vscode.NotebookCell, old: string, text: string): Promise<void> {
  const { document } = cell;
  const at = document.getText().indexOf(old);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + old.length)), text);
  await vscode.workspace.applyEdit(edit);
}

describe('lessons', () => {
  afterEach(() => vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'));

  it('are saved with every byte that was not touched', async () => {
    for (const [name, text] of [
      ['unix', lesson],
      ['windows', lesson.replaceAll('\n', '\r\n')],
    ]) {
      const notebook = await vscode.workspace.openNotebookDocument(await write(`${name}.nnlesson`, text));
      await replace(cellWith(notebook, '1 + 1'), '1 + 1', '1 + 2');
      await notebook.save();
      const bytes = await vscode.workspace.fs.readFile(inWorkspace(`${name}.nnlesson`));
      equal(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), text.replace('1 + 1', '1 + 2'));
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

  it('show computations at once, train a cell, and tell right answers from wrong ones', async () => {
    const { lessons } = await services();
    const notebook = await shown('run.nnlesson');
    await eventually('the first outputs', () => outputOf(notebook, '2 * a').kind === 'compute' || undefined);
    equal(outputOf(notebook, 'source: and').kind, 'none');
    equal(JSON.stringify(await lessons.judge(notebook, 'sum', 1)), '{"right":false,"message":"One too few."}');
    equal((await lessons.judge(notebook, 'sum', 2)).right, true);
    // A question about a run has its cell run.
    const cell = cellWith(notebook, 'source: and');
    const missed = await lessons.judge(notebook, 'learned', 0);
    equal(missed.right, false);
    ok(missed.message?.startsWith('Not met: accuracy == 1'), String(missed.message));
    equal(outputOf(notebook, 'source: and').kind, 'run');
    await replace(cell, 'epochs: 20', 'epochs: 3000');
    equal((await lessons.judge(notebook, 'learned', 0)).right, true);
    equal([...lessons.progress.answered('/A lesson')].sort().join(), 'learned,sum');
    await vscode.commands.executeCommand('nnspec.resetLesson');
    equal(lessons.progress.answered('/A lesson').size, 0);
    equal(outputOf(notebook, 'source: and').kind, 'none');
  });

  itOnce('have their problems in the cells, and run no cell that has one', async () => {
    const notebook = await shown('wrong.nnlesson', lesson.replace('2 * a', '2 * c').replace('of: one', 'of: two'));
    const cell = cellWith(notebook, '2 * c');
    const found = await problem(cell.document.uri, 'bad-expression');
    equal(cell.document.getText(found.range), 'c');
    equal(codeOf(await problem(cellWith(notebook, 'of: two').document.uri, 'unknown-cell')), 'unknown-cell');
    await eventually('the failure', () => outputOf(notebook, '2 * c').kind === 'failure' || undefined);
  });
});
