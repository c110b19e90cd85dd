import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { inWorkspace, last, open, problem, services, train, trainToEnd, write } from './support';

describe('Train Network', () => {
  it('learns XOR to a loss below 0.05', async () => {
    const { uri } = await open('xor.nnspec');
    const run = await trainToEnd(uri);
    equal(run.state, 'completed');
    ok(last(run, 'loss') < 0.05, `the loss ended at ${last(run, 'loss')}`);
    equal(last(run, 'accuracy'), 1);
    equal(run.series().loss.x.length, 1000);
  });

  it('learns iris.csv to an accuracy of at least 0.95', async () => {
    const run = await trainToEnd((await open('iris.nnspec')).uri);
    const reached = run.details.ended?.final.train?.find(([tag]) => tag === 'accuracy')?.[1] ?? 0;
    ok(reached >= 0.95, `the accuracy ended at ${reached}`);
    equal(
      run.details.ended?.expect.map((each) => each.ok),
      [true, true, true],
    );
  });

  it('learns digits.csv with 64-32-10 units to a validation accuracy of at least 0.95', async () => {
    const run = await trainToEnd((await open('digits.nnspec')).uri);
    equal(
      run.details.started?.layers.map(({ shape }) => shape[0]),
      [32, 10],
    );
    const reached = run.details.ended?.final.validation?.find(([tag]) => tag === 'accuracy')?.[1] ?? 0;
    ok(reached >= 0.95, `the validation accuracy ended at ${reached}`);
  });

  it('trains the folds of a cross-validation first, and shows their mean above the spec', async () => {
    await open('iris.nnspec');
    await write(
      'folds.nnspec',
      `data: { source: iris, scale: standard }
model: { layers: [{ dense: { units: 3, activation: softmax } }] }
training: { optimizer: adam, epochs: 20, cross_validation: 3 }
`,
    );
    const run = await train(inWorkspace('folds.nnspec'));
    ok(run, 'it was not trained');
    const seen: (number | undefined)[] = [];
    run.onChange(() => {
      const { started } = run.details;
      if (started && seen.at(-1) !== started.fold) {
        seen.push(started.fold);
      }
    });
    await run.over;
    await eventually('the final values', () => run.details.ended);
    equal(run.details.folds?.length, 3);
    equal(seen.slice(-2), [3, undefined]);
    equal(run.series().loss.x.length, 20);
    const { statusBar } = await services();
    await eventually(`a mean in the status bar; it says ${statusBar.text}`, () =>
      / val_loss \d\S* ± /.test(statusBar.text),
    );
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      inWorkspace('folds.nnspec'),
    );
    ok(
      lenses.some(({ command }) => /val_loss \d\S* ± .*val_accuracy/.test(command?.title ?? '')),
      `the lenses are ${lenses.map(({ command }) => command?.title)}`,
    );
  });

  it('cannot learn XOR with linear layers: the loss stays at 0.69 or above, and a hint says why', async () => {
    const { uri } = await open('linear-xor.nnspec');
    const run = await trainToEnd(uri);
    ok(last(run, 'loss') >= 0.69, `the loss ended at ${last(run, 'loss')}`);
    const hint = await problem(uri, 'linear-stack');
    ok(/linear/i.test(hint.message), hint.message);
  });
});
