import { encode } from 'fast-png';
import { parquetWriteBuffer } from 'hyparquet-writer';
import * as vscode from 'vscode';
import { equal, eventually, ok } from './assert';
import { errorsOf, inWorkspace, itOnce, last, open, problem, services, train, trainToEnd, write } from './support';

describe('Train Network', () => {
  itOnce('learns XOR to a loss below 0.05', async () => {
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

  itOnce('learns digits.csv with 64-32-10 units to a validation accuracy of at least 0.95', async () => {
    const run = await trainToEnd((await open('digits.nnspec')).uri);
    equal(
      run.details.started?.layers.map(({ shape }) => shape[0]),
      [32, 10],
    );
    const reached = run.details.ended?.final.validation?.find(([tag]) => tag === 'accuracy')?.[1] ?? 0;
    ok(reached >= 0.95, `the validation accuracy ended at ${reached}`);
  });

  it('learns from a folder of images, PNG and PGM, and counts them in the hover', async () => {
    await open('xor.nnspec');
    const pixels = (isRight: boolean, more: number) =>
      Array.from({ length: 12 }, (_, i) => (i % 4 >= 2 === isRight ? 200 + more : more));
    for (const [name, isRight] of [
      ['left', false],
      ['right', true],
    ] as const) {
      await vscode.workspace.fs.createDirectory(inWorkspace(`sides/${name}`));
      const png = encode({ width: 4, height: 3, channels: 1, data: Uint8Array.from(pixels(isRight, 1)) });
      await write(`sides/${name}/a.png`, png);
      await write(`sides/${name}/b.pgm`, `P2\n4 3\n255\n${pixels(isRight, 9).join(' ')}\n`);
      await write(`sides/${name}/notes.txt`, 'no image');
    }
    await write(
      'sides.nnspec',
      `data: { folder: sides, shape: [1, 3, 4], scale: minmax, split: { train: 1 } }
model: { layers: [flatten, { dense: { units: 2, activation: softmax } }] }
training: { optimizer: { adam: 0.1 }, epochs: 60, metrics: [accuracy] }
`,
    );
    const { uri } = await open('sides.nnspec');
    const run = await trainToEnd(uri);
    equal(run.details.started?.classNames, ['left', 'right']);
    equal(run.details.started?.samples.train, 4);
    equal(last(run, 'accuracy'), 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(0, 'data: { folder: s'.length),
    );
    const shown = hovers
      .flatMap(({ contents }) => contents.map((each) => (each as vscode.MarkdownString).value))
      .join();
    ok(/4 images/.test(shown) && /`right` \| 2 \|/.test(shown), shown);
  });

  it('learns from a Parquet file, however small, in an engine process', async () => {
    await open('xor.nnspec');
    const columnData = ['a', 'b', 'y'].map((name, column) => ({
      name,
      data: Array.from({ length: 4 }, (_, row) => [row & 1, row >> 1, (row & 1) ^ (row >> 1)][column]),
    }));
    await write('table.parquet', new Uint8Array(parquetWriteBuffer({ columnData })));
    await write(
      'table.nnspec',
      `data: { file: table.parquet, target: y, split: { train: 1 } }
model: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: { units: 1, activation: sigmoid } }] }
training: { optimizer: { adam: 0.05 }, epochs: 400, loss: binary_crossentropy }
`,
    );
    const document = await open('table.nnspec');
    equal(await errorsOf(document), []);
    const run = await trainToEnd(document.uri);
    equal(run.details.started?.samples.train, 4);
    ok(last(run, 'loss') < 0.2, `the loss ended at ${last(run, 'loss')}`);
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

  itOnce('cannot learn XOR with linear layers: the loss stays at 0.69 or above, and a hint says why', async () => {
    const { uri } = await open('linear-xor.nnspec');
    const run = await trainToEnd(uri);
    ok(last(run, 'loss') >= 0.69, `the loss ended at ${last(run, 'loss')}`);
    const hint = await problem(uri, 'linear-stack');
    ok(/linear/i.test(hint.message), hint.message);
  });
});
