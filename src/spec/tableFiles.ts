/** Data files: how each is written, by its name. */

export type TableKind = 'text' | 'jsonLines' | 'npy' | 'parquet' | 'idx';

const names: Readonly<Record<TableKind, RegExp>> = {
  text: /\.(?:csv|tsv|txt)(?:\.gz)?$/i,
  jsonLines: /\.(?:jsonl|ndjson)(?:\.gz)?$/i,
  npy: /\.npy(?:\.gz)?$/i,
  parquet: /\.parquet$/i,
  // As MNIST names its files: train-images-idx3-ubyte.gz.
  idx: /(?:\.idx|[-.]idx\d-(?:ubyte|byte|short|int|float|double))(?:\.gz)?$/i,
};

/** Endings of the names of tables, without those of packed ones. */
export const tableExtensions = ['csv', 'tsv', 'txt', 'jsonl', 'ndjson', 'npy', 'parquet', 'idx'] as const;

/** The same, for sentences. */
export const tableEndings = tableExtensions.map((each) => `.${each}`).join(', ');

/** The column of the numbers in a file of labels. */
export const labelColumn = 'label';

/** Undefined if a file of this name is no table that can be read. */
export function tableKind(fileName: string): TableKind | undefined {
  return (Object.keys(names) as TableKind[]).find((kind) => names[kind].test(fileName));
}

/** Whether the file is an array of numbers, whose targets may lie in a file of their own. */
export function isArrayFile(fileName: string): boolean {
  const kind = tableKind(fileName);
  return kind === 'npy' || kind === 'idx';
}

/** Whether a file is packed by gzip. */
export function isGzip(fileName: string): boolean {
  return /\.gz$/i.test(fileName);
}

/** Whether a file may be many times as large when it is unpacked. */
export function isPacked(fileName: string): boolean {
  return isGzip(fileName) || tableKind(fileName) === 'parquet';
}
