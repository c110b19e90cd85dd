/** Reading a large file of numbers, as the product reads a data file. */
import { readFileSync } from 'node:fs';
import { takeAll } from '../../../src/common/steps';
import { delimitedSteps } from '../../../src/data/delimited';
import { Problems } from '../../../src/data/problems';

/** Seconds from the file on disk to columns of numbers in memory; the sum proves that all were read. */
export function timeCsv(file: string): object {
  const start = performance.now();
  const problems = new Problems();
  const bytes = readFileSync(file);
  const table = takeAll(
    delimitedSteps({ bytes, fileName: 'numbers.csv', path: ['data', 'file'], types: {} }, problems),
  );
  if (!table) throw new Error(JSON.stringify(problems.list().slice(0, 3)));
  const seconds = (performance.now() - start) / 1000;
  let sum = 0;
  for (const column of table.columns) {
    if (column.type !== 'number') throw new Error(`The column ${column.name} was not read as numbers.`);
    for (const value of column.values) sum += value;
  }
  return { seconds, bytes: bytes.length, rows: table.rows, sum };
}
