import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import type { Forecast } from '../../spec/measurements';
import type { Spec } from '../../spec/spec';
import { type OpenEngine, openEngine } from '../engine/engineTask';
import { dataFileFor, listFolder, readShippedFile } from '../files/dataFiles';
import { inBackground } from '../words/background';

/** The engine is ended after this time without a request; the next request starts another one. */
const idleMilliseconds = 120_000;

/** The engine process that computes forecasts, one request after the other. */
export class ForecastEngine implements Disposable {
  readonly #extensionUri: vscode.Uri;
  #engine: Promise<OpenEngine> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** The spec of the current request, whose data files the engine may read. */
  #document: vscode.Uri | undefined;
  #broken = false;

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
  }

  /** Undefined if nothing could be measured, or if `wanted` is false when the request's turn comes. */
  measure(document: vscode.Uri, spec: Spec, dataStamp: string, wanted: () => boolean): Promise<Forecast | undefined> {
    const answer = this.#queue.then(async () => {
      if (!wanted() || this.#broken) {
        return undefined;
      }
      this.#document = document;
      clearTimeout(this.#idle);
      try {
        this.#engine ??= this.#start();
        const { client } = await this.#engine;
        const reply = await client.ask('forecast', { spec, dataStamp });
        return 'ok' in reply ? (reply.ok ?? undefined) : undefined;
      } catch {
        // If no engine can be started there are no forecasts; training reports the reason.
        this.#broken = true;
        return undefined;
      } finally {
        this.#document = undefined;
        this.#idle = setTimeout(() => this.#end(), idleMilliseconds);
      }
    });
    this.#queue = answer;
    return answer;
  }

  /** Ends the engine if its current request is about this document. The next request starts another one. */
  cancel(document: vscode.Uri): void {
    if (this.#document?.toString() === document.toString()) {
      this.#end();
    }
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#end();
  }

  #start(): Promise<OpenEngine> {
    const engine = openEngine(this.#extensionUri, (process) => ({
      readFile: ({ path }) => dataFileFor(process, this.#measured(), path),
      listFolder: ({ path }) => listFolder(this.#measured(), path),
      readShipped: ({ name }) => readShippedFile(this.#extensionUri, name),
    }));
    const forget = () => {
      // Another engine may have been started before this one exited.
      if (this.#engine === engine) {
        this.#engine = undefined;
      }
    };
    inBackground(engine.then(({ exit }) => exit.then(forget), forget));
    return engine;
  }

  #measured(): vscode.Uri {
    if (!this.#document) {
      throw new Error('No spec is being measured.');
    }
    return this.#document;
  }

  #end(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    inBackground(
      engine?.then(
        ({ dispose }) => dispose(),
        () => undefined,
      ),
    );
  }
}
