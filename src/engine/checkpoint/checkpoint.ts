/**
 * Checkpoint files: everything that a run's future depends on, and which run that is. The container is
 * safetensors. The arrays of the trainer's state are its tensors (`weights.0`, `optimizer.0`, `history.loss`,
 * …); the rest is metadata.
 */
import { t } from '@vscode/l10n';
import { checksum } from '../../common/checksum';
import { isCount } from '../../common/isCount';
import { isRecord } from '../../common/isRecord';
import { parseJson } from '../../common/parseJson';
import { largestSeed } from '../../common/random';
import { engineVersion } from '../../common/version';
import type { Spec } from '../../spec/spec';
import type { Backend, FloatArray } from '../backend';
import { depthOf } from '../jsonEntries';
import type { TrainerState } from '../run';
import {
  type Checked,
  type Container,
  checkpointMark,
  decodeFloats,
  encodeContainer,
  type NamedTensor,
} from '../safetensors';
import { damaged, short } from './damaged';
import { decodeState, encodeState } from './state';
import { isTensorTable, type TensorTable } from './tensorTable';

/** Version of the file's layout. A file of another version is refused. */
const formatVersion = '1';

/** How far the run of a checkpoint had come. */
export function placeOf(
  file: Uint8Array,
):
  | { readonly step: number; readonly epochs: number; readonly interventions: TrainerState['interventions'] }
  | { readonly problem: string } {
  const decoded = decodeCheckpoint(file);
  if ('problem' in decoded) {
    return decoded;
  }
  const { program, history, interventions } = decoded.ok.state;
  return { step: program.step, epochs: history.length, interventions };
}

