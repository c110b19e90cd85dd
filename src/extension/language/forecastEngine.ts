import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { EngineClient } from '../../protocol/engineClient';
import type { Forecast } from '../../spec/measurements';
import type { Spec } from '../../spec/spec';
import type { EngineProcess } from '../engine/engineProcess';
import { dataFileFor, readShippedFile } from '../files/dataFiles';
import { platform } from '../platform';

/** After this long without a question the engine is ended; the next one starts another. */
const idleMilliseconds = 120_000;

interface Engine {
  readonly process: EngineProcess;
  readonly client: EngineClient;
}

/** An engine of its own for forecasts, so that the extension host never computes one. Questions are asked one by one. */
export class ForecastEngine implements Disposable {
  readonly #extensionUri: vscode.Uri;
  #engine: Promise<Engine> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  /** The spec whose data files the engine may read: that of the question under way. */
  #document: vscode.Uri | undefined;
  #broken = false;

  constructor(extensionUri: vscode.Uri) {
    this.#extensionUri = extensionUri;
  }

  /** Undefined where nothing could be measured, or where `wanted` says that the answer is not awaited any more. */
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
        // A host that can start no engine has no forecasts; training will say why.
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

  /** Drops the question under way where it is about this document: its engine is ended, and the next question starts another. */
  cancel(document: vscode.Uri): void {
    if (this.#document?.toString() === document.toString()) {
      this.#end();
    }
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#end();
  }

  #start(): Promise<Engine> {
    const engine = this.#open();
    void engine.then(
      ({ process, client }) =>
        process.exit.then(() => {
          client.close();
          // One that was ended takes its time to exit, and another may be at work by then.
          if (this.#engine === engine) {
            this.#engine = undefined;
          }
        }),
      () => undefined,
    );
    return engine;
  }

  async #open(): Promise<Engine> {
    const process = await platform().startEngineProcess(this.#extensionUri);
    const client = new EngineClient(process.port, {
      readFile: ({ path }) => {
        if (!this.#document) {
          throw new Error('No spec is being measured.');
        }
        return dataFileFor(process, this.#document, path);
      },
      readShipped: ({ name }) => readShippedFile(this.#extensionUri, name),
    });
    return { process, client };
  }

  #end(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    void engine?.then(
      ({ process, client }) => {
        client.dispose();
        process.dispose();
      },
      () => undefined,
    );
  }
}
