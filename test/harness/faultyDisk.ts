/** System calls that fail or kill the process at one chosen call. */
import * as disk from 'node:fs/promises';
import type { SystemCalls } from '../../src/disk/replaceFile.node';

/**
 * `code` makes the call fail with this error; a write has then written half of its bytes. The process is
 * killed before the call, or just after it: then neither this call nor a later one returns.
 */
export type Fault = { readonly at: number } & (
  | { readonly code: string }
  | { readonly killed: 'before' | 'after' | 'halfway' }
);

export class FaultyDisk {
  /** The calls so far. */
  readonly made: string[] = [];
  readonly calls: SystemCalls;
  /** Resolves when the process would be dead. */
  readonly killed: Promise<void>;
  readonly #fault: Fault | undefined;
  readonly #handles = new Set<disk.FileHandle>();
  #dead = false;
  #tell: () => void = () => undefined;

  constructor(fault?: Fault) {
    this.#fault = fault;
    this.killed = new Promise((resolve) => {
      this.#tell = resolve;
    });
    const names = [
      'access',
      'chmod',
      'lstat',
      'mkdir',
      'open',
      'readdir',
      'readlink',
      'realpath',
      'rename',
      'rm',
      'stat',
    ] as const satisfies readonly (keyof SystemCalls)[];
    this.calls = this.#wrap(disk, names);
  }

  /** Closes what a killed process would have left to the system. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#handles].map((handle) => handle.close().catch(() => undefined)));
  }

  /** The calls of `target` with these names, each of which may meet the fault. */
  #wrap<T extends object, K extends keyof T & string>(target: T, names: readonly K[]): Pick<T, K> {
    const entries = names.map((name) => {
      const original = (target[name] as (...args: unknown[]) => Promise<unknown>).bind(target);
      return [name, (...args: unknown[]) => this.#meet(name, args, original)];
    });
    return Object.fromEntries(entries);
  }

  async #meet(name: string, args: unknown[], original: (...args: unknown[]) => Promise<unknown>): Promise<unknown> {
    const at = this.made.push(name) - 1;
    const fault = this.#fault?.at === at ? this.#fault : undefined;
    if (this.#dead || (fault && 'killed' in fault && fault.killed === 'before')) {
      return this.#die();
    }
    const isHalf = name === 'writeFile' && fault && ('code' in fault || fault.killed === 'halfway');
    if (isHalf) {
      const bytes = args[0] as Uint8Array;
      await original(bytes.subarray(0, bytes.length / 2));
    } else if (name === 'close' || !fault || 'killed' in fault) {
      const result = await original(...args);
      const returned = name === 'open' ? this.#file(result as disk.FileHandle) : result;
      if (!fault) {
        return returned;
      }
    }
    if (fault && 'code' in fault) {
      throw Object.assign(new Error(`${fault.code}: ${name}`), { code: fault.code });
    }
    return this.#die();
  }

  #file(handle: disk.FileHandle): disk.FileHandle {
    this.#handles.add(handle);
    const names = ['chmod', 'chown', 'close', 'stat', 'sync', 'writeFile'] as const;
    return this.#wrap(handle, names) as disk.FileHandle;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#tell();
    return new Promise(() => undefined);
  }
}
