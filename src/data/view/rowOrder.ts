/** Orders the rows of a table by a column. */
import { sortValues } from '../cells';
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

/**
 * The rows in ascending order of their keys, equal ones in the order given. The keys alone are sorted, and
 * each row then finds its place among them: a sort that compares rows takes ten times as long.
 */
export function sortedBy(rows: Int32Array, keys: Float64Array | Int32Array): Int32Array {
  const sorted = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    sorted[i] = keys[rows[i]];
  }
  sorted.sort();
  const taken = new Int32Array(rows.length);
  const ordered = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const first = countBelow(sorted, keys[rows[i]]);
    ordered[first + taken[first]++] = rows[i];
  }
  return ordered;
}

/** How many of the sorted numbers are below `limit`. */
export function countBelow(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The same rows in descending order of their cells, the missing ones at the end. */
export function reversed({ rows, present }: RowOrder): Int32Array {
  const turned = rows.slice();
  turned.subarray(0, present).reverse();
  return turned;
}
