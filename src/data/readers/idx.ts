/** Reads IDX, the format of MNIST: four bytes, the lengths of the axes, then the numbers. */
import { t } from '@vscode/l10n';
import { isTooLarge } from '../delimited';
import { type DelimitedRequest, numberedName } from '../findFormat';
import type { Problems } from '../problems';
import type { Table } from '../table';
import { tableOfArray } from './numberArray';
import type { NumberType } from './numberTypes';

const numberTypes: Readonly<Record<number, NumberType>> = {
  8: 'uint8',
  9: 'int8',
  11: 'int16',
  12: 'int32',
  13: 'float32',
  14: 'float64',
};

/**
 * Undefined if the file is no table; `problems` then says why. A sample of two axes is an image with one
 * channel.
 */
export function readIdx(
  request: DelimitedRequest,
  problems: Problems,
  columnName: (column: number) => string = numberedName,
): Table | undefined {
  const { bytes, fileName, path, types } = request;
  if (isTooLarge(request, bytes, problems)) {
    return undefined;
  }
  const magic = new Uint8Array(Math.min(4, bytes.length));
  bytes.read(magic, 0);
  const [zero, alsoZero, code, axes = 0] = magic;
  const start = 4 + 4 * axes;
  const type = Object.hasOwn(numberTypes, code) ? numberTypes[code] : undefined;
  if (zero !== 0 || alsoZero !== 0 || !type || start > bytes.length) {
    problems.add('array-damaged', t('{0} is no IDX file, or its beginning is damaged. Copy it again.', fileName), path);
    return undefined;
  }
  const lengths = new Uint8Array(4 * axes);
  bytes.read(lengths, 4);
  const view = new DataView(lengths.buffer);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 * axis));
  const array = { bytes, start, shape, type, littleEndian: false, firstAxisFirst: false };
  const table = tableOfArray(array, { name: fileName, path, types }, columnName, problems);
  return table && shape.length === 3 ? { ...table, samples: [{ start: 0, shape: [1, ...shape.slice(1)] }] } : table;
}
