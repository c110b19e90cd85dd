import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heldBytes } from '../../../src/data/bytes';
import { readDelimited } from '../../../src/data/delimited';
import { Problems } from '../../../src/data/problems';
import { brief, csv, csvProblems, csvRequest } from './support';

const encode = (text: string) => new TextEncoder().encode(text);
const columnsOf = (text: string, fileName = 'data.csv', types = {}) =>
  readDelimited({ bytes: heldBytes(encode(text)), fileName, path: [], types }, new Problems())!.columns;

describe('Reading CSV and TSV', () => {
  it('reads a column as numeric if its first cell that is not missing is a number', () => {
    const [a, b, c] = columnsOf('a,b,c\n,NA,x\n1,-2.5e-1,3\n+.5,NaN,\n');
    assert.deepEqual(a.type === 'number' && [...a.values], [Number.NaN, 1, 0.5]);
    assert.deepEqual(b.type === 'number' && [...b.values], [Number.NaN, -0.25, Number.NaN]);
    assert.deepEqual(c.type === 'category' && [c.values, [...c.codes]], [
      ['x', '3'],
      [0, 1, -1],
    ]);
  });

  it('keeps the text of a column that types calls a category', () => {
    const [zip] = columnsOf('zip,y\n08001,1\n8001,2\n08001,3\n', 'data.csv', { zip: 'category' });
    assert.deepEqual(zip.type === 'category' && [zip.values, [...zip.codes]], [
      ['08001', '8001'],
      [0, 1, 0],
    ]);
  });

  it('reads tabs by the file name .tsv', () => {
    assert.deepEqual(
      columnsOf('a\tb,c\n1\t2\n', 'data.TSV').map(({ name }) => name),
      ['a', 'b,c'],
    );
  });

  for (const [what, text] of [
    ['a byte order mark', '\uFEFFa,y\n1,2\n3,4\n'],
    ['CRLF line ends', 'a,y\r\n1,2\r\n3,4\r\n'],
    ['mixed line ends', 'a,y\n1,2\r\n3,4'],
    ['CR line ends', 'a,y\r1,2\r3,4\r'],
    ['blank lines', 'a,y\n\n1,2\n  \n3,4\n\n\n'],
    ['spaces around cells', ' a , y\n 1 ,2 \n3,\t4\n'],
    ['quoted cells', '"a","y"\n"1","2"\n"3",4\n'],
    ['quoted cells and CRLF', '"a","y"\r\n"1","2"\r\n"3","4"\r\n'],
  ]) {
    it(`reads ${what}`, async () => {
      const { dataset } = await csv(text);
      assert.deepEqual([[...dataset.inputs], [...dataset.targets], dataset.inputNames], [[1, 3], [2, 4], ['a']]);
    });
  }

  it('gives back any text that was quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', '😀', ' ', '1'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 }), (table) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = ['a,b', ...table.map((row) => row.map(quote).join(','))].join('\n');
        const columns = columnsOf(text, 'data.csv', { a: 'category', b: 'category' });
        columns.forEach((column, index) => {
          assert.equal(column.type, 'category');
          if (column.type !== 'category') {
            return;
          }
          const got = Array.from(column.codes, (code) => (code < 0 ? '' : column.values[code]));
          assert.deepEqual(
            got,
            table.map((row) => row[index].trim()),
          );
        });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('finds any bad cell again, whatever is quoted before it', async () => {
    const cell = fc.constantFrom('1', '"x"', '"a,b"', '"two\nlines"', '"a ""quote"""', '"é😀"', '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        async (before, end) => {
          const head = ['n,t,u,y', ...before.map(([t, u]) => `1,${t},${u},1`)].join(end);
          const text = `${head}${end}bad,,,1${end}2,,,1`;
          const types = { n: 'number', t: 'category', u: 'category' } as const;
          const [problem] = await csvProblems(text, { types, inputs: ['n'], target: ['y'] });
          const line = head.split('\n').length;
          assert.equal(brief(problem), `text-cell ${line}:0-3`);
          assert.ok(problem.message.startsWith(`Line ${line + 1}, column “n”: “bad” is not a number.`));
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('A data file that cannot be read', () => {
  const cases: readonly [what: string, content: Uint8Array | string, expected: readonly string[]][] = [
    ['is empty', '', ['empty-file 0:0-0']],
    ['holds blank lines only', '\n \n', ['empty-file 0:0-0']],
    ['has no rows', 'a,y\n', ['no-rows 0:0-3']],
    ['has rows of unequal length', 'a,y\n1,2\n1\n1,2,3,4\n5,6\n', ['ragged-row 2:0-1', 'ragged-row 3:4-7']],
    ['ends a row with a comma', 'a,y\n1,2,\n', ['ragged-row 1:4-4']],
    ['names a column twice', 'a,b,a,y\n1,2,3,4\n', ['duplicate-column 0:4-5']],
    ['leaves a column without a name', 'a,,y\n1,2,3\n', ['empty-column-name 0:2-2']],
    ['holds text in a numeric column', 'a,y\n1,2\n1,two\nx,3\n', ['text-cell 2:2-5', 'text-cell 3:0-1']],
    ['holds an infinite number', 'a,y\n1,2\n-inf,3\n1,1e999\n', ['infinite-cell 2:0-4', 'infinite-cell 3:2-7']],
    ['begins with an infinite number', 'a,y\nInfinity,2\n', ['infinite-cell 1:0-8']],
    ['has a number beyond float32', 'a,y\n1,2\n1e39,3\n', ['number-too-large 2:0-4']],
    ['has missing cells', 'a,y\n1,2\n,3\nNA,4\n', ['missing-cell 2:0-0']],
    ['never closes a quote', 'a,y\n1,2\n"3,4\n5,6\n', ['csv-quotes 2:0-4']],
    ['goes on after a closing quote', 'a,y\n"1"x,2\n', ['csv-quotes 1:0-4']],
    ['is not UTF-8', Uint8Array.of(0x61, 0x2c, 0x79, 10, 0xc3, 0xa9, 0xe9, 0x2c, 0x31, 10), ['not-utf8 1:1-2']],
    ['is UTF-16 and ends within a character', Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62), ['not-utf8 0:1-2']],
  ];
  for (const [what, content, expected] of cases) {
    it(`${what}: ${expected.join(', ')}`, async () => {
      const problems = await csvProblems(content);
      assert.deepEqual(problems.map(brief), expected);
      for (const { path, at } of problems) {
        assert.deepEqual(path, ['data', 'file']);
        assert.equal(at?.file, 'data.csv');
      }
    });
  }

  it('says what it lacks if it is empty', async () => {
    const [{ message }] = await csvProblems('');
    assert.equal(message, 'data.csv is empty. It needs a line of column names and then a line per sample.');
  });

  it('gives the place after the byte order mark and in UTF-16 units', async () => {
    const [problem] = await csvProblems('\uFEFFt,a,y\n😀,1,1\n😀é,x,2\n', { inputs: ['a'] });
    assert.equal(brief(problem), 'text-cell 2:4-5');
  });

  it('is reported in at most a hundred problems', async () => {
    const problems = await csvProblems(`a,y\n${'1\n'.repeat(5000)}`);
    assert.equal(problems.length, 100);
  });

  it('may have text in a number column that is not used', async () => {
    const { dataset, facts } = await csv('id,a,y\n1,2,3\nx7,4,5\n,6,7\n', { inputs: ['a'] });
    assert.deepEqual([...dataset.inputs], [2, 4, 6]);
    assert.equal(facts.rows, 3);
  });

  it('passes on what the host says about a file that it may not read', async () => {
    const { loadDataset } = await import('../../../src/data');
    const result = await loadDataset(csvRequest('../secret.csv'), {
      read: () => Promise.reject(new Error('It is outside the workspace.')),
      readShipped: () => Promise.reject(new Error('There is none.')),
    });
    assert.deepEqual(result, {
      problems: [{ code: 'data-file', message: 'It is outside the workspace.', path: ['data', 'file'] }],
    });
  });
});
