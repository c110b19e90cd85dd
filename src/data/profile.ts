/** What a file holds, before a spec says what to make of it. */
import { takeAll } from '../common/steps';
import type { GeneratorSource } from '../spec/sources';
import { mostCounted, type TableColumn, type TableFacts } from '../spec/tableFacts';
import type { DataProblem } from './dataset';
import { readDelimited } from './delimited';
import { generateSteps } from './generators';
import { Problems } from './problems';
import { type Column, describeSteps } from './table';

/** The columns of a CSV or TSV file with what their cells tell; problems where it cannot be read as a table. */
export function profileTable(
  bytes: Uint8Array,
  fileName: string,
): { readonly facts: TableFacts } | { readonly problems: readonly DataProblem[] } {
  const problems = new Problems();
  const table = readDelimited({ bytes, fileName, path: ['data', 'file'], types: {} }, problems);
  if (!table) return { problems: problems.list() };
  return { facts: { rows: table.rows, columns: table.columns.map(profileColumn) } };
}

/** The rows that a generator makes by its own defaults, from seed 0. */
export function profileGenerated(source: GeneratorSource): TableFacts {
  const table = takeAll(generateSteps(source, { name: source.name, parameters: {} }, 0));
  return { rows: table.rows, columns: table.columns.map(profileColumn) };
}

function profileColumn(column: Column): TableColumn {
  const { categories, ...facts } = takeAll(describeSteps(column));
  const tally = column.type === 'category' ? tallyCodes(column.codes, column.values) : tallyNumbers(column.values);
  const counts = [...tally.counts]
    .map(([value, count]) => ({ value: String(value), count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostCounted);
  const shown = column.type === 'category' || tally.distinct <= mostCounted ? counts : [];
  const whole = column.type === 'number' ? { whole: tally.whole, bad: column.bad.length } : {};
  return { ...facts, distinct: tally.distinct, counts: shown, ...whole };
}

interface Tally {
  readonly counts: ReadonlyMap<string | number, number>;
  readonly distinct: number;
  readonly whole: boolean;
}

function tallyCodes(codes: Int32Array, values: readonly string[]): Tally {
  const counts = new Map<string, number>();
  for (const code of codes) if (code >= 0) counts.set(values[code], (counts.get(values[code]) ?? 0) + 1);
  return { counts, distinct: values.length, whole: false };
}

function tallyNumbers(values: Float64Array): Tally {
  const counts = new Map<number, number>();
  let whole = true;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (!Number.isInteger(value)) whole = false;
  }
  return { counts, distinct: counts.size, whole };
}
