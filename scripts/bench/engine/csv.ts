/** Reads a large file of numbers as the engine's process reads a data file from disk. */
import { openData } from '../../../src/data/origin';
import { Problems } from '../../../src/data/problems';
import { machineOf } from '../../../src/server/machine.node';
import { openOnDisk } from '../../../src/server/onDisk';
import type { DataSpec } from '../../../src/spec/spec';

const data = { origin: { kind: 'file', path: 'numbers.csv' }, types: {} } as unknown as DataSpec;

/** Seconds from the file on disk to columns of numbers in memory. Their sum proves that all were read. */
export async function timeCsv(file: string): Promise<object> {
  const machine = machineOf(__dirname);
  const files = {
    read: (path: string) => openOnDisk(path, { disk: file }, machine),
    readShipped: () => Promise.reject(new Error('No set is shipped here.')),
  };
  const start = performance.now();
  const problems = new Problems();
  const opened = await openData(data, 0, { files, problems });
  const table = opened?.read(problems);
  if (!opened || !table) {
    throw new Error(JSON.stringify(problems.list().slice(0, 3)));
  }
  const seconds = (performance.now() - start) / 1000;
  opened.bytes.close();
  let sum = 0;
  for (const column of table.columns) {
    if (column.type !== 'number') {
      throw new Error(`The column ${column.name} was not read as numbers.`);
    }
    for (const value of column.values) {
      sum += value;
    }
  }
  return { seconds, bytes: opened.bytes.length, rows: table.rows, sum };
}
