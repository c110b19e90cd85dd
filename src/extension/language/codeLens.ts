import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import { cellScheme, isCopy } from '../files/specCopies';
import { describeEpoch, describeState } from '../runs/describe';
import { describeResult, type LastResults } from '../runs/lastResults';
import type { Run } from '../runs/run';
import { lensAt } from '../words/marks';

/** A line that sets the learning rate, or else the optimizer, before any comment in it. */
const [ratePattern, optimizerPattern] = [
  /^[^#\n\r\u2028\u2029]*\blearning_rate[ \t]*:/m,
  /^[^#\n\r\u2028\u2029]*\boptimizer[ \t]*:/m,
];

/**
 * Commands above a spec's first line, with the progress of its run or its last result, and one above its
 * learning rate. They come from the text alone, so that they stay while it cannot be read.
 */
export class SpecLens implements vscode.CodeLensProvider {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #runOf: (spec: vscode.Uri) => Run | undefined;
  readonly #results: LastResults;

  /** `runOf` returns the run of a spec, if it has one. */
  constructor(runOf: (spec: vscode.Uri) => Run | undefined, results: LastResults) {
    this.#runOf = runOf;
    this.#results = results;
  }

  refresh(): void {
    this.#changes.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { uri } = document;
    // A cell of a lesson has buttons of its own.
    if (isCopy(uri) || uri.scheme === cellScheme) {
      return [];
    }
    const rate = lineOf(document, ratePattern) ?? lineOf(document, optimizerPattern);
    const search = t('Find Learning Rate');
    return [
      ...this.#firstLine(uri),
      ...(rate === undefined ? [] : [lensAt(rate, 'search', search, 'nnspec.findLearningRate', uri)]),
    ];
  }

  #firstLine(uri: vscode.Uri): readonly vscode.CodeLens[] {
    const lens = (icon: string, text: string, command: string) => lensAt(0, icon, text, command, uri);
    const run = this.#runOf(uri);
    if (run?.isActive) {
      const panel = lens('graph-line', progressOf(run), 'nnspec.showPanel');
      const stop = lens('debug-stop', t('Stop'), 'nnspec.stop');
      switch (run.state) {
        case 'paused':
          return [panel, lens('debug-continue', t('Resume'), 'nnspec.resume'), stop];
        case 'pausing':
        case 'stopping':
          return [panel, stop];
        default:
          return [panel, lens('debug-pause', t('Pause'), 'nnspec.pause'), stop];
      }
    }
    const commands = [
      lens('play', t('Train Network'), 'nnspec.train'),
      lens('table', t('Show Data'), 'nnspec.showData'),
      lens('beaker', t('Check Gradients'), 'nnspec.checkGradients'),
    ];
    if (isLinearStack(run)) {
      commands.push(lens('layers', t('One Linear Map'), 'nnspec.collapseLayers'));
    }
    const outcome = outcomeOf(run, this.#results.of(uri.toString()));
    return outcome ? [...commands, lens('graph-line', outcome, 'nnspec.showPanel')] : commands;
  }
}

/** The line in which the pattern's first match ends. */
function lineOf(document: vscode.TextDocument, pattern: RegExp): number | undefined {
  const found = pattern.exec(document.getText());
  return found ? document.positionAt(found.index + found[0].length).line : undefined;
}

/** Whether a run has several layers that are one linear map. */
function isLinearStack(run: Run | undefined): boolean {
  const { started } = run?.details ?? {};
  return started?.linear === true && started.layers.filter(({ parameters }) => parameters > 0).length > 1;
}

function progressOf({ state, details: { progress, started } }: Run): string {
  return progress ? `${describeState(state)} · ${describeEpoch(progress, started)}` : describeState(state);
}

/** The state in which the run of this window ended, and the last result. */
function outcomeOf(run: Run | undefined, result: ReturnType<LastResults['of']>): string | undefined {
  const state = run && !run.stored ? [describeState(run.state)] : [];
  const words = result ? [describeResult(result)] : [];
  return state.length + words.length > 0 ? [...state, ...words].join(' · ') : undefined;
}
