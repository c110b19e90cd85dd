import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { predictionRows, tableCells } from '../../../../src/data';
import { heldBytes } from '../../../../src/data/bytes';
import { largestFile } from '../../../../src/data/delimited';
import { unpacked } from '../../../../src/data/gunzip';
import { Problems } from '../../../../src/data/problems';
import { profileTable } from '../../../../src/data/profile';
import { readTable } from '../../../../src/data/readers/readTable';
import type { Column, Table } from '../../../../src/data/table';
import type { ColumnTypes } from '../../../../src/spec/spec';
import { assertGrows } from '../../../harness/growth';
import { rounds } from '../../../harness/rounds';
import { fileNamed, fileProblems } from '../support';

const encode = (text: string) => new TextEncoder().encode(text);

async function read(content: Uint8Array | string, fileName = 'a.jsonl', types: ColumnTypes = {}) {
  const problems = new Problems();
  const bytes = typeof content === 'string' ? encode(content) : content;
  const held = await unpacked(heldBytes(bytes), fileName, largestFile);
  const table = readTable({ bytes: held, fileName, path: ['data', 'file'], types }, problems);
  return { table, problems: problems.list() };
}

const valuesOf = (column: Column): (string | number | null)[] =>
  column.type === 'number'
    ? Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))
    : Array.from(column.codes, (code) => (code < 0 ? '' : column.values[code]));

const columnsOf = (table: Table | undefined) =>
  Object.fromEntries((table?.columns ?? []).map((column) => [column.name, valuesOf(column)]));

/** `code line:character-end message` of each problem. */
async function faults(content: Uint8Array | string, fileName = 'a.jsonl') {
  const { problems } = await read(content, fileName);
  return problems.map(({ code, at }) => `${code} ${at?.line}:${at?.character}-${at?.endCharacter}`);
}

