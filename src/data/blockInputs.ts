/**
 * Fits and encodes inputs that are columns of one array side by side: row by row, with the same results as
 * column by column.
 */
import type { Scaling } from '../spec/spec';
import { BlockKernel, type ColumnRange, rowsAtOnce } from './blockKernel';
import type { InputEncoding } from './dataset';
import { BlockColumn, fewestColumns, type NumberBlock } from './numberBlock';
import type { Table } from './table';

/** Columns of an array. */
export interface BlockInputs extends ColumnRange {
  readonly block: NumberBlock;
}

/** Undefined if the inputs are anything else, a number is missing, or a scale needs sorted columns. */
export function blockInputs(
  { columns }: Pick<Table, 'columns'>,
  inputs: readonly number[],
  scaling: Scaling,
): BlockInputs | undefined {
  const first = columns[inputs[0]];
  if (scaling === 'robust' || inputs.length < fewestColumns || !(first instanceof BlockColumn) || !first.complete) {
    return undefined;
  }
  const { block, index: from } = first;
  const sideBySide = inputs.every((input, at) => {
    const column = columns[input];
    return column instanceof BlockColumn && column.block === block && column.index === from + at;
  });
  return sideBySide ? { block, from, width: inputs.length } : undefined;
}

/** How each column is shifted and divided, fitted on these rows as `fitScale` does. */
export function fitBlock(
  { block, ...range }: BlockInputs,
  rows: Int32Array,
  scaling: Scaling,
): readonly { readonly shift: number; readonly scale: number }[] {
  const columns = Array.from({ length: range.width }, (_, at) => at);
  if (scaling === 'none') {
    return columns.map(() => ({ shift: 0, scale: 1 }));
  }
  if (scaling === 'minmax' && rows.length === block.rows) {
    // The description of the columns needs the same numbers.
    return columns.map((at) => {
      const { minimum, maximum } = block.summary(range.from + at)!;
      return { shift: minimum, scale: maximum - minimum || 1 };
    });
  }
  const kernel = new BlockKernel(block, range);
  const { a, b } = kernel;
  const setToFirst = (numbers: Float64Array) => {
    for (const at of columns) {
      numbers[at] = block.values[rows[0] * block.width + range.from + at];
    }
  };
  setToFirst(a);
  if (scaling === 'minmax') {
    setToFirst(b);
    kernel.run('summarize', rows);
    return columns.map((at) => ({ shift: a[at], scale: b[at] - a[at] || 1 }));
  }
  kernel.run('differences', rows);
  for (const at of columns) {
    a[at] += b[at] / rows.length;
  }
  b.fill(0);
  kernel.run('squares', rows);
  return columns.map((at) => ({ shift: a[at], scale: Math.sqrt(b[at] / rows.length) || 1 }));
}

type Scale = Pick<InputEncoding, 'shift' | 'scale'>;

/** Whether all numbers fit into float32, as far as the bounds of the whole array tell. */
export function surelyFits({ block: { low, high } }: BlockInputs, scales: readonly Scale[]): boolean {
  const fits = (value: number) => Number.isFinite(Math.fround(value));
  return scales.every(({ shift, scale }) => fits((low - shift) / scale) && fits((high - shift) / scale));
}

/** The inputs `[rows, width]` of these rows, narrowed to float32: in `room`, or in an array of their own. */
export function encodeBlock(
  { block, ...range }: BlockInputs,
  scales: readonly Scale[],
  rows: Int32Array,
  room?: Float32Array,
): Float32Array {
  const { width } = range;
  const atOnce = room ? rowsAtOnce(width) : rows.length;
  const kernel = new BlockKernel(block, range, Math.min(atOnce, rows.length));
  for (const [at, { shift, scale }] of scales.entries()) {
    kernel.a[at] = shift;
    kernel.b[at] = scale;
  }
  if (!room) {
    return kernel.encode(rows);
  }
  for (let from = 0; from < rows.length; from += atOnce) {
    room.set(kernel.encode(rows.subarray(from, from + atOnce)), from * width);
  }
  return room;
}
