/** Orders the rows of a table by a column. */
import { sortValues } from '../cells';
import { sortedBy } from '../sorting';
import { type Column, isMissingAt } from '../table';

export interface RowOrder {
  /** Ascending; equal cells, and the missing ones at the end, in the order of the table. */
  readonly rows: Int32Array;
  /** How many of `rows` have a cell. */
  readonly present: number;
}

export function orderBy(column: Column, rows: number): RowOrder {
  const present = new Int32Array(rows);
  const missing: number[] = [];
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (isMissingAt(column, row)) {
      missing.push(row);
    } else {
      present[count++] = row;
    }
  }
  const ordered = new Int32Array(rows);
  ordered.set(sortedBy(present.subarray(0, count), keysOf(column)));
  ordered.set(missing, count);
  return { rows: ordered, present: count };
}

/** A number for each row, in whose order the cells are listed. */
function keysOf(column: Column): Float64Array | Int32Array {
  if (column.type === 'number') {
    return column.values;
  }
  const ranks = new Map(sortValues(column.values).map((value, rank) => [value, rank]));
  const rankOf = column.values.map((value) => ranks.get(value)!);
  return column.codes.map((code) => (code < 0 ? -1 : rankOf[code]));
}

/** The same rows in descending order of their cells, the missing ones at the end. */
export function reversed({ rows, present }: RowOrder): Int32Array {
  const turned = rows.slice();
  turned.subarray(0, present).reverse();
  return turned;
}
