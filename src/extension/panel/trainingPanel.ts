import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { packNumbers } from '../../common/jsonNumbers';
import type { ChartFile } from '../../protocol/chartFile';
import type { Failure } from '../../protocol/engine';
import type { Questions } from '../../protocol/measurements';
import { type EarlierRuns, type FromPanel, isFromPanel, type ToPanel } from '../../protocol/panel';
import type { Run } from '../runs/run';
import { inBackground } from '../words/background';
import { renamePanel } from '../words/marks';
import { CursorLayer } from './cursorLayer';
import type { EarlierQuestion } from './earlierRuns';
import { PanelFeed } from './feed';
import { feedPort } from './feedPort';
import { pageHtml, pageRoot, panelBoot } from './html';
import { Prober } from './probes';
import { SpecData } from './specData';

/** The actions of the extension that a panel can trigger. */
export interface PanelActions {
  restart(specUri: vscode.Uri): void;
  /** Trains again from other initial weights. */
  newSeed(specUri: vscode.Uri): void;
  /** For a run that has ended: starts a new run with one step. */
  step(specUri: vscode.Uri, unit: 'phase' | 'batch' | 'epoch'): void;
  revealLine(specUri: vscode.Uri, line: number): void;
  showActivation(name: string): void;
  openLesson(order: number): void;
  saveWeights(specUri: vscode.Uri): void;
  saveChart(specUri: vscode.Uri, file: ChartFile): void;
  compareLinear(specUri: vscode.Uri): void;
  resumeRun(specUri: vscode.Uri): void;
  crossValidate(specUri: vscode.Uri): void;
  /** The earlier runs that are drawn behind the curves of this one. */
  earlierRuns(run: Run, question: EarlierQuestion): Promise<EarlierRuns>;
  /** Lets the person choose some; undefined if the person leaves the list. */
  chooseEarlier(run: Run, chosen: readonly string[]): Promise<readonly string[] | undefined>;
  /** Trains a new run from the moment of this one after so many steps. */
  forkMoment(run: Run, step: number): void;
  openFilm(run: Run): Promise<{ readonly run: Run } | { readonly failure: Failure }>;
  manageTrust(): void;
  /** Logs a message that the panel cannot have sent. */
  noteUnknown(message: unknown): void;
}

/** The run that a panel shows, with the objects that update the panel. */
interface Shown {
  readonly run: Run;
  readonly feed: PanelFeed;
  readonly prober: Prober;
  readonly lifetime: DisposableStore;
  /** Its film, for a run without an engine. */
  film?: Promise<Run | { readonly failure: Failure }>;
}

/** A webview panel that shows the data of one spec and its runs: the active run, or the last one. */
export class TrainingPanel implements Disposable {
  readonly specUri: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  readonly #actions: PanelActions;
  readonly #lifetime = new DisposableStore();
  readonly #data: SpecData;
  readonly #cursor: CursorLayer;
  #shown: Shown | undefined;
  /** The spec is known to have no run. */
  #idle = false;
  /** The page has yet to choose the Data tab. */
  #wantsData = false;
  #ready = false;
  /** The visible views ask for these. */
  #questions: Questions = {};
  /** The last question about earlier runs: the answer to one before it comes too late. */
  #earlierQuestion: EarlierQuestion | undefined;

