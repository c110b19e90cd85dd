import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { closeEditors, errorsOf, inWorkspace, write } from './support';

/** Runs the command and accepts its first suggestion. */
async function fromCsv(csv?: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  let done = false;
  const running = vscode.commands.executeCommand<vscode.TextDocument | undefined>('nnspec.newFromCsv', csv);
  void running.then(() => {
    done = true;
  });
  await eventually('the end of the command', async () => {
    if (!done) {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    return done;
  });
  return running;
}

describe('New Spec from CSV', () => {
  afterEach(closeEditors);

  it('offers the table that is open before the others', async () => {
    await write(
      'tables/zebras.csv',
      'size,kind\n'.concat(...Array.from({ length: 9 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'}\n`)),
    );
    await vscode.window.showTextDocument(inWorkspace('tables/zebras.csv'));
    const document = await fromCsv();
    equal(document?.uri.path.slice(-'tables/zebras.nnspec'.length), 'tables/zebras.nnspec');
  });

  it('writes a spec without problems beside the file, and never over another', async () => {
    await write(
      'flowers/flowers.csv',
      'id,size,width,kind\n'.concat(
        ...Array.from({ length: 30 }, (_, i) => `${i},${i % 7},${i % 5},${i % 2 ? 'a' : 'b'}\n`),
      ),
    );
    const csv = inWorkspace('flowers/flowers.csv');
    const document = await fromCsv(csv);
    ok(document, 'no document was opened');
    equal(document.uri.path.slice(-'flowers/flowers.nnspec'.length), 'flowers/flowers.nnspec');
    ok(
      /target: kind\n/.test(document.getText()) && /inputs: \[size, width\]/.test(document.getText()),
      document.getText(),
    );
    equal(await errorsOf(document), []);
    const second = await fromCsv(csv);
    equal(second?.uri.path.slice(-'flowers-2.nnspec'.length), 'flowers-2.nnspec');
  });

  it('reads a table above 64 kB in an engine process', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i % 7},${i % 5},${i % 2 ? 'a' : 'b'}\n`);
    const document = await fromCsv(await write('flowers/large.csv', `size,width,kind\n${rows.join('')}`));
    ok(document && /target: kind\n/.test(document.getText()), document?.getText() ?? 'no document was opened');
    equal(await errorsOf(document), []);
  });

  it('says why a file cannot be used, and shows the place', async () => {
    const ragged = await write('ragged-table.csv', 'a,b\n1,2\n1\n');
    equal(await vscode.commands.executeCommand('nnspec.newFromCsv', ragged), undefined);
    equal(vscode.window.activeTextEditor?.document.uri.toString(), ragged.toString());
    equal(vscode.window.activeTextEditor?.selection.active.line, 2);
  });
});
