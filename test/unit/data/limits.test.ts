import assert from 'node:assert/strict';
import { describedClasses, describedColumns, maximumColumnName, maximumColumns } from '../../../src/common/limits';
import { type DataBytes, heldBytes } from '../../../src/data/bytes';
import { readDelimited } from '../../../src/data/delimited';
import { Problems } from '../../../src/data/problems';
import { profileTable } from '../../../src/data/profile';
import { brief, csv, csvProblems, readInChunks } from './support';

const line = (columns: number, cell: (column: number) => string | number): string =>
  `${Array.from({ length: columns }, (_, column) => cell(column)).join(',')}\n`;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Remembers how far the bytes were read. */
function watched(text: string): { readonly bytes: DataBytes; readonly reach: () => number } {
  const inner = readInChunks(bytesOf(text));
  let reach = 0;
  const read = (target: Uint8Array, offset: number) => {
    reach = Math.max(reach, offset + target.length);
    inner.read(target, offset);
  };
  return { bytes: { ...inner, read }, reach: () => reach };
}

function codeOf(bytes: Uint8Array | DataBytes): string {
  const found = profileTable(bytes, 'wide.csv');
  return 'problems' in found ? brief(found.problems[0]) : 'a table';
}

describe('A table of many columns', () => {
  it('is read in little memory, up to a limit', () => {
    const columns = 20_000;
    for (const cell of [(row: number, column: number) => (row * 7 + column) % 10, () => 'abc']) {
      let text = line(columns, (column) => `c${column}`);
      for (let row = 0; row < 18; row++) {
        text += line(columns, (column) => cell(row, column));
      }
      const bytes = bytesOf(text);
      const before = process.memoryUsage().arrayBuffers;
      const found = profileTable(bytes, 'wide.csv');
      // Shared by all columns: 8 bytes for each cell. Two characters of the file are a cell at least.
      const cells = 8 * 18 * columns;
      assert.ok(process.memoryUsage().arrayBuffers - before < cells + 3 * bytes.length);
      assert.ok('facts' in found);
      assert.equal(found.facts.rows, 18);
      assert.equal(found.facts.columns.length, describedColumns);
      assert.equal(found.facts.others, columns - describedColumns);
      assert.equal(found.facts.columns.at(-1)?.name, `c${columns - 1}`);
    }
  });

  it('has one buffer if it has few rows: each takes hundreds of bytes for itself', () => {
    for (const [rows, cell] of [
      [3, '1'],
      [3, 'red'],
      // The library reads quoted cells.
      [3, '"1"'],
    ] as const) {
      const text = line(500, (column) => `column${column}`) + line(500, () => cell).repeat(rows);
      const request = { bytes: heldBytes(bytesOf(text)), fileName: 'a.csv', path: [], types: {} };
      const table = readDelimited(request, new Problems());
      const buffers = table?.columns.map((column) => (column.type === 'number' ? column.values : column.codes).buffer);
      assert.equal(new Set(buffers).size, 1);
    }
  });

  it('is refused at the first line that is too long, before the rest is read', () => {
    const names = line(10 * maximumColumns, (column) => column);
    const { bytes, reach } = watched(names + names);
    assert.equal(codeOf(bytes), 'too-many-columns 0:0-0');
    assert.ok(reach() < 7 * maximumColumns + 2 ** 18, `${reach()} bytes of ${bytes.length}`);
  });

  it('is refused whichever line it is, with quotes and any line ends', () => {
    const commas = ','.repeat(maximumColumns);
    assert.equal(codeOf(bytesOf(`a,b\n1,2\n${commas}\n`)), 'too-many-columns 2:0-0');
    assert.equal(codeOf(bytesOf(`a,b\r\n"x\r\ny",2\r\n${commas}`)), 'too-many-columns 3:0-0');
    assert.equal(codeOf(bytesOf(`a,b\r1,2\r${commas}\r`)), 'too-many-columns 2:0-0');
    assert.equal(codeOf(bytesOf(`\n  \n${commas}`)), 'too-many-columns 2:0-0');
    // Commas in a text are no cells.
    assert.equal(codeOf(bytesOf(`a,b\n1,"${commas}"\n`)), 'a table');
    assert.equal(codeOf(bytesOf(`a,b\n1,"""${commas}"\n`)), 'a table');
  });

  it('may have names up to a limit', async () => {
    const long = (length: number) => `${'n'.repeat(length)},y\n1,2\n3,4\n`;
    await csv(long(maximumColumnName));
    const [problem] = await csvProblems(long(maximumColumnName + 1));
    assert.equal(brief(problem), `long-column-name 0:0-${maximumColumnName + 1}`);
  });
});

describe('Facts about data', () => {
  it('hold no text of columns, used or not', async () => {
    const { facts } = await csv('note,colour,a,y\nsecret one,red,1,2\nsecret two,blue,3,4\n', {
      inputs: ['colour', 'a'],
    });
    assert.deepEqual(
      facts.columns.map(({ name }) => name),
      ['colour', 'a', 'y'],
    );
    assert.doesNotMatch(JSON.stringify(facts), /secret|red|blue/);
  });

  it('describe a bounded number of columns, the target among them', async () => {
    const columns = describedColumns + 10;
    const names = line(columns, (column) => (column === columns - 1 ? 'y' : `c${column}`));
    const { facts } = await csv(names + line(columns, (column) => column).repeat(2));
    assert.equal(facts.columns.length, describedColumns);
    assert.equal(facts.columns.at(-1)?.name, 'y');
    assert.equal(facts.inputSize, columns - 1);
  });

  it('name few classes; of many they hold the number', async () => {
    const loss = 'categorical_crossentropy';
    const classes = (count: number, word = '') =>
      csv(`a,y\n${Array.from({ length: count }, (_, i) => `${i},k${i}${word}\n`).join('')}`, { loss });
    assert.equal((await classes(describedClasses)).facts.classNames?.length, describedClasses);
    for (const { facts, dataset } of [await classes(describedClasses + 1), await classes(600, 'w'.repeat(200))]) {
      assert.equal(facts.classNames, undefined);
      assert.equal(dataset.targetEncoding.classNames?.length, facts.targetSize);
    }
  });
});

describe('The profile of a table', () => {
  it('holds no long text', () => {
    const found = profileTable(bytesOf(`a,y\nshort,1\n${'long '.repeat(1000)},2\n`), 'text.csv');
    assert.ok('facts' in found);
    const [{ distinct, counts }] = found.facts.columns;
    assert.deepEqual([distinct, counts], [2, [{ value: 'short', count: 1 }]]);
  });
});
