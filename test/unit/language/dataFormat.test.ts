import assert from 'node:assert/strict';
import { loadDataset } from '../../../src/data';
import { profileTable } from '../../../src/data/profile';
import { hoverAt } from '../../../src/language/hover';
import {
  applyFixes,
  checkSpec,
  completionsAt,
  dataFixes,
  effectiveSpecText,
  parseSpec,
} from '../../../src/language/index';
import { newSpecFor, targetGuesses } from '../../../src/language/newSpec';
import { expectProblems, fixed } from './marked';

const model = 'model: { layers: [dense: 1] }\ntraining: { loss: mean_squared_error }\n';
const specWith = (data: string) => `data:\n  file: a.csv\n  target: y\n${data}${model}`;
const encode = (text: string) => new TextEncoder().encode(text);

function profile(text: string | Uint8Array, name = 'a.csv') {
  const found = profileTable(typeof text === 'string' ? encode(text) : text, name);
  assert.ok('facts' in found);
  return found.facts;
}

/** 지역;가격 in euc-kr, and decimal commas. */
const korean = Uint8Array.of(
  0xc1,
  0xf6,
  0xbf,
  0xaa,
  0x3b,
  0xb0,
  0xa1,
  0xb0,
  0xdd,
  ...encode('\na;1,5\nb;2,5\na;3,5\n'),
);

describe('the key format', () => {
  it('keeps what is written, in the effective spec too', () => {
    const text = specWith(
      '  format: { delimiter: "\\t", decimal: ",", thousands: " ", encoding: euc-kr, header: false }\n',
    );
    const { spec } = parseSpec(text, { fileName: 'a.nnspec' });
    const expected = { delimiter: '\t', decimal: ',', thousands: ' ', encoding: 'euc-kr', header: false };
    assert.deepEqual(spec?.data.format, expected);
    const again = parseSpec(effectiveSpecText(spec!), { fileName: 'a.nnspec' });
    assert.deepEqual(again.spec?.data.format, expected);
  });

  it('is checked on its exact values', () => {
    expectProblems(specWith('  format: { delimiter: ab }\n                       ^^ unknown-choice\n'));
    expectProblems(specWith('  format: { encoding: koi8 }\n                      ^^^^ unknown-choice\n'));
    expectProblems(specWith('  format: { header: 1 }\n                    ^ wrong-type\n'));
    expectProblems(specWith('  format: { quote: x }\n            ^^^^^ unknown-key\n'));
    expectProblems(
      specWith('  format: { decimal: ".", thousands: "." }\n                                     ^^^ conflict\n'),
    );
    expectProblems(
      `data:\n  source: iris\n  format: { decimal: "," }\n  ^^^^^^ conflict\n${model.replace('dense: 1', 'dense: { units: 3, activation: softmax }').replace('mean_squared_error', 'categorical_crossentropy')}`,
    );
  });

  it('has quick fixes for other spellings', () => {
    const cases = [
      ['encoding: cp949', 'encoding: euc-kr'],
      ['encoding: UTF8', 'encoding: utf-8'],
      ['encoding: latin-1', 'encoding: windows-1252'],
      ['delimiter: tab', 'delimiter: "\\t"'],
      ['delimiter: \\t', 'delimiter: "\\t"'],
      ['delimiter: semicolon', 'delimiter: ";"'],
    ];
    for (const [wrong, right] of cases) {
      const text = fixed(specWith(`  format: { ${wrong} }\n`), 'unknown-choice');
      assert.equal(text, specWith(`  format: { ${right} }\n`), wrong);
    }
    const types = fixed(specWith('  types: { day: datetime }\n'), 'unknown-choice');
    assert.equal(types, specWith('  types: { day: date }\n'));
  });

  it('is completed, the value that the file has first', async () => {
    const host = { table: async () => profile(korean), list: async () => [], arrays: async () => [] };
    const at = async (marked: string) => {
      const cursor = marked.indexOf('|');
      const items = await completionsAt(marked.replace('|', ''), cursor, host);
      return items.sort((a, b) => (a.sortText < b.sortText ? -1 : 1)).map(({ label }) => label);
    };
    assert.equal((await at(specWith('  format: { encoding: | }\n')))[0], 'euc-kr');
    assert.equal((await at(specWith('  format: { delimiter: | }\n')))[0], '";"');
    assert.equal((await at(specWith('  format: { decimal: | }\n')))[0], '","');
    assert.equal((await at(specWith('  format: { header: | }\n')))[0], 'true');
    assert.ok((await at(specWith('  format: { | }\n'))).includes('thousands'));
    assert.ok((await at(specWith('  types: { a: | }\n'))).includes('ignore'));
  });

  it('is shown in hovers, with what was found out', () => {
    const options = { dark: true, table: profile(korean), target: ['가격'] };
    const text = specWith('  format: { encoding: euc-kr }\n');
    const hover = (line: number, language: 'en' | 'ko') =>
      hoverAt(text, { line, character: line === 1 ? 9 : 4 }, { ...options, language })?.markdown.replaceAll('\\', '');
    assert.match(hover(1, 'en') ?? '', /semicolons, decimal comma, `euc-kr`/);
    assert.match(hover(1, 'ko') ?? '', /세미콜론으로 구분, 소수점 쉼표, `euc-kr`/);
    assert.match(hover(3, 'en') ?? '', /How the text of the file is written[\s\S]*Format of the file\*\* semicolons/);
    const dates = profile('day;y\n2023-01-31;1\n2024-02-05;2\n');
    const column = hoverAt(
      'data:\n  file: a.csv\n  inputs: [day]\n',
      { line: 2, character: 12 },
      { ...options, table: dates, language: 'en' },
    );
    assert.match(
      column?.markdown ?? '',
      /date 2023-01-31 … 2024-02-05 \(as days, month on the circle, weekday on the circle\)/,
    );
  });

  it('is written by a new spec where the file is not plain, and only there', () => {
    const write = (text: string | Uint8Array, name?: string) => {
      const facts = profile(text, name);
      return newSpecFor(facts, name ?? 'a.csv', targetGuesses(facts)[0], []).text;
    };
    assert.match(write(korean), /\n {2}format: \{ delimiter: ";", decimal: ",", encoding: euc-kr \}\n/);
    assert.doesNotMatch(write('a,y\n1,2\n3,5\n4,4\n'), /format:/);
    assert.doesNotMatch(write('a\ty\n1\t2\n3\t5\n4\t4\n', 'a.tsv.gz'), /format:/);
    const { spec, problems } = parseSpec(write(korean), { fileName: 'a.nnspec' });
    assert.deepEqual([problems, spec?.data.format?.encoding], [[], 'euc-kr']);
  });
});

