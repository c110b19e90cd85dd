/** `run.json`: all that a list shows of a run. Versioned and validated; unknown fields are kept. */
import { isRecord } from '../common/isRecord';
import { decodeNumber } from '../common/jsonNumbers';
import { parseJson } from '../common/parseJson';
import type { Inherited } from '../common/startingPoint';
import { readVerdict, type Verdict } from '../common/verdict/verdict';
import type { BestEpoch, KeptState, RunRecord } from './record';

const formatVersion = 1;

export interface Parent {
  readonly id: string;
  readonly step: number;
  /** Known once the fork trains. */
  readonly inherited?: Inherited;
}

/** A run as it is known before it trains. */
export interface RunIdentity {
  readonly id: string;
  readonly name: string;
  /** Path of the spec relative to the folder that holds `.nnspec`, with `/`. */
  readonly spec: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Planned epochs. */
  readonly epochs?: number;
  /** Hex digest of the data trained on. */
  readonly data_hash?: string;
  /** Options of the command line that replace values of the spec. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Only for a fork: the run and step from which this one goes on. */
  readonly parent?: Parent;
  readonly sweep?: { readonly id: string; readonly values: Readonly<Record<string, unknown>> };
}

/** A person's marks on a run. */
export interface RunMarks {
  readonly starred?: boolean;
  readonly note?: string;
  readonly tags?: readonly string[];
}

export interface RunHeader extends RunIdentity, RunMarks {
  readonly state: KeptState;
  readonly seed?: number;
  readonly parameters?: number;
  readonly engine?: { readonly version: string; readonly backend: string; readonly threads?: number };
  /** Epochs and steps that are done. */
  readonly epoch?: number;
  readonly step?: number;
  readonly seconds?: number;
  readonly final?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly best?: BestEpoch;
  readonly expect?: readonly { readonly text: string; readonly ok: boolean; readonly value: number }[];
  readonly verdict?: Verdict;
  /** Fields of a newer version, kept as they are. */
  readonly others?: Readonly<Record<string, unknown>>;
}

/** The header of a run that has come so far, in so many seconds. */
export function headerOf(
  identity: RunIdentity & RunMarks & Pick<RunHeader, 'others'>,
  { state, start, epoch, step, best, end }: RunRecord,
  seconds: number,
): RunHeader {
  const { parent } = identity;
  const inherited = start?.from && inheritedIn(start.from);
  return {
    ...identity,
    ...(parent && inherited && { parent: { ...parent, inherited } }),
    state,
    ...(start && { seed: start.seed, parameters: start.parameters, engine: start.engine }),
    epoch,
    step,
    seconds,
    ...(end && { final: end.final, expect: end.expect }),
    ...(best && { best }),
    ...(end?.verdict && { verdict: end.verdict }),
  };
}

/** The object to write, with its fields in their public order. Absent ones are omitted. */
export function headerObject(header: RunHeader): object {
  const { id, name, spec, created, state, seed, parameters, engine, data_hash, overrides, epochs } = header;
  const { epoch, step, seconds, final, best, expect, verdict, starred, note, tags, parent, sweep, others } = header;
  return {
    nnspec_run: formatVersion,
    id,
    name,
    spec,
    created,
    state,
    seed,
    parameters,
    engine,
    data_hash,
    overrides,
    epochs,
    epoch,
    step,
    seconds,
    final,
    best,
    expect,
    verdict,
    ...(starred && { starred }),
    ...(note && { note }),
    ...(tags && tags.length > 0 && { tags }),
    ...(parent && { parent: parentObject(parent) }),
    sweep,
    ...others,
  };
}

export type HeaderProblem = 'damaged' | 'newer';

/** Reads a header. Nothing in it is believed: what is not as it should be is `damaged`. */
export function readHeader(text: string, id: string): RunHeader | HeaderProblem {
  const object = parseJson(text);
  if (!isRecord(object) || typeof object.nnspec_run !== 'number') {
    return 'damaged';
  }
  if (object.nnspec_run > formatVersion) {
    return 'newer';
  }
  const { name, spec, created, state } = object;
  // A folder may have been copied under another name: the name of the folder is what commands go by.
  return typeof name === 'string' && typeof spec === 'string' && isTime(created) && isState(state)
    ? fieldsOf(object, { id, name, spec, created, state })
    : 'damaged';
}

