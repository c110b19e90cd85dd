import type { Column } from '../../../../src/data/table';

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** The cells of a column; null where one is missing. */
export function valuesOf(column: Column): (number | string | null)[] {
  return column.type === 'number'
    ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
    : Array.from(column.codes, (code) => column.values[code] ?? null);
}

interface Layout {
  readonly little?: boolean;
  readonly fortran?: boolean;
}

/** A file of NumPy with float64. `values` are given with the last axis fastest, whatever the layout. */
export function npyBytes(
  shape: readonly number[],
  values: readonly number[],
  { little = true, fortran = false }: Layout = {},
  header = `{'descr': '${little ? '<' : '>'}f8', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')},), }`,
): Uint8Array {
  const length = Math.ceil((header.length + 11) / 64) * 64;
  const bytes = new Uint8Array(length + 8 * values.length).fill(32, 0, length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes[length - 1] = 10;
  const view = new DataView(bytes.buffer);
  view.setUint16(8, length - 10, true);
  for (const [index, value] of values.entries()) {
    view.setFloat64(length + 8 * (fortran ? fortranIndex(shape, index) : index), value, little);
  }
  return bytes;
}

/** Where the number stands if the first axis is the fastest. */
function fortranIndex(shape: readonly number[], index: number): number {
  let rest = index;
  const place = [...shape].reverse().map((length) => {
    const at = rest % length;
    rest = Math.floor(rest / length);
    return at;
  });
  return place.reduce((sum, at, axis) => sum * shape[shape.length - 1 - axis] + at, 0);
}
