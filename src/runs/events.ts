/**
 * The events of a run, as `nnspec train --json` prints them and `events.jsonl` keeps them: one JSON object a
 * line. Their fields and the order of those are public (docs/language.md, docs/runs.md).
 */
import { isCount } from '../common/isCount';
import { isRecord } from '../common/isRecord';
import { jsonLine, jsonText } from '../common/jsonLine';
import { decodeNumber } from '../common/jsonNumbers';
import { parseJson } from '../common/parseJson';
import type { TagValues } from '../common/tagValues';
import { readVerdict, type Verdict } from '../common/verdict/verdict';

/** Values by tag. */
export type Values = Readonly<Record<string, number>>;

/** A training begins: that of the network, or first those of the folds of a cross-validation. */
export interface StartEvent {
  readonly event: 'start';
  readonly fold?: number;
  readonly name: string;
  readonly seed: number;
  readonly parameters: number;
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number };
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    readonly shape: readonly number[];
    readonly parameters: number;
  }[];
  readonly engine: { readonly version: string; readonly backend: string; readonly threads: number };
  /** The file that the weights come from. */
  readonly from?: {
    readonly kind: string;
    readonly file: string;
    readonly epoch: number;
    /** Only of a fork: names of the tensors that were taken over, and of those that were drawn. */
    readonly kept?: readonly string[];
    readonly anew?: readonly string[];
    /** Only of a fork: whether the optimizer, the steps and the epochs go on. */
    readonly goes_on?: boolean;
  };
  /** The progress in the checkpoint from which the run goes on. */
  readonly resumed?: { readonly epochs: number; readonly step: number };
  /** Id of the kept run. */
  readonly run?: string;
}

/** An epoch is done. */
export interface EpochEvent {
  readonly event: 'epoch';
  readonly fold?: number;
  /** From 1. */
  readonly epoch: number;
  /** Steps since the start of the training. */
  readonly step: number;
  /** On a line of JSON they stand beside `epoch`: `{"event":"epoch","epoch":1,"step":4,"loss":0.69}`. */
  readonly values: TagValues;
}

/** A fold is trained to its end. */
export interface FoldEvent {
  readonly event: 'fold';
  readonly fold: number;
  readonly reason: string;
  readonly epochs: number;
  readonly values: Values;
}

/** Somebody has intervened: a learning rate or a weight set by hand, weights loaded. */
export interface SetEvent {
  readonly event: 'set';
  /** Steps that were done before. */
  readonly step: number;
  /** Epochs that were done before. */
  readonly epochs: number;
  readonly name: 'learning_rate' | 'weights' | 'weight';
  /** The learning rate, the weight, or the name of the file in the run's folder that holds the weights. */
  readonly value: number | string;
  /** For a weight: its tensor, and its index there. */
  readonly tensor?: string;
  readonly index?: number;
}

export interface ErrorEvent {
  readonly event: 'error';
  readonly code: string;
  readonly message: string;
}

export interface EndEvent {
  readonly event: 'end';
  readonly reason: string;
  readonly epochs: number;
  readonly kept_epoch?: number;
  readonly seconds?: number;
  /** Values by part and tag; `cross_validation` holds mean and deviation by tag. */
  readonly final: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly linear?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly expect: readonly { readonly text: string; readonly ok: boolean; readonly value: number }[];
  /** Absent where nothing could be learned, and in runs that older versions kept. */
  readonly verdict?: Verdict;
  /** Only for a diverged run. */
  readonly message?: string;
  readonly layer?: string;
  readonly step?: number;
  readonly tensor?: string;
}

export type RunEvent = StartEvent | EpochEvent | FoldEvent | SetEvent | ErrorEvent | EndEvent;

/** The line of JSON that is printed or kept, with its end. */
export function eventLine(event: RunEvent): string {
  return event.event === 'epoch' ? epochLine(event) : jsonLine(event);
}

/** A small network does half a million epochs in a second: their lines are put together without an object. */
function epochLine({ event, fold, epoch, step, values }: EpochEvent): string {
  const head = `{"event":"${event}",${fold === undefined ? '' : `"fold":${fold},`}"epoch":${epoch},"step":${step}`;
  return values.reduce((line, [tag, value]) => `${line},${jsonText(tag)}:${jsonText(value)}`, head).concat('}\n');
}

