import * as vscode from 'vscode';
import type { Run } from '../../src/extension/runs/run';
import type { RunRow, SpecRow, SweepRow } from '../../src/extension/runs/view/runListing';
import { equal, eventually, ok } from './assert';
import {
  answerDialogues,
  catchMessages,
  closeEditors,
  disableAutoSave,
  inWorkspace,
  itOnce,
  services,
  train,
  trainUnseen,
  write,
} from './support';

const folder = 'kept-runs';
const spec = (units: number) => `name: Kept
data: { source: xor }
model: { layers: [dense: { units: ${units}, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, epochs: 10 }
`;
const newer = '20261202-141500-kept-0002';
const older = '20261201-101500-kept-0001';

/** Makes a run on disk, as a terminal would. */
async function keep(id: string, units: number, more: object = {}): Promise<void> {
  const header = {
    nnspec_run: 1,
    id,
    name: 'Kept',
    spec: 'kept.nnspec',
    created: `2026-12-0${id[7]}T10:15:00.000Z`,
    state: 'completed',
    epochs: 10,
    epoch: 10,
    step: 10,
    seconds: 1,
    ...more,
  };
  await write(`${folder}/.nnspec/runs/${id}/spec.nnspec`, spec(units));
  await write(`${folder}/.nnspec/runs/${id}/run.json`, `${JSON.stringify(header)}\n`);
}

const uri = () => inWorkspace(`${folder}/kept.nnspec`);
const run = (command: string, argument?: unknown) => vscode.commands.executeCommand(`nnspec.${command}`, argument);

/** The rows of the test's spec. The classes of this bundle are not those of the extension. */
async function rows(): Promise<readonly RunRow[]> {
  const { runTree } = await services();
  const groups = (await runTree.children(undefined)) as readonly SpecRow[];
  const group = groups.find(({ key }) => key === uri().toString());
  // Only one test makes a sweep.
  return group ? ((await runTree.children(group)) as readonly RunRow[]) : [];
}

const idsOf = async () => (await rows()).map((row) => row.run.id);

/** The row of the test's only sweep. */
async function sweepRow(): Promise<SweepRow | undefined> {
  return ((await rows()) as readonly (RunRow | SweepRow)[]).find((row): row is SweepRow => 'rows' in row);
}

async function itemOf(id: string): Promise<vscode.TreeItem> {
  const row = (await rows()).find((each) => each.run.id === id);
  ok(row, `there is no row of ${id}`);
  return (await services()).runTree.itemOf(row);
}

