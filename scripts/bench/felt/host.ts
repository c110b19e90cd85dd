/**
 * The part of the benchmark that runs inside the extension host: one measurement per session, which
 * `bench.json` in the workspace names.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { NnspecApi } from '../../../src/extension/api';
import type { Run } from '../../../src/extension/runs/run';
import { mark } from '../protocol.mjs';

const windowMilliseconds = 3000;

/** The entry that VS Code calls. Prints the figures as one line of JSON. */
export async function run(): Promise<void> {
  const { measure } = JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file('bench.json'))));
  const measures: Record<string, () => Promise<unknown>> = {
    activation,
    firstFrame,
    delay,
    million,
    panel,
    hand,
    typing,
  };
  console.log(mark + JSON.stringify(await measures[measure]()));
}

function file(name: string): vscode.Uri {
  return vscode.Uri.joinPath((vscode.workspace.workspaceFolders as vscode.WorkspaceFolder[])[0].uri, name);
}

function extension(): vscode.Extension<NnspecApi> {
  return vscode.extensions.getExtension<NnspecApi>('nnspec.nnspec') as vscode.Extension<NnspecApi>;
}

/** Milliseconds of loading the extension's code and of `activate`. */
async function activation(): Promise<unknown> {
  if (extension().isActive) {
    throw new Error('The extension was activated before it could be timed.');
  }
  const from = performance.now();
  await extension().activate();
  return { milliseconds: performance.now() - from };
}

/**
 * 99th percentile of the event loop's delay, five times: idle, then while a network trains with its panel
 * open.
 */
async function delay(): Promise<unknown> {
  await extension().activate();
  const rounds: { idle: number; training: number }[] = [];
  for (let round = 0; round < 5; round++) {
    const idle = await delayOf(windowMilliseconds);
    const run = await train('digits-long.nnspec');
    await until(() => (run.series().loss?.y.length ?? 0) > 1);
    const training = await delayOf(windowMilliseconds);
    await vscode.commands.executeCommand('nnspec.stop', file('digits-long.nnspec'));
    await run.over;
    await sleep(500);
    rounds.push({ idle, training });
  }
  return { rounds };
}

async function delayOf(milliseconds: number): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await sleep(milliseconds);
  histogram.disable();
  return histogram.percentile(99) / 1e6;
}

/** The host's memory during three runs of a million batches each, one after the other in one panel. */
async function million(): Promise<unknown> {
  await extension().activate();
  const first = await train('million.nnspec');
  await seen('panel');
  await vscode.commands.executeCommand('nnspec.stop', file('million.nnspec'));
  await first.over;
  const from = performance.now();
  const memory: { seconds: number; megabytes: number }[] = [];
  const sample = () => {
    memory.push({
      seconds: (performance.now() - from) / 1000,
      megabytes: process.memoryUsage().heapUsed / 2 ** 20,
    });
  };
  const timer = setInterval(sample, 250);
  let steps: number | undefined;
  for (let round = 0; round < 3; round++) {
    const run = await train('million.nnspec');
    await run.over;
    steps = run.details.progress?.step;
  }
  clearInterval(timer);
  sample();
  const seconds = (performance.now() - from) / 1000;
  await vscode.workspace.fs.writeFile(file('over'), new Uint8Array());
  await seen('page');
  return { memory, steps, seconds };
}

/** Trains once. The script outside reads how many losses the panel had when it was first painted. */
async function firstFrame(): Promise<unknown> {
  await extension().activate();
  const run = await train('xor.nnspec');
  await seen('panel');
  return { state: run.state };
}

/**
 * Trains a small network again and again: with its panel beside it, and with the panel closed as soon as the
 * run has begun. `commands`: the times at which the panel was called for, none of which is the window's
 * first.
 */
async function panel(): Promise<unknown> {
  await extension().activate();
  const once = async (open: boolean) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await show('spiral.nnspec');
    await sleep(1000);
    const command = Date.now();
    const run = await train('spiral.nnspec');
    if (!open) {
      await vscode.window.tabGroups.close(
        vscode.window.tabGroups.all.flatMap(({ tabs }) =>
          tabs.filter(({ input }) => input instanceof vscode.TabInputWebview),
        ),
      );
    }
    await run.over;
    await until(() => run.details.ended !== undefined);
    return { command, seconds: run.details.ended?.seconds ?? Number.NaN };
  };
  await once(true);
  const commands: number[] = [];
  const seconds = { open: [] as number[], closed: [] as number[] };
  for (let round = 0; round < 7; round++) {
    const found = await once(true);
    commands.push(found.command);
    seconds.open.push(found.seconds);
    seconds.closed.push((await once(false)).seconds);
  }
  const empty: number[] = [];
  for (let round = 0; round < 7; round++) {
    empty.push(await emptyPage());
  }
  await vscode.workspace.fs.writeFile(file('over'), new Uint8Array());
  await seen('page');
  return { commands, seconds, empty };
}

/** Milliseconds until the editor has opened a page without content and painted its first frame. */
async function emptyPage(): Promise<number> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await show('spiral.nnspec');
  await sleep(1000);
  const from = performance.now();
  const page = vscode.window.createWebviewPanel('empty', 'Empty', vscode.ViewColumn.Beside, { enableScripts: true });
  const painted = new Promise((done) => page.webview.onDidReceiveMessage(done));
  page.webview.html = '<p>0</p><script>requestAnimationFrame(() => acquireVsCodeApi().postMessage("painted"))</script>';
  await painted;
  return performance.now() - from;
}

/** Trains digits; the script outside then draws in the panel. */
async function hand(): Promise<unknown> {
  await extension().activate();
  const run = await train('digits.nnspec');
  await run.over;
  await seen('page');
  return { state: run.state };
}

/** The longest time for which typing in a spec of 64 kB blocks the host. */
async function typing(): Promise<unknown> {
  await extension().activate();
  const document = await vscode.workspace.openTextDocument(file('rows.nnspec'));
  const editor = await vscode.window.showTextDocument(document);
  const line = document.lineCount - 4;
  const end = document.lineAt(line).range.end;
  editor.selection = new vscode.Selection(end, end);
  // Loads the code that is only loaded at the first use of a feature.
  await typeSlowly('\n  ba', 12);
  await sleep(3000);
  const rounds: number[] = [];
  for (let round = 0; round < 20; round++) {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await typeSlowly(round % 2 === 0 ? '\n  epo' : ' # so', 3);
    await sleep(1500);
    histogram.disable();
    rounds.push(histogram.max / 1e6);
  }
  return { rounds };
}

async function typeSlowly(text: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    for (const character of text) {
      await vscode.commands.executeCommand('type', { text: character });
      await sleep(60);
    }
  }
}

/** Waits until the script outside has written this file. */
async function seen(name: string): Promise<void> {
  const exists = () =>
    vscode.workspace.fs.stat(file(name)).then(
      () => true,
      () => false,
    );
  while (!(await exists())) {
    await sleep(50);
  }
}

async function show(name: string): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)));
}

async function train(name: string): Promise<Run> {
  await show(name);
  const run = await vscode.commands.executeCommand<Run | undefined>('nnspec.train', file(name));
  if (!run) {
    throw new Error(`${name} was not trained.`);
  }
  return run;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await sleep(10);
  }
}
