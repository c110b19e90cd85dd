import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { type Compared, readCompared } from '../../protocol/compare';
import { columnBeside } from '../columns';
import { fileNameOf } from '../files/names';
import type { RunManager } from '../runs/runManager';
import type { RunningSweeps } from '../runs/runningSweeps';
import type { RunTree } from '../runs/view/runTree';
import { panelNamed } from '../words/marks';
import { type CompareActions, ComparePanel } from './comparePanel';
import { ComparisonFeed } from './comparisonFeed';

export const comparePanelType = 'nnspec.compare';

/** The tabs that compare runs: one for each spec, sweep or choice of runs. */
export class ComparePanels implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #runTree: RunTree;
  readonly #runs: RunManager;
  readonly #sweeps: RunningSweeps;
  readonly #actions: CompareActions;
  readonly #panels = new Map<string, ComparePanel>();
  readonly #subscriptions = new DisposableStore();

  constructor(
    extensionUri: vscode.Uri,
    runTree: RunTree,
    runs: RunManager,
    sweeps: RunningSweeps,
    actions: CompareActions,
  ) {
    this.#extensionUri = extensionUri;
    this.#runTree = runTree;
    this.#runs = runs;
    this.#sweeps = sweeps;
    this.#actions = actions;
    const refresh = () => {
      for (const panel of this.#panels.values()) {
        panel.refresh();
      }
    };
    this.#subscriptions.add(runTree.onRead(refresh));
    this.#subscriptions.add(sweeps.onChange(refresh));
  }

  /** Shows the comparison in the active group of editors; with `beside` in another one, without the focus. */
  open(compared: Compared, { beside = false } = {}): void {
    const open = this.#panels.get(JSON.stringify(compared));
    if (open) {
      open.reveal();
      return;
    }
    const name = fileNameOf(vscode.Uri.parse(compared.spec)).replace(/\.nnspec$/, '');
    const place = beside ? { viewColumn: columnBeside(), preserveFocus: true } : vscode.ViewColumn.Active;
    this.#adopt(compared, panelNamed(comparePanelType, t('Compare {0}', name), place, { enableScripts: true }));
  }

  /** Restores a tab of an earlier window. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const compared = readCompared(state);
    if (compared) {
      this.#adopt(compared, panel);
    } else {
      panel.dispose();
    }
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const panel of this.#panels.values()) {
      panel.dispose();
    }
  }

  #adopt(compared: Compared, webviewPanel: vscode.WebviewPanel): void {
    const key = JSON.stringify(compared);
    this.#panels.get(key)?.dispose();
    const source = {
      ready: this.#runTree.ready,
      runs: () => this.#runTree.runs,
      training: (id: string) => this.#runs.training(id),
      isSweeping: (sweep: string) => this.#sweeps.has(sweep),
    };
    const panel = new ComparePanel(
      webviewPanel,
      this.#extensionUri,
      (post) => new ComparisonFeed(compared, webviewPanel.title, source, post),
      this.#actions,
    );
    this.#panels.set(key, panel);
    panel.onDispose(() => {
      if (this.#panels.get(key) === panel) {
        this.#panels.delete(key);
      }
    });
  }
}
