import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { closeEditors, itOnce, load, open, write } from './support';

/** Reads a spec with `|` at the cursor; returns the completion items there. */
async function offered(name: string, marked: string, resolved = 0) {
  const at = marked.indexOf('|');
  const uri = await write(name, marked.slice(0, at) + marked.slice(at + 1));
  const document = await load(name);
  const position = document.positionAt(at);
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    uri,
    position,
    undefined,
    resolved,
  );
  return { document, position, items: list.items };
}

function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === 'string' ? label : label.label;
}

const layers = 'data: { source: xor }\nmodel:\n  layers:\n';

describe('completion', () => {
  afterEach(closeEditors);

  itOnce('offers activations with their plot, made when an item is resolved', async () => {
    const { items } = await offered('complete.nnspec', `${layers}    - dense: { units: 4, activation: | }\n`, 60);
    const tanh = items.find((item) => labelOf(item) === 'tanh');
    ok(tanh, `there is no tanh among ${items.map(labelOf)}`);
    const text = (tanh.documentation as vscode.MarkdownString).value;
    ok(/data:image\/svg\+xml;base64,/.test(text), 'there is no picture');
    ok(/torch\.nn\.Tanh/.test(text.replaceAll('\\', '')), text.slice(0, 200));
  });

  itOnce('reads column names from the file’s header for a document with unsaved edits', async () => {
    await write('things.csv', 'size,odd name: x,kind\n1,2,a\n2,3,b\n');
    const { document, items } = await offered('columns.nnspec', 'data:\n  file: things.csv\n  target: |');
    equal(items.map(labelOf).slice(0, 3).join('|'), 'kind|odd name: x|size', 'columns');
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    const end = document.positionAt(document.getText().length);
    edit.insert(document.uri, end, 'kind\n  inputs: []');
    await vscode.workspace.applyEdit(edit);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(document.getText().length - 1),
    );
    equal(list.items.map(labelOf).join('|'), 'size|odd name: x', 'inputs');
    ok(document.isDirty, 'the document was saved');
  });

  it('lists the data files of a folder', async () => {
    await write('sub/inner.csv', 'a,b\n1,2\n');
    const top = (await offered('files.nnspec', 'data:\n  file: |')).items.map(labelOf);
    ok(top.includes('iris.csv') && top.includes('sub/'), top.join());
    equal((await offered('inner.nnspec', 'data:\n  file: sub/|')).items.map(labelOf).join(), 'inner.csv');
  });

  itOnce('accepts a suggestion through the editor’s own commands', async () => {
    const { document, position } = await offered('accept.nnspec', `${layers}    - conv|\n`);
    await vscode.window.showTextDocument(document);
    const editor = vscode.window.activeTextEditor;
    ok(editor, 'no editor is open');
    editor.selection = new vscode.Selection(position, position);
    await eventually('the accepted layer', async () => {
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      await new Promise((done) => setTimeout(done, 500));
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      return /- conv\dd: \{ filters: 16, kernel_size: 3, activation: relu \}\n/.test(document.getText());
    });
  });

  itOnce('replaces the word at the time of the request, and not what is typed meanwhile', async () => {
    const name = 'meanwhile.nnspec';
    const uri = await write(name, `${layers}    - dense: { units: 4, activation: s }\n`);
    const document = await open(name);
    const position = document.positionAt(document.getText().indexOf('s }') + 1);
    const asked = vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      uri,
      position,
    );
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, position, 'igm');
    const [{ items }] = await Promise.all([asked, vscode.workspace.applyEdit(edit)]);
    const range = items.find((item) => labelOf(item) === 'sigmoid')?.range;
    ok(range && !(range instanceof vscode.Range), 'there is no sigmoid');
    equal(range.replacing.end.character, position.character, 'the end of what is replaced');
  });

  itOnce('works in a document that was never saved', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'nnspec', content: 'data:\n  source: \n' });
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(1, 10),
    );
    ok(list.items.map(labelOf).includes('spiral'), 'there is no spiral');
  });

  itOnce('describes a data file in its hover', async () => {
    await write('hover.nnspec', 'data:\n  file: iris.csv\n  target: species\n');
    const document = await load('hover.nnspec');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(1, 10),
    );
    const text = hovers.flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value)).join();
    ok(/150 rows, 5 columns/.test(text) && /setosa.*50.*33/.test(text), text);
  });
});