  constructor(specUri: vscode.Uri, panel: vscode.WebviewPanel, extensionUri: vscode.Uri, actions: PanelActions) {
    this.specUri = specUri;
    this.#panel = panel;
    this.#actions = actions;
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `nnspec-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.#data = this.#lifetime.add(
      new SpecData(specUri, extensionUri, (message) => inBackground(this.#post(message))),
    );
    this.#cursor = this.#lifetime.add(new CursorLayer(specUri, (layer, text) => this.#markLayer(layer, text)));
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(extensionUri)] };
    this.#lifetime.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.#lifetime.add(panel.onDidChangeViewState(() => this.#onVisibility()));
    this.#lifetime.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === specUri.toString()) {
          this.#compareSpec();
        }
      }),
    );
    panel.webview.html = pageHtml(panel.webview, extensionUri, {
      name: 'panel',
      title: panel.title,
      boot: panelBoot(),
    });
  }

  get active(): boolean {
    return this.#panel.active;
  }

  get run(): Run | undefined {
    return this.#shown?.run;
  }

  /** Replaces the shown run. */
  show(run: Run): void {
    // It may have been closed while its run was read from storage.
    if (this.#lifetime.disposed || this.#shown?.run === run) {
      return;
    }
    this.#shown?.lifetime.dispose();
    const lifetime = new DisposableStore();
    const feed = lifetime.add(
      new PanelFeed(
        run,
        feedPort((message) => this.#post(message)),
      ),
    );
    const prober = lifetime.add(new Prober(run));
    lifetime.add(
      run.onChange(() => {
        feed.touch();
        this.#offer();
        prober.touch();
        renamePanel(this.#panel, run.title);
      }),
    );
    this.#shown = { run, feed, prober, lifetime };
    renamePanel(this.#panel, run.title);
    this.#hydrate();
    this.#offer();
  }

  /** Shows that the spec has no run. */
  showIdle(): void {
    this.#idle = true;
    this.#hydrate();
  }

  reveal(): void {
    this.#panel.reveal(undefined, true);
  }

  /** Chooses the Data tab, as soon as the page can. */
  showData(): void {
    this.#wantsData = true;
    this.#hydrate();
  }

  onDispose(listener: () => void): void {
    this.#panel.onDidDispose(() => {
      this.#shown?.lifetime.dispose();
      this.#lifetime.dispose();
      listener();
    });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  /** The first frame of a page does not wait until the page has said that it is ready. */
  #offer(): void {
    if (!this.#ready && this.#panel.visible) {
      this.#shown?.feed.offer();
    }
  }

  #hydrate(): void {
    if (!this.#ready || !this.#panel.visible) {
      return;
    }
    if (this.#shown) {
      this.#shown.feed.hydrate();
      this.#compareSpec();
      this.#cursor.refresh();
      this.#shown.prober.watch(this.#questions);
    } else if (this.#idle) {
      const specUri = this.specUri.toString();
      inBackground(this.#post({ type: 'idle', title: this.#panel.title, specUri }));
    }
    if (this.#wantsData && (this.#shown || this.#idle)) {
      this.#wantsData = false;
      inBackground(this.#post({ type: 'showData' }));
    }
  }

  /** Tells the page whether the text of the spec is still that of the run. */
  #compareSpec(): void {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.specUri.toString());
    if (this.#shown && this.#ready && open) {
      const changed = open.getText() !== this.#shown.run.specText;
      inBackground(this.#post({ type: 'specChanged', changed }));
    }
  }

  /** Tells the page where the cursor is, in a text of the spec. */
  #markLayer(layer: number | undefined, text: string): void {
    if (this.#shown && this.#ready) {
      const known = text === this.#shown.run.specText ? layer : undefined;
      inBackground(this.#post({ type: 'cursorLayer', layer: known }));
    }
  }

  #post(message: ToPanel): Thenable<boolean> {
    return this.#lifetime.disposed ? Promise.resolve(false) : this.#panel.webview.postMessage(packNumbers(message));
  }

  /** The editor discards a hidden page; it sends `ready` again when it is shown. */
  #onVisibility(): void {
    if (!this.#panel.visible) {
      this.#ready = false;
      this.#questions = {};
      this.#shown?.feed.suspend();
      this.#shown?.prober.watch({});
      this.#data.dispose();
    } else {
      this.#offer();
    }
  }

  #receive(message: unknown): void {
    if (!isFromPanel(message)) {
      this.#actions.noteUnknown(message);
      return;
    }
    const run = this.#shown?.run;
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#hydrate();
        return;
      case 'ack':
        this.#shown?.feed.acknowledge(message.frame);
        return;
      case 'subscribe':
        this.#questions = message.questions;
        this.#shown?.prober.watch(message.questions);
        return;
      case 'control':
        if (message.action === 'restart') {
          this.#actions.restart(this.specUri);
        } else if (message.action === 'newSeed') {
          this.#actions.newSeed(this.specUri);
        } else if (message.action === 'resume' && !run?.hasEngine) {
          this.#actions.resumeRun(this.specUri);
        } else if (message.action === 'stop') {
          inBackground(run?.stop());
        } else {
          inBackground(run?.ask(message.action, null));
        }
        return;
      case 'step':
        this.#actions.step(this.specUri, message.unit);
        return;
      case 'learningRate':
        inBackground(run?.ask('setLearningRate', { learningRate: message.value }));
        return;
      case 'setWeight': {
        const { tensor, index, value } = message;
        inBackground(run?.ask('setWeight', { tensor, index, value }));
        return;
      }
      case 'walk':
        inBackground(this.#walk(message));
        return;
      case 'moment':
        inBackground(this.#measureMoment(message));
        return;
      case 'forkMoment':
        if (run) {
          this.#actions.forkMoment(run, message.frame);
        }
        return;
      case 'reveal':
        this.#actions.revealLine(this.specUri, message.line);
        return;
      case 'showActivation':
        this.#actions.showActivation(message.name);
        return;
      case 'openLesson':
        this.#actions.openLesson(message.order);
        return;
      case 'saveWeights':
        this.#actions.saveWeights(this.specUri);
        return;
      case 'saveFile':
        this.#actions.saveChart(this.specUri, message);
        return;
      case 'compareLinear':
        this.#actions.compareLinear(this.specUri);
        return;
      case 'crossValidate':
        this.#actions.crossValidate(this.specUri);
        return;
      case 'showEarlier':
        inBackground(this.#showEarlier(message));
        return;
      case 'chooseEarlier':
        inBackground(this.#chooseEarlier(message.ids));
        return;
      case 'openData':
        inBackground(this.#data.open());
        return;
      case 'askData':
        inBackground(this.#data.ask(message.id, message.question));
        return;
      case 'showNotice':
        inBackground(this.#data.showNotice(message.index));
        return;
      case 'manageTrust':
        this.#actions.manageTrust();
        return;
      default:
        assertNever(message);
    }
  }

  async #showEarlier(question: EarlierQuestion): Promise<void> {
    this.#earlierQuestion = question;
    const run = this.#shown?.run;
    const earlier = run && (await this.#actions.earlierRuns(run, question));
    if (earlier && this.#earlierQuestion === question && this.#shown?.run === run) {
      await this.#post({ type: 'earlierRuns', earlier });
    }
  }

  async #chooseEarlier(before: readonly string[]): Promise<void> {
    const run = this.#shown?.run;
    const ids = run && (await this.#actions.chooseEarlier(run, before));
    if (ids) {
      await this.#post({ type: 'earlierChosen', ids });
    }
  }

  async #walk({ id, options }: FromPanel & { type: 'walk' }): Promise<void> {
    const run = options.frame === undefined ? this.#shown?.run : await this.#filmed();
    const reply = run && 'failure' in run ? { err: run.failure } : await run?.ask('walk', options);
    if (reply) {
      const message: ToPanel =
        'ok' in reply ? { type: 'walk', id, walk: reply.ok } : { type: 'walk', id, failure: reply.err };
      await this.#post(message);
    }
  }

  async #measureMoment({ id, frame, questions }: FromPanel & { type: 'moment' }): Promise<void> {
    const run = frame === undefined ? this.#shown?.run : await this.#filmed();
    const reply = run && 'failure' in run ? { err: run.failure } : await run?.ask('measure', { questions, frame });
    if (reply && 'ok' in reply) {
      const found = Object.entries(reply.ok).flatMap(([name, each]) => ('ok' in each ? [[name, each.ok]] : []));
      await this.#post({ type: 'moment', id, answers: Object.fromEntries(found) });
    } else if (reply) {
      await this.#post({ type: 'moment', id, failure: reply.err });
    }
  }

  /** The run that can measure moments of the film: the one that is shown, or its film in another engine. */
  async #filmed(): Promise<Run | { readonly failure: Failure } | undefined> {
    const shown = this.#shown;
    if (!shown || shown.run.hasEngine) {
      return shown?.run;
    }
    shown.film ??= this.#openFilm(shown);
    return shown.film;
  }

  async #openFilm(shown: Shown): Promise<Run | { readonly failure: Failure }> {
    const opened = await this.#actions.openFilm(shown.run);
    if ('failure' in opened) {
      // The next try may succeed.
      shown.film = undefined;
      return opened;
    }
    shown.lifetime.add(opened.run);
    return opened.run;
  }
}
