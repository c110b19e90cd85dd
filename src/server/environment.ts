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
  /** Of a process that reads files by itself. */
  readDisk?(path: string): Promise<Uint8Array>;
  /** Of a process of its own: takes the host's message bundle. */
  configureLanguage?(bundle: MessageBundle): void;
}

export interface Machine extends WasmHost {
  /** Threads that can run at once. */
  readonly cores: number;
  /** For SHA-256; left out, the browser's own way is taken. */
  makeHasher?(): Hasher;
}

export type MessageBundle = Readonly<
  Record<string, string | { readonly message: string; readonly comment: readonly string[] }>
>;
