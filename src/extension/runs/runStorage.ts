import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { decodeRun, encodeRun } from '../../runs/storedRun';
import { Run, type RunDetails } from './run';

/** Milliseconds between two writes of an active run. */
const interval = 1000;

/** Stores the last run of every spec across windows. */
export class RunStorage implements Disposable {
  readonly #folder: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #followed = new Map<string, Run>();
  readonly #writes = new Map<string, Promise<void>>();

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    const storage = context.storageUri ?? context.globalStorageUri;
    this.#folder = vscode.Uri.joinPath(storage, 'runs');
    this.#log = log;
  }

  /** Writes the run periodically while it changes, and at its end. It replaces the stored run of its spec. */
  follow(run: Run): Disposable {
    this.#followed.set(run.specUri, run);
    return run.onChange(() => {
      if (!this.#timers.has(run.id)) {
        const write = () => {
          this.#timers.delete(run.id);
          void this.#write(run);
        };
        this.#timers.set(run.id, setTimeout(write, run.isActive ? interval : 0));
      }
    });
  }

  /** The stored run of a spec, if there is one. */
  async load(specUri: string): Promise<Run | undefined> {
    try {
      const decoded = decodeRun<RunDetails>(await vscode.workspace.fs.readFile(await this.#fileOf(specUri)));
      if ('run' in decoded) {
        return Run.fromStorage(decoded.run);
      }
      this.#log.warn(`${specUri}: ${decoded.problem}`);
    } catch (error) {
      this.#log.debug(`no stored run of ${specUri}: ${error}`);
    }
    return undefined;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) {
      clearTimeout(timer);
    }
  }

  /** Writes for one spec one after the other, so that the newest one remains. */
  async #write(run: Run): Promise<void> {
    const previous = this.#writes.get(run.specUri) ?? Promise.resolve();
    const next = previous.then(async () => {
      if (this.#followed.get(run.specUri) !== run) {
        return;
      }
      try {
        await vscode.workspace.fs.writeFile(await this.#fileOf(run.specUri), encodeRun(run.record()));
      } catch (error) {
        this.#log.warn(`${run.specUri}: the run could not be stored: ${error}`);
      }
    });
    this.#writes.set(run.specUri, next);
    await next;
  }

  async #fileOf(specUri: string): Promise<vscode.Uri> {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(specUri));
    const name = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
    return vscode.Uri.joinPath(this.#folder, `${name}.run`);
  }
}
