import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { closeEditors, codeOf, itOnce, load, open, problem, problemsOf, write } from './support';

const broken = `data: { source: moons }
model:
  layers:
    - Dense: { unitz: 8, activation: swish }
    - dense:
      units: 1
      activation: sigmoid
training:
  lr: 0.1
  epochs: "20"
`;

const deepSigmoid = `seed: 1
data: { source: moons }
model:
  layers:
${'    - dense: { units: 16, activation: sigmoid }\n'.repeat(5)}    - dense: { units: 1, activation: sigmoid }
`;

async function actionsAt(uri: vscode.Uri, range: vscode.Range, kind?: vscode.CodeActionKind) {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    kind?.value,
  );
}

describe('quick fixes and predictions', () => {
  afterEach(closeEditors);

  itOnce('fix all: one action applies every fix that leaves no choice', async () => {
    const uri = await write('broken.nnspec', broken);
    const document = await open('broken.nnspec');
    await problem(uri, 'alias-name');
    await vscode.commands.executeCommand('editor.action.fixAll');
    await eventually('no error', () =>
      vscode.languages.getDiagnostics(uri).every(({ severity }) => severity !== vscode.DiagnosticSeverity.Error),
    );
    const text = document.getText();
    for (const part of [
      'dense: { units: 8, activation: silu }',
      '        units: 1',
      'learning_rate: 0.1',
      'epochs: 20',
    ]) {
      ok(text.includes(part), `“${part}” is missing in:\n${text}`);
    }
  });

  itOnce('link the code of a problem to a page that explains it', async () => {
    const uri = await write('explained.nnspec', broken);
    await load('explained.nnspec');
    const { code } = await problem(uri, 'alias-name');
    ok(typeof code === 'object', 'the code is no link');
    const page = await vscode.workspace.openTextDocument(code.target);
    ok(/^# alias-name\n\n\w/.test(page.getText()), page.getText());
  });

  it('show a problem of training on its layer, and a fix with its effect', async () => {
    const uri = await write('deep.nnspec', deepSigmoid);
    const document = await load('deep.nnspec');
    const hint = await problem(uri, 'vanishing-gradient');
    equal(hint.severity, vscode.DiagnosticSeverity.Information);
    equal(hint.range.start.line, 4);
    ok(/% arrives at this layer/.test(hint.message), hint.message);
    const actions = await actionsAt(uri, hint.range);
    const fix = actions.find(({ title }) => /tanh.*arrives \(now/.test(title));
    ok(fix?.edit, `there is no such fix among ${actions.map(({ title }) => title)}`);
    await vscode.workspace.applyEdit(fix.edit);
    await eventually('no hint', () =>
      vscode.languages.getDiagnostics(uri).every((each) => codeOf(each) !== 'vanishing-gradient'),
    );
    ok(document.getText().includes('activation: tanh'), document.getText());
  });

  itOnce('refactor: an activation becomes a layer of its own, and equal layers share an anchor', async () => {
    await write(
      'refactor.nnspec',
      `data: { source: moons }
model:
  layers:
    - dense: { units: 8, activation: tanh }
    - dense: { units: 8, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
`,
    );
    const document = await open('refactor.nnspec');
    const apply = async (title: RegExp) => {
      const place = new vscode.Range(3, 14, 3, 14);
      const actions = await actionsAt(document.uri, place, vscode.CodeActionKind.Refactor);
      const action = actions.find((each) => title.test(each.title));
      ok(action?.edit, `${title} is not among ${actions.map((each) => each.title)}`);
      await vscode.workspace.applyEdit(action.edit);
      return document.getText();
    };
    const shared = await apply(/share/);
    ok(/&hidden \{ units: 8.*\n.*\*hidden/.test(shared), shared);
    await vscode.commands.executeCommand('undo');
    const apart = await apply(/layer of its own/);
    ok(/units: 8 \}\n {4}- activation: tanh\n/.test(apart), apart);
  });

  itOnce('continue to measure a spec while another one is edited', async () => {
    const wide = deepSigmoid.replaceAll('units: 16', 'units: 160');
    await write('beside-wide.nnspec', deepSigmoid);
    const other = await open('beside-wide.nnspec');
    const uri = await write('wide.nnspec', wide);
    await open('wide.nnspec');
    const append = async () => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(other.uri, other.lineAt(other.lineCount - 1).range.end, '#');
      await vscode.workspace.applyEdit(edit);
    };
    await eventually('the hint', async () => {
      await append();
      return problemsOf(uri).some((each) => codeOf(each) === 'vanishing-gradient');
    });
  });

  itOnce('measure again when the data file was saved', async () => {
    const table = (scale: number) =>
      `x,y\n${Array.from({ length: 40 }, (_, row) => `${(row - 19.5) * scale},${row % 2}`).join('\n')}\n`;
    const data = await write('inputs.csv', table(100));
    const uri = await write(
      'inputs.nnspec',
      `data: { file: inputs.csv, target: y }
model:
  layers:
    - dense: { units: 8, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
`,
    );
    await load('inputs.nnspec');
    await problem(uri, 'saturated-units');
    const document = await vscode.workspace.openTextDocument(data);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(data, new vscode.Range(0, 0, document.lineCount, 0), table(0.01));
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await eventually('no hint', () => problemsOf(uri).every((each) => codeOf(each) !== 'saturated-units'));
  });

  itOnce('follow the setting that disables predictions', async () => {
    const settings = vscode.workspace.getConfiguration('nnspec');
    const uri = await write('unmeasured.nnspec', deepSigmoid);
    await load('unmeasured.nnspec');
    await problem(uri, 'vanishing-gradient');
    await settings.update('predict.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      await eventually('no hint', () =>
        vscode.languages.getDiagnostics(uri).every((each) => codeOf(each) !== 'vanishing-gradient'),
      );
    } finally {
      await settings.update('predict.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
    await problem(uri, 'vanishing-gradient');
  });
});
