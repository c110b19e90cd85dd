import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { outcomeOf, type Prediction, predictionsOf } from '../../language';
import type { Forecast } from '../../spec/measurements';
import type { Fix, Problem } from '../../spec/problem';
import type { Spec } from '../../spec/spec';
import { toDiagnostic, toRange } from './convert';
import { ForecastEngine } from './forecastEngine';
import { dataStampOf, type SpecCheck } from './specCheck';

/** Quiet after a check before a batch is measured: the check itself has waited for the typing to stop. */
const settleMilliseconds = 250;

interface Known {
  readonly version: number;
  readonly spec: Spec;
  readonly forecast: Forecast;
  readonly predictions: readonly Prediction[];
  /** Fixes that were measured already, by the prediction. */
  readonly measured: Map<Prediction, Promise<readonly Fix[]>>;
}

/** What a run would meet at its start, as hints on the layers of open specs, with fixes that say what they would bring. */
export class Predictor implements Disposable {
  readonly #engine: ForecastEngine;
  readonly #hints = vscode.languages.createDiagnosticCollection('nnspec prediction');
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #subscriptions = new DisposableStore();

  constructor(extensionUri: vscode.Uri) {
    this.#engine = new ForecastEngine(extensionUri);
    this.#subscriptions.add(this.#engine);
    this.#subscriptions.add(this.#hints);
    this.#subscriptions.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#edited(document)));
    this.#subscriptions.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#forget(uri)));
    this.#subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        for (const document of vscode.workspace.textDocuments) {
          if (change.affectsConfiguration('nnspec.predict.enabled', document) && !isEnabled(document)) {
            this.#forget(document.uri);
          }
        }
      }),
    );
  }

  /** A document was checked: once it is quiet, its network is measured. */
  follow(document: vscode.TextDocument, check: SpecCheck): void {
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    // Data that the check did not read are not read for this either.
    if (!check.facts || !check.parsed.spec || check.problems.some(({ severity }) => severity === 'error')) {
      this.#forget(document.uri);
      return;
    }
    if (this.#known.get(key)?.version === document.version || !isEnabled(document)) {
      return;
    }
    this.#timers.set(
      key,
      setTimeout(() => void this.#predict(document, check), settleMilliseconds),
    );
  }

  /** The fixes for the hints at a range, measured; none where the document has changed since. */
  async fixesAt(
    document: vscode.TextDocument,
    range: vscode.Range,
  ): Promise<readonly { readonly problem: Problem; readonly fix: Fix }[]> {
    const known = this.#known.get(document.uri.toString());
    if (known?.version !== document.version) {
      return [];
    }
    const here = known.predictions.filter(({ problem }) => toRange(problem.range).intersection(range));
    const fixes = await Promise.all(
      here.map(async (prediction) => {
        const measured = known.measured.get(prediction) ?? this.#measure(document, known, prediction);
        known.measured.set(prediction, measured);
        return (await measured).map((fix) => ({ problem: prediction.problem, fix }));
      }),
    );
    return fixes.flat();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
    this.#subscriptions.dispose();
  }

  async #predict(document: vscode.TextDocument, { parsed }: SpecCheck): Promise<void> {
    const { spec } = parsed;
    const { uri, version } = document;
    this.#timers.delete(uri.toString());
    const wanted = () => document.version === version && !document.isClosed;
    const forecast = spec && (await this.#forecast(uri, spec, wanted));
    if (!spec || !wanted() || !isEnabled(document)) {
      return;
    }
    const predictions = forecast ? predictionsOf(parsed, forecast) : [];
    if (forecast) {
      this.#known.set(uri.toString(), { version, spec, forecast, predictions, measured: new Map() });
    }
    this.#hints.set(
      uri,
      predictions.map(({ problem }) => toDiagnostic(problem)),
    );
  }

  /** Every trial is measured as the network itself was; the best come first. */
  async #measure(document: vscode.TextDocument, known: Known, { trials }: Prediction): Promise<readonly Fix[]> {
    const wanted = () => document.version === known.version && !document.isClosed;
    const outcomes: NonNullable<ReturnType<typeof outcomeOf>>[] = [];
    for (const trial of trials) {
      const after = await this.#forecast(document.uri, trial.spec, wanted);
      const outcome = after && outcomeOf(trial, known, after);
      if (outcome) {
        outcomes.push(outcome);
      }
    }
    return outcomes.sort((a, b) => b.better - a.better).map(({ fix }) => fix);
  }

  async #forecast(uri: vscode.Uri, spec: Spec, wanted: () => boolean): Promise<Forecast | undefined> {
    const stamp = await dataStampOf(uri, spec);
    return stamp === undefined ? undefined : this.#engine.measure(uri, spec, stamp, wanted);
  }

  #edited(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (document.languageId === 'nnspec') {
      clearTimeout(this.#timers.get(key));
      this.#engine.cancel();
    }
  }

  #forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#known.delete(key);
    this.#hints.delete(uri);
  }
}

function isEnabled(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('nnspec', document.uri).get('predict.enabled', true);
}
