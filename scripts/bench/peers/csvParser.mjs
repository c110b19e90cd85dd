/** CSV parsers from npm, each used in its fastest way, until all numbers are in one array of float32. */
import { readFileSync } from 'node:fs';
import { printResult } from '../protocol.mjs';

const { parser, file } = JSON.parse(process.argv[2]);

const parsers = {
  async papaparse() {
    const { default: Papa } = await import('papaparse');
    const options = { fastMode: true, delimiter: ',', newline: '\n', skipEmptyLines: true };
    return (text) => Papa.parse(text, options).data.slice(1);
  },
  async 'csv-parse'() {
    const { parse } = await import('csv-parse/sync');
    return (text) => parse(text, { from_line: 2 });
  },
  async udsv() {
    const { inferSchema, initParser } = await import('udsv');
    return (text) => initParser(inferSchema(text)).typedArrs(text);
  },
};

try {
  const parse = await parsers[parser]();
  const start = performance.now();
  // The file holds ASCII only; an encoding with one byte for each character is the fastest.
  const rows = parse(readFileSync(file, 'latin1'));
  const width = rows[0].length;
  const values = new Float32Array(rows.length * width);
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < width; column++) {
      values[row * width + column] = +rows[row][column];
    }
  }
  const seconds = (performance.now() - start) / 1000;
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  printResult({ seconds, rows: rows.length, sum });
} catch (error) {
  printResult({ error: String(error?.stack ?? error).slice(0, 400) });
}
