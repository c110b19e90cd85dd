import * as vscode from 'vscode';
import type { Run } from '../../src/extension/runs/run';
import type { Ended, GradientReport } from '../../src/protocol/engine';
import type { Scores } from '../../src/spec/measurements';
import { equal, eventually, ok } from './assert';
import {
  catchMessages,
  closeEditors,
  itOnce,
  last,
  load,
  messagesOf,
  open,
  problem,
  services,
  train,
  trainToEnd,
  trainUnseen,
  write,
} from './support';

/** XOR, training long enough for a test to control it. */
function longXor(seed: number, epochs = 50_000_000): string {
  return `name: Long ${seed}
seed: ${seed}
data: { source: xor }
model:
  layers:
    - dense: { units: 4, activation: tanh }
    - dense: { units: 1, activation: sigmoid }
training:
  loss: binary_crossentropy
  optimizer: { sgd: { learning_rate: 0.5 } }
  batch_size: 4
  epochs: ${epochs}
`;
}

describe('a run', () => {
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  itOnce('trains unsaved edits as they are seen', async () => {
    await write('edited.nnspec', longXor(1, 10));
    const document = await open('edited.nnspec');
    const edit = new vscode.WorkspaceEdit();
    const at = document.positionAt(document.getText().indexOf('epochs: 10'));
    edit.replace(document.uri, new vscode.Range(at, at.translate(0, 'epochs: 10'.length)), 'epochs: 17');
    await vscode.workspace.applyEdit(edit);
    ok(document.isDirty, 'the document is not dirty');
    const run = await trainToEnd(document.uri);
    equal(run.series().loss.x.length, 17);
  });

  it('does not affect other runs', async () => {
    const specs = await Promise.all([1, 2, 3].map((seed) => write(`long${seed}.nnspec`, longXor(seed))));
    const runs: Run[] = [];
    for (const spec of specs) {
      const run = await train(spec);
      ok(run, `${spec.path} was not trained: ${messagesOf(spec)}`);
      runs.push(run);
    }
    await eventually('three runs under way', () => runs.every((run) => (run.lastValue('loss') ?? 1) < 0.6));
    equal(
      runs.map((run) => run.details.started?.seed),
      [1, 2, 3],
    );
    await vscode.commands.executeCommand('nnspec.stop', specs[1]);
    await runs[1].over;
    equal(
      runs.map((run) => run.state),
      ['running', 'stopped', 'running'],
    );
    const losses = new Set(runs.map((run) => run.lastValue('loss')));
    equal(losses.size, 3, 'two runs hold the same loss');
  });

  it('pauses, steps, resumes and stops', async () => {
    const spec = await write('steered.nnspec', longXor(4));
    const run = await train(spec);
    ok(run, 'not trained');
    await eventually('training', () => run.state === 'running' && run.details.progress);
    await vscode.commands.executeCommand('nnspec.pause', spec);
    await eventually('paused', () => run.state === 'paused');
    // The rest of the epoch, if it has begun.
    await vscode.commands.executeCommand('nnspec.stepEpoch', spec);
    const before = run.details.progress?.epoch ?? 0;
    await vscode.commands.executeCommand('nnspec.stepEpoch', spec);
    await eventually('one epoch further', () => run.details.progress?.epoch === before + 1);
    equal(run.state, 'paused');
    await vscode.commands.executeCommand('nnspec.resume', spec);
    await eventually('training again', () => (run.details.progress?.epoch ?? 0) > before + 1);
    await vscode.commands.executeCommand('nnspec.stop', spec);
    await run.over;
    equal(run.state, 'stopped');
  });

  itOnce('begins with one step and pauses, if no run is active', async () => {
    const spec = await write('stepped.nnspec', longXor(6, 3));
    await vscode.commands.executeCommand('nnspec.stepEpoch', spec);
    const { runs } = await services();
    const first = runs.of(spec);
    ok(first, 'nothing was started');
    await eventually('one epoch', () => first.details.progress?.epoch === 1);
    equal(first.state, 'paused');
    await vscode.commands.executeCommand('nnspec.resume', spec);
    await first.over;
    await vscode.commands.executeCommand('nnspec.stepBatch', spec);
    const second = runs.of(spec);
    ok(second && second !== first, 'the run that is over was not followed by another');
    await eventually('one batch', () => second.details.progress?.step === 1);
    equal(second.state, 'paused');
  });

  itOnce('is replaced only after a question, and trains on if the answer is no', async () => {
    const spec = await write('again.nnspec', longXor(5));
    const first = await train(spec);
    ok(first, 'not trained');
    let second: unknown = 'not asked';
    const said = await catchMessages(async () => {
      second = await train(spec);
    });
    equal(said.length, 1);
    equal(second, undefined);
    ok(first.isActive, 'the first run was ended');
    const third = await vscode.commands.executeCommand<typeof first>('nnspec.restart', spec);
    ok(third && third.id !== first.id, 'no new run was started');
    equal(first.state, 'stopped');
  });

  itOnce('does not start if the spec has errors; the first is revealed', async () => {
    const spec = await write('wrong.nnspec', longXor(6).replace('units: 4', 'unitz: 4'));
    equal(await train(spec), undefined);
    await problem(spec, 'unknown-key');
    const editor = await eventually('the spec in an editor', () => vscode.window.activeTextEditor);
    equal(editor.document.uri.toString(), spec.toString());
    equal(editor.selection.active.line, 5);
  });

  itOnce('trains an untitled spec with data in the workspace', async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile((await open('iris.nnspec')).uri));
    const document = await vscode.workspace.openTextDocument({ language: 'nnspec', content: text });
    await vscode.window.showTextDocument(document);
    const run = await trainToEnd(document.uri);
    ok(last(run, 'accuracy') >= 0.95, `the accuracy ended at ${last(run, 'accuracy')}`);
  });

  it('is stored with every loss, and restored without an engine', async () => {
    const { runs } = await services();
    const spec = await write('kept.nnspec', longXor(7, 200));
    const run = await trainToEnd(spec);
    const { losses, state } = await eventually('the run in storage', async () => {
      const stored = await runs.readStored(spec);
      return stored && stored.id === run.id && !stored.isActive && stored.series().loss?.y.length === 200
        ? { losses: stored.series().loss.y, state: stored.state }
        : undefined;
    });
    equal(Array.from(losses), Array.from(run.series().loss.y));
    equal(state, 'completed');
  });
});

