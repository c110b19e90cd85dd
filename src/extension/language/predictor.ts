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

/** A check, and the version of the document that it is of. */
interface Followed {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly check: SpecCheck;
}

interface Known {
  readonly version: number;
  readonly dataStamp: string;
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
  readonly #followed = new Map<string, Followed>();
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #subscriptions = new DisposableStore();

  constructor(extensionUri: vscode.Uri) {
    this.#engine = new ForecastEngine(extensionUri);
    this.#subscriptions.add(this.#engine);
    this.#subscriptions.add(this.#hints);
    this.#subscriptions.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // That a document was saved is told by a change of nothing.
        if (contentChanges.length > 0) {
          this.#edited(document);
        }
      }),
    );
    this.#subscriptions.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#followed.delete(uri.toString());
        this.#forget(uri);
      }),
    );
    this.#subscriptions.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        for (const followed of this.#followed.values()) {
          if (change.affectsConfiguration('nnspec.predict.enabled', followed.document)) {
            this.#measureLater(followed);
          }
        }
      }),
    );
  }

  /** A document was checked as it stands: once it is quiet, its network is measured. */
  follow(document: vscode.TextDocument, check: SpecCheck): void {
    const followed = { document, version: document.version, check };
    this.#followed.set(document.uri.toString(), followed);
    this.#measureLater(followed);
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

  #measureLater(followed: Followed): void {
    const { document } = followed;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    if (!isMeasurable(followed)) {
      this.#forget(document.uri);
      return;
    }
    this.#timers.set(
      key,
      setTimeout(() => void this.#predict(followed), settleMilliseconds),
    );
  }

  async #predict({ document, version, check: { parsed } }: Followed): Promise<void> {
    const { spec } = parsed;
    const { uri } = document;
    const key = uri.toString();
    this.#timers.delete(key);
    // Meanwhile a later check may have found errors in the data.
    const wanted = () => document.version === version && isMeasurable(this.#followed.get(key));
    const dataStamp = spec && (await dataStampOf(uri, spec));
    const known = this.#known.get(key);
    if (!spec || (known?.version === version && known.dataStamp === dataStamp)) {
      return;
    }
    const forecast = dataStamp === undefined ? undefined : await this.#engine.measure(uri, spec, dataStamp, wanted);
    if (!wanted()) {
      return;
    }
    const predictions = forecast ? predictionsOf(parsed, forecast) : [];
    if (forecast && dataStamp !== undefined) {
      this.#known.set(key, { version, dataStamp, spec, forecast, predictions, measured: new Map() });
    } else {
      this.#known.delete(key);
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
      const after = await this.#engine.measure(document.uri, trial.spec, known.dataStamp, wanted);
      const outcome = after && outcomeOf(trial, known, after);
      if (outcome) {
        outcomes.push(outcome);
      }
    }
    return outcomes.sort((a, b) => b.better - a.better).map(({ fix }) => fix);
  }

  #edited(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    if (document.languageId === 'nnspec') {
      clearTimeout(this.#timers.get(key));
      this.#engine.cancel(document.uri);
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

/** Data that the check did not read are not read for this either. */
function isMeasurable(followed: Followed | undefined): boolean {
  return (
    followed?.check.facts !== undefined &&
    followed.check.problems.every(({ severity }) => severity !== 'error') &&
    isEnabled(followed.document)
  );
}

function isEnabled(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('nnspec', document.uri).get('predict.enabled', true);
}