describe('JSON Lines', () => {
  const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/json_lines.json'), 'utf8')) as {
    readonly cases: readonly { readonly name: string; readonly bytes: string; readonly columns: object }[];
  };
  for (const { name, bytes, columns } of fixture.cases) {
    it(`are read as pandas reads them: ${name}`, async () => {
      const { table, problems } = await read(new Uint8Array(Buffer.from(bytes, 'base64')), name);
      assert.deepEqual(problems, []);
      assert.deepEqual(columnsOf(table), columns);
    });
  }

  it('read back every table that is written in them', async () => {
    const cell = fc.oneof(
      // JSON.stringify writes 0 for −0.
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.string({ unit: 'binary' }).map((text) => `~${text}~`),
      fc.constant(null),
    );
    const key = fc
      .oneof(fc.constantFrom('a', '__proto__', 'constructor', '한국', ' x', '"\\'), fc.string())
      .filter((k) => k.trim() !== '');
    const table = fc.array(fc.dictionary(key, cell, { minKeys: 1, maxKeys: 4 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n', '\n\n \n'), async (rows, newline) => {
        const text = rows.map((row) => JSON.stringify(row)).join(newline);
        const { table: found } = await read(text);
        assert.ok(found);
        assert.equal(found.rows, rows.length);
        assert.deepEqual(
          new Set(found.columns.map(({ name }) => name)),
          new Set(rows.flatMap((row) => Object.keys(row))),
        );
        for (const column of found.columns) {
          const written = rows.map((row) => (Object.hasOwn(row, column.name) ? row[column.name] : null));
          // The first value decides; other cells of a column of numbers are bad.
          const expected = written.map((value) =>
            column.type === 'category'
              ? value === null
                ? ''
                : String(value)
              : typeof value === 'number'
                ? value
                : null,
          );
          assert.deepEqual(valuesOf(column), expected);
        }
      }),
      { numRuns: rounds(300) },
    );
  });

  it('keep numbers in quotes as text, and words for true and false as categories', async () => {
    const { table } = await read('{"a":"1","b":true,"c":1}\n{"a":"2","b":false}\n');
    assert.deepEqual(columnsOf(table), { a: ['1', '2'], b: ['true', 'false'], c: [1, null] });
  });

  it('find dates, and say where two orders fit', async () => {
    const { table, problems } = await read(
      '{"d":"2024-01-31","e":"01/02/2024","n":20240131}\n{"d":null,"e":"03/04/2024","n":1}\n',
    );
    assert.deepEqual(
      table?.columns.map((column) => (column.type === 'number' ? column.dates : 'category')),
      ['ymd', 'dmy', undefined],
    );
    assert.deepEqual(
      problems.map(({ code, severity }) => `${code} ${severity}`),
      ['doubtful-format warning'],
    );
    const declared = await read('{"d":"01/02/2024"}', 'a.jsonl', { d: 'date_mdy' });
    assert.deepEqual(columnsOf(declared.table), { d: [19724] });
  });

  it('train like the same table in CSV, and name the place of a cell', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => ({ x: i / 4, c: i % 3 ? 'a' : 'b', y: i * i }));
    const json = rows.map((row) => JSON.stringify(row)).join('\n');
    const csv = `x,c,y\n${rows.map(({ x, c, y }) => `${x},${c},${y}`).join('\n')}\n`;
    const [one, two] = [await fileNamed('a.jsonl', json), await fileNamed('a.csv', csv)];
    assert.deepEqual(one.dataset.inputs, two.dataset.inputs);
    assert.deepEqual(one.dataset.targets, two.dataset.targets);
    assert.deepEqual(one.facts, two.facts);
    const [bad] = await fileProblems('a.jsonl', '{"x":1,"y":2}\n\n{"x": "two" ,"y":3}\n');
    assert.equal(bad.code, 'text-cell');
    assert.deepEqual(bad.at, { file: 'a.jsonl', line: 2, character: 6, endCharacter: 11 });
    const [missing] = await fileProblems('a.jsonl', '{"x":1,"y":2}\n{"y":3}\n');
    assert.equal(missing.code, 'missing-cell');
    assert.deepEqual(missing.at, { file: 'a.jsonl', line: 1, character: 0, endCharacter: 7 });
    const [packed] = await fileProblems('a.jsonl.gz', gzipSync('{"x":1,"y":2}\n{"y":3}\n'));
    assert.equal(packed.at, undefined);
    assert.match(packed.message, /^Line 2, column “x”/);
  });

  it('serve predictions, their own cells and the profile', () => {
    const bytes = encode('{"y":"b","x":2}\n{"x":3}\n');
    const encodings = [{ column: 'x', type: 'number', shift: 0, scale: 1 }] as const;
    const target = { columns: ['y'], kind: 'binary', classNames: ['a', 'b'] } as const;
    const rows = predictionRows(bytes, encodings, target, 'a.jsonl');
    assert.ok('inputs' in rows);
    assert.deepEqual([...rows.inputs], [2, 3]);
    assert.deepEqual([...(rows.targets ?? [])], [1, Number.NaN]);
    assert.deepEqual(tableCells(bytes, rows.columns, 'a.jsonl')(0), ['b', '2']);
    const profile = profileTable(bytes, 'a.jsonl');
    assert.ok('facts' in profile);
    assert.deepEqual(
      profile.facts.columns.map(({ name, type, missing }) => `${name} ${type} ${missing}`),
      ['y category 1', 'x number 0'],
    );
  });

  it('pass over keys that hold a list or an object, with one warning for each, which ignore settles', async () => {
    const lines = [
      '{"a":1,"dims":{"w":"}","h":[2]},"b":"x"}',
      '{"a":2,"dims":null,"b":"y","tags":["p]"]}',
      '{"dims":{},"a":3}',
    ];
    const text = lines.join('\n');
    const { table, problems } = await read(text);
    assert.deepEqual(columnsOf(table), { a: [1, 2, 3], b: ['x', 'y', ''] });
    assert.deepEqual(
      problems.map(({ code, severity, types }) => [code, severity, types?.column]),
      [
        ['json-nested', 'warning', 'dims'],
        ['json-nested', 'warning', 'tags'],
      ],
    );
    assert.match(problems[0].message, /^“dims” holds a list or an object in line 1, so it is no column\./);
    const types = { dims: 'ignore', tags: 'ignore' } as const;
    assert.deepEqual((await read(text, 'a.jsonl', types)).problems, []);
    const deep = await read(`{"b":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    assert.deepEqual(columnsOf(deep.table), { b: [1] });
  });

  it('train without a nested key, and refuse one that the spec names, at its place', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => JSON.stringify({ x: i, dims: { w: i }, y: i * i })).join('\n');
    const { facts } = await fileNamed('a.jsonl', rows);
    assert.deepEqual(
      [facts.columns.map(({ name }) => name), facts.warnings?.map(({ code }) => code)],
      [['x', 'y'], ['json-nested']],
    );
    const [refused] = await fileProblems('a.jsonl', rows.replaceAll('"y"', '"z"').replaceAll('"dims"', '"y"'));
    assert.equal(refused.code, 'json-nested');
    assert.deepEqual(refused.at, { file: 'a.jsonl', line: 0, character: 11, endCharacter: 18 });
  });

  const refused: readonly (readonly [string, string, readonly string[]])[] = [
    ['a list as a row', '[{"a":1}]', ['json-line 0:0-9']],
    ['a number as a row', '{"a":1}\n3\n', ['json-line 1:0-1']],
    ['a nested list as the only column', '{"a":1}\n{"a":[1, 2]}', ['json-nested 1:5-11']],
    ['a nested object as the only column', '{"a": {"b": 1}}', ['json-nested 0:6-14']],
    ['deep nesting without an end', `{"b":1,"a":${'['.repeat(100_000)}`, ['json-line 0:11-100011']],
    ['a nested text without its end', '{"b":1,"a":["x}', ['json-line 0:11-15']],
    ['single quotes', "{'a': 1}", ['json-line 0:1-8']],
    ['text without quotes', '{"a": yes}', ['json-line 0:6-9']],
    ['a number of another language', '{"a": 0x10, "b": 2}', ['json-line 0:6-10']],
    ['a decimal comma', '{"a": 1,5}', ['json-line 0:8-10']],
    ['a comma before the end', '{"a": 1,}', ['json-line 0:8-9']],
    ['a row without its end', '{"a": 1\n{"a": 2}', ['json-line 0:7-7']],
    ['a text without its end', '{"a": "b', ['json-line 0:6-8']],
    ['a control character', '{"a": "b\u0001"}', ['json-line 0:6-10']],
    ['an escape that does not exist', '{"a": "\\q"}', ['json-line 0:6-10']],
    ['two objects on a line', '{"a": 1} {"a": 2}', ['json-line 0:9-17']],
    ['a key twice', '{"a": 1, "a": 1}', ['duplicate-column 0:9-12']],
    ['a key without a name', '{"": 1}', ['empty-column-name 0:1-3']],
    ['a long name', `{"${'a'.repeat(1001)}": 1}`, ['long-column-name 0:1-1004']],
    ['nothing', ' \n\n', ['empty-file 0:0-0']],
    ['objects without keys', '{}\n{}\n', ['empty-file 0:0-0']],
  ];
  for (const [name, text, expected] of refused) {
    it(`refuse ${name}`, async () => {
      assert.deepEqual(await faults(text), expected);
    });
  }

  it('refuse bytes that are not UTF-8, at their place', async () => {
    const bytes = Uint8Array.from([...encode('{"a":1}\n{"a":"'), 0xc7, 0xd1, ...encode('"}\n')]);
    assert.deepEqual(await faults(bytes), ['not-utf8 1:6-7']);
  });

  it('refuse more keys than a table may have, without reading on', async () => {
    const wide = `{${Array.from({ length: 200_001 }, (_, i) => `"${i}":1`).join(',')}}\n`;
    assert.match((await faults(wide)).join(), /^too-many-columns 0:/);
    const tall = `${'{"a":1}\n'.repeat(3000)}{${Array.from({ length: 100_000 }, (_, i) => `"${i}":1`).join(',')}}\n`;
    const { problems } = await read(tall);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['data-too-large'],
    );
  });

  it('show at most a hundred problems', async () => {
    assert.equal((await faults('x\n'.repeat(1000))).length, 100);
  });

  for (const [name, text] of [
    ['rows', (size) => '{"a":1.5,"b":"x"}\n'.repeat(size)],
    [
      'new keys in every row',
      (size) => Array.from({ length: Math.sqrt(size) * 4 }, (_, i) => `{"k${i}":1}`).join('\n'),
    ],
    ['keys', (size) => `{${Array.from({ length: size }, (_, i) => `"k${i}":1`).join(',')}}`],
    ['one key again and again', (size) => `{${'"a":1,'.repeat(size)}"a":1}`],
    ['a long text', (size) => `{"a":"${'\\n'.repeat(size * 10)}"}`],
    ['an unclosed text', (size) => `{"a":"${'x'.repeat(size * 10)}\n`.repeat(3)],
    ['digits', (size) => `{"a":${'1'.repeat(size * 10)}}`],
    ['spaces', (size) => `${' '.repeat(size * 10)}{"a"${' '.repeat(size * 10)}:1}`],
  ] as readonly (readonly [string, (size: number) => string])[]) {
    it(`take a time that grows no faster than the file, with ${name}`, async () => {
      await assertGrows(
        4_000,
        (size) => encode(text(size)),
        (bytes) => {
          readTable({ bytes: heldBytes(bytes), fileName: 'a.jsonl', path: [], types: {} }, new Problems());
        },
      );
    });
  }
});
