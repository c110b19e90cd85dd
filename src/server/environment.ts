import type { Hasher } from '../data';
import type { WasmHost } from '../engine';

/** A server's access to time, processor and files. Entries pass it in; tests control the time. */
export interface ServerEnvironment {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Calls back in a later turn of the event loop, after messages that have arrived meanwhile. */
  schedule(callback: () => void): void;
  /** Threads, vectors and files of the process. Default: one thread, plain vectors, no files. */
  readonly machine?: Machine;
  /** Sets the language by the host's message bundle, where the server has a process of its own. */
  configureLanguage?(bundle: MessageBundle): void;
}

export interface Machine extends WasmHost {
  /** Bytes of memory that the process holds. */
  memory?(): number;
  /** Threads that can run at once. */
  readonly cores: number;
  /** Opens a file, or reads one without a size, such as a pipe. Rejects with the system's error. */
  openFile?(path: string): Promise<OpenFile | Uint8Array>;
  /** SHA-256. Default: the browser's own implementation. */
  readonly makeHasher?: () => Hasher;
}

/** A file that stays open even where it is renamed or deleted. Its calls throw the system's errors. */
export interface OpenFile {
  /** Length in bytes when it was opened. */
  readonly size: number;
  /** Reads into `target` from byte `offset` on. Returns how many bytes were read: 0 at the end. */
  read(target: Uint8Array, offset: number): number;
  /** Whether it was written to since it was opened. */
  changed(): boolean;
  close(): void;
}

export type MessageBundle = Readonly<
  Record<string, string | { readonly message: string; readonly comment: readonly string[] }>
>;
