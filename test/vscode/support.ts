/** Shared by the tests of this suite: the extension's internals, specs in the workspace, complete runs. */
import * as vscode from 'vscode';
import type { NnspecApi } from '../../src/extension/api';
import { requestFor } from '../../src/extension/commands/train';
import type { Run } from '../../src/extension/runs/run';
import type { Services } from '../../src/extension/services';
import { eventually, ok } from './assert';

/**
 * A test that runs in Node's extension host alone, because its code is the same in the browser's. What
 * differs is declared by `it` and runs in both: activation, engines, files and folders, storage, unpacking,
 * webviews. So does one test that every kind of question of the editor is answered.
 */
export function itOnce(title: string, test: Mocha.AsyncFunc): void {
  if (typeof process !== 'undefined' && process.versions?.node) {
    it(title, test);
  }
}

async function activated(): Promise<NnspecApi> {
  const extension = vscode.extensions.getExtension<NnspecApi>('nnspec.nnspec');
  ok(extension, 'the extension is not installed');
  return extension.activate();
}

export async function services(): Promise<Services> {
  return (await activated()).services();
}

export function inWorkspace(name: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  ok(folder, 'no folder is open');
  return vscode.Uri.joinPath(folder.uri, name);
}

export async function write(name: string, content: string | Uint8Array): Promise<vscode.Uri> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  await vscode.workspace.fs.writeFile(inWorkspace(name), bytes);
  return inWorkspace(name);
}

/** Opens a file of the workspace in an editor and waits for the extension. */
export async function open(name: string): Promise<vscode.TextDocument> {
  await activated();
  const document = await vscode.workspace.openTextDocument(inWorkspace(name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** A file of the workspace, in no editor: for what asks only for its text, as most features do. */
export async function load(name: string): Promise<vscode.TextDocument> {
  await activated();
  return vscode.workspace.openTextDocument(inWorkspace(name));
}

/** Runs the command on a spec; returns the run, or undefined where the spec was refused. */
export async function train(spec: vscode.Uri): Promise<Run | undefined> {
  return vscode.commands.executeCommand<Run | undefined>('nnspec.train', spec);
}

/** Trains a spec until its run is over. */
export async function trainToEnd(spec: vscode.Uri): Promise<Run> {
  const run = await train(spec);
  ok(run, `${spec.path} was not trained: ${JSON.stringify(messagesOf(spec))}`);
  await run.over;
  return run;
}

/** Trains a spec as the command does until its run is over. It opens no panel: most runs take less time. */
export async function trainUnseen(spec: vscode.Uri): Promise<Run> {
  const all = await services();
  const request = await requestFor(all, spec);
  ok(request, `${spec.path} was refused: ${JSON.stringify(messagesOf(spec))}`);
  const run = all.runs.train(request);
  await run.over;
  return run;
}

export function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'nnspec');
}

/** The text of a code, which is a link to its explanation. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

export function messagesOf(uri: vscode.Uri): string[] {
  return problemsOf(uri).map(({ message }) => message);
}

/** The errors of a spec after a check, as shown in the Problems panel. */
export async function errorsOf(document: vscode.TextDocument): Promise<string[]> {
  await (await services()).diagnostics.check(document);
  const errors = problemsOf(document.uri).filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
  return errors.map(({ message }) => message);
}

/** Waits for a problem of this code. */
export async function problem(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return eventually(`the problem ${code} in ${uri.path}; there is ${JSON.stringify(problemsOf(uri).map(codeOf))}`, () =>
    problemsOf(uri).find((each) => codeOf(each) === code),
  );
}

/** The last value of a series. */
export function last(run: Run, tag: string): number {
  const points = run.series()[tag];
  ok(points && points.y.length > 0, `the run has no ${tag}; it has ${Object.keys(run.series())}`);
  return points.y[points.y.length - 1];
}

/** The messages, with details, that the extension shows during `action`. Each is answered with `answer`. */
export async function catchMessages(action: () => Promise<unknown>, answer?: string): Promise<string[]> {
  const caught: string[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const names = ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'];
  const originals = names.map((name) => window[name]);
  for (const name of names) {
    window[name] = async (message: string, options?: vscode.MessageOptions | string) => {
      const detail = typeof options === 'object' ? options.detail : undefined;
      caught.push(detail === undefined ? message : `${message}\n${detail}`);
      return answer;
    };
  }
  try {
    await action();
  } finally {
    for (const [index, name] of names.entries()) {
      window[name] = originals[index];
    }
  }
  return caught;
}

/** Answers each dialogue for opening a file with the next of `picked`; returns what the dialogues offered. */
export async function answerDialogues(
  picked: readonly vscode.Uri[],
  action: () => Promise<unknown>,
): Promise<vscode.OpenDialogOptions[]> {
  const asked: vscode.OpenDialogOptions[] = [];
  const window = vscode.window as unknown as Record<string, unknown>;
  const original = window.showOpenDialog;
  window.showOpenDialog = async (options: vscode.OpenDialogOptions) => {
    asked.push(options);
    return [picked[asked.length - 1]];
  };
  try {
    await action();
  } finally {
    window.showOpenDialog = original;
  }
  return asked;
}

/** Sets how many runs are kept; undefined: as many as by default. */
export function keepRuns(count: number | undefined): Thenable<void> {
  return vscode.workspace.getConfiguration('nnspec').update('runs.keep', count, vscode.ConfigurationTarget.Global);
}

/** Disables automatic saving during this suite. Browsers have it enabled by default. */
export function disableAutoSave(): void {
  const save = (autoSave: 'off' | undefined) =>
    vscode.workspace.getConfiguration('files').update('autoSave', autoSave, vscode.ConfigurationTarget.Global);
  before(() => save('off'));
  after(() => save(undefined));
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
