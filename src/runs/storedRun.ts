/**
 * The stored form of a run. Layout, little-endian: 8 bytes `nnsprun` and 0; u32 version; u32 checksum of all
 * that follows; u32 header length; the header as JSON in UTF-8; then x and y of each series as float64.
 */
import { t } from '@vscode/l10n';
import { checksum } from '../common/checksum';
import { packNumbers, unpackNumbers } from '../common/jsonNumbers';
import type { RunRecord } from './runStore';
import type { Points, Tag } from './series';

const magic = [...new TextEncoder().encode('nnsprun\0')];
const version = 1;
const versionAt = 8;
const checksumAt = 12;
const headerLengthAt = 16;
const headerAt = 20;
const bytesOfNumber = 8;

interface Header<Details> extends Omit<RunRecord<Details>, 'series'> {
  readonly series: readonly (readonly [tag: Tag, length: number])[];
}

export function encodeRun<Details>({ series, ...rest }: RunRecord<Details>): Uint8Array {
  const entries = Object.entries(series);
  const header: Header<Details> = { ...rest, series: entries.map(([tag, { x }]) => [tag, x.length]) };
  const text = new TextEncoder().encode(JSON.stringify(packNumbers(header)));
  const numbers = entries.reduce((sum, [, { x }]) => sum + 2 * x.length, 0);
  const bytes = new Uint8Array(headerAt + text.length + numbers * bytesOfNumber);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(versionAt, version, true);
  view.setUint32(headerLengthAt, text.length, true);
  bytes.set(text, headerAt);
  let at = headerAt + text.length;
  for (const [, { x, y }] of entries) {
    for (const values of [x, y]) {
      for (const value of values) {
        view.setFloat64(at, value, true);
        at += bytesOfNumber;
      }
    }
  }
  view.setUint32(checksumAt, checksum(bytes, headerLengthAt), true);
  return bytes;
}

/** Length and checksum are verified before anything else is read. */
export function decodeRun<Details>(bytes: Uint8Array): { run: RunRecord<Details> } | { problem: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerAt || magic.some((byte, i) => bytes[i] !== byte)) {
    return { problem: t('This is not a stored run, or it was cut off. Start the run again.') };
  }
  if (view.getUint32(versionAt, true) !== version) {
    return { problem: t('The run was stored by another version of NNSpec. Start the run again.') };
  }
  if (view.getUint32(checksumAt, true) !== checksum(bytes, headerLengthAt)) {
    return { problem: damaged() };
  }
  const start = headerAt + view.getUint32(headerLengthAt, true);
  const header = readHeader<Details>(bytes, start);
  if (!header) {
    return { problem: damaged() };
  }
  const { series, ...rest } = header;
  const needed = series.reduce((sum, [, length]) => sum + 2 * length * bytesOfNumber, start);
  if (needed !== bytes.length) {
    return { problem: damaged() };
  }
  let at = start;
  const read = (length: number) => {
    const values = new Float64Array(length);
    for (let i = 0; i < length; i += 1, at += bytesOfNumber) {
      values[i] = view.getFloat64(at, true);
    }
    return values;
  };
  const points = series.map(([tag, length]): [Tag, Points] => [tag, { x: read(length), y: read(length) }]);
  return { run: { ...rest, series: Object.fromEntries(points) } };
}

function readHeader<Details>(bytes: Uint8Array, end: number): Header<Details> | undefined {
  if (end > bytes.length) {
    return undefined;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(headerAt, end));
    const header = unpackNumbers(JSON.parse(text)) as Header<Details>;
    const lengthsAreRight = header.series.every(([, length]) => Number.isSafeInteger(length) && length >= 0);
    return lengthsAreRight ? header : undefined;
  } catch {
    return undefined;
  }
}

function damaged(): string {
  return t('The stored run is damaged. Start the run again.');
}
