import * as vscode from 'vscode';
import { assertNever } from '../../common/assertNever';
import { type Disposable, DisposableStore, toDisposable } from '../../common/disposable';
import { packNumbers } from '../../common/jsonNumbers';
import type { ChartFile } from '../../protocol/chartFile';
import { type FromCompare, isFromCompare, type RunAction, type ToCompare } from '../../protocol/compare';
import { pageHtml, pageRoot, panelBoot } from '../panel/html';
import type { FoundRun } from '../runs/runHomes';
import { inBackground } from '../words/background';
import type { ComparisonFeed } from './comparisonFeed';

/** Milliseconds between two looks at the curves of runs that train here. */
const liveInterval = 1000;

/** The actions of the extension that a page can trigger. */
export interface CompareActions {
  act(action: RunAction, run: FoundRun): void;
  /** Shows in what the specs of two runs differ. */
  diff(runs: readonly FoundRun[]): void;
  /** Ends sweeps: stops the runs that train, and begins no other. */
  stopSweeps(ids: readonly string[]): void;
  saveChart(spec: vscode.Uri, file: ChartFile): void;
  /** Logs a message that the page cannot have sent. */
  noteUnknown(message: unknown): void;
}

/** An editor tab that compares runs. */
export class ComparePanel implements Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #feed: ComparisonFeed;
  readonly #actions: CompareActions;
  readonly #lifetime = new DisposableStore();

  constructor(
    panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    makeFeed: (post: (message: ToCompare) => void) => ComparisonFeed,
    actions: CompareActions,
  ) {
    this.#panel = panel;
    this.#actions = actions;
    this.#feed = makeFeed((message) => {
      if (!this.#lifetime.disposed) {
        inBackground(panel.webview.postMessage(packNumbers(message)));
      }
    });
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, 'media', `nnspec-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(extensionUri)] };
    this.#lifetime.add(panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    // The editor discards a hidden page; it sends `ready` again when it is shown.
    this.#lifetime.add(panel.onDidChangeViewState(() => !panel.visible && this.#feed.stop()));
    this.#lifetime.add(toDisposable(() => this.#feed.stop()));
    const timer = setInterval(() => panel.visible && this.#feed.isLive && this.refresh(), liveInterval);
    this.#lifetime.add(toDisposable(() => clearInterval(timer)));
    panel.webview.html = pageHtml(panel.webview, extensionUri, {
      name: 'compare',
      title: panel.title,
      boot: panelBoot(),
    });
  }

  /** The runs, or what is known of them, have changed. */
  refresh(): void {
    if (this.#panel.visible) {
      inBackground(this.#feed.refresh());
    }
  }

  reveal(): void {
    this.#panel.reveal();
  }

  onDispose(listener: () => void): void {
    this.#panel.onDidDispose(() => {
      this.#lifetime.dispose();
      listener();
    });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #receive(message: unknown): void {
    if (isFromCompare(message)) {
      this.#take(message);
    } else {
      this.#actions.noteUnknown(message);
    }
  }

  #take(message: FromCompare): void {
    switch (message.type) {
      case 'ready':
        inBackground(this.#feed.start());
        return;
      case 'show':
        inBackground(this.#feed.show(message.keys));
        return;
      case 'act': {
        const run = this.#feed.find(message.key);
        if (run) {
          this.#actions.act(message.action, run);
        }
        return;
      }
      case 'diff':
        this.#actions.diff(message.keys.map((key) => this.#feed.find(key)).filter((run) => run !== undefined));
        return;
      case 'saveFile':
        this.#actions.saveChart(vscode.Uri.parse(this.#feed.compared.spec), message);
        return;
      case 'stopAll':
        this.#actions.stopSweeps(this.#feed.sweeps);
        return;
      default:
        assertNever(message);
    }
  }
}