describe('a checkpoint', () => {
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  itOnce(
    'is saved from an active run, which continues; a resumed run replaces it and shows the earlier epochs',
    async () => {
      const spec = await write('saved.nnspec', longXor(8));
      const target = vscode.Uri.joinPath(spec, '../saved.nnckpt');
      const first = await train(spec);
      ok(first, 'not trained');
      await eventually('some epochs', () => (first.details.progress?.epoch ?? 0) > 5);
      await vscode.commands.executeCommand('nnspec.saveCheckpoint', spec, target);
      await eventually('training again', () => first.state === 'running');
      let resumed: Run | undefined;
      const said = await catchMessages(async () => {
        resumed = await vscode.commands.executeCommand<Run>('nnspec.resumeFromCheckpoint', spec, target);
      }, 'Replace');
      equal(said.length, 1);
      ok(resumed && resumed !== first, 'not resumed');
      equal(first.state, 'stopped');
      const done = resumed.details.started?.resumed?.epochs ?? 0;
      ok(done > 5, `${done} epochs were done`);
      await eventually('more epochs', () => (resumed?.details.progress?.epoch ?? 0) > done + 5);
      await vscode.commands.executeCommand('nnspec.stop', spec);
      const before = first.series().loss;
      const after = resumed.series().loss;
      equal(after.x[0], 1);
      const values = new Map(Array.from(before.x, (x, i) => [x, before.y[i]]));
      const common = Array.from(after.x.keys()).filter((i) => values.has(after.x[i]));
      ok(common.length > 0, 'no epoch is in both runs');
      equal(
        common.map((i) => after.y[i]),
        common.map((i) => values.get(after.x[i])),
      );
    },
  );

  itOnce('that is refused leaves the run of the spec untouched', async () => {
    const spec = await write('untouched.nnspec', longXor(9));
    const run = await train(spec);
    ok(run, 'not trained');
    await eventually('some epochs', () => (run.details.progress?.epoch ?? 0) > 5);
    const target = vscode.Uri.joinPath(spec, '../untouched.nnckpt');
    await vscode.commands.executeCommand('nnspec.saveCheckpoint', spec, target);
    await eventually('training again', () => run.state === 'running');
    const bytes = await vscode.workspace.fs.readFile(target);
    bytes[bytes.length - 1] ^= 1;
    const bad = await write('bad.nnckpt', bytes);
    const said = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.resumeFromCheckpoint', spec, bad);
    }, 'Replace');
    ok(
      said.some((message) => message.includes('bad.nnckpt: ')),
      said.join(),
    );
    ok((await services()).runs.of(spec) === run && run.state === 'running', `the run is ${run.state}`);
  });
});

