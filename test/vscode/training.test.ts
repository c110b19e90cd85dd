import { encode } from 'fast-png';
import { parquetWriteBuffer } from 'hyparquet-writer';
import * as vscode from 'vscode';
import type { Scores } from '../../src/spec/measurements';
import { equal, eventually, ok } from './assert';
import {
  answerDialogues,
  catchMessages,
  errorsOf,
  inWorkspace,
  itOnce,
  last,
  load,
  open,
  services,
  train,
  trainToEnd,
  trainUnseen,
  write,
} from './support';

describe('Train Network', () => {
  itOnce('shows one layer on XOR, which learns nothing', async () => {
    const run = await vscode.commands.executeCommand<Awaited<ReturnType<typeof train>>>('nnspec.watchOneLayer');
    ok(run, 'it was not trained');
    await run.over;
    await eventually('the final values', () => run.details.ended);
    ok(Math.abs(last(run, 'loss') - Math.LN2) < 1e-3, `the loss ended at ${last(run, 'loss')}`);
    equal(run.details.ended?.verdict?.learned, false);
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

  /** Two images of each side, in a folder of the workspace with its spec. */
  async function writeSides(): Promise<vscode.Uri> {
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
    return write(
      'sides.nnspec',
      `data: { folder: sides, shape: [1, 3, 4], scale: minmax, split: { train: 1 } }
model: { layers: [flatten, { dense: { units: 2, activation: softmax } }] }
training: { optimizer: { adam: 0.1 }, epochs: 60, metrics: [accuracy] }
`,
    );
  }

  it('learns from a folder of images, PNG and PGM, and counts them in the hover', async () => {
    const uri = await writeSides();
    const run = await trainUnseen(uri);
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

  itOnce('evaluates on a folder of images, and predicts it; the dialogue asks for a folder', async () => {
    const uri = await writeSides();
    await trainUnseen(uri);
    const folder = inWorkspace('sides');
    let scores: Scores | undefined;
    const [dialogue] = await answerDialogues([folder], async () => {
      scores = await vscode.commands.executeCommand<Scores>('nnspec.evaluateOnFile', uri);
    });
    equal([dialogue.canSelectFolders, dialogue.canSelectFiles], [true, false]);
    equal([scores?.rows, new Map(scores?.values).get('accuracy')], [4, 1]);
    const predictions = await vscode.commands.executeCommand<vscode.TextDocument>('nnspec.predictFromCsv', uri, folder);
    const [head, first] = predictions.getText().split('\n');
    equal([head, first.split(',')[0]], ['file,p_left,p_right,predicted_label', 'left/a.png']);
    await write('empty/notes.txt', 'no image');
    const [refusal] = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.evaluateOnFile', uri, inWorkspace('empty'));
    });
    ok(/^empty has no folders with images/.test(refusal), refusal);
  });

  itOnce('asks for the labels of images in an IDX file, to evaluate on them', async () => {
    const idx = (dimensions: readonly number[], bytes: readonly number[]) =>
      Uint8Array.from([0, 0, 8, dimensions.length, ...dimensions.flatMap((size) => [0, 0, 0, size]), ...bytes]);
    const images = await write('images.idx', idx([6, 1, 2], [9, 0, 0, 9, 8, 0, 0, 8, 7, 0, 0, 7]));
    const labels = await write('labels.idx', idx([6], [3, 5, 3, 5, 3, 5]));
    await write(
      'idx.nnspec',
      `data: { file: images.idx, labels: labels.idx, scale: minmax, types: { label: category }, split: { train: 1 } }
model: { layers: [flatten, { dense: { units: 1, activation: sigmoid } }] }
training: { loss: binary_crossentropy, optimizer: { adam: 0.1 }, epochs: 60 }
`,
    );
    const uri = inWorkspace('idx.nnspec');
    await trainUnseen(uri);
    let scores: Scores | undefined;
    const evaluate = async () => {
      scores = await vscode.commands.executeCommand<Scores>('nnspec.evaluateOnFile', uri, images);
    };
    const asked = await answerDialogues([labels], evaluate);
    equal([asked.length, asked[0].title], [1, 'Labels of These Rows']);
    equal([scores?.rows, new Map(scores?.values).get('accuracy')], [6, 1]);
  });

  itOnce('learns from a Parquet file, however small, in an engine process', async () => {
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
    const document = await load('table.nnspec');
    equal(await errorsOf(document), []);
    const run = await trainUnseen(document.uri);
    equal(run.details.started?.samples.train, 4);
    ok(last(run, 'loss') < 0.2, `the loss ended at ${last(run, 'loss')}`);
  });

  itOnce('trains the folds of a cross-validation first, and shows their mean above the spec', async () => {
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
});
