/** Turns an array of binary numbers into the columns of a table: its first axis is the rows. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { maximumColumns } from '../../common/limits';
import type { ColumnTypes } from '../../spec/spec';
import type { DataBytes } from '../bytes';
import { largestData } from '../encode';
import { BlockColumn, NumberBlock } from '../numberBlock';
import type { Problems } from '../problems';
import { buildersOf, type Column, readingsOf, type Table } from '../table';
import { type Numbers, type NumberType, readNumbers, sizeOfNumber } from './numberTypes';

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

/** Rows that are rearranged at a time, so that both sides stay in the cache. */
const rowsAtOnce = 64;

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
  const numbers = readNumbers(array.bytes, { ...array, count: rows * width });
  if ('inexact' in numbers) {
    const at = numbers.inexact;
    const [row, column] = array.firstAxisFirst ? fromFortran(array.shape, at) : [Math.floor(at / width), at % width];
    const { words } = place(row, column);
    problems.add(
      'inexact-number',
      t('{0}: a whole number above 2^53 loses its last digits. Save the array as float64.', words),
      source.path,
    );
    return undefined;
  }
  const block = new NumberBlock(array.firstAxisFirst ? rowByRow(numbers, array.shape) : numbers, width);
  const columns = Array.from({ length: width }, (_, index) =>
    columnOf(new BlockColumn(columnName(index), block, index), source.types),
  );
  return { columns, rows, place, ...(sample.length > 0 && { samples: [{ start: 0, shape: sample }] }) };
}

/** Checks the shape against the limits and the bytes, before anything is allocated. */
function checkArray({ bytes, start, shape, type }: NumberArray, { name, path }: ArraySource, problems: Problems) {
  const written = () => shape.map(formatCount).join(' × ');
  const [rows, ...sample] = shape;
  const width = sizeOfShape(sample);
  if (rows === undefined) {
    problems.add('array-shape', t('{0} holds a single number. Its first axis must be the rows.', name), path);
  } else if (rows === 0 || width === 0) {
    problems.add('no-rows', t('{0} holds no numbers: its shape is {1}.', name, written()), path);
  } else if (width > maximumColumns) {
    problems.add(
      'too-many-columns',
      t('{0} has {1} numbers in a row; a table may have {2}.', name, formatCount(width), formatCount(maximumColumns)),
      path,
    );
  } else if (rows * width > largestData) {
    problems.add(
      'data-too-large',
      t('{0} holds {1} numbers, more than fit into memory. Train on a part of its rows.', name, written()),
      path,
    );
  } else if (start + rows * width * sizeOfNumber(type) !== bytes.length) {
    problems.add(
      'array-damaged',
      t(
        '{0} is damaged: the shape {1} needs {2} bytes, but there are {3}. Copy or save it again.',
        name,
        written(),
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

/** The numbers with the last axis fastest. */
function rowByRow(numbers: Numbers, shape: readonly number[]): Numbers {
  const [rows] = shape;
  const width = numbers.length / rows;
  const columns = Array.from({ length: width }, (_, at) => fromFortran(shape, at * rows)[1]);
  const arranged = numbers.slice();
  for (let from = 0; from < rows; from += rowsAtOnce) {
    const to = Math.min(rows, from + rowsAtOnce);
    for (let at = 0; at < width; at++) {
      for (let row = from; row < to; row++) {
        arranged[row * width + columns[at]] = numbers[at * rows + row];
      }
    }
  }
  return arranged;
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

/** The column, or one of the type that the spec declares. */
export function columnOf(column: BlockColumn, types: ColumnTypes): Column {
  const { name } = column;
  if (!Object.hasOwn(types, name) || types[name] === 'number') {
    return column;
  }
  const [builder] = buildersOf([name], readingsOf([name], { types }));
  for (const value of column.values) {
    builder.addCell(value);
  }
  return builder.finish();
}