/** The steps before a checkpoint that was saved a moment ago: nothing of the file is checked. */
export function stepOf(file: Uint8Array): number | undefined {
  const { buffer, byteOffset, byteLength } = file;
  const length = byteLength < 8 ? 0 : Number(new DataView(buffer, byteOffset).getBigUint64(0, true));
  const header = parseJson(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const metadata = isRecord(header) ? header.__metadata__ : undefined;
  const state = isRecord(metadata) && typeof metadata.state === 'string' ? parseJson(metadata.state) : undefined;
  return isRecord(state) && isCount(state.step) ? state.step : undefined;
}

/** The options that a run was started with. */
export interface CheckpointRun {
  /** The effective spec as its file says it, before `seed` and `epochs` override it. */
  readonly spec: Spec;
  readonly specText: string;
  readonly fileName: string;
  /** Given on the command line instead of the spec's. */
  readonly seed?: number;
  readonly epochs?: number;
  /** Hex digest of the data trained on. */
  readonly dataHash: string;
}

export interface Checkpoint {
  readonly run: CheckpointRun;
  readonly backend: Backend['name'];
  /** Absent from files that were saved before it was told. */
  readonly tensors?: TensorTable;
  /** Well formed. `findStateMismatch` checks that it fits a network. */
  readonly state: TrainerState;
}

/** The checksum is at the same place in every file, so that it can be excluded from its own sum. */
const opening = '{"__metadata__":{"checksum":"';
/** A spec is nested at most 64 deep, and is itself a few levels down. */
export const maxJsonDepth = 256;
const noChecksum = '00000000';
const checksumAt = 8 + opening.length;

export function encodeCheckpoint({ run, backend, tensors: table, state }: Checkpoint): Uint8Array {
  const { numbers, arrays } = encodeState(state);
  const { dataHash, specText, ...rest } = run;
  const tensors = arrays
    .map(([name, values]): NamedTensor<FloatArray> => ({ name, shape: [values.length], values }))
    .sort((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  const bytes = encodeContainer({
    tensors,
    metadata: {
      checksum: noChecksum,
      [checkpointMark]: formatVersion,
      engine_version: engineVersion,
      backend,
      spec: specText,
      run: JSON.stringify(rest),
      data_hash: dataHash,
      state: JSON.stringify(numbers),
      ...(table && { tensors: JSON.stringify(table) }),
    },
  });
  sealCheckpoint(bytes);
  return bytes;
}

/** Writes the checksum of a file whose other bytes are final. */
export function sealCheckpoint(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(checksumOf(bytes)), checksumAt);
}

/** Reads and checks a file. A problem is a sentence for the person. Never throws. */
export function decodeCheckpoint(bytes: Uint8Array): Checked<Checkpoint> {
  const file = decodeFloats(bytes, refusalOf);
  if ('problem' in file) {
    return file;
  }
  const { metadata } = file.ok;
  if (!hasOpening(bytes) || metadata.checksum !== checksumOf(bytes)) {
    return { problem: t('The checkpoint is damaged: its checksum is wrong. Save or copy it again.') };
  }
  if (metadata.engine_version !== engineVersion) {
    return {
      problem: t(
        'The checkpoint was saved by NNSpec {0}, and this is {1}: the same bits are promised for one version alone. Resume it with {0}.',
        short(metadata.engine_version ?? '?'),
        engineVersion,
      ),
    };
  }
  return readCheckpoint(file.ok);
}

function refusalOf({ [checkpointMark]: format }: Container['metadata']): string | undefined {
  if (format === formatVersion) {
    return undefined;
  }
  return format === undefined
    ? t(
        'The file is no checkpoint: it lacks the mark of one. Choose a file that NNSpec saved as a checkpoint; weights alone can be loaded, not resumed from.',
      )
    : t(
        'The checkpoint has the format {0}; this version of NNSpec reads {1}. Resume it with the version that saved it.',
        short(format),
        formatVersion,
      );
}

function readCheckpoint({ metadata, tensors }: Container<FloatArray>): Checked<Checkpoint> {
  const { backend, spec: specText, data_hash: dataHash } = metadata;
  const run = parse(metadata.run);
  const state = decodeState(parse(metadata.state), new Map(tensors.map(({ name, values }) => [name, values])));
  if ('problem' in state) {
    return state;
  }
  const shaped = tensors.find(({ shape }) => shape.length !== 1);
  if (shaped) {
    return damaged(shaped.name);
  }
  if (backend !== 'reference' && backend !== 'wasm') {
    return damaged('backend');
  }
  if (specText === undefined) {
    return damaged('spec');
  }
  if (!/^[0-9a-f]{64}$/.test(dataHash ?? '')) {
    return damaged('data_hash');
  }
  if (!isRun(run)) {
    return damaged('run');
  }
  const { spec, fileName, seed, epochs } = run;
  const table = metadata.tensors === undefined ? undefined : parse(metadata.tensors);
  if (metadata.tensors !== undefined && !isTensorTable(table)) {
    return damaged('tensors');
  }
  const known = { spec, specText, fileName, seed, epochs, dataHash };
  return { ok: { run: known, backend, ...(isTensorTable(table) && { tensors: table }), state: state.ok } };
}

function isRun(value: unknown): value is Omit<CheckpointRun, 'specText' | 'dataHash'> {
  if (!isRecord(value)) {
    return false;
  }
  const { spec, fileName, seed, epochs } = value;
  return (
    isSpec(spec) &&
    typeof fileName === 'string' &&
    (seed === undefined || isInteger(seed, 0, largestSeed)) &&
    (epochs === undefined || isInteger(epochs, 0, Number.MAX_SAFE_INTEGER))
  );
}

/** Checks those fields that are read from the spec; the rest is only compared with another spec. */
function isSpec(value: unknown): value is Spec {
  return (
    isRecord(value) &&
    isRecord(value.data) &&
    isRecord(value.data.origin) &&
    Array.isArray(value.layers) &&
    isRecord(value.training) &&
    isInteger(value.training.epochs, 1, Number.MAX_SAFE_INTEGER)
  );
}

function isInteger(value: unknown, minimum: number, maximum: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

/** Undefined for a text that is not JSON, or nested so deep that it could exhaust the stack. */
function parse(text = 'null'): unknown {
  try {
    return depthOf(text) > maxJsonDepth ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasOpening(bytes: Uint8Array): boolean {
  return [...opening].every((character, i) => bytes[8 + i] === character.charCodeAt(0));
}

/** The checksum of all bytes, with the checksum itself taken as `00000000`. */
function checksumOf(bytes: Uint8Array): string {
  const before = checksum(bytes, 0, checksumAt);
  const middle = checksum(new TextEncoder().encode(noChecksum), 0, noChecksum.length, before);
  const sum = checksum(bytes, checksumAt + noChecksum.length, bytes.length, middle);
  return sum.toString(16).padStart(noChecksum.length, '0');
}
