/**
 * The safetensors container: 8 bytes with the header's length (little-endian), a JSON header with each
 * tensor's dtype, shape and byte offsets, then the bytes. Weights are float32; a checkpoint holds float64 as
 * well. Format: https://github.com/huggingface/safetensors.
 */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import type { FloatArray } from './backend';
import { short } from './checkpoint/damaged';
import { type JsonEntry, jsonEntries } from './jsonEntries';
import { sizeOf } from './shape';

export interface NamedTensor<Values extends FloatArray = Float32Array> {
  readonly name: string;
  /** As in PyTorch: a dense weight is `[units, inputs]`. */
  readonly shape: readonly number[];
  readonly values: Values;
}

export interface Container<Values extends FloatArray = Float32Array> {
  readonly tensors: readonly NamedTensor<Values>[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** A result, or a sentence that says what is wrong with the file. */
export type Checked<T> = { readonly ok: T } | { readonly problem: string };

const lengthBytes = 8;
const bytesOf = { F32: 4, F64: 8 } as const;
type Dtype = keyof typeof bytesOf;
/** The header is a map of maps of lists. A file with deeper nesting is refused. */
const maxHeaderDepth = 3;
/** In bytes. Headers that NNSpec writes are far shorter. */
export const maxHeaderLength = 16 * 1024 * 1024;
/** In characters. A description holds a tensor's type, shape and offsets. */
const maxDescriptionLength = 1 << 16;

/**
 * The bytes of a file. Tensors stay in their order. Put those of float64 first, so that each begins at a
 * multiple of its own element size.
 */
export function encodeContainer({ tensors, metadata }: Container<FloatArray>): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const dtype = values instanceof Float64Array ? 'F64' : 'F32';
    const end = offset + values.length * bytesOf[dtype];
    entries[name] = { dtype, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  // Spaces after the JSON align the tensors to 8 bytes.
  const headerLength = Math.ceil(json.length / lengthBytes) * lengthBytes;
  const bytes = new Uint8Array(lengthBytes + headerLength + offset);
  new DataView(bytes.buffer).setUint32(0, headerLength, true);
  bytes.fill(0x20, lengthBytes, lengthBytes + headerLength);
  bytes.set(json, lengthBytes);
  let start = lengthBytes + headerLength;
  for (const { values } of tensors) {
    bytes.set(bytesOfValues(values), start);
    start += values.byteLength;
  }
  return bytes;
}

/**
 * In the machine's byte order, which is little-endian, as in the file, wherever NNSpec runs. Tensors are
 * copied as bytes: within a step, float32 arrays of a checkpoint also hold halves of float64 numbers. Such a
 * half may look like a NaN, whose bits a copy as a number could change.
 */
function bytesOfValues({ buffer, byteOffset, byteLength }: FloatArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Reads a file of float32 tensors. It is checked before anything is allocated. */
export function decodeSafetensors(bytes: Uint8Array): Checked<Container> {
  return decode(bytes, ['F32'], refuseCheckpoint) as Checked<Container>;
}

/** The same for tensors of float32 and float64. `refusalOf` may refuse the file by its metadata. */
export function decodeFloats(bytes: Uint8Array, refusalOf: Refusal): Checked<Container<FloatArray>> {
  return decode(bytes, ['F32', 'F64'], refusalOf);
}

/** Says in a sentence why a file with these metadata is the wrong one. Undefined for the right one. */
type Refusal = (metadata: Container['metadata']) => string | undefined;

/** The metadata of every checkpoint have this key. */
export const checkpointMark = 'nnspec_checkpoint';

function refuseCheckpoint(metadata: Container['metadata']): string | undefined {
  return metadata[checkpointMark] === undefined
    ? undefined
    : t('The file is a checkpoint, not weights alone. Resume from it; the weights of the resumed run can be saved.');
}

export function areFinite(values: FloatArray): boolean {
  return values.every(Number.isFinite);
}

function decode(bytes: Uint8Array, dtypes: readonly Dtype[], refusalOf: Refusal): Checked<Container<FloatArray>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < lengthBytes) {
    return problem(
      t(
        'The file is no safetensors file: it has {0}, fewer than its header needs. Save it again.',
        inBytes(bytes.length),
      ),
    );
  }
  const headerLength = view.getUint32(0, true) + view.getUint32(4, true) * 4294967296;
  if (headerLength > maxHeaderLength) {
    return problem(
      t(
        'The file is no safetensors file: its header claims {0} bytes, more than {1}. Choose another file.',
        headerLength,
        maxHeaderLength,
      ),
    );
  }
  const start = lengthBytes + headerLength;
  if (start > bytes.length) {
    return problem(
      t(
        'The file is cut short: its header claims {0} bytes, but only {1} follow. Save or copy it again.',
        headerLength,
        bytes.length - lengthBytes,
      ),
    );
  }
  const header = readHeader(bytes.subarray(lengthBytes, start), bytes.length - start, dtypes, refusalOf);
  if ('problem' in header) {
    return header;
  }
  const { places, metadata } = header.ok;
  const gap = findGap(places, bytes.length - start);
  if (gap) {
    return problem(gap);
  }
  return { ok: { tensors: readTensors(places, bytes, start), metadata } };
}

interface Header {
  readonly places: readonly Place[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The beginning of a JSON text that is not an object. */
const otherJson = /^[ \t\n\r]*["[\-\dtfn]/;

/** Reads entry by entry, up to the first bad one: a long header is never parsed as a whole. */
function readHeader(
  bytes: Uint8Array,
  available: number,
  dtypes: readonly Dtype[],
  refusalOf: Refusal,
): Checked<Header> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (otherJson.test(text)) {
      return problem(t('The file is no safetensors file: its header is not a JSON object. Choose another file.'));
    }
    const names = new Set<string>();
    const places: Place[] = [];
    let metadata: Header['metadata'] = {};
    for (const entry of jsonEntries(text)) {
      const { key, value, depth } = entry;
      if (names.has(key)) {
        return namedTwice(key);
      }
      names.add(key);
      if (depth >= maxHeaderDepth) {
        return problem(
          t(
            'The file is no safetensors file: its header is nested more than {0} deep. Choose another file.',
            maxHeaderDepth,
          ),
        );
      }
      if (key === '__metadata__') {
        const found = readMetadata(value);
        if ('problem' in found) {
          return found;
        }
        metadata = found.ok;
        const refusal = refusalOf(metadata);
        if (refusal !== undefined) {
          return problem(refusal);
        }
      } else {
        const place = readPlace(entry, available, dtypes);
        if ('problem' in place) {
          return place;
        }
        places.push(place.ok);
      }
    }
    // A file without metadata is checked as well.
    const refusal = names.has('__metadata__') ? undefined : refusalOf(metadata);
    return refusal === undefined ? { ok: { places, metadata } } : problem(refusal);
  } catch {
    return problem(t('The file is no safetensors file: its header is not JSON. Choose another file.'));
  }
}

interface Place {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function readTensors(places: readonly Place[], bytes: Uint8Array, start: number): NamedTensor<FloatArray>[] {
  const tensors: NamedTensor<FloatArray>[] = [];
  for (const { name, dtype, shape, from, to } of places) {
    const length = (to - from) / bytesOf[dtype];
    const values = dtype === 'F64' ? new Float64Array(length) : new Float32Array(length);
    bytesOfValues(values).set(bytes.subarray(start + from, start + to));
    tensors.push({ name, shape, values });
  }
  return tensors;
}

function readMetadata(json: string): Checked<Header['metadata']> {
  const noTexts = problem(t('The metadata of the file must be texts by name. Save it again.'));
  if (!json.startsWith('{')) {
    return noTexts;
  }
  // Without a prototype, so that no name is special.
  const texts: Record<string, string> = Object.create(null);
  for (const { key, value } of jsonEntries(json)) {
    if (!value.startsWith('"')) {
      return noTexts;
    }
    if (key in texts) {
      return namedTwice(key);
    }
    texts[key] = JSON.parse(value);
  }
  return { ok: texts };
}

function readPlace({ key: name, value: json }: JsonEntry, available: number, dtypes: readonly Dtype[]): Checked<Place> {
  const shown = short(name);
  if (!json.startsWith('{')) {
    return problem(t('Tensor “{0}” in the file has no description. Save it again.', shown));
  }
  if (json.length > maxDescriptionLength) {
    return problem(
      t('Tensor “{0}” in the file has a description of {1} characters. Save it again.', shown, json.length),
    );
  }
  const fields = new Map<string, unknown>();
  for (const { key, value } of jsonEntries(json)) {
    if (fields.has(key)) {
      return namedTwice(key);
    }
    fields.set(key, JSON.parse(value));
  }
  const [dtype, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => fields.get(key));
  const known = dtypes.find((each) => each === dtype);
  if (known === undefined) {
    return problem(
      t(
        'Tensor “{0}” in the file has the type {1}; only {2} can be read. Convert it.',
        shown,
        typeof dtype === 'string' ? short(dtype) : '?',
        dtypes.join(', '),
      ),
    );
  }
  if (!isCounts(shape)) {
    return problem(t('Tensor “{0}” in the file has no valid shape. Save it again.', shown));
  }
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    return problem(t('Tensor “{0}” in the file has no valid offsets. Save it again.', shown));
  }
  const [from, to] = offsets;
  if (to > available) {
    return problem(
      t(
        'Tensor “{0}” in the file lies outside the file, which holds {1} of numbers. Save or copy it again.',
        shown,
        inBytes(available),
      ),
    );
  }
  if (sizeOf(shape) * bytesOf[known] !== to - from) {
    return problem(
      t(
        'Tensor “{0}” in the file has {1} bytes, which do not fit its shape [{2}]. Save it again.',
        shown,
        to - from,
        short(shape.join(', ')),
      ),
    );
  }
  return { ok: { name, dtype: known, shape, from, to } };
}

/** A sentence where the tensors do not fill the file from first to last byte without gaps and overlaps. */
function findGap(places: readonly Place[], available: number): string | undefined {
  const ordered = places.toSorted((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of ordered) {
    if (from < end) {
      return t('Tensor “{0}” in the file overlaps another one. Save it again.', short(name));
    }
    if (from > end) {
      return t('Bytes before tensor “{0}” in the file belong to no tensor. Save it again.', short(name));
    }
    end = to;
  }
  const left = available - end;
  if (left <= 0) {
    return undefined;
  }
  return counted(
    left,
    t('The last byte of the file belongs to no tensor. Save it again.'),
    t('The last {0} bytes of the file belong to no tensor. Save it again.', left),
  );
}

function inBytes(count: number): string {
  return counted(count, t('{0} byte', count), t('{0} bytes', count));
}

function namedTwice(name: string): { readonly problem: string } {
  return problem(t('The header of the file names “{0}” twice. Save it again.', short(name)));
}

function problem(text: string): { readonly problem: string } {
  return { problem: text };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
