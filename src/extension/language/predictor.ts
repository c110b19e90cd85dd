import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../common/disposable';
import { outcomeOf, type Prediction, predictionsOf } from '../../language';
import { differenceOf } from '../../spec/difference';
import type { Forecast } from '../../spec/measurements';
import type { Fix, Problem } from '../../spec/problem';
import type { Spec } from '../../spec/spec';
import type { Run } from '../runs/run';
import { inBackground } from '../words/background';
import { toDiagnostic, toRange } from './convert';
import { ForecastEngine } from './forecastEngine';
import { dataStampOf, type SpecCheck } from './specCheck';

/** Milliseconds between a check and its measurement. The check itself waits for a pause in typing. */
const settleMilliseconds = 250;

/** A check, and the version of the document that was checked. */
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
  /** The fixes of each prediction that were measured already. */
  readonly measured: Map<Prediction, Promise<readonly Fix[]>>;
}

/** Hints on the layers of open specs about problems at the start of training, with measured fixes. */
export class Predictor implements Disposable {
  readonly #engine: ForecastEngine;
  readonly #hints = vscode.languages.createDiagnosticCollection('nnspec prediction');
  readonly #followed = new Map<string, Followed>();
  readonly #known = new Map<string, Known>();
  /** The last run of each spec that learned. */
  readonly #learned = new Map<string, { readonly spec: Spec; readonly dataStamp: string | undefined }>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #subscriptions = new DisposableStore();

  constructor(extensionUri: vscode.Uri) {
    this.#engine = new ForecastEngine(extensionUri);
    this.#subscriptions.add(this.#engine);
    this.#subscriptions.add(this.#hints);
    this.#subscriptions.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        // Saving a document fires an event without changes.
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

  /** Measures the network of a checked document after a pause. */
  follow(document: vscode.TextDocument, check: SpecCheck): void {
    const followed = { document, version: document.version, check };
    this.#followed.set(document.uri.toString(), followed);
    this.#measureLater(followed);
  }

  /** A run is over. If it has learned, there are no hints until its spec or its data change. */
  async conclude(run: Pick<Run, 'specUri' | 'details'>): Promise<void> {
    const { spec } = run.details.started ?? {};
    if (!spec || run.details.ended?.verdict?.learned !== true) {
      return;
    }
    const uri = vscode.Uri.parse(run.specUri);
    this.#learned.set(uri.toString(), { spec, dataStamp: await dataStampOf(uri, spec) });
    const followed = this.#followed.get(uri.toString());
    if (followed) {
      this.#known.delete(uri.toString());
      await this.#predict(followed);
    }
  }

  /** The measured fixes for the hints at a range; none if the document has changed since. */
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
      setTimeout(() => inBackground(this.#predict(followed)), settleMilliseconds),
    );
  }

  async #predict({ document, version, check: { parsed } }: Followed): Promise<void> {
    const { spec } = parsed;
    const { uri } = document;
    const key = uri.toString();
    this.#timers.delete(key);
    // A later check may have found errors in the data.
    const wanted = () => document.version === version && isMeasurable(this.#followed.get(key));
    const dataStamp = spec && (await dataStampOf(uri, spec));
    const known = this.#known.get(key);
    if (!spec || (known?.version === version && known.dataStamp === dataStamp)) {
      return;
    }
    const learned = this.#learned.get(key);
    if (learned && learned.dataStamp === dataStamp && !differenceOf(learned.spec, spec)) {
      this.#forget(uri);
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

  /** Measures every trial in the same way as the network itself. The best fixes come first. */
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

/** True if the check read the data and found no errors, and predictions are allowed and enabled. */
function isMeasurable(followed: Followed | undefined): boolean {
  return (
    vscode.workspace.isTrusted &&
    followed?.check.facts !== undefined &&
    followed.check.problems.every(({ severity }) => severity !== 'error') &&
    isEnabled(followed.document)
  );
}

function isEnabled(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('nnspec', document.uri).get('predict.enabled', true);
}
