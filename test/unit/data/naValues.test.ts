import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { loadDataset, requestOf } from '../../../src/data';
import { profileForNewSpec, profileTable } from '../../../src/data/profile';
import { applyFixes, checkSpec, dataFixes, effectiveSpecText, parseSpec } from '../../../src/language/index';
import { npyBytes } from './readers/arrays';

const encode = (text: string) => new TextEncoder().encode(text);
const specOf = (file: string, data: string) =>
  `data:\n  file: ${file}\n  target: y\n  split: { train: 1 }\n${data}model: { layers: [dense: 1] }\ntraining: { loss: mean_squared_error }\n`;

async function load(text: string, content: string | Uint8Array) {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(parsed.spec, parsed.problems[0]?.message);
  const bytes = typeof content === 'string' ? encode(content) : content;
  const loaded = await loadDataset(requestOf(parsed.spec), {
    read: async () => bytes,
    readShipped: async () => bytes,
  });
  return { parsed, loaded };
}

/** The inputs and targets of the rows without a missing cell. */
async function rows(text: string, content: string | Uint8Array) {
  const { loaded } = await load(text, content);
  assert.ok('dataset' in loaded, 'problems' in loaded ? JSON.stringify(loaded.problems) : '');
  const { inputs, targets } = loaded.dataset;
  return { inputs: [...inputs], targets: [...targets] };
}

const csv = 'a,y\n1,1\n?,2\n-,3\n4,4\n-999,5\n';
const kept = { inputs: [1, 4], targets: [1, 4] };
const listed = '  missing: drop\n  na_values: ["?", "-", -999]\n';

describe('data.na_values', () => {
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['plain.csv', csv],
    // A quote, or a letter beyond ASCII, is beyond the fast reader.
    ['quoted.csv', csv.replace('1,1', '"1",1')],
    ['packed.csv.gz', gzipSync(csv)],
    ['first.csv', csv.replace('1,1\n?,2', '?,2\n1,1')],
    ['a.jsonl', '{"a":1,"y":1}\n{"a":"?","y":2}\n{"a":" - ","y":3}\n{"a":4,"y":4}\n{"a":-999,"y":5}\n'],
    ['first.jsonl', '{"a":"?","y":2}\n{"a":1,"y":1}\n{"a":4,"y":4}\n'],
  ];
  for (const [name, content] of files) {
    it(`are missing cells in ${name}`, async () => {
      assert.deepEqual(await rows(specOf(name, listed), content), kept);
    });
  }

  it('are numbers in arrays too', async () => {
    const text = specOf('a.npy', '  missing: drop\n  na_values: -999\n').replace('target: y', 'target: c1');
    assert.deepEqual(await rows(text, npyBytes([3, 2], [1, 1, -999, 2, 4, 4])), kept);
  });

  it('leave dates dates', async () => {
    const dates = `d,y\n${Array.from({ length: 12 }, (_, day) => `${day === 3 ? '?' : `2024-01-${day + 10}`},${day}\n`).join('')}`;
    const { loaded } = await load(specOf('d.csv', listed), dates);
    assert.ok('dataset' in loaded);
    assert.equal(loaded.dataset.inputEncodings[0].type, 'date');
    assert.equal(loaded.dataset.samples, 11);
  });

  it('hold in each column, as for pandas, but not where a cell is more than the mark', async () => {
    const { loaded } = await load(specOf('a.csv', listed), 'a,c,y\n1,?,1\n2,u,2\n3,u-,3\n');
    assert.ok('dataset' in loaded);
    assert.deepEqual(loaded.dataset.inputEncodings[1].categories, ['u', 'u-']);
    assert.equal(loaded.dataset.samples, 2);
  });

  it('stay in the effective spec, and are for files alone', () => {
    const { spec } = parseSpec(specOf('a.csv', listed), { fileName: 'a.nnspec' });
    assert.ok(spec);
    assert.deepEqual(spec.data.format, { naValues: ['?', '-', '-999'] });
    const again = parseSpec(effectiveSpecText(spec), { fileName: 'a.nnspec' });
    assert.deepEqual(again.spec?.data, spec.data);
    const { problems } = parseSpec(specOf('a.csv', listed).replace('file: a.csv\n  target: y', 'source: xor'), {
      fileName: 'a.nnspec',
    });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['conflict'],
    );
  });
});

