import type { Disposable } from '../common/disposable';
import type { FolderEntry } from '../data/files';
import type { Content } from '../disk/replaceFile.node';
import type { Failure, HostRequests } from '../protocol/engine';
import type { EngineClient } from '../protocol/engineClient';
import type { Handlers } from '../protocol/rpc';
import type { RunFiles } from '../runs/runFiles';
import type { Here } from '../runs/runLock';
import type { Clock } from '../runs/runWriter';

export interface Output extends Stream {
  /** Overwrites the line of a terminal in which the cursor is. */
  redraw(text: string): void;
}

/** Receives all that is written to an output. */
export interface Stream {
  write(text: string): void;
  /** Resolves when all that was written has been taken over, or nobody reads it any more. */
  drained?(): Promise<void>;
  /** True for a terminal, where a line can be overwritten. */
  readonly isTTY: boolean;
  readonly columns?: number;
}

/** File operations. Rejections carry Node's error codes. */
export interface CliFiles {
  read(path: string): Promise<Uint8Array>;
  /** The entries of a folder; a link is what it leads to. */
  list(path: string): Promise<readonly FolderEntry[]>;
  /** The path with all links resolved. The file need not exist, its folder must. */
  realPath(path: string): Promise<string>;
  /** Writes all or nothing: a failure, also one of making the content, leaves what was there before. */
  writeAtomically(path: string, content: Content): Promise<void>;
  /** Whether anything is at this path. */
  exists(path: string): Promise<boolean>;
  /** Rejects if a file at this path could not be written. */
  mustBeWritable(path: string): Promise<void>;
}

/** An engine that a command has started. Disposing ends it at once, whatever it is doing. */
export interface RunningEngine extends Disposable {
  readonly client: EngineClient;
  /** Resolves if the engine crashes. */
  readonly died?: Promise<Failure>;
}

/** The disk, the time and the process with which runs are kept. */
export interface Keeping {
  openFolder(path: string): RunFiles;
  readonly clock: Clock;
  readonly here: Here;
  /** At least 0 and below 1. */
  random(): number;
}

/** The environment of a command. */
export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly cwd: string;
  readonly files: CliFiles;
  readonly language: 'en' | 'ko';
  /**
   * Starts an engine whose requests for files `host` answers. With `python` PyTorch trains, in that Python;
   * an empty one is the usual one.
   */
  startEngine(host: Handlers<HostRequests>, python?: string): RunningEngine;
  /**
   * Calls the listener when the command should end: after a signal, or when nobody reads its output any more.
   * A second signal ends the process, and so does the first if there is no listener.
   */
  onInterrupt(listener: () => void): Disposable;
  /** The means by which runs are kept. */
  readonly keeping: Keeping;
  /** Bytes of a set shipped with the product. */
  readShipped(name: string): Promise<Uint8Array>;
  /** The text of a page of the product's documentation. */
  readPage(name: string): Promise<string>;
}

/** The documented exit statuses. */
export const exitStatus = { fine: 0, failed: 1, usage: 2, diverged: 3, interrupted: 130 } as const;
