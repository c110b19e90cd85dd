import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { RunManager } from '../runs/runManager';
import { inBackground } from '../words/background';
import type { Diagnostics } from './diagnostics';
import type { Predictor } from './predictor';

/** The predictor, loaded when the first spec has been checked; undefined until then. */
export class Predictions implements vscode.Disposable {
  readonly #subscription: { dispose(): void };
  #predictor: Promise<Predictor> | undefined;

  constructor(diagnostics: Diagnostics, loadPredictor: () => Promise<Predictor>) {
    this.#subscription = diagnostics.onDidCheck(({ document, check }) => {
      const { version } = document;
      this.#predictor ??= loadPredictor();
      const follow = (predictor: Predictor) => {
        // A document that was edited while the predictor was loaded must be checked again.
        if (document.version === version) {
          predictor.follow(document, check);
        }
      };
      inBackground(this.#predictor.then(follow));
    });
  }

  /** Tells the predictor how runs end: a run that has learned knows better. */
  follow(runs: RunManager): Disposable {
    return runs.onStart((run) => inBackground(run.over.then(async () => (await this.#predictor)?.conclude(run))));
  }

  get predictor(): Promise<Predictor> | undefined {
    return this.#predictor;
  }

  dispose(): void {
    this.#subscription.dispose();
    inBackground(this.#predictor?.then((predictor) => predictor.dispose()));
  }
}