/** The warnings and errors of a spec with its data, and the spec after each fix. */
async function found(text: string, csv: string | Uint8Array) {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(parsed.spec, parsed.problems[0]?.message);
  const bytes = typeof csv === 'string' ? encode(csv) : csv;
  const { data, training, seed } = parsed.spec;
  const files = { read: async () => bytes, readShipped: async () => bytes };
  const loaded = await loadDataset({ data, loss: training.loss.name, seed }, files);
  const problems =
    'problems' in loaded
      ? loaded.problems.map((problem) => ({ ...problem, fixes: dataFixes(problem, parsed) }))
      : checkSpec(parsed, loaded.facts).filter(({ severity }) => severity === 'warning');
  return {
    codes: problems.map(({ code }) => code),
    fixes: problems.flatMap(({ fixes = [] }) => fixes.map((fix) => applyFixes(text, [fix]))),
  };
}

describe('quick fixes for the format of a data file', () => {
  const cases: readonly [
    what: string,
    csv: string | Uint8Array,
    data: string,
    code: string,
    parts: readonly string[],
  ][] = [
    [
      'two readings of a number',
      'a;y\n1,234;2\n2,345;3\n',
      '',
      'doubtful-format',
      ['format: { decimal: ".", thousands: "," }'],
    ],
    ['a first line of numbers', '1,2\n3,4\n', '', 'doubtful-format', ['format: { header: true }']],
    [
      'two encodings',
      Uint8Array.of(...encode('a,y\n'), 0xb1, 0xb7, ...encode(',1\n')),
      '',
      'doubtful-format',
      ['format: { encoding: gb18030 }'],
    ],
    [
      'another decimal sign beside other keys',
      'a;y\n1,5;2\n2,5;3\n',
      '  format: { delimiter: ";", decimal: "." }\n',
      'other-decimal',
      ['format: { delimiter: ";", decimal: ",", thousands: none }'],
    ],
    ['a wrong delimiter', 'a;y\n1;2\n', '  format: { delimiter: "," }\n', 'delimiter', ['format: { delimiter: ";" }']],
    [
      'days and months',
      'd,y\n01/02/2024,1\n03/04/2024,2\n',
      '',
      'doubtful-format',
      ['types: { d: date_dmy }', 'types: { d: date_mdy }'],
    ],
    [
      'an ignored target',
      'a,y\n1,2\n2,3\n',
      '  types: { y: ignore, a: number }\n',
      'ignored-column',
      ['types: { a: number }'],
    ],
  ];
  for (const [what, csv, data, code, parts] of cases) {
    it(`mend ${what}`, async () => {
      const text = specWith(`${data}  split: { train: 1 }\n`).replace(
        'target: y',
        code === 'doubtful-format' && parts[0].includes('header') ? 'target: c1' : 'target: y',
      );
      const { codes, fixes } = await found(text, csv);
      assert.ok(codes.includes(code), codes.join());
      for (const part of parts) {
        const mended = fixes.find((fix) => fix.includes(part));
        assert.ok(mended, `${part} in ${fixes.join('\n')}`);
        if (!part.includes('header')) {
          assert.ok(!(await found(mended, csv)).codes.includes(code), mended);
        }
      }
    });
  }
});
