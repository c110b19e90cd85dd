import * as vscode from 'vscode';
import { eventually, ok } from './assert';
import { closeEditors, codeOf, itOnce, load, open, problem, trainToEnd, trainUnseen, write } from './support';

describe('the editor', () => {
  afterEach(closeEditors);

  it('shows on a hover over tanh its formula, its plot and what it does to gradients', async () => {
    const document = await load('xor.nnspec');
    const at = document.positionAt(document.getText().indexOf('activation: tanh') + 'activation: t'.length);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    const text = hovers
      .flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value))
      .join('\n');
    ok(/data:image\/svg\+xml;base64,/.test(text), 'there is no picture');
    for (const part of ['tanh', 'torch.nn.Tanh', 'Keras', '(-1, 1)']) {
      ok(text.replaceAll('\\', '').includes(part), `“${part}” is missing in: ${text.replace(/base64,[\w+/=]*/g, '…')}`);
    }
    ok(text.length < 100_000, `the hover has ${text.length} characters`);
  });

  itOnce('offers a quick fix for a misspelt key, and the problem is gone when it is applied', async () => {
    const uri = await write(
      'fix.nnspec',
      'data: { source: xor }\nmodel:\n  layers:\n    - dense: { unitz: 1, activation: sigmoid }\n',
    );
    const document = await load('fix.nnspec');
    const { range } = await problem(uri, 'unknown-key');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
    );
    const fix = actions.find(({ edit }) => edit);
    ok(fix?.edit, `there is no fix among ${actions.map(({ title }) => title)}`);
    await vscode.workspace.applyEdit(fix.edit);
    ok(/units: 1/.test(document.getText()), document.getText());
    await eventually('no problem', () =>
      vscode.languages.getDiagnostics(uri).every((each) => codeOf(each) !== 'unknown-key'),
    );
  });

  it('has “Train Network” above the first line, and the result after training', async () => {
    const { uri } = await open('iris.nnspec');
    const titles = async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 10);
      return lenses.map(({ command }) => command?.title ?? '').join(' | ');
    };
    ok(/Train Network.*Check Gradients/.test(await titles()), await titles());
    await trainToEnd(uri);
    const outcome = /Train Network.*(finished|stopped early) · learned, val_loss \d.*, val_accuracy [\d.]+.*, 1 run/;
    await eventually('the outcome', async () => outcome.test(await titles()));
    await trainUnseen(uri);
    await eventually('the second run', async () => /, 2 runs/.test(await titles()));
  });

  it('opens the panel beside the spec, and the gallery', async () => {
    await trainToEnd((await load('xor.nnspec')).uri);
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));
    await eventually('the panel', () => labels().includes('XOR'));
    await vscode.commands.executeCommand('nnspec.showActivationGallery', 'tanh');
    await eventually('the gallery', () => labels().some((label) => /gallery/i.test(label)));
  });
});