describe('a gradient check', () => {
  afterEach(async () => {
    for (const run of (await services()).runs.all) {
      run.endEngine();
    }
    await closeEditors();
  });

  itOnce('needs no run, creates none, and shows its page beside the spec', async () => {
    const { uri } = await open('iris.nnspec');
    const before = (await services()).runs.all.length;
    const report = await vscode.commands.executeCommand<GradientReport>('nnspec.checkGradients', uri);
    ok(report, 'no report');
    ok(
      report.tensors.length >= 4 && report.tensors.every(({ verdict }) => verdict === 'right'),
      JSON.stringify(report),
    );
    equal((await services()).runs.all.length, before);
    await eventually('the page', () =>
      vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label.includes('Gradient check'))),
    );
  });

  itOnce('lets commands apply to the spec beside it while its page has the focus', async () => {
    const spec = await write('beside.nnspec', longXor(12, 20));
    await open('beside.nnspec');
    await vscode.commands.executeCommand('nnspec.checkGradients');
    await eventually('the page', () => vscode.window.activeTextEditor === undefined);
    const run = await vscode.commands.executeCommand<Run | undefined>('nnspec.train');
    equal(run?.specUri, spec.toString());
    await run?.over;
  });

  itOnce('uses the weights of the spec’s run, if there is one', async () => {
    const spec = await write('checked.nnspec', longXor(10, 300));
    const run = await trainUnseen(spec);
    const report = await vscode.commands.executeCommand<GradientReport>('nnspec.checkGradients', spec);
    equal(report?.step, 300);
    ok(run.hasEngine, 'the run has lost its engine');
  });
});

describe('a cross-validation', () => {
  afterEach(closeEditors);

  itOnce('is trained by its command, whatever the spec says, which stays as it is', async () => {
    const text =
      'data: { source: iris }\nmodel: { layers: [{ dense: { units: 3, activation: softmax } }] }\ntraining: { epochs: 2 }\n';
    const spec = await write('validated.nnspec', text);
    const validate = (uri: vscode.Uri) => vscode.commands.executeCommand<Run>('nnspec.crossValidate', uri);
    const run = await validate(spec);
    await run.over;
    equal([run.details.folds?.length, run.state], [5, 'completed']);
    await vscode.commands.executeCommand('nnspec.compareLinear', spec);
    equal(run.details.linearFolds?.length, 5);
    ok(Number.isFinite(run.details.linearError), 'no standard error');
    const again = await validate(spec);
    // The comparison belongs to the new run as well, whose folds it has.
    await eventually('the linear model', () => again.details.linear);
    equal([again.details.linearFolds?.length, again.linearWeights !== undefined], [5, true]);
    equal((await vscode.workspace.openTextDocument(spec)).getText(), text);
    const own = await validate(await write('own.nnspec', text.replace('epochs: 2', 'epochs: 2, cross_validation: 3')));
    await own.over;
    equal(own.details.folds?.length, 3);
  });
});

describe('pages beside a spec', () => {
  afterEach(closeEditors);

  itOnce('open in the column of its panel, whatever has the focus, and never in a third', async () => {
    const { uri } = await open('iris.nnspec');
    await trainToEnd(uri);
    const panel = (await services()).panels.of(uri);
    ok(panel, 'no panel');
    const { Two } = vscode.ViewColumn;
    const labelsOf = (column: vscode.ViewColumn) =>
      vscode.window.tabGroups.all.find(({ viewColumn }) => viewColumn === column)?.tabs.map(({ label }) => label) ?? [];
    const csv = vscode.Uri.joinPath(uri, '../iris.csv');
    const evaluate = () => vscode.commands.executeCommand('nnspec.evaluateOnFile', uri, csv);
    await vscode.window.showTextDocument(csv, { viewColumn: Two });
    await evaluate();
    await eventually('the page', () => labelsOf(Two).some((label) => label.includes('Evaluation')));
    // Now the page has the focus.
    await evaluate();
    await vscode.commands.executeCommand('nnspec.checkGradients', uri);
    await eventually('the other page', () => labelsOf(Two).some((label) => label.includes('Gradient check')));
    equal(vscode.window.tabGroups.all.length, 2);
    equal(labelsOf(vscode.ViewColumn.One), ['iris.nnspec']);
    equal(labelsOf(Two).filter((label) => label.includes('Evaluation')).length, 1);
  });
});

