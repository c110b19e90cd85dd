import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { messageOf } from '../../common/messageOf';
import type { DataQuestion } from '../../protocol/engine';
import type { DataState, DataToPanel } from '../../protocol/panelData';
import { targetKindOf } from '../../spec/lossRules';
import type { Problem } from '../../spec/problem';
import { dataPaths, type Spec } from '../../spec/spec';
import { type OpenEngine, openEngine, startFailure } from '../engine/engineTask';
import { hostOfSpec } from '../files/dataFiles';
import { locateDataFile } from '../files/locate';
import { parsedOf } from '../language/parses';
import { revealProblem } from '../language/showProblems';
import { placeProblems } from '../language/specCheck';
import { inBackground } from '../words/background';

/** Milliseconds without an edit after which the spec's data are compared with those that were read. */
const pause = 300;

/**
 * The data of a panel's spec. An engine process of their own reads them and keeps the table, so that this
 * host only passes questions and answers on. It ends when the panel is hidden or closed.
 */
export class SpecData implements Disposable {
  readonly #specUri: vscode.Uri;
  readonly #extensionUri: vscode.Uri;
  readonly #post: (message: DataToPanel) => void;
  /** The latest reading: its engine, and what tells that it is out of date. */
  #reading = new DisposableStore();
  #engine: OpenEngine | undefined;
  #problems: readonly Problem[] = [];
  #changed = false;

  constructor(specUri: vscode.Uri, extensionUri: vscode.Uri, post: (message: DataToPanel) => void) {
    this.#specUri = specUri;
    this.#extensionUri = extensionUri;
    this.#post = post;
  }

  /** Reads the data as the spec's editor says now. */
  async open(): Promise<void> {
    this.dispose();
    const reading = this.#reading;
    this.#tellChanged(false);
    const state = await this.#read(reading);
    if (this.#reading === reading) {
      this.#tell(state);
    }
  }

  async ask(id: number, question: DataQuestion): Promise<void> {
    const failure = { code: 'no-table', message: t('No table is open. Reload the data.') };
    const reply = await this.#engine?.client.ask('askData', question);
    this.#post({ type: 'dataAnswer', id, reply: reply ?? { err: failure } });
  }

  async showNotice(index: number): Promise<void> {
    const problem = this.#problems[index];
    if (problem) {
      await revealProblem(this.#specUri, problem);
    }
  }

  /** Ends the process. */
  dispose(): void {
    this.#reading.dispose();
    this.#reading = new DisposableStore();
    this.#engine = undefined;
  }

  async #read(reading: DisposableStore): Promise<DataState> {
    if (!vscode.workspace.isTrusted) {
      reading.add(vscode.workspace.onDidGrantWorkspaceTrust(() => inBackground(this.open())));
      return { kind: 'untrusted' };
    }
    try {
      const document = await vscode.workspace.openTextDocument(this.#specUri);
      const parsed = await parsedOf(document);
      const { spec } = parsed;
      this.#followSpec(reading, spec && identityOf(spec));
      if (!spec) {
        return this.#refused(parsed.problems.filter(({ severity }) => severity === 'error'));
      }
      this.#followFiles(reading, spec);
      if (this.#reading === reading) {
        this.#tell({ kind: 'reading', name: nameOf(spec) });
      }
      const engine = reading.add(await openEngine(this.#extensionUri, hostOfSpec(this.#specUri, this.#extensionUri)));
      const reply = await engine.client.ask('openData', { spec });
      if ('err' in reply) {
        return { kind: 'failed', message: reply.err.message };
      }
      const problems = placeProblems(reply.ok.problems, parsed);
      if (!('view' in reply.ok)) {
        return this.#refused(problems);
      }
      if (this.#reading === reading) {
        this.#engine = engine;
        this.#problems = problems;
      }
      return { kind: 'open', view: reply.ok.view, notices: noticesOf(problems) };
    } catch (error) {
      return { kind: 'failed', message: error instanceof Error ? messageOf(error) : startFailure(error).message };
    }
  }

  #refused(problems: readonly Problem[]): DataState {
    this.#problems = problems;
    return { kind: 'refused', notices: noticesOf(problems) };
  }

  /** A spec that is read as before shows the same data, whatever else was edited. */
  #followSpec(reading: DisposableStore, identity: string | undefined): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const compare = async (document: vscode.TextDocument) => {
      const { spec } = await parsedOf(document);
      const now = spec && identityOf(spec);
      // While it is being typed a spec has errors.
      if (!reading.disposed && (now !== undefined || identity === undefined)) {
        this.#tellChanged(now !== identity);
      }
    };
    reading.add({ dispose: () => clearTimeout(timer) });
    reading.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.#specUri.toString()) {
          clearTimeout(timer);
          timer = setTimeout(() => inBackground(compare(document)), pause);
        }
      }),
    );
  }

  #followFiles(reading: DisposableStore, { data }: Spec): void {
    for (const path of dataPaths(data)) {
      let file: vscode.Uri;
      try {
        file = locateDataFile(this.#specUri, path);
      } catch {
        // The engine's request for the file is answered with the reason.
        continue;
      }
      // A name may hold signs that mean something in a pattern.
      const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), '*');
      const watcher = reading.add(vscode.workspace.createFileSystemWatcher(pattern));
      const note = (changed: vscode.Uri) => {
        if (changed.path === file.path) {
          this.#tellChanged(true);
        }
      };
      reading.add(watcher.onDidChange(note));
      reading.add(watcher.onDidCreate(note));
      reading.add(watcher.onDidDelete(note));
    }
  }

  #tell(state: DataState): void {
    this.#post({ type: 'dataState', state });
  }

  #tellChanged(changed: boolean): void {
    if (this.#changed !== changed) {
      this.#changed = changed;
      this.#post({ type: 'dataChanged', changed });
    }
  }
}

/** Everything that decides which table is read, and how it is encoded and split. */
function identityOf({ data, seed, layers, training }: Spec): string {
  return JSON.stringify([data, seed, training.loss.name, targetKindOf(training.loss.name, layers)]);
}

function nameOf({ data: { origin } }: Spec): string {
  switch (origin.kind) {
    case 'file':
    case 'folder':
      return origin.path;
    case 'source':
      return origin.source.name;
    case 'rows':
      return t('rows in the file');
  }
}

function noticesOf(problems: readonly Problem[]) {
  return problems.map(({ severity, message }) => ({
    severity: severity === 'error' ? ('error' as const) : ('warning' as const),
    message,
  }));
}
