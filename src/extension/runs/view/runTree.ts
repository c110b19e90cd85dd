import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { counted } from '../../../common/counted';
import { type Disposable, DisposableStore, toDisposable } from '../../../common/disposable';
import { Emitter } from '../../../common/emitter';
import { plain } from '../../../language';
import { readText } from '../../../runs/runFiles';
import { isRunId } from '../../../runs/runId';
import { runFile } from '../../../runs/runWriter';
import { fileNameOf, folderOf } from '../../files/names';
import { writtenSpec } from '../../files/specCopies';
import { language } from '../../l10n';
import type { RowSource, RowsView } from '../../rowsView';
import { inBackground } from '../../words/background';
import { explainRow, markdownOf, rowNamed } from '../../words/marks';
import type { Run } from '../run';
import { type FoundRun, findIn, type RunHome, type RunHomes } from '../runHomes';
import type { RunKeeper } from '../runKeeper';
import type { RunManager } from '../runManager';
import { factsOf, type Reading, type RowWords, rowWords, sweepWords } from './rowWords';
import { type Row, RunListing, RunRow, runsNamed, SpecRow, SweepRow } from './runListing';

/** Milliseconds of quiet after a change on disk, until it is read. */
const quiet = 200;
/** Milliseconds between two updates of the rows of runs that train here. */
const liveInterval = 1000;
/**
 * Milliseconds between two looks at the disk. Watchers may miss whatever is in a folder that was just made,
 * and a process that is killed changes no file.
 */
const lookInterval = 10_000;
/** Up to this number of runs all specs are open, otherwise only the one trained last. */
const mostOpen = 30;

/** Files and folders whose change may change the list. Of a folder that is deleted, only itself is told. */
const watched = ['', '/runs', '/runs/*', '/runs/*/run.json', '/runs/*/lock'].map((path) => `**/.nnspec${path}`);

/** The rows of the Runs view. They follow the disk and the runs of this window; only headers are read. */
export class RunTree implements RowSource<Row>, Disposable {
  readonly #view: RowsView<Row>;
  readonly #homes: RunHomes;
  readonly #runs: RunManager;
  readonly #listing = new RunListing();
  readonly #lifetime = new DisposableStore();
  readonly #reads = new Emitter<void>();
  /** Fires after the list was read, whole or in part. */
  readonly onRead = this.#reads.event;
  /** Runs to read, by the addresses of their folders. */
  readonly #due = new Map<string, { readonly home: RunHome; readonly id: string }>();
  #allDue = false;
  #reading: Promise<void> = Promise.resolve();
  /** Runs of this window whose rows are out of date. */
  readonly #stale = new Set<Run>();
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #liveTimer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  /** Resolves once all runs were read. */
  readonly ready: Promise<void>;

