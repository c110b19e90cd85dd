/** Encodes a trainer's state as JSON and named arrays; decodes these to a well-formed state or a problem. */
import type { Intervention } from '../../common/intervention';
import { isCount } from '../../common/isCount';
import { isRecord } from '../../common/isRecord';
import { decodeNumber, encodeNumber } from '../../common/jsonNumbers';
import type { FloatArray, ProgramState } from '../backend';
import type { HistoryState } from '../history';
import type { TrainerState } from '../run';
import type { Checked } from '../safetensors';
import { damaged } from './damaged';

export interface EncodedState {
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly arrays: readonly (readonly [name: string, values: FloatArray])[];
}

export function encodeState(state: TrainerState): EncodedState {
  const { program, history, interventions, watch, rates } = state;
  const list = (prefix: string, arrays: readonly FloatArray[]) =>
    arrays.map((values, i) => [`${prefix}.${i}`, values] as const);
  return {
    numbers: {
      epoch: state.epoch,
      batch: state.batch,
      phase: state.phase,
      step: program.step,
      learningRate: encodeNumber(program.learningRate),
      ...(program.momentum !== undefined && { momentum: encodeNumber(program.momentum) }),
      ...(program.batch && { under_way: { count: program.batch.count, loss: encodeNumber(program.batch.loss) } }),
      lossSum: encodeNumber(state.lossSum),
      mass: encodeNumber(state.mass),
      batchLoss: encodeNumber(state.batchLoss),
      manual: rates.manual,
      ...(rates.plateau && { plateau: encodeNumbers({ ...rates.plateau }) }),
      ...(watch && { watch: encodeNumbers({ ...watch }) }),
      ...(state.closing && { closing: state.closing }),
      ...(state.ended && { ended: state.ended }),
      interventions,
      epochs: history.length,
      tags: history.columns.map(([tag]) => tag),
      best: state.best !== undefined,
      last: state.last !== undefined,
    },
    arrays: [
      ...list('weights', program.weights),
      ...list('optimizer', program.optimizer),
      ...list('buffer', program.batch?.buffers ?? []),
      ...list('metric', state.metrics),
      ...list('best', state.best ?? []),
      ...list('last', state.last ?? []),
      ...history.columns.map(([tag, values]) => [`history.${tag}`, values] as const),
    ],
  };
}

/** Every array must belong to a field. A diverged run has no checkpoint, since nothing can go on from it. */
export function decodeState(numbers: unknown, arrays: ReadonlyMap<string, FloatArray>): Checked<TrainerState> {
  const read = new Reader(numbers, arrays);
  const program: ProgramState = {
    weights: read.list('weights'),
    optimizer: read.list('optimizer'),
    step: read.count('step'),
    learningRate: read.number('learningRate'),
    momentum: read.has('momentum') ? read.number('momentum') : undefined,
    ...(read.has('under_way') && { batch: batchUnderWay(read) }),
  };
  const state: TrainerState = {
    program,
    epoch: read.count('epoch'),
    batch: read.count('batch'),
    phase: read.count('phase'),
    lossSum: read.any('lossSum'),
    mass: read.number('mass'),
    metrics: read.list('metric').map((values) => read.float64(values, 'metric')),
    rates: { manual: read.flag('manual'), plateau: plateau(read) },
    batchLoss: read.any('batchLoss'),
    closing: closingReason(read, 'closing'),
    ended: closingReason(read, 'ended'),
    divergence: undefined,
    history: history(read),
    interventions: interventions(read),
    watch: watch(read),
    best: read.flag('best') ? read.list('best') : undefined,
    last: read.flag('last') ? read.list('last') : undefined,
  };
  const problem = read.problem ?? read.unread;
  return problem === undefined ? { ok: state } : damaged(problem, read.found);
}

function batchUnderWay(read: Reader): ProgramState['batch'] {
  return read.inner('under_way', (own) => ({
    count: own.count('count'),
    loss: own.any('loss'),
    buffers: read.list('buffer'),
  }));
}

function plateau(read: Reader): TrainerState['rates']['plateau'] {
  return read.inner('plateau', (own) => ({
    factor: own.number('factor'),
    best: own.any('best'),
    waited: own.count('waited'),
  }));
}

function watch(read: Reader): TrainerState['watch'] {
  return read.inner('watch', (own) => ({
    best: own.any('best'),
    bestEpoch: own.count('bestEpoch'),
    waited: own.count('waited'),
  }));
}

function closingReason(read: Reader, name: 'closing' | 'ended'): TrainerState['closing'] {
  if (!read.has(name)) {
    return undefined;
  }
  const value = read.value(name);
  if (value === 'completed' || value === 'early_stopping') {
    return value;
  }
  read.fail(name);
  return undefined;
}

