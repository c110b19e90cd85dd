/**
 * Event files as TensorBoard reads them: records of TFRecord, each an `Event` in the encoding of Protocol
 * Buffers (tensorflow/core/util/event.proto, framework/summary.proto). TensorBoard takes a folder of such
 * files for a run.
 */
import { crcBy } from '../../common/crc';
import { joinBytes } from '../../common/joinBytes';
import { double, float, integer, message, text } from '../../common/protobuf';
import { secondsAt } from '../../common/trainingTime';
import type { Tag } from '../series';
import { type ExportedRun, rowsOf } from './exportedRun';

/** The numbers of the fields that are written. */
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };
const summary = { value: 1 };
const scalar = { tag: 1, simpleValue: 2 };

const crc32c = crcBy(0x82f63b78);
const maskDelta = 0xa282ead8;

/**
 * TensorBoard reads the files of a folder that have `tfevents` in their names. The name must not end in
 * `.nnspec`: an editor would take the file for a spec.
 */
export function eventFileName({ created }: ExportedRun): string {
  return `events.out.tfevents.${Math.floor(secondsOf(created))}.nnspec.0`;
}

/**
 * An event for each step that has a value. Its time is on the line between the moments whose time was
 * measured. The whole time of an older run, which has none, is spread evenly.
 */
export function toTensorBoard(run: ExportedRun): Uint8Array {
  const rows = rowsOf(run);
  const created = secondsOf(run.created);
  const perStep = run.seconds / (rows.at(-1)?.step || 1);
  const head = joinBytes([double(event.wallTime, created), text(event.fileVersion, 'brain.Event:2')]);
  const events = rows.map(({ step, epoch, values }) => {
    const scalars = epoch === undefined ? values : new Map(values).set('epoch', epoch);
    const encoded = Array.from(scalars, ([tag, value]) =>
      message(summary.value, [text(scalar.tag, groupedTag(tag)), float(scalar.simpleValue, value)]),
    );
    return joinBytes([
      double(event.wallTime, created + ((run.times && secondsAt(run.times, step)) ?? step * perStep)),
      integer(event.step, step),
      message(event.summary, encoded),
    ]);
  });
  return joinBytes([head, ...events].flatMap(recordOf));
}

const parts: Readonly<Record<string, string>> = { batch: 'batch', val: 'validation', test: 'test' };

/** TensorBoard groups tags by what stands before the slash: `val_loss` → `loss/validation`. */
function groupedTag(tag: Tag): string {
  const [, part, name] = /^(batch|val|test)_(.+)$/.exec(tag) ?? [];
  return part ? `${name}/${parts[part]}` : tag === 'epoch' || tag.includes('/') ? tag : `${tag}/train`;
}

/** Length and data, each with its checksum. */
function recordOf(data: Uint8Array): readonly Uint8Array[] {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, data.length, true);
  return [head, maskedChecksum(head), data, maskedChecksum(data)];
}

function maskedChecksum(data: Uint8Array): Uint8Array {
  const crc = crc32c(data);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, ((crc >>> 15) | (crc << 17)) + maskDelta, true);
  return bytes;
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}