function fieldsOf(
  object: Record<string, unknown>,
  known: Pick<RunHeader, 'id' | 'name' | 'spec' | 'created' | 'state'>,
): RunHeader {
  const { nnspec_run, id, name, spec, created, state, ...rest } = object;
  const others = { ...rest };
  const take = <T>(key: string, read: (value: unknown) => T | undefined): { readonly [key: string]: T } | undefined => {
    const value = read(rest[key]);
    delete others[key];
    return value === undefined ? undefined : { [key]: value };
  };
  const fields = {
    ...take('seed', numberIn),
    ...take('parameters', numberIn),
    ...take('engine', readEngine),
    ...take('data_hash', textIn),
    ...take('overrides', recordIn),
    ...take('epochs', numberIn),
    ...take('epoch', numberIn),
    ...take('step', numberIn),
    ...take('seconds', numberIn),
    ...take('final', recordOfRecords),
    ...take('best', readBest),
    ...take('expect', readExpect),
    ...take('verdict', readVerdict),
    ...take('starred', (value) => (value === true ? true : undefined)),
    ...take('note', textIn),
    ...take('tags', textsIn),
    ...take('parent', readParent),
    ...take('sweep', readSweep),
  };
  return { ...known, ...fields, ...(Object.keys(others).length > 0 && { others }) };
}

/** Reads marks; undefined where they are damaged. One that is taken away is false, or empty. */
export function marksIn(value: unknown): RunMarks | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { starred, note, tags } = value;
  return {
    ...(typeof starred === 'boolean' && { starred }),
    ...(typeof note === 'string' && { note }),
    ...(Array.isArray(tags) && { tags: textsIn(tags) }),
  };
}

const states: readonly KeptState[] = [
  'running',
  'completed',
  'stopped',
  'early_stopping',
  'diverged',
  'failed',
  'interrupted',
];

function isState(value: unknown): value is KeptState {
  return states.includes(value as KeptState);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && Number.isFinite(Date.parse(value));
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined;
}

function recordOfRecords(value: unknown): RunHeader['final'] {
  return isRecord(value) && Object.values(value).every(isRecord) ? (value as RunHeader['final']) : undefined;
}

function readEngine(value: unknown): RunHeader['engine'] {
  if (!isRecord(value) || typeof value.version !== 'string' || typeof value.backend !== 'string') {
    return undefined;
  }
  const { version, backend, threads } = value;
  return { version, backend, ...(typeof threads === 'number' && { threads }) };
}

function readBest(value: unknown): BestEpoch | undefined {
  if (!isRecord(value) || typeof value.tag !== 'string' || typeof value.epoch !== 'number') {
    return undefined;
  }
  const number = decodeNumber(value.value);
  return number === undefined ? undefined : { tag: value.tag, value: number, epoch: value.epoch };
}

function readExpect(value: unknown): RunHeader['expect'] {
  return Array.isArray(value)
    ? value.filter(isRecord).map((each) => ({
        text: String(each.text),
        ok: each.ok === true,
        value: decodeNumber(each.value) ?? Number.NaN,
      }))
    : undefined;
}

function parentObject({ id, step, inherited }: Parent): object {
  return { id, step, ...(inherited && { kept: inherited.kept, anew: inherited.anew, goes_on: inherited.goesOn }) };
}

function readParent(value: unknown): Parent | undefined {
  if (!isRecord(value) || typeof value.id !== 'string' || typeof value.step !== 'number') {
    return undefined;
  }
  const inherited = inheritedIn(value);
  return { id: value.id, step: value.step, ...(inherited && { inherited }) };
}

/** The part that a fork has taken over, as the start of its log and its header tell it. */
function inheritedIn({ kept, anew, goes_on: goesOn }: Readonly<Record<string, unknown>>): Inherited | undefined {
  return isTexts(kept) && isTexts(anew) && typeof goesOn === 'boolean' ? { kept, anew, goesOn } : undefined;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function readSweep(value: unknown): RunHeader['sweep'] {
  return isRecord(value) && typeof value.id === 'string' && isRecord(value.values)
    ? { id: value.id, values: value.values }
    : undefined;
}
