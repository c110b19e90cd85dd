import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { columnBeside } from '../columns';
import { fileNameOf } from '../files/names';
import type { RunManager } from '../runs/runManager';
import { panelNamed } from '../words/marks';
import { type PanelActions, TrainingPanel } from './trainingPanel';

const panelType = 'nnspec.panel';

/** The training panels, at most one per spec. */
export class TrainingPanels implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #runs: RunManager;
  readonly #actions: PanelActions;
  readonly #panels = new Map<string, TrainingPanel>();
  readonly #subscription: Disposable;

  constructor(extensionUri: vscode.Uri, runs: RunManager, actions: PanelActions) {
    this.#extensionUri = extensionUri;
    this.#runs = runs;
    this.#actions = actions;
    this.#subscription = runs.onStart((run) => this.#panels.get(run.specUri)?.show(run));
  }

  /** The spec whose panel is the active editor. */
  get activeSpec(): vscode.Uri | undefined {
    return [...this.#panels.values()].find(({ active }) => active)?.specUri;
  }

  /** The panel of a spec, if it is open. */
  of(specUri: vscode.Uri): TrainingPanel | undefined {
    return this.#panels.get(specUri.toString());
  }

  /** Shows the spec's panel beside its editor, without taking the focus. */
  async reveal(specUri: vscode.Uri): Promise<TrainingPanel> {
    const open = this.of(specUri);
    if (open) {
      open.reveal();
      return open;
    }
    const beside = { viewColumn: columnBeside(), preserveFocus: true };
    const title = this.#runs.of(specUri)?.title ?? fileNameOf(specUri);
    return this.adopt(specUri, panelNamed(panelType, title, beside, { enableScripts: true }));
  }

  /** Initialises a webview panel: a new one, or one restored after a window reload. */
  async adopt(specUri: vscode.Uri, webviewPanel: vscode.WebviewPanel): Promise<TrainingPanel> {
    const key = specUri.toString();
    this.#panels.get(key)?.dispose();
    const panel = new TrainingPanel(specUri, webviewPanel, this.#extensionUri, this.#actions);
    this.#panels.set(key, panel);
    panel.onDispose(() => {
      if (this.#panels.get(key) === panel) {
        this.#panels.delete(key);
      }
    });
    await this.#runs.recall(specUri);
    // Another run may have started meanwhile.
    const run = this.#runs.of(specUri);
    if (run) {
      panel.show(run);
    } else {
      panel.showIdle();
    }
    return panel;
  }

  /** Restores a panel of an earlier window with the stored run. */
  async restore(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const specUri = (state as { readonly specUri?: unknown } | undefined)?.specUri;
    if (typeof specUri !== 'string') {
      webviewPanel.dispose();
      return;
    }
    await this.adopt(vscode.Uri.parse(specUri), webviewPanel);
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const panel of this.#panels.values()) {
      panel.dispose();
    }
  }
}
