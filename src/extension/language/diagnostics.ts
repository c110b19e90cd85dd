import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import type { Problem } from '../../spec/problem';
import { locateDataFile } from '../files/locate';
import { isCopy } from '../files/specCopies';
import { inBackground } from '../words/background';
import { toDiagnostic } from './convert';
import type * as specCheck from './specCheck';
import type { SpecCheck } from './specCheck';

const languageId = 'nnspec';

/** Loads the check when it is first needed. */
type LoadCheck = () => Promise<Pick<typeof specCheck, 'checkDocument' | 'forgetData'>>;

/**
 * Problems of open specs and of the data files that they name. A spec is checked after typing has paused.
 * Problems found by a training run stay until the next run or edit.
 */
export class Diagnostics implements Disposable {
  readonly #specs = vscode.languages.createDiagnosticCollection('nnspec');
  readonly #dataFiles = vscode.languages.createDiagnosticCollection('nnspec data');
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #problems = new Map<string, readonly Problem[]>();
  /** The latest check of each document, finished or not. */
  readonly #newest = new Map<string, object>();
  /** The document version of the last finished check. */
  readonly #versions = new Map<string, number>();
  readonly #checks = new Emitter<{ readonly document: vscode.TextDocument; readonly check: SpecCheck }>();
  /** Fires after a check of a document's current version. */
  readonly onDidCheck = this.#checks.event;
  /** Diagnostics by data file, for each spec that names the file. */
  readonly #reported = new Map<string, Map<string, vscode.Diagnostic[]>>();
  readonly #subscriptions: vscode.Disposable[];

  readonly #loadCheck: LoadCheck;

  constructor(
    readonly extensionUri: vscode.Uri,
    loadCheck: LoadCheck,
  ) {
    this.#loadCheck = loadCheck;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#schedule(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#forget(document.uri)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#recheckAll()),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#recheckUsersOf(uri)),
      vscode.workspace.onDidCreateFiles(() => this.#recheckAll()),
      vscode.workspace.onDidDeleteFiles(() => this.#recheckAll()),
      vscode.workspace.onDidRenameFiles(() => this.#recheckAll()),
    ];
    this.#recheckAll();
  }

  /** Checks the current version of a document and publishes its problems. */
  async check(document: vscode.TextDocument): Promise<SpecCheck> {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const { version } = document;
    const own = {};
    this.#newest.set(key, own);
    const { checkDocument } = await this.#loadCheck();
    const check = await checkDocument(document, this.extensionUri);
    // A check that began later, with newer data, may have ended already.
    if (document.version === version && !document.isClosed && this.#newest.get(key) === own) {
      this.#versions.set(key, version);
      this.publish(document.uri, check.problems);
      this.#checks.fire({ document, check });
    }
    return check;
  }

  /** The problems of a document's current version, which is checked if it has not been. */
  async problemsNow(document: vscode.TextDocument): Promise<readonly Problem[]> {
    if (this.#versions.get(document.uri.toString()) === document.version) {
      return this.#problems.get(document.uri.toString()) ?? [];
    }
    return (await this.check(document)).problems;
  }

  /** Problems of a data file with the specs that name it. A spec that was edited since is omitted. */
  problemsIn(dataFile: vscode.Uri): readonly { readonly spec: vscode.Uri; readonly problem: Problem }[] {
    const key = dataFile.toString();
    return vscode.workspace.textDocuments.flatMap(({ uri, version }) => {
      const spec = uri.toString();
      if (!this.#reported.get(spec)?.has(key) || this.#versions.get(spec) !== version) {
        return [];
      }
      const problems = this.#problems.get(spec) ?? [];
      return problems
        .filter(({ file }) => file !== undefined && locate(uri, file)?.toString() === key)
        .map((problem) => ({ spec: uri, problem }));
    });
  }

  /** Publishes the complete list of problems of a spec and its data files. */
  publish(spec: vscode.Uri, problems: readonly Problem[]): void {
    const key = spec.toString();
    this.#problems.set(key, problems);
    this.#specs.set(spec, problems.filter(({ file }) => file === undefined).map(toDiagnostic));
    const files = new Map<string, vscode.Diagnostic[]>();
    for (const problem of problems) {
      const uri = problem.file === undefined ? undefined : locate(spec, problem.file);
      if (uri) {
        files.set(uri.toString(), [...(files.get(uri.toString()) ?? []), toDiagnostic(problem)]);
      }
    }
    const before = this.#reported.get(key);
    this.#reported.set(key, files);
    this.#showDataFiles([...(before?.keys() ?? []), ...files.keys()]);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    for (const subscription of [...this.#subscriptions, this.#checks, this.#specs, this.#dataFiles]) {
      subscription.dispose();
    }
  }

  #showDataFiles(keys: readonly string[]): void {
    for (const key of new Set(keys)) {
      const all = [...this.#reported.values()].flatMap((files) => files.get(key) ?? []);
      this.#dataFiles.set(vscode.Uri.parse(key), all);
    }
  }

  #schedule(document: vscode.TextDocument, delay = quietTime(document)): void {
    // Effective texts are not checked: their problems are shown in the spec itself.
    if (document.languageId !== languageId || isCopy(document.uri)) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        inBackground(this.check(document));
      }, delay),
    );
  }

  #recheckAll(): void {
    for (const document of vscode.workspace.textDocuments) {
      this.#schedule(document, 0);
    }
  }

  #recheckUsersOf(saved: vscode.Uri): void {
    if (!saved.path.endsWith('.nnspec')) {
      this.#recheckAll();
    }
  }

  #forget(spec: vscode.Uri): void {
    const key = spec.toString();
    if (this.#newest.has(key)) {
      inBackground(this.#loadCheck().then(({ forgetData }) => forgetData(spec)));
    }
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#problems.delete(key);
    this.#versions.delete(key);
    this.#newest.delete(key);
    this.#specs.delete(spec);
    const files = this.#reported.get(key);
    this.#reported.delete(key);
    this.#showDataFiles([...(files?.keys() ?? [])]);
  }
}

function quietTime(document: vscode.TextDocument): number {
  return vscode.workspace.getConfiguration('nnspec', document.uri).get('diagnostics.delay', 200);
}

function locate(spec: vscode.Uri, path: string): vscode.Uri | undefined {
  try {
    return locateDataFile(spec, path);
  } catch {
    return undefined;
  }
}