describe('texts among numbers', () => {
  const many = `a,y\n${Array.from({ length: 300 }, (_, row) => `${row % 10 === 3 ? '?' : row % 100 === 7 ? '-' : row},${row}\n`).join('')}`;

  it('are one problem each, with their number and a fix', async () => {
    const text = specOf('a.csv', '  types: { a: number }\n  missing: drop\n');
    const { parsed, loaded } = await load(text, many);
    assert.ok('problems' in loaded);
    assert.deepEqual(
      loaded.problems.map(({ code, message }) => [code, /\d+\.(?= If)/.exec(message)?.[0]]),
      [
        ['text-cell', '30.'],
        ['text-cell', '3.'],
      ],
    );
    const fixes = loaded.problems.map((problem) => dataFixes(problem, parsed)[0]);
    assert.deepEqual(
      fixes.map(({ title }) => title),
      ['Read “?” as missing', 'Read “-” as missing'],
    );
    const once = applyFixes(text, [fixes[0]]);
    assert.match(once, / {2}na_values: \["\?"\]\n/);
    const second = await load(once, many);
    assert.ok('problems' in second.loaded);
    const twice = applyFixes(once, [dataFixes(second.loaded.problems[0], second.parsed)[0]]);
    assert.match(twice, / {2}na_values: \["\?", "-"\]\n/);
    assert.equal((await rows(twice, many)).targets.length, 267);
  });

  it('in the first cell make a column text, with a warning and a fix', async () => {
    const first = many.replace('a,y\n', 'a,y\n?,-1\n');
    const text = specOf('a.csv', '  missing: drop\n  inputs: a\n  unknown: ignore\n');
    const { parsed, loaded } = await load(text, first);
    assert.ok('facts' in loaded);
    const [warning] = loaded.facts.warnings ?? [];
    assert.match(
      warning.message,
      /^“a”: 88\.7 % of the cells are numbers, the others are “\?” \(10\.2 %\), “-” \(1 %\)\./,
    );
    const [remark] = checkSpec(parsed, loaded.facts).filter(({ code }) => code === 'missing-marks');
    assert.equal(remark.severity, 'warning');
    const mended = applyFixes(text, [dataFixes({ ...warning, code: 'missing-marks' }, parsed)[0]]);
    assert.equal((await rows(mended, first)).targets.length, 267);
  });
});

describe('profileForNewSpec', () => {
  const table = (cell: (row: number) => string | number, name = 'a.csv') => {
    const text = `a,job,y\n${Array.from({ length: 200 }, (_, row) => `${cell(row)},${row % 40 === 1 ? '?' : 'nurse'},${row}\n`).join('')}`;
    const found = profileForNewSpec(encode(text), name);
    assert.ok('facts' in found);
    return found.facts;
  };

  it('reads a few short texts among numbers as missing, and names them', () => {
    const facts = table((row) => (row % 50 === 0 ? '?' : row % 60 === 1 ? 'not asked' : row));
    assert.deepEqual(facts.naValues, ['?', 'not asked']);
    assert.deepEqual(facts.marked, [
      {
        column: 'a',
        holds: 'number',
        cells: 200,
        marks: [
          { text: '?', count: 4 },
          { text: 'not asked', count: 4 },
        ],
      },
      { column: 'job', holds: 'category', cells: 200, marks: [{ text: '?', count: 5 }] },
    ]);
    assert.deepEqual([facts.columns[0].type, facts.columns[0].missing, facts.columns[0].bad], ['number', 8, 0]);
  });

  it('reads them in a column of dates', () => {
    const facts = table((row) => (row % 50 === 0 ? '-' : `2024-01-${(row % 28) + 1}`));
    assert.deepEqual([facts.columns[0].type, facts.columns[0].missing], ['date', 4]);
  });

  const untouched: readonly (readonly [string, (row: number) => string | number])[] = [
    ['a category among few numbers', (row) => (row % 20 === 0 ? 'other' : row % 4)],
    ['numbers with a sign', (row) => (row % 20 === 0 ? '<5' : row)],
    ['many texts', (row) => (row % 20 === 0 ? `text ${'abcdefghij'[row / 20]}` : row)],
    ['as many texts as numbers', (row) => (row % 2 === 0 ? 'away' : row)],
    ['infinite numbers', (row) => (row % 20 === 0 ? 'inf' : row)],
  ];
  for (const [what, cell] of untouched) {
    it(`leaves ${what} as they are`, () => {
      assert.equal(table(cell).naValues, undefined);
    });
  }

  it('leaves numbers in quotes of JSON Lines as they are', () => {
    const lines = Array.from({ length: 100 }, (_, row) => `{"a":"${row % 9 ? row : '?'}","y":${row}}\n`).join('');
    const found = profileForNewSpec(encode(lines), 'a.jsonl');
    assert.ok('facts' in found);
    assert.equal(found.facts.naValues, undefined);
    const plain = profileTable(encode(lines), 'a.jsonl');
    assert.ok('facts' in plain);
    assert.equal(plain.facts.columns[0].type, 'category');
  });
});
