import type { LogOutputChannel } from 'vscode';
import type { Disposable } from '../../common/disposable';
import { decodeRun, encodeRun } from '../../runs/storedRun';
import type { StoredFiles } from '../files/storedFiles';
import { inBackground } from '../words/background';
import { Run, type RunDetails } from './run';

/** Milliseconds between two writes of an active run. */
const interval = 1000;
const suffix = '.run';

type RunFiles = Pick<StoredFiles, 'read' | 'write' | 'list' | 'remove' | 'removeAll' | 'path'>;

/** Stores the last run of every spec across windows. */
export class RunStorage {
  readonly #files: RunFiles;
  readonly #mostRuns: () => number;
  readonly #log: Pick<LogOutputChannel, 'debug' | 'warn'>;
  /** Runs that have changed since they were written. */
  readonly #changed = new Map<Run, ReturnType<typeof setTimeout>>();
  readonly #followed = new Map<string, Run>();
  readonly #writes = new Map<string, Promise<void>>();
  /** Names of the files that were written by this window. */
  readonly #written = new Set<string>();

  /** `mostRuns` returns how many runs are kept; with 0 none is written. */
  constructor(files: RunFiles, mostRuns: () => number, log: Pick<LogOutputChannel, 'debug' | 'warn'>) {
    this.#files = files;
    this.#mostRuns = mostRuns;
    this.#log = log;
  }

  /** The folder with the stored runs. */
  get path(): string {
    return this.#files.path;
  }

  /** Writes the run periodically while it changes, and at its end. It replaces the stored run of its spec. */
  follow(run: Run): Disposable {
    this.#followed.set(run.specUri, run);
    return run.onChange(() => {
      if (this.#changed.has(run) && run.isActive) {
        return;
      }
      clearTimeout(this.#changed.get(run));
      this.#changed.set(
        run,
        setTimeout(() => inBackground(this.#write(run)), run.isActive ? interval : 0),
      );
    });
  }

  /** Whether what is known of this run is kept for later windows. */
  keeps(run: Run): boolean {
    return this.#mostRuns() > 0 && this.#followed.get(run.specUri) === run;
  }

  /** The stored run of a spec, if there is one. */
  async load(specUri: string): Promise<Run | undefined> {
    try {
      const decoded = decodeRun<RunDetails>(await this.#files.read(await nameOf(specUri)));
      if ('run' in decoded) {
        return Run.fromStorage(decoded.run);
      }
      this.#log.warn(`${specUri}: ${decoded.problem}`);
    } catch (error) {
      this.#log.debug(`no stored run of ${specUri}: ${error}`);
    }
    return undefined;
  }

  /** The number of stored runs, and the bytes they take. */
  async measure(): Promise<{ readonly runs: number; readonly bytes: number }> {
    const runs = await this.#stored();
    return { runs: runs.length, bytes: runs.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Deletes all stored runs. Those that are followed now are not written again. */
  async deleteAll(): Promise<void> {
    this.#followed.clear();
    await this.close();
    this.#written.clear();
    await this.#files.removeAll();
  }

  /** Writes every change that is not written yet. */
  async close(): Promise<void> {
    for (const run of this.#changed.keys()) {
      inBackground(this.#write(run));
    }
    await Promise.all(this.#writes.values());
  }

  /** Writes for one spec one after the other, so that the newest one remains. */
  async #write(run: Run): Promise<void> {
    clearTimeout(this.#changed.get(run));
    this.#changed.delete(run);
    const previous = this.#writes.get(run.specUri) ?? Promise.resolve();
    const next = previous.then(async () => {
      if (!this.keeps(run) || isEmpty(run)) {
        return;
      }
      try {
        const name = await nameOf(run.specUri);
        await this.#files.write(name, encodeRun(run.record()));
        if (!this.#written.has(name)) {
          this.#written.add(name);
          await this.#removeOldest();
        }
      } catch (error) {
        this.#log.warn(`${run.specUri}: the run could not be stored: ${error}`);
      }
    });
    this.#writes.set(run.specUri, next);
    await next;
  }

  /** The files of stored runs, without those that are only being written. */
  async #stored() {
    return (await this.#files.list()).filter(({ name }) => name.endsWith(suffix));
  }

  async #removeOldest(): Promise<void> {
    const oldest = (await this.#stored()).sort((a, b) => b.written - a.written).slice(this.#mostRuns());
    for (const { name } of oldest) {
      await this.#files.remove(name);
    }
  }
}

/**
 * Nothing is known yet of a run that reads its data, nor of one that was refused, whose problems may quote a
 * cell. The run that is stored for its spec stays.
 */
function isEmpty({ refused, isActive, details }: Run): boolean {
  return details.started === undefined && (refused || isActive);
}

async function nameOf(specUri: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(specUri));
  const name = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${name}${suffix}`;
}