describe('the linear model', () => {
  afterEach(closeEditors);

  itOnce('is trained beside a run, which keeps its values', async () => {
    const spec = await write('linear.nnspec', longXor(5, 300));
    const run = await trainUnseen(spec);
    const epochs = run.series().loss.x.length;
    const final = await vscode.commands.executeCommand<Ended['final']>('nnspec.compareLinear', spec);
    const loss = new Map(final.train).get('loss') ?? 0;
    ok(loss > 0.69 && loss < 0.75, `a linear model has the loss ${loss} on XOR`);
    equal(run.details.linear, final);
    equal([run.series().loss.x.length, run.state], [epochs, 'completed']);
  });

  itOnce('is offered where a run without it is evaluated, and then stands on the page', async () => {
    const spec = await write('compared.nnspec', longXor(6, 20));
    const run = await trainUnseen(spec);
    const rows = await write('compared.csv', 'x1,x2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n');
    const [offer] = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.evaluateOnFile', spec, rows);
      await eventually('the linear model', () => run.linearWeights);
    }, 'Compare');
    ok(/^How well does a linear model predict these rows\?/.test(offer), offer);
    const text = await eventually('the page', () =>
      vscode.workspace.textDocuments
        .filter(({ uri }) => uri.query === rows.toString())
        .map((each) => each.getText())
        .find((each) => each.includes('| Linear model |')),
    );
    ok(text.includes('| Score | Network | Linear model | Baseline |'), text);
    const value = (row: RegExp) => Number(row.exec(text)?.[1]);
    // The four rows are those that it was trained on.
    const loss = new Map(run.details.linear?.train).get('loss') ?? 0;
    ok(Math.abs(value(/^\| loss \| \S+ \| (\S+) /m) - loss) < 1e-4, text);
  });
});

describe('weights', () => {
  afterEach(closeEditors);

  it('are saved, loaded and used to predict the rows of a CSV file', async () => {
    const { uri } = await load('iris.nnspec');
    await trainUnseen(uri);
    const target = vscode.Uri.joinPath(uri, '../iris.safetensors');
    await vscode.commands.executeCommand('nnspec.saveWeights', uri, target);
    const csv = vscode.Uri.joinPath(uri, '../iris.csv');
    const document = await vscode.commands.executeCommand<vscode.TextDocument>('nnspec.predictFromCsv', target, csv);
    ok(document, 'no document was opened');
    const rows = document.getText().trimEnd().split('\n');
    equal(rows.length, 151);
    equal(document.uri.scheme, 'untitled');
    equal(document.uri.path, vscode.Uri.joinPath(csv, '../iris.predictions.csv').path);
    ok(/^sepal.*,species,p_setosa,.*,predicted_species$/.test(rows[0]), rows[0]);
    const truth = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(csv))
      .trimEnd()
      .split('\n');
    const right = rows.slice(1).filter((row, i) => row.split(',').at(-1) === truth[i + 1].trim().split(',').at(-1));
    ok(right.length >= 143, `${right.length} of 150 rows are right`);
    const scores = await vscode.commands.executeCommand<Scores>('nnspec.evaluateOnFile', target, csv);
    equal(new Map(scores.values).get('accuracy'), right.length / 150);
    const hasPage = (says: string) =>
      vscode.workspace.textDocuments.some(
        (each) =>
          each.uri.scheme === 'nnspec-report' &&
          each.getText().startsWith('# Evaluation: iris') &&
          each.getText().includes(says),
      );
    await eventually('the page with its pictures', () => hasPage('<svg role="img" aria-label="ROC curve"'));
    await eventually('the importance of the columns', () => hasPage('## Which columns matter'));
    const before = (await services()).runs.of(uri);
    await vscode.commands.executeCommand('nnspec.loadWeights', uri, target);
    const run = (await services()).runs.of(uri);
    ok(run && run !== before, 'no run was started from the weights');
    // They were loaded to be looked at: nothing changes them until the person says so.
    const { progress, started } = run.details;
    equal([run.state, progress?.epoch, progress?.step], ['paused', 0, 0]);
    equal(started?.from, { kind: 'weights', file: target.path.split('/').at(-1) ?? '', epoch: 0 });
    const again = vscode.Uri.joinPath(target, '../again.safetensors');
    await vscode.commands.executeCommand('nnspec.saveWeights', uri, again);
    equal(await vscode.workspace.fs.readFile(again), await vscode.workspace.fs.readFile(target));
    await vscode.commands.executeCommand('nnspec.resume', uri);
    await run.over;
    ok(run.series().loss.y[0] < 0.3, `the first loss is ${run.series().loss.y[0]}: the weights were not used`);
  });

  itOnce('that are refused leave the run of the spec and its network untouched', async () => {
    const spec = await write('trained.nnspec', longXor(13, 20));
    const run = await trainUnseen(spec);
    const target = vscode.Uri.joinPath(spec, '../trained.safetensors');
    await vscode.commands.executeCommand('nnspec.saveWeights', spec, target);
    const bytes = await vscode.workspace.fs.readFile(target);
    const cut = await write('cut.safetensors', bytes.slice(0, -4));
    const said = await catchMessages(async () => {
      await vscode.commands.executeCommand('nnspec.loadWeights', spec, cut);
    });
    ok(
      said.some((message) => /^cut\.safetensors: .*lies outside the file/.test(message)),
      said.join(),
    );
    ok((await services()).runs.of(spec) === run && run.hasEngine, `the run is ${run.state}`);
    await vscode.commands.executeCommand('nnspec.saveWeights', spec, cut);
    equal(await vscode.workspace.fs.readFile(cut), bytes);
  });
});
