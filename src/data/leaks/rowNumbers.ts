/** Tells columns that number or name the rows. */
import { describeColumn } from '../columnFacts';
import { areWhole } from '../numbers';
import type { Column } from '../table';
import { countDistinct } from '../targets';

/** How many different values a column holds, and how many cells are missing. */
export interface Counted {
  readonly distinct: number;
  readonly missing: number;
}

export type CountsOf = (index: number) => Counted;

/** Counts each column once, when it is asked for. */
export function countsOf(columns: readonly Column[]): CountsOf {
  const known = new Map<number, Counted>();
  return (index) => {
    const counted = known.get(index) ?? count(columns[index]);
    known.set(index, counted);
    return counted;
  };
}

function count(column: Column): Counted {
  const { missing } = describeColumn(column);
  return { distinct: column.type === 'category' ? column.values.length : countDistinct(column.values), missing };
}

/** Names such as `id`, `PassengerId`, `row_no`. */
const identifierName =
  /(?:^|[\s_\-.]|(?<=[a-z]))(?:id|Id|ID|index|Index|uuid|key)$|^(?:no|nr|row|번호|일련번호|순번)\.?$/i;
/** Below, numbers may be different by chance. */
const fewestNumbered = 20;
/** A category column with at least this share of different values tells rows, not kinds of rows. */
const nearlyUnique = 0.9;

/**
 * The share of different cells of a column that tells rows apart, such as their number; undefined for any
 * other.
 */
export function shareOfRowNumbers(
  column: Column,
  rows: number,
  counted: () => Counted,
  isByTime: boolean,
): number | undefined {
  if (rows < fewestNumbered) {
    return undefined;
  }
  if (column.type === 'category') {
    const { distinct, missing } = counted();
    const share = distinct / (rows - missing);
    return share >= nearlyUnique ? share : undefined;
  }
  const { values } = column;
  if (column.dates || !areWhole(values)) {
    return undefined;
  }
  const counts = values.every((value, row) => row === 0 || value === values[row - 1] + 1);
  // In time the number of a row may tell of a trend.
  const isNumber = (counts && !isByTime) || identifierName.test(column.name);
  return isNumber && counted().distinct === rows ? 1 : undefined;
}