function history(read: Reader): HistoryState {
  const length = read.count('epochs');
  const tags = read.value('tags');
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string') || new Set(tags).size !== tags.length) {
    read.fail('tags');
    return { length, columns: [] };
  }
  const columns = tags.map((tag: string) => [tag, read.column(tag, length)] as const);
  return { length, columns };
}

function interventions(read: Reader): readonly Intervention[] {
  const value = read.value('interventions');
  if (Array.isArray(value) && value.every(isIntervention)) {
    return value.map(({ step, epochs, kind, value, file, tensor, index }) => ({
      step,
      // Checkpoints of before do not say it.
      epochs: epochs ?? 0,
      kind,
      ...(value !== undefined && { value }),
      ...(file !== undefined && { file }),
      ...(tensor !== undefined && { tensor, index }),
    }));
  }
  read.fail('interventions');
  return [];
}

function isIntervention(value: unknown): value is Intervention {
  if (!isRecord(value) || !Number.isSafeInteger(value.step)) {
    return false;
  }
  if (!['undefined', 'string'].includes(typeof value.file) || !['undefined', 'number'].includes(typeof value.epochs)) {
    return false;
  }
  if (value.kind === 'learning_rate') {
    return Number.isFinite(value.value) && (value.value as number) >= 0 && value.tensor === undefined;
  }
  if (value.kind === 'weight') {
    return Number.isFinite(value.value) && typeof value.tensor === 'string' && isCount(value.index);
  }
  return value.kind === 'weights' && value.value === undefined;
}

function encodeNumbers(values: Readonly<Record<string, number>>): Readonly<Record<string, number | string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, encodeNumber(value)]));
}

/** Reads fields and arrays by name, and notes the first that is missing or wrong. */
class Reader {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #arrays: ReadonlyMap<string, FloatArray>;
  readonly #taken = new Set<string>();
  #problem: string | undefined;
  #found: unknown;

  constructor(fields: unknown, arrays: ReadonlyMap<string, FloatArray>) {
    this.#fields = isRecord(fields) ? fields : {};
    this.#arrays = arrays;
    if (!isRecord(fields)) {
      this.fail('state');
    }
  }

  /** Name of the first field or array that is missing or wrong. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The value of that field. */
  get found(): unknown {
    return this.#found;
  }

  /** Name of an array that no field has read. */
  get unread(): string | undefined {
    return [...this.#arrays.keys()].find((name) => !this.#taken.has(name));
  }

  fail(name: string, found: unknown = this.value(name)): void {
    if (this.#problem !== undefined) {
      return;
    }
    this.#problem = name;
    this.#found = found;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  value(name: string): unknown {
    return this.has(name) ? this.#fields[name] : undefined;
  }

  /** An integer of 0 or more. */
  count(name: string): number {
    const value = this.value(name);
    if (Number.isSafeInteger(value) && (value as number) >= 0) {
      return value as number;
    }
    this.fail(name);
    return 0;
  }

  /** A finite number. */
  number(name: string): number {
    const value = this.any(name);
    if (!Number.isFinite(value)) {
      this.fail(name);
    }
    return value;
  }

  /** A number, finite or not. */
  any(name: string): number {
    const value = decodeNumber(this.value(name));
    if (value === undefined) {
      this.fail(name);
    }
    return value ?? 0;
  }

  flag(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== 'boolean') {
      this.fail(name);
    }
    return value === true;
  }

  /** Reads the fields of a nested object, and takes over its problem. Undefined where there is none. */
  inner<T>(name: string, fields: (own: Reader) => T): T | undefined {
    if (!this.has(name)) {
      return undefined;
    }
    const own = new Reader(this.value(name), new Map());
    const value = fields(own);
    if (own.problem !== undefined) {
      this.fail(own.problem, own.found);
    }
    return value;
  }

  /** The arrays `prefix.0`, `prefix.1`, … up to the first that is missing. */
  list(prefix: string): FloatArray[] {
    const found: FloatArray[] = [];
    for (;;) {
      const name = `${prefix}.${found.length}`;
      const values = this.#arrays.get(name);
      if (!values) {
        return found;
      }
      this.#taken.add(name);
      found.push(values);
    }
  }

  column(tag: string, length: number): Float64Array {
    const name = `history.${tag}`;
    const values = this.#arrays.get(name);
    this.#taken.add(name);
    if (values?.length !== length) {
      this.fail(name);
    }
    return this.float64(values, name);
  }

  float64(values: FloatArray | undefined, name: string): Float64Array {
    if (values instanceof Float64Array) {
      return values;
    }
    this.fail(name);
    return new Float64Array(0);
  }
}
