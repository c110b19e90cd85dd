/** Turns an array of binary numbers into the columns of a table: its first axis is the rows. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { maximumColumns } from '../../common/limits';
import type { ColumnTypes } from '../../spec/spec';
import type { DataBytes } from '../bytes';
import { largestData } from '../encode';
import type { Problems } from '../problems';
import { type BadCell, badLimit, buildersOf, type Column, type NumberColumn, readingsOf, type Table } from '../table';
import { type NumberType, numberDecoder, sizeOfNumber } from './numberTypes';

export interface NumberArray {
  readonly bytes: DataBytes;
  /** Offset of the first number. */
  readonly start: number;
  readonly shape: readonly number[];
  readonly type: NumberType;
  readonly littleEndian: boolean;
  /** The first axis varies fastest, as Fortran has it. */
  readonly firstAxisFirst: boolean;
}

/** Where an array comes from, for problems. */
export interface ArraySource {
  /** The file, or the array in it: `x in set.npz`. */
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly types: ColumnTypes;
}

/** Numbers decoded at a time. */
const chunkNumbers = 1 << 18;
/** Rows and columns of a block that is transposed at a time, so that both sides stay in the cache. */
const blockRows = 64;

/** Undefined if the array is no table; `problems` then says why. */
export function tableOfArray(
  array: NumberArray,
  source: ArraySource,
  columnName: (column: number) => string,
  problems: Problems,
): Table | undefined {
  if (!checkArray(array, source, problems)) {
    return undefined;
  }
  const [rows, ...sample] = array.shape;
  const width = sizeOfShape(sample);
  const size = sizeOfNumber(array.type);
  const offsetOf = (row: number, column: number) =>
    array.start + size * (array.firstAxisFirst ? fortranIndex(array.shape, row, column) : row * width + column);
  const place = (row: number, column: number) => ({
    path: source.path,
    words: t(
      'Row {0}, column “{1}” (byte {2})',
      formatCount(row + 1),
      columnName(column),
      formatCount(offsetOf(row, column)),
    ),
  });
  const values = Array.from({ length: width }, () => new Float64Array(rows));
  const decode = numberDecoder(array.type, array.littleEndian);
  const total = rows * width;
  const chunk = Math.min(total, Math.max(1, Math.floor(chunkNumbers / width)) * width);
  const [bytes, numbers] = [new Uint8Array(chunk * size), new Float64Array(chunk)];
  for (let from = 0; from < total; from += chunk) {
    const count = Math.min(chunk, total - from);
    array.bytes.read(bytes.subarray(0, count * size), array.start + from * size);
    const inexact = decode(bytes, numbers, count);
    if (inexact >= 0) {
      const at = from + inexact;
      const [row, column] = array.firstAxisFirst ? fromFortran(array.shape, at) : [Math.floor(at / width), at % width];
      const { words } = place(row, column);
      problems.add(
        'inexact-number',
        t('{0}: a whole number above 2^53 loses its last digits. Save the array as float64.', words),
        source.path,
      );
      return undefined;
    }
    if (array.firstAxisFirst) {
      scatter(numbers, from, count, array.shape, values);
    } else {
      transpose(numbers, from / width, count / width, values);
    }
  }
  const columns = values.map((column, index) => columnOf(columnName(index), column, source.types));
  return { columns, rows, place, ...(sample.length > 0 && { samples: [{ start: 0, shape: sample }] }) };
}

/** Checks the shape against the limits and the bytes, before anything is allocated. */
function checkArray({ bytes, start, shape, type }: NumberArray, { name, path }: ArraySource, problems: Problems) {
  const written = shape.map(formatCount).join(' × ');
  const [rows, ...sample] = shape;
  const width = sizeOfShape(sample);
  if (rows === undefined) {
    problems.add('array-shape', t('{0} holds a single number. Its first axis must be the rows.', name), path);
  } else if (rows === 0 || width === 0) {
    problems.add('no-rows', t('{0} holds no numbers: its shape is {1}.', name, written), path);
  } else if (width > maximumColumns) {
    problems.add(
      'too-many-columns',
      t('{0} has {1} numbers in a row; a table may have {2}.', name, formatCount(width), formatCount(maximumColumns)),
      path,
    );
  } else if (rows * width > largestData) {
    problems.add(
      'data-too-large',
      t('{0} holds {1} numbers, more than fit into memory. Train on a part of its rows.', name, written),
      path,
    );
  } else if (start + rows * width * sizeOfNumber(type) !== bytes.length) {
    problems.add(
      'array-damaged',
      t(
        '{0} is damaged: the shape {1} needs {2} bytes, but there are {3}. Copy or save it again.',
        name,
        written,
        formatCount(rows * width * sizeOfNumber(type)),
        formatCount(Math.max(0, bytes.length - start)),
      ),
      path,
    );
  } else {
    return true;
  }
  return false;
}

export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Writes whole rows of numbers into the columns, from row `first` on. */
function transpose(numbers: Float64Array, first: number, rows: number, columns: readonly Float64Array[]): void {
  const width = columns.length;
  for (let from = 0; from < rows; from += blockRows) {
    const to = Math.min(rows, from + blockRows);
    for (let column = 0; column < width; column++) {
      const values = columns[column];
      for (let row = from; row < to; row++) {
        values[first + row] = numbers[row * width + column];
      }
    }
  }
}

/** Writes numbers whose first axis varies fastest. */
function scatter(
  numbers: Float64Array,
  from: number,
  count: number,
  shape: readonly number[],
  columns: readonly Float64Array[],
): void {
  const [rows] = shape;
  for (let i = 0; i < count; ) {
    const [row, column] = fromFortran(shape, from + i);
    const run = Math.min(rows - row, count - i);
    columns[column].set(numbers.subarray(i, i + run), row);
    i += run;
  }
}

/** Row and column of the number at an index, where the first axis varies fastest. */
function fromFortran([rows, ...sample]: readonly number[], index: number): [number, number] {
  let rest = Math.floor(index / rows);
  let column = 0;
  let stride = sizeOfShape(sample);
  const strides = sample.map((length) => {
    stride /= length;
    return stride;
  });
  for (const [axis, length] of sample.entries()) {
    column += (rest % length) * strides[axis];
    rest = Math.floor(rest / length);
  }
  return [index % rows, column];
}

function fortranIndex([rows, ...sample]: readonly number[], row: number, column: number): number {
  let stride = rows * sizeOfShape(sample);
  let rest = column;
  let index = row;
  for (const length of [...sample].reverse()) {
    stride /= length;
    index += (rest % length) * stride;
    rest = Math.floor(rest / length);
  }
  return index;
}

/** A column of the numbers, or of the type that the spec declares. */
function columnOf(name: string, values: Float64Array, types: ColumnTypes): Column {
  const declared = Object.hasOwn(types, name) ? types[name] : 'number';
  if (declared === 'number') {
    return withoutInfinite(name, values);
  }
  const [builder] = buildersOf([name], readingsOf([name], types));
  for (const value of values) {
    builder.addCell(value);
  }
  return builder.finish();
}

/** Infinite numbers are bad cells, as in a file of text. */
function withoutInfinite(name: string, values: Float64Array): NumberColumn {
  const bad: BadCell[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value - value !== 0 && !Number.isNaN(value)) {
      if (bad.length < badLimit) {
        bad.push({ row, text: String(value), infinite: true });
      }
      values[row] = Number.NaN;
    }
  }
  return { name, type: 'number', values, bad };
}