  constructor(view: RowsView<Row>, homes: RunHomes, runs: RunManager, keeper: Pick<RunKeeper, 'onKept'>) {
    this.#view = view;
    this.#homes = homes;
    this.#runs = runs;
    const watcher = this.#lifetime.add(vscode.workspace.createFileSystemWatcher(`{${watched.join(',')}}`));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#lifetime.add(event((uri) => this.#notice(uri)));
    }
    this.#lifetime.add(runs.onStart((run) => this.#follow(run)));
    this.#lifetime.add(runs.onChange((run) => this.#follow(run)));
    // Older runs may have made room.
    this.#lifetime.add(keeper.onKept(() => this.refresh()));
    this.#lifetime.add(view.onSeen(() => view.visible && this.refresh()));
    this.#lifetime.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()));
    this.#lifetime.add(toDisposable(() => [this.#readTimer, this.#liveTimer, this.#lookTimer].forEach(clearTimeout)));
    this.ready = this.#readNow(async () => this.#listing.replace(await homes.runs()));
    inBackground(this.ready);
  }

  /** The specs that have runs, the one trained last first. */
  get specs(): readonly SpecRow[] {
    return this.#listing.specs;
  }

  /** All runs, those of each spec together. */
  get runs(): readonly FoundRun[] {
    return this.specs.flatMap(({ rows }) => rows.map(({ run }) => run));
  }

  /** The runs that a command applies to: those it was called for, or the selected ones of the view. */
  chosen(argument: unknown): readonly FoundRun[] {
    if (Array.isArray(argument)) {
      return argument.flatMap(runsNamed);
    }
    const named = runsNamed(argument);
    const selected = [...new Set(this.#view.selection.flatMap(runsNamed))];
    return named.some((run) => !selected.includes(run)) ? named : selected;
  }

  /** Reads all runs again, soon. */
  refresh(): void {
    this.#allDue = true;
    this.#schedule();
  }

  /** Reads these runs again, at once. */
  reread(runs: readonly Pick<FoundRun, 'home' | 'id'>[]): Promise<void> {
    return this.#readNow(() => this.#readThese(runs));
  }

  /** The text that the kept run of such a uri has trained. */
  async specText(uri: vscode.Uri): Promise<string> {
    await this.ready;
    const id = uri.path.split('/')[1];
    const spec = writtenSpec(uri).toString();
    const rows = this.#listing.withId(id);
    const row = rows.find(({ run }) => 'header' in run && run.home.specUri(run.header.spec).toString() === spec);
    const { home } = (row ?? rows[0])?.run ?? {};
    const text = home && (await readText(home.repository.folderOf(id), runFile.spec));
    return text ?? `# ${t('{0} is no longer there: close this document.', id)}\n`;
  }

  async children(row: Row | undefined): Promise<readonly Row[]> {
    if (row) {
      return row instanceof SpecRow ? row.children : row instanceof SweepRow ? row.rows : [];
    }
    await this.ready;
    return this.#listing.specs;
  }

  itemOf(row: Row): vscode.TreeItem {
    return row instanceof SpecRow
      ? this.#specItem(row)
      : row instanceof SweepRow
        ? this.#sweepItem(row)
        : this.#runItem(row);
  }

  explain(item: vscode.TreeItem, row: Row): vscode.TreeItem {
    if (!(row instanceof RunRow) || !('header' in row.run)) {
      return item;
    }
    const [title, ...facts] = factsOf(row.run.header, this.#liveOf(row.run.id), language());
    return explainRow(item, markdownOf([`**${plain(title)}**`, ...facts.map(plain)].join('  \n')));
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #specItem({ key, home, uri, rows }: SpecRow): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const [first] = this.#listing.specs;
    const isOpen = first?.key === key || this.#listing.rows.length <= mostOpen;
    const folder = uri ? folderOf(uri) : vscode.workspace.asRelativePath(home.uri);
    const count = counted(rows.length, t('{0} run', rows.length), t('{0} runs', rows.length));
    const item = rowNamed(
      uri ? fileNameOf(uri) : t('Unreadable runs'),
      folder === '' ? count : `${folder} · ${count}`,
      isOpen ? Expanded : Collapsed,
    );
    item.id = key;
    item.contextValue = uri ? 'spec' : 'unreadable';
    item.iconPath = uri ? vscode.ThemeIcon.File : new vscode.ThemeIcon('warning');
    // The file gives its icon. Its address would be the tooltip, which the description says already.
    item.resourceUri = uri;
    return item;
  }

  #sweepItem({ key, rows }: SweepRow): vscode.TreeItem {
    const headers = rows.flatMap(({ run }) => ('header' in run ? [run.header] : []));
    return itemOf(key, sweepWords(headers, reading()), vscode.TreeItemCollapsibleState.Collapsed);
  }

  #runItem(row: RunRow): vscode.TreeItem {
    const item = itemOf(row.key, rowWords(row.run, this.#liveOf(row.run.id), reading()));
    item.command = { command: 'nnspec.openRun', title: t('Show the training panel'), arguments: [row] };
    return item;
  }

  #liveOf(id: string): Run | undefined {
    return this.#runs.all.find((run) => run.id === id && !run.stored);
  }

  /** Reads what a change on disk may have changed. */
  #notice(uri: vscode.Uri): void {
    const [, folder, id] = /^(.*)\/\.nnspec\/runs\/([^/]+)/.exec(uri.path) ?? [];
    if (id === undefined) {
      this.refresh();
    } else if (isRunId(id)) {
      this.#due.set(uri.path, { home: this.#homes.beside(uri.with({ path: folder === '' ? '/' : folder })), id });
      this.#schedule();
    }
  }

  #schedule(): void {
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined;
      const [all, due] = [this.#allDue, [...this.#due.values()]];
      this.#allDue = false;
      this.#due.clear();
      inBackground(
        this.#readNow(async () => {
          if (all) {
            this.#listing.replace(await this.#homes.runs());
            this.#view.update();
          } else {
            await this.#readThese(due);
          }
        }),
      );
    }, quiet);
  }

  async #readThese(runs: readonly Pick<FoundRun, 'home' | 'id'>[]): Promise<void> {
    const now = runs.map(async ({ home, id }) => ({ home, id, run: await findIn(home, id) }));
    const changed = this.#listing.update(await Promise.all(now));
    for (const row of changed === 'all' ? [undefined] : changed) {
      this.#view.update(row);
    }
  }

  /** Readings follow one another: an older one never ends after a newer. */
  #readNow(read: () => Promise<void>): Promise<void> {
    const done = this.#reading.then(read).then(() => {
      this.#showNumber();
      this.#lookLater();
      this.#reads.fire();
    });
    this.#reading = done.catch(() => undefined);
    return done;
  }

  /** Updates the row of a run of this window, which knows more than its files. */
  #follow(run: Run): void {
    if (run.stored) {
      return;
    }
    this.#stale.add(run);
    this.#liveTimer ??= setTimeout(() => {
      this.#liveTimer = undefined;
      const stale = [...this.#stale];
      this.#stale.clear();
      this.#showNumber();
      inBackground(Promise.all(stale.map((each) => this.#updateLive(each))));
    }, liveInterval);
  }

  async #updateLive(run: Run): Promise<void> {
    const rows = this.#listing.withId(run.id);
    for (const row of rows) {
      this.#view.update(row);
    }
    if (rows.length === 0) {
      const home = await this.#homes.of(vscode.Uri.parse(run.specUri));
      await this.#readNow(() => this.#readThese([{ home, id: run.id }]));
    }
  }

  /** The number of runs that train, on the view's icon. */
  #showNumber(): void {
    const here = this.#runs.all.filter((run) => run.isActive && !run.stored).map(({ id }) => id);
    const training = new Set([...here, ...this.#trainedElsewhere().map(({ id }) => id)]).size;
    this.#view.showNumber(training, counted(training, t('{0} run trains', training), t('{0} runs train', training)));
  }

  #trainedElsewhere(): readonly FoundRun[] {
    return this.runs.filter((run) => 'header' in run && run.header.state === 'running' && !this.#liveOf(run.id));
  }

  /** Looks at runs that train elsewhere, and at folders that have come or gone unnoticed. */
  look(): Promise<void> {
    return this.#readNow(async () => {
      const unnoticed = this.#listing.differing(await this.#homes.folders());
      await this.#readThese([...this.#trainedElsewhere(), ...unnoticed]);
    });
  }

  #lookLater(): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => inBackground(this.look()), lookInterval);
  }
}

/** The moment and the language in which rows are read. */
function reading(): Reading {
  return { now: new Date(), locale: language() };
}

function itemOf(
  key: string,
  { label, description, icon, colour, context }: RowWords,
  collapsible?: vscode.TreeItemCollapsibleState,
): vscode.TreeItem {
  const item = rowNamed(label, description, collapsible);
  item.id = key;
  item.contextValue = context;
  item.iconPath = new vscode.ThemeIcon(icon, colour === undefined ? undefined : new vscode.ThemeColor(colour));
  return item;
}
