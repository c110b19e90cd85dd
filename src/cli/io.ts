import type { Disposable } from '../common/disposable';
import type { Failure, HostRequests } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import type { Handlers } from '../protocol/rpc';
import type { Machine } from '../server/environment';

export interface Output {
  write(text: string): void;
  /** A terminal: lines may be drawn over. */
  readonly isTTY: boolean;
  readonly columns?: number;
}

/** File operations that a full or forbidden disk makes fail; rejections carry Node's error codes. */
export interface CliFiles {
  read(path: string): Promise<Uint8Array>;
  /** The path with every link followed; the file need not be there yet, its folder must. */
  realPath(path: string): Promise<string>;
  /** Writes all or nothing: a failure leaves what was there before. */
  writeAtomically(path: string, bytes: Uint8Array): Promise<void>;
  /** Rejects where a file at this path could not be written. */
  mustBeWritable(path: string): Promise<void>;
}

/** An engine of a command's own; disposing ends it at once, whatever it is doing. */
export interface RunningEngine extends Disposable {
  readonly client: EngineClient;
  /** Resolves where the engine ends by a fault of its own. */
  readonly died?: Promise<Failure>;
}

/** What a command needs of the world. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly files: CliFiles;
  readonly language: 'en' | 'ko';
  /** Milliseconds of a clock that only rises. */
  now(): number;
  schedule(callback: () => void): void;
  /** What this process offers the engine. */
  readonly machine?: Machine;
  /** Starts an engine whose requests for files `host` answers. */
  startEngine(host: Handlers<HostRequests>): RunningEngine;
  /**
   * The person wants the command to end: an interrupt, or an output that nobody reads any more. A second interrupt
   * ends the process, and so does the first while nobody listens.
   */
  onInterrupt(listener: () => void): Disposable;
  /** Bytes of a set shipped with the product. */
  readShipped(name: string): Promise<Uint8Array>;
}

/** The documented exit statuses. */
export const exitStatus = { fine: 0, failed: 1, usage: 2, diverged: 3, interrupted: 130 } as const;