/** Reads an event from a line of JSON; undefined where the line is none. Nothing in it is believed. */
export function readEvent(line: string): RunEvent | undefined {
  const object = parseJson(line);
  if (!isRecord(object)) {
    return undefined;
  }
  switch (object.event) {
    case 'start':
      return isStart(object) ? object : undefined;
    case 'epoch':
      return readEpoch(object);
    case 'fold':
      return typeof object.fold === 'number' && typeof object.epochs === 'number' && isRecord(object.values)
        ? { ...(object as unknown as FoldEvent), values: numbersOf(object.values) }
        : undefined;
    case 'set':
      return readSet(object);
    case 'error':
      return typeof object.code === 'string' && typeof object.message === 'string'
        ? { event: 'error', code: object.code, message: object.message }
        : undefined;
    case 'end':
      return readEnd(object);
    default:
      return undefined;
  }
}

function isStart(object: Readonly<Record<string, unknown>>): object is Record<string, unknown> & StartEvent {
  const { name, seed, parameters, layers, samples, engine, fold } = object;
  return (
    typeof name === 'string' &&
    isCount(seed) &&
    isCount(parameters) &&
    Array.isArray(layers) &&
    layers.every((layer) => isRecord(layer) && typeof layer.name === 'string' && typeof layer.type === 'string') &&
    isRecord(samples) &&
    isRecord(engine) &&
    typeof engine.version === 'string' &&
    typeof engine.backend === 'string' &&
    (fold === undefined || isCount(fold))
  );
}

function readEpoch({ event: _, fold, epoch, step, ...rest }: Record<string, unknown>): EpochEvent | undefined {
  if (!isCount(epoch) || !isCount(step) || (fold !== undefined && !isCount(fold))) {
    return undefined;
  }
  return { event: 'epoch', ...(fold !== undefined && { fold }), epoch, step, values: Object.entries(numbersOf(rest)) };
}

function readSet({ step, epochs, name, value, tensor, index }: Record<string, unknown>): SetEvent | undefined {
  if (!isCount(step) || !isCount(epochs)) {
    return undefined;
  }
  if (name === 'learning_rate') {
    const rate = decodeNumber(value);
    return rate === undefined ? undefined : { event: 'set', step, epochs, name, value: rate };
  }
  if (name === 'weight') {
    const weight = decodeNumber(value);
    return weight !== undefined && typeof tensor === 'string' && isCount(index)
      ? { event: 'set', step, epochs, name, value: weight, tensor, index }
      : undefined;
  }
  return name === 'weights' && typeof value === 'string' ? { event: 'set', step, epochs, name, value } : undefined;
}

function readEnd(object: Record<string, unknown>): EndEvent | undefined {
  const { reason, epochs, final, expect, seconds, linear, kept_epoch: kept } = object;
  const verdict = readVerdict(object.verdict);
  if (typeof reason !== 'string' || !isCount(epochs) || !isRecord(final) || !Array.isArray(expect)) {
    return undefined;
  }
  return {
    event: 'end',
    reason,
    epochs,
    ...(isCount(kept) && { kept_epoch: kept }),
    ...(typeof seconds === 'number' && { seconds }),
    final: mapRecords(final, readFinal),
    ...(isRecord(linear) && { linear: mapRecords(linear, readFinal) }),
    expect: expect.filter(isRecord).map(({ text, ok, value }) => ({
      text: String(text),
      ok: ok === true,
      value: decodeNumber(value) ?? Number.NaN,
    })),
    ...(verdict && { verdict }),
    ...(typeof object.message === 'string' && { message: object.message }),
    ...(typeof object.layer === 'string' && { layer: object.layer }),
    ...(isCount(object.step) && { step: object.step }),
    ...(typeof object.tensor === 'string' && { tensor: object.tensor }),
  };
}

/** A number, or for a cross-validation an object of numbers. */
function readFinal(values: Record<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([tag, value]) => {
      const read = isRecord(value) ? numbersOf(value) : decodeNumber(value);
      return read === undefined ? [] : [[tag, read]];
    }),
  );
}

function mapRecords<T>(
  object: Record<string, unknown>,
  read: (value: Record<string, unknown>) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (isRecord(value) ? [[key, read(value)]] : [])),
  );
}

function numbersOf(object: Record<string, unknown>): Values {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => {
      const number = decodeNumber(value);
      return number === undefined ? [] : [[key, number]];
    }),
  );
}
