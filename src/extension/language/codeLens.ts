import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { describeEpoch, describeState } from '../runs/describe';
import type { Run } from '../runs/run';

/** “Train Network” above the first line of a spec; while it trains, how far it is and what can be done. */
export class TrainLens implements vscode.CodeLensProvider {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #runOf: (spec: vscode.Uri) => Run | undefined;

  /** `runOf` tells the run of a spec, where there is one. */
  constructor(runOf: (spec: vscode.Uri) => Run | undefined) {
    this.#runOf = runOf;
  }

  refresh(): void {
    this.#changes.fire();
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const lens = (title: string, command: string) =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command, arguments: [uri] });
    const run = this.#runOf(uri);
    if (!run || run.stored) {
      return [lens(`$(play) ${t('Train Network')}`, 'nnspec.train')];
    }
    const { progress } = run.details;
    const panel = lens(`$(graph-line) ${labelOf(run.state, progress)}`, 'nnspec.showPanel');
    if (!run.isActive) {
      return [lens(`$(play) ${t('Train Network')}`, 'nnspec.train'), panel];
    }
    const toggle =
      run.state === 'paused'
        ? lens(`$(debug-continue) ${t('Resume')}`, 'nnspec.resume')
        : lens(`$(debug-pause) ${t('Pause')}`, 'nnspec.pause');
    return [panel, toggle, lens(`$(debug-stop) ${t('Stop')}`, 'nnspec.stop')];
  }
}

function labelOf(state: Run['state'], progress: Run['details']['progress']): string {
  return progress ? `${describeState(state)} · ${describeEpoch(progress)}` : describeState(state);
}
