/** Data files: how each is written, by its name. */

export type TableKind = 'text' | 'jsonLines' | 'npy' | 'npz' | 'parquet' | 'idx';

const names: Readonly<Record<TableKind, RegExp>> = {
  text: /\.(?:csv|tsv|txt)(?:\.gz)?$/i,
  jsonLines: /\.(?:jsonl|ndjson)(?:\.gz)?$/i,
  npy: /\.npy(?:\.gz)?$/i,
  npz: /\.npz$/i,
  parquet: /\.parquet$/i,
  // As MNIST names its files: train-images-idx3-ubyte.gz.
  idx: /(?:\.idx|[-.]idx\d-(?:ubyte|byte|short|int|float|double))(?:\.gz)?$/i,
};

/** Endings of the names of tables, without those of packed ones. */
export const tableExtensions = ['csv', 'tsv', 'txt', 'jsonl', 'ndjson', 'npy', 'npz', 'parquet', 'idx'] as const;

/** The same, for sentences. */
export const tableEndings = tableExtensions.map((each) => `.${each}`).join(', ');

/** The column of the numbers in a file of labels. */
export const labelColumn = 'label';

/** The name of a column of an array, or of a table without a header. */
export const numberedColumn = /^c\d+$/;

/** Undefined if a file of this name is no table that can be read. */
export function tableKind(fileName: string): TableKind | undefined {
  return (Object.keys(names) as TableKind[]).find((kind) => names[kind].test(fileName));
}

/** Whether the file is one array of numbers, whose targets may lie in a file of their own. */
export function isArrayFile(fileName: string): boolean {
  const kind = tableKind(fileName);
  return kind === 'npy' || kind === 'idx';
}

/** Whether the file may hold several arrays. */
export function holdsArrays(fileName: string): boolean {
  return tableKind(fileName) === 'npz';
}

/** Whether the file holds arrays of numbers instead of columns with names. */
export function isArrayOfNumbers(fileName: string): boolean {
  return isArrayFile(fileName) || holdsArrays(fileName);
}

/** Endings of names of tables that are kept for judging a network: `prices_test`, `고객_검증`. */
const heldBack = /[-_. ](?:hold|hold[-_]?out|test|valid|validation|val|eval|검증|검증용|평가|평가용|테스트)$/i;

/** The table beside it that a table is kept back from, by their names: `prices.csv` of `prices_test.csv`. */
export function heldBackFrom(path: string, tables: readonly string[]): string | undefined {
  const whole = stemOf(path).replace(heldBack, '');
  const isWhole = (other: string) =>
    [whole, `${whole}_train`, `${whole}-train`, `${whole}_훈련`].includes(stemOf(other));
  return whole === stemOf(path) ? undefined : tables.find((other) => other !== path && isWhole(other));
}

/** The path without the endings of its name. */
function stemOf(path: string): string {
  return path.replace(/\.[^./]*(?:\.gz)?$/i, '');
}

export function isGzip(fileName: string): boolean {
  return /\.gz$/i.test(fileName);
}

/** Whether reading the file may unpack more bytes than it has. */
export function isPacked(fileName: string): boolean {
  return isGzip(fileName) || holdsArrays(fileName) || tableKind(fileName) === 'parquet';
}
