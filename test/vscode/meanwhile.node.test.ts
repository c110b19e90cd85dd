import * as vscode from 'vscode';
import type { Run } from '../../src/extension/runs/run';
import { parseSpec } from '../../src/language';
import { equal, eventually, ok } from './assert';
import { DelayedFiles } from './delayedFiles';
import {
  catchMessages,
  closeEditors,
  codeOf,
  disableAutoSave,
  inWorkspace,
  open,
  problemsOf,
  services,
  train,
  trainUnseen,
  write,
} from './support';

/** A network on xor that trains long enough for a test to control it, or for a few epochs. */
function xor(name: string, epochs = 50_000_000): string {
  return `name: ${name}
data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, batch_size: 4, epochs: ${epochs} }
`;
}

const good = `x,y\n${'0.5,1\n0.25,0\n'.repeat(20)}`;
const onTable = (text: string, file: string) => text.replace('source: xor', `file: ${file}, inputs: [x], target: y`);

async function replace(document: vscode.TextDocument, from: string, to: string): Promise<void> {
  const at = document.positionAt(document.getText().indexOf(from));
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(at, at.translate(0, from.length)), to);
  await vscode.workspace.applyEdit(edit);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

describe('concurrent changes', () => {
  disableAutoSave();
  let held: DelayedFiles;
  before(() => {
    held = new DelayedFiles('held');
  });
  after(() => held.dispose());
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  it('a command about one spec does not affect the run of another', async () => {
    const over = await trainUnseen(await write('over.nnspec', xor('Over', 5)));
    const [ended, other] = [vscode.Uri.parse(over.specUri), await write('other-run.nnspec', xor('Other'))];
    const run = await train(other);
    ok(run, 'not trained');
    await eventually('training', () => run.state === 'running');
    over.endEngine();
    const target = inWorkspace('over.safetensors');
    await catchMessages(async () => {
      for (const command of ['stop', 'pause']) {
        await vscode.commands.executeCommand(`nnspec.${command}`, ended);
      }
      await vscode.commands.executeCommand('nnspec.saveWeights', ended, target);
    });
    equal(run.state, 'running');
    ok(!(await exists(target)), 'the weights of another network were saved');
    const third = await write('third.nnspec', xor('Third', 5));
    const begun = await vscode.commands.executeCommand<Run>('nnspec.restart', third);
    equal([begun?.specUri, run.state], [third.toString(), 'running']);
    await begun?.over;
  });

  it('a run keeps the text that its network was built from, though more is typed while the data are read', async () => {
    held.put('typed.csv', good);
    const spec = held.put('typed.nnspec', onTable(xor('Typed', 5), 'typed.csv'));
    const document = await vscode.workspace.openTextDocument(spec);
    await eventually('a check', async () => (await services()).diagnostics.check(document));
    held.put('typed.csv', `${good}0.125,1\n`);
    held.hold('typed.csv');
    const begun = train(spec);
    await eventually('the data to be asked for', () => held.isHeld('typed.csv'));
    await replace(document, 'units: 4', 'units: 5');
    held.release('typed.csv');
    const run = await begun;
    ok(run, 'not trained');
    await run.over;
    equal(run.details.started?.layers[0].shape, [4]);
    ok(run.specText.includes('units: 4'), run.specText);
  });

  it('of two commands to train a spec the later one wins, even if the earlier one reads its data later', async () => {
    held.put('first.csv', good);
    held.put('second.csv', good);
    const spec = held.put('order.nnspec', onTable(xor('Order'), 'first.csv'));
    const document = await vscode.workspace.openTextDocument(spec);
    held.hold('first.csv');
    const restart = () => vscode.commands.executeCommand<Run | undefined>('nnspec.restart', spec);
    const first = restart();
    await eventually('the data to be asked for', () => held.isHeld('first.csv'));
    await replace(document, 'first.csv', 'second.csv');
    const run = await restart();
    ok(run, 'not trained');
    held.release('first.csv');
    await first;
    const { runs } = await services();
    ok(runs.of(spec) === run && run.isActive, `the run is ${run.state}`);
    await eventually('training', () => run.state === 'running');
  });

  it('the panel shows the current run if another one was started while it opened', async () => {
    const { runs, panels } = await services();
    const text = xor('Twice');
    const spec = await write('twice.nnspec', text);
    const parsed = parseSpec(text, { fileName: 'twice.nnspec' });
    ok(parsed.spec, 'the spec has errors');
    const request = { specUri: spec, specText: text, fileName: 'twice.nnspec', spec: parsed.spec };
    runs.train(request);
    const opening = panels.reveal(spec);
    const run = runs.train(request);
    await opening;
    equal(panels.of(spec)?.run?.id, run.id);
  });

  it('a run that was started while a checkpoint was being read is not replaced', async () => {
    const { runs } = await services();
    const text = xor('Overtaken');
    const spec = await write('overtaken.nnspec', text);
    const first = await train(spec);
    ok(first, 'not trained');
    await eventually('training', () => first.state === 'running');
    const reply = await first.ask('saveCheckpoint', null);
    ok('ok' in reply, JSON.stringify(reply));
    first.endEngine();
    const parsed = parseSpec(text, { fileName: 'overtaken.nnspec' });
    ok(parsed.spec, 'the spec has errors');
    const request = { specUri: spec, specText: text, fileName: 'overtaken.nnspec', spec: parsed.spec };
    const opening = runs.trainFrom({ ...request, resume: reply.ok });
    const second = runs.train(request);
    ok('failure' in (await opening), 'the checkpoint’s run was started');
    ok(runs.of(spec) === second && second.isActive, `the run is ${second.state}`);
  });

  it('an offer to restart a failed run does not replace a run that was started since', async () => {
    const spec = await write('offered.nnspec', xor('Offered'));
    const failed = await train(spec);
    ok(failed, 'not trained');
    await eventually('training', () => failed.state === 'running');
    const { runs } = await services();
    const window = vscode.window as unknown as Record<string, unknown>;
    const { showErrorMessage, showWarningMessage } = window;
    let answer: (button: string) => void = () => undefined;
    const asked: string[] = [];
    window.showErrorMessage = () => new Promise((done) => (answer = done));
    window.showWarningMessage = async (message: string) => void asked.push(message);
    try {
      failed.fail({ code: 'test', message: 'It failed.' });
      await failed.over;
      const run = await train(spec);
      ok(run, 'not trained again');
      answer('Restart');
      await eventually('the question', () => asked.length > 0 || runs.of(spec) !== run);
      ok(runs.of(spec) === run && run.isActive, `the run is ${run.state}`);
    } finally {
      Object.assign(window, { showErrorMessage, showWarningMessage });
    }
  });

  it('the kept engines are those of the latest runs', async () => {
    const specs = await Promise.all([0, 1, 2, 3, 4].map((i) => write(`kept${i}.nnspec`, xor(`Kept ${i}`, 5))));
    for (const spec of specs) {
      await trainUnseen(spec);
    }
    const again = await trainUnseen(specs[0]);
    await trainUnseen(await write('kept5.nnspec', xor('Kept 5', 5)));
    await trainUnseen(await write('kept6.nnspec', xor('Kept 6', 5)));
    ok(again.hasEngine, 'the network that was trained a moment ago is gone');
  });

  it('a check of data that were replaced meanwhile does not publish their problems', async () => {
    const { diagnostics } = await services();
    const data = held.put('slow.csv', `${good}a word,2\n`);
    const spec = held.put('slow.nnspec', onTable(xor('Slow'), 'slow.csv'));
    held.hold('slow.csv');
    const document = await vscode.workspace.openTextDocument(spec);
    const slow = diagnostics.check(document);
    await eventually('the data to be asked for', () => held.isHeld('slow.csv'));
    held.put('slow.csv', good);
    await diagnostics.check(document);
    held.release('slow.csv');
    ok((await slow).problems.length > 0, 'the first check did not see the first data');
    equal([...problemsOf(spec), ...problemsOf(data)].map(codeOf), []);
  });

  it('data that could not be read once are read again', async () => {
    const { diagnostics } = await services();
    held.put('away.csv', good);
    const spec = held.put('away.nnspec', onTable(xor('Away'), 'away.csv'));
    held.hold('away.csv');
    const document = await vscode.workspace.openTextDocument(spec);
    const first = diagnostics.check(document);
    await eventually('the data to be asked for', () => held.isHeld('away.csv'));
    held.release('away.csv', vscode.FileSystemError.Unavailable('away'));
    equal(
      (await first).problems.map(({ code }) => code),
      ['data-file'],
    );
    equal((await diagnostics.check(document)).problems, []);
  });

  it('the columns of a table that could not be read once are offered later', async () => {
    held.put('offered.csv', good);
    const spec = held.put('offered.nnspec', 'data:\n  file: offered.csv\n  target: \n');
    held.hold('offered.csv');
    const document = await vscode.workspace.openTextDocument(spec);
    const columns = async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        document.lineAt(2).range.end,
      );
      return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    const first = columns();
    await eventually('the data to be asked for', () => held.isHeld('offered.csv'));
    held.release('offered.csv', vscode.FileSystemError.Unavailable('away'));
    ok(!(await first).includes('y'), 'the columns were known');
    ok((await columns()).includes('y'), 'the columns are not offered');
  });

  it('a column is renamed at its current place in a table with unsaved edits', async () => {
    const spec = onTable(xor('Unsaved'), 'unsaved.csv');
    await write('unsaved.csv', 'x,y\n1,0\n2,1\n');
    await write('unsaved.nnspec', spec);
    const document = await open('unsaved.nnspec');
    const data = await open('unsaved.csv');
    await replace(data, 'x', 'id,x');
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('[x]') + 1),
      'length',
    );
    await vscode.workspace.applyEdit(edit);
    equal(data.lineAt(0).text, 'id,length,y');
    ok(document.getText().includes('[length]'), document.getText());
  });
});