describe('the Runs view', () => {
  disableAutoSave();

  before(async () => {
    const { runTree } = await services();
    await write(`${folder}/kept.nnspec`, spec(4));
    await keep(older, 2, { note: '[x](command:y) $(error)' });
    await keep(newer, 3, { state: 'interrupted' });
    runTree.refresh();
    await eventually('both runs', async () => (await idsOf()).length === 2);
  });

  afterEach(closeEditors);

  it('shows the runs of a spec, newest first, with words that do nothing', async () => {
    equal(await idsOf(), [newer, older]);
    const { description, contextValue } = await itemOf(older);
    equal([description, contextValue], ['[x] (command:y) $ (error) · epoch 10/10 · 1 s', 'run over unstarred']);
    const { runTree } = await services();
    const row = (await rows())[1];
    const { tooltip } = runTree.explain(runTree.itemOf(row), row);
    ok(tooltip instanceof vscode.MarkdownString && !tooltip.isTrusted, 'the tooltip is trusted');
    ok(tooltip.value.includes('\\[x\\]\\(command\\:y\\)'), tooltip.value);
  });

  it('follows the disk', async () => {
    const third = '20261202-151500-kept-0003';
    const { runTree } = await services();
    await keep(third, 5);
    // Nobody watches a folder that was just made: the view looks for itself from time to time.
    await runTree.look();
    equal(await idsOf(), [third, newer, older]);
    await vscode.workspace.fs.delete(inWorkspace(`${folder}/.nnspec/runs/${third}`), { recursive: true });
    await runTree.look();
    equal(await idsOf(), [newer, older]);
  });

  it('stars a run, deletes it, and takes that back', async () => {
    const [, row] = await rows();
    await run('starRun', row.run);
    equal((await itemOf(older)).contextValue, 'run over starred');
    await run('unstarRun', row.run);
    equal((await itemOf(older)).contextValue, 'run over unstarred');
    equal(await catchMessages(() => Promise.resolve(run('deleteRun', row.run))), ['1 run deleted.']);
    equal(await idsOf(), [newer]);
    const { home } = row.run;
    await home.repository.restore(older);
    await (await services()).runTree.reread([row.run]);
    equal(await catchMessages(() => Promise.resolve(run('deleteRun', row.run)), 'Undo'), ['1 run deleted.']);
    await eventually('the run that came back', async () => (await idsOf()).length === 2);
  });

  itOnce('compares the spec of a run, and brings it back as an edit', async () => {
    const [, row] = await rows();
    await run('compareSpec', row.run);
    const input = await eventually('the comparison', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.input instanceof vscode.TabInputTextDiff ? activeTab.input : undefined;
    });
    equal([input.original.scheme, input.modified.toString()], ['nnspec-run', uri().toString()]);
    equal((await vscode.workspace.openTextDocument(input.original)).getText(), spec(2));
    await run('restoreSpec', row.run);
    const document = await vscode.workspace.openTextDocument(uri());
    equal([document.getText(), document.isDirty], [spec(2), true]);
    await vscode.commands.executeCommand('undo');
    equal(document.getText(), spec(4));
  });

  itOnce('compares runs in a tab, and the specs of two of them', async () => {
    const all = await rows();
    const tabs = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('nnspec.compare'));
    await run('compareRuns', uri());
    await eventually('the comparison', () => tabs().length === 1);
    equal(tabs()[0].label, 'Compare kept');
    await run('compareRuns', uri());
    equal(tabs().length, 1);
    await run(
      'compareRuns',
      [...all].map((row) => row.run),
    );
    await eventually('the comparison of these runs', () => tabs().length === 2);
    await run(
      'compareRunSpecs',
      [...all].map((row) => row.run),
    );
    const input = await eventually('the difference', () => {
      const { activeTab } = vscode.window.tabGroups.activeTabGroup;
      return activeTab?.input instanceof vscode.TabInputTextDiff ? activeTab.input : undefined;
    });
    const texts = await Promise.all(
      [input.original, input.modified].map(async (each) => (await vscode.workspace.openTextDocument(each)).getText()),
    );
    equal(texts, [spec(2), spec(3)]);
  });

  itOnce(
    'writes the values of a run into the sweep of its spec, and all of its text where that has no such run',
    async () => {
      const { applyRun } = await import('../../src/extension/commands/sweep');
      const swept = (rate: number) =>
        `${spec(4).replace('0.5', String(rate))}sweep: { values: { training.optimizer.sgd.learning_rate: [0.1, 0.2] } }\n`;
      const file = await write(`${folder}/swept.nnspec`, swept(0.5));
      const id = '20261203-101500-swept-0001';
      const values = (rate: number) => ({ 'training.optimizer.sgd.learning_rate': rate });
      const keepSwept = (rate: number) =>
        keep(id, 7, { spec: 'swept.nnspec', sweep: { id: 's', values: values(rate) } });
      const all = await services();
      const found = async () => {
        const found = await all.homes.find(file, id);
        ok(found, 'the run is not found');
        return found;
      };
      await keepSwept(0.2);
      await applyRun(all, await found());
      const document = await vscode.workspace.openTextDocument(file);
      equal(document.getText(), swept(0.2));
      await keepSwept(0.3);
      await applyRun(all, await found());
      equal(document.getText(), spec(7));
      await vscode.commands.executeCommand('workbench.action.files.revert');
      await vscode.workspace.fs.delete(file);
      await vscode.workspace.fs.delete(inWorkspace(`${folder}/.nnspec/runs/${id}`), { recursive: true });
    },
  );

  itOnce('opens any run in the panel of its spec', async () => {
    const { runs, panels } = await services();
    for (const row of await rows()) {
      await run('openRun', row.run);
      equal([runs.of(uri())?.id, panels.of(uri())?.run?.id], [row.run.id, row.run.id]);
    }
  });

  itOnce('shows the runs of a sweep in a row of their own, which is starred and deleted as one', async () => {
    const { runTree } = await services();
    for (const [seed, loss] of [
      [1, 0.5],
      [2, 0.25],
    ]) {
      const sweep = { id: 'sweep-1', values: { seed } };
      await keep(`20261202-16150${seed}-kept-001${seed}`, 4, { sweep, best: { tag: 'loss', value: loss, epoch: 9 } });
    }
    await runTree.look();
    const row = await eventually('the sweep', sweepRow);
    const words = () => {
      const { label, description, contextValue } = runTree.itemOf(row);
      return [String(label).replace(/ · .*/, ''), description, contextValue];
    };
    equal(words(), ['Sweep', '2 runs · best loss 0.2500 (seed 2)', 'sweep over unmarked']);
    const labels = (await runTree.children(row)).map((each) => runTree.itemOf(each).label);
    equal(labels, ['seed 2', 'seed 1']);
    await run('starRun', row);
    equal(words()[2], 'sweep over marked');
    equal(await catchMessages(() => Promise.resolve(run('deleteRun', row)), 'Undo'), ['2 runs deleted.']);
    const again = await eventually('the sweep that came back', sweepRow);
    equal(await catchMessages(() => Promise.resolve(run('deleteRun', again))), ['2 runs deleted.']);
    equal(await sweepRow(), undefined);
  });

  itOnce('trains a run again, and says whether the same bits come out', async () => {
    const { homes, runs } = await services();
    const trained = await trainUnseen(uri());
    const kept = await eventually('the kept run', async () => {
      const found = await homes.find(uri(), trained.id);
      return found && 'header' in found && found.header.state === 'completed' ? found : undefined;
    });
    const repeat = async (found: unknown = kept) => {
      let verdict: unknown;
      const said = await catchMessages(async () => {
        verdict = await run('repeatRun', found);
      });
      return [verdict, said.map((text) => text.replace(/^.*?\): /, ''))];
    };
    equal(await repeat(), [
      { kind: 'same', epochs: 10, weights: true },
      ['The same bits: 10 epochs and the final weights.'],
    ]);
    // It took nothing's place.
    equal([runs.of(uri())?.id, (await homes.newestOf(uri()))?.id], [trained.id, trained.id]);
    const log = inWorkspace(`${folder}/.nnspec/runs/${kept.id}/events.jsonl`);
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(log));
    const changed = text.replace(/("epoch":7,.*?"loss":)[^,}]+/, '$10.5');
    await vscode.workspace.fs.writeFile(log, new TextEncoder().encode(changed));
    const [verdict, said] = (await repeat()) as [{ kind: string; difference: { where: string } }, string[]];
    equal([verdict.kind, verdict.difference.where], ['different', 'epoch 7, loss']);
    ok(/^Not the same\. First difference: epoch 7, loss: 0\.5 was kept, /.test(said[0]), said[0]);
    const [, nothing] = await repeat({ ...kept, id: newer });
    equal(nothing, ['There is nothing to compare: no epoch of the run is kept.']);
  });

  itOnce('tells nothing of a repeated run that is cancelled', async () => {
    const { homes } = await services();
    const long = await write('kept-long/long.nnspec', spec(4).replace('epochs: 10', 'epochs: 50000000'));
    const trained = await train(long);
    ok(trained, 'it was not trained');
    await eventually('an epoch', () => (trained.details.progress?.epoch ?? 0) > 100);
    await trained.stop();
    await trained.concluded;
    const kept = await eventually('the kept run', async () => {
      const found = await homes.find(long, trained.id);
      return found && 'header' in found && found.header.state === 'stopped' ? found : undefined;
    });
    const window = vscode.window as unknown as Record<string, unknown>;
    const { withProgress } = window;
    const source = new vscode.CancellationTokenSource();
    const reported: string[] = [];
    window.withProgress = (_: unknown, work: (progress: object, token: vscode.CancellationToken) => unknown) =>
      work({ report: ({ message }: { message: string }) => reported.push(message) && source.cancel() }, source.token);
    try {
      equal(await catchMessages(async () => equal(await run('repeatRun', kept), undefined)), []);
    } finally {
      window.withProgress = withProgress;
    }
    ok(/^epoch [\d,]+\/50,000,000$/.test(reported[0]), String(reported[0]));
  });

  itOnce('forks a run from a checkpoint, with the file as it is now, and says what was kept', async () => {
    const { homes } = await services();
    const file = await write('kept-forks/fork.nnspec', spec(4));
    const trained = await trainUnseen(file);
    const found = await eventually('the kept run', async () => {
      const kept = await homes.find(file, trained.id);
      return kept && 'header' in kept && kept.header.state === 'completed' ? kept : undefined;
    });
    await write('kept-forks/fork.nnspec', spec(5));
    const window = vscode.window as unknown as Record<string, unknown>;
    const { showQuickPick } = window;
    const shown: string[][] = [];
    window.showQuickPick = async (items: readonly vscode.QuickPickItem[]) => {
      shown.push(items.map(({ label, description }) => [label, description].filter(Boolean).join(': ')));
      return items[0];
    };
    let forked: Run | undefined;
    try {
      await eventually('the file as it is now', async () => {
        const document = await vscode.workspace.openTextDocument(file);
        return document.getText() === spec(5);
      });
      forked = (await run('forkRun', found)) as Run | undefined;
    } finally {
      window.showQuickPick = showQuickPick;
    }
    ok(forked, 'it was not forked');
    ok(/^Last checkpoint: step 10 · epoch 10 · loss /.test(shown[0][0]), shown[0][0]);
    equal(shown[1], ['The spec as its file is now', 'The spec as the run has trained it']);
    const inherited = { kept: ['dense_2.bias'], anew: ['dense_1.weight', 'dense_1.bias', 'dense_2.weight'] };
    equal(forked.details.started?.from, {
      kind: 'fork',
      file: `${trained.id}/last.nnckpt`,
      epoch: 10,
      inherited: { ...inherited, goesOn: false },
    });
    await forked.concluded;
    const own = await eventually('the kept fork', async () => {
      const kept = await homes.find(file, forked.id);
      return kept && 'header' in kept && kept.header.state === 'completed' ? kept : undefined;
    });
    equal(own.header.parent, { id: trained.id, step: 10, inherited: { ...inherited, goesOn: false } });
  });

  itOnce('exports runs as CSV and for TensorBoard', async () => {
    const { homes } = await services();
    const kept = await homes.newestOf(uri());
    ok(kept, 'no run is kept');
    const csv = inWorkspace(`${folder}/out.csv`);
    await vscode.commands.executeCommand('nnspec.exportRun', kept, 'csv', csv);
    const lines = new TextDecoder()
      .decode(await vscode.workspace.fs.readFile(csv))
      .trimEnd()
      .split('\n');
    ok(/^step,epoch,loss/.test(lines[0]), lines[0]);
    equal(lines.length, 11);
    const out = inWorkspace(`${folder}/logs`);
    await answerDialogues([out], async () => {
      await vscode.commands.executeCommand('nnspec.exportRun', kept, 'tensorboard');
    });
    const [[name]] = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(out, kept.id));
    ok(/^events\.out\.tfevents\.\d+\.nnspec\.0$/.test(name), name);
    const log = inWorkspace(`${folder}/.nnspec/runs/${kept.id}/events.jsonl`);
    const refused = await catchMessages(async () =>
      vscode.commands.executeCommand('nnspec.exportRun', kept, 'csv', log),
    );
    equal(refused, ['That is where runs are kept. Choose another place.']);
  });

  it('keeps the specs of runs out of searches', async () => {
    const { passedOver } = await import('../../src/extension/files/names');
    const found = await vscode.workspace.findFiles(`${folder}/**/*.nnspec`, passedOver);
    equal(found.map(String), [uri().toString()]);
  });
});
