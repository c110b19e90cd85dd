import type { Hasher } from '../data';
import type { WasmHost } from '../engine';

/** What a server needs of the world; entries pass it in, so that the server runs anywhere and tests own the time. */
export interface ServerEnvironment {
  /** Milliseconds of a clock that only rises. */
  now(): number;
  /** Calls back soon, after messages that have arrived meanwhile. */
  schedule(callback: () => void): void;
  /** What the process offers the wasm backend; left out: one thread, plain vectors. */
  readonly machine?: Machine;
  /** Of a process of its own: takes the host's message bundle. */
  configureLanguage?(bundle: MessageBundle): void;
}

export interface Machine extends WasmHost {
  /** Threads that can run at once. */
  readonly cores: number;
  /** Of a process that reads files by itself; what has no size beforehand, such as a pipe, is read at once. Rejects with what the system says. */
  openFile?(path: string): Promise<OpenFile | Uint8Array>;
  /** For SHA-256; left out, the browser's own way is taken. */
  makeHasher?(): Hasher;
}

/** A file that stays open, also where its name goes to another or to none. Its calls throw what the system says. */
export interface OpenFile {
  /** Bytes, when it was opened. */
  readonly size: number;
  /** Reads into `target` from byte `offset` on; returns how many bytes that were, 0 behind the last. */
  read(target: Uint8Array, offset: number): number;
  /** Whether it was written to since it was opened. */
  changed(): boolean;
  close(): void;
}

export type MessageBundle = Readonly<
  Record<string, string | { readonly message: string; readonly comment: readonly string[] }>
>;
