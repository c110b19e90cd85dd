/** Reads an array that NumPy saved: a header in text, then the numbers. */
import { t } from '@vscode/l10n';
import type { DataBytes } from '../bytes';
import { isTooLarge } from '../delimited';
import { type DelimitedRequest, numberedName } from '../findFormat';
import type { Problems } from '../problems';
import type { Table } from '../table';
import { type ArraySource, type NumberArray, sizeOfShape, tableOfArray } from './numberArray';
import type { NumberType } from './numberTypes';

/** Undefined if the file is no table; `problems` then says why. */
export function readNpy(
  request: DelimitedRequest,
  problems: Problems,
  columnName: (column: number) => string = numberedName,
): Table | undefined {
  const { bytes, fileName, path, types } = request;
  if (isTooLarge(request, bytes, problems)) {
    return undefined;
  }
  return readNpyArray(bytes, { name: fileName, path, types }, columnName, problems);
}

/** `columnName` is told how many numbers a row has. */
export function readNpyArray(
  bytes: DataBytes,
  source: ArraySource,
  columnName: (column: number, width: number) => string,
  problems: Problems,
): Table | undefined {
  const array = readNpyHeader(bytes, source, problems);
  const width = sizeOfShape(array?.shape.slice(1) ?? []);
  return array && tableOfArray(array, source, (column) => columnName(column, width), problems);
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Bytes of a header; that of an array of numbers has about 100. */
const longestHeader = 1 << 16;

const numberTypes: Readonly<Record<string, NumberType>> = {
  b1: 'bool',
  i1: 'int8',
  u1: 'uint8',
  i2: 'int16',
  u2: 'uint16',
  i4: 'int32',
  u4: 'uint32',
  i8: 'int64',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** The keys of the header, which is a dictionary as Python prints it. */
const [descr, order, shape] = [
  /'descr': *('[^']{1,100}'|\[|\()/,
  /'fortran_order': *(True|False)/,
  /'shape': *\(((?:\d{1,20}L?, ?)*(?:\d{1,20}L?)?)\)/,
];

function readNpyHeader(bytes: DataBytes, source: ArraySource, problems: Problems): NumberArray | undefined {
  const { name, path } = source;
  const header = headerText(bytes);
  const found = header && [descr, order, shape].map((key) => key.exec(header.text)?.[1]);
  if (!found || found.includes(undefined)) {
    problems.add(
      'array-damaged',
      t('{0} is no NumPy file, or its beginning is damaged. Save it again with numpy.save.', name),
      path,
    );
    return undefined;
  }
  const [written, fortran, axes] = found as readonly string[];
  const [, byteOrder, code] = /^'([<>=|]?)([a-zA-Z]\d*)'$/.exec(written) ?? [];
  if (code?.startsWith('O')) {
    problems.add(
      'array-type',
      t('{0} holds Python objects, which would run code when they are read. Save numbers: array.astype(float).', name),
      path,
    );
    return undefined;
  }
  const type = code !== undefined && Object.hasOwn(numberTypes, code) ? numberTypes[code] : undefined;
  if (!type) {
    problems.add(
      'array-type',
      written.startsWith("'")
        ? t('{0} holds values of the type {1}. Save real numbers: array.astype(float).', name, written)
        : t('{0} is an array with fields. Save its numbers as one array, or the table as CSV.', name),
      path,
    );
    return undefined;
  }
  return {
    bytes,
    start: header!.end,
    shape: axes.split(',').flatMap((axis) => (axis.trim() === '' ? [] : [Number.parseInt(axis, 10)])),
    type,
    littleEndian: byteOrder !== '>',
    firstAxisFirst: fortran === 'True',
  };
}

/** Undefined if the bytes do not begin like a file of NumPy. */
function headerText(bytes: DataBytes): { readonly text: string; readonly end: number } | undefined {
  const start = new Uint8Array(Math.min(12, bytes.length));
  bytes.read(start, 0);
  const view = new DataView(start.buffer);
  const version = start[6];
  if (start.length < 12 || !magic.every((byte, i) => start[i] === byte) || version < 1 || version > 3) {
    return undefined;
  }
  const from = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > longestHeader || from + length > bytes.length) {
    return undefined;
  }
  const header = new Uint8Array(length);
  bytes.read(header, from);
  return { text: new TextDecoder('latin1').decode(header), end: from + length };
}
