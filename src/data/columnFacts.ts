/** Facts of a column of a table. */
import type { ColumnFacts } from '../spec/dataFacts';
import type { BadText, Column, NumberColumn, NumberSummary } from './table';

/** How often each code occurs. */
export function tallyCodes(codes: Int32Array, count: number): Int32Array {
  const tally = new Int32Array(count);
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] >= 0) {
      tally[codes[row]]++;
    }
  }
  return tally;
}

/** The different texts of bad cells; infinite numbers of an array each for itself. */
export function badTexts({ texts, bad }: NumberColumn): readonly BadText[] {
  return texts ?? bad.map((cell) => ({ ...cell, count: 1 }));
}

/** Type of a column, missing cells, and a summary of its numbers; never a text of its cells. */
export function describeColumn(column: Column): ColumnFacts {
  const { name } = column;
  const unit = column.type === 'number' && column.unit !== undefined ? { unit: column.unit } : {};
  const type = column.type === 'number' && column.dates ? 'date' : column.type;
  if (column.type === 'category') {
    let missing = 0;
    for (const code of column.codes) {
      if (code < 0) {
        missing++;
      }
    }
    return { name, type, missing };
  }
  const rows = column.summary?.count ?? column.values.length;
  const { count, sum, minimum, maximum } = column.summary ?? summaryOf(column.values);
  const missing = rows - count;
  return count === 0
    ? { name, type, missing, ...unit }
    : { name, type, missing, ...unit, minimum, maximum, mean: sum / count };
}

function summaryOf(values: Float64Array): NumberSummary {
  let count = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isNaN(value)) {
      count++;
      sum += value;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }
  }
  return { count, sum, minimum, maximum };
}
