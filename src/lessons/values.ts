/** Numbers, vectors and matrices, and their text. */
export type Value = number | readonly number[] | readonly (readonly number[])[];

export function isValue(result: Value | string): result is Value {
  return typeof result !== 'string';
}

export function isMatrix(value: Value): value is readonly (readonly number[])[] {
  return Array.isArray(value) && Array.isArray(value[0]);
}

/** A matrix's rows; a vector is one row. */
export function rowsOf(value: Exclude<Value, number>): readonly (readonly number[])[] {
  return isMatrix(value) ? value : [value as readonly number[]];
}

/** A matrix's columns; a vector is one column. */
export function columnsOf(value: Exclude<Value, number>): readonly (readonly number[])[] {
  return isMatrix(value) ? value[0].map((_, column) => value.map((row) => row[column])) : [value as readonly number[]];
}

/** `[2, 3]` for a matrix of two rows and three columns, `[3]` for a vector, `[]` for a number. */
export function shapeOf(value: Value): readonly number[] {
  if (typeof value === 'number') {
    return [];
  }
  return isMatrix(value) ? [value.length, value[0].length] : [value.length];
}

export function numbersOf(value: Value): readonly number[] {
  return typeof value === 'number' ? [value] : rowsOf(value).flat();
}

/** The same shape with another number in each place. */
export function mapNumbers(value: Value, change: (number: number) => number): Value {
  if (typeof value === 'number') {
    return change(value);
  }
  return isMatrix(value) ? value.map((row) => row.map(change)) : (value as readonly number[]).map(change);
}

/** More digits are those of binary numbers, not of the computation. */
const significant = 9;

function numberText(value: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  if (!Number.isFinite(value)) {
    return value > 0 ? '∞' : '-∞';
  }
  // Adding 0 makes -0 plain.
  return String(Number(value.toPrecision(significant)) + 0);
}

/** Rows and columns that are written out. */
const mostShown = 8;

/** `[[1, 2], [3, 4]]`; long ones are cut. */
export function valueText(value: Value): string {
  if (typeof value === 'number') {
    return numberText(value);
  }
  return isMatrix(value)
    ? listText(value, (row) => listText(row, numberText))
    : listText(value as readonly number[], numberText);
}

function listText<T>(items: readonly T[], text: (item: T) => string): string {
  const shown = items.slice(0, mostShown).map(text);
  return `[${[...shown, ...(items.length > mostShown ? ['…'] : [])].join(', ')}]`;
}
