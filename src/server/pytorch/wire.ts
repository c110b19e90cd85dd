/**
 * The wire between the server and the Python that trains: requests, replies and events as in `protocol/rpc`,
 * one JSON object in each line. `media/python/runner.py` is the other end.
 */
import type { Disposable } from '../../common/disposable';
import { decodeNumber } from '../../common/jsonNumbers';
import type { EngineRequests, EpochRecord } from '../../protocol/engine';
import type { Port } from '../../protocol/rpc';
import type { PyTorchEngine } from '../../spec/spec';

/** A number that JSON may have no word for. */
export type WireNumber = number | string;

export interface Position {
  /** Epochs that are done. */
  readonly epoch: number;
  readonly step: number;
  /** Whether it has weights that can be asked for. */
  readonly hasNetwork: boolean;
  /** Null before the first step. */
  readonly learningRate: number | null;
}

export interface PythonRequests {
  hello: {
    params: null;
    result: {
      readonly protocol: number;
      /** That of PyTorch. */
      readonly version: string;
      readonly device: string;
      readonly threads: number;
    };
  };
  start: {
    params: {
      readonly inputShape: readonly number[];
      /** The files that hold weights of rows, in the order in which the script reads them. */
      readonly weights: readonly string[];
      readonly threads?: number;
    };
    result: null;
  };
  pause: { params: null; result: Position };
  resume: { params: null; result: Position };
  /** Answered before the step is done; `paused` follows. */
  step: { params: { readonly unit: 'batch' | 'epoch' }; result: Position };
  stop: { params: null; result: null };
  setLearningRate: { params: EngineRequests['setLearningRate']['params']; result: Position };
  /** Float32, little-endian, in base64. */
  weights: {
    params: null;
    result: { readonly position: Position; readonly tensors: Readonly<Record<string, string>> };
  };
}

export interface PythonEpoch {
  readonly epoch: number;
  readonly step: number;
  readonly values: readonly (readonly [tag: string, value: WireNumber])[];
}

export type PythonEvent =
  /** All that has happened since the last such event. */
  | {
      readonly type: 'progress';
      readonly position: Position;
      readonly epochs: readonly PythonEpoch[];
      readonly steps: readonly number[];
      readonly losses: readonly number[];
    }
  /** A step is done. */
  | { readonly type: 'paused' }
  /** `tensor` is the one that is not finite, of a run that has diverged. */
  | { readonly type: 'ended'; readonly reason: 'done' | 'stopped' | 'diverged'; readonly tensor: string | null }
  /** The process ends with it. */
  | { readonly type: 'failed'; readonly code: string; readonly args: readonly string[] };

/** How a Python process ended. */
export interface PythonExit {
  readonly code?: number;
  readonly signal?: string;
  /** It was never started. */
  readonly missing?: true;
  /** It wrote so much that was no message that it can be no Python. */
  readonly babbles?: true;
  /** It has not answered in time. */
  readonly silent?: true;
  /** The end of what it printed. */
  readonly output: string;
}

/** A Python that runs the runner in a folder of these files. Disposing ends it at once. */
export interface PythonProcess extends Disposable {
  readonly port: Port;
  /** Resolves once, however the process ends. Never rejects. */
  readonly exit: Promise<PythonExit>;
}

export interface PythonFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Starts Python, of which only the host knows where it is. */
export interface PythonLauncher {
  /** As it was named, and how a person names another one, for messages. */
  readonly python: string;
  readonly other: string;
  launch(files: readonly PythonFile[], on: Pick<PyTorchEngine, 'device' | 'processes'>): Promise<PythonProcess>;
}

export function recordOf({ epoch, step, values }: PythonEpoch): EpochRecord {
  return { epoch, step, values: values.map(([tag, value]) => [tag, decodeNumber(value) ?? Number.NaN] as const) };
}

/** The tensors of a reply, by name. */
export function tensorsOf(tensors: Readonly<Record<string, string>>): ReadonlyMap<string, Float32Array> {
  return new Map(
    Object.entries(tensors).map(([name, text]) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      return [name, new Float32Array(bytes.buffer)] as const;
    }),
  );
}
