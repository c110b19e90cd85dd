import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import { loadDataset, requestOf } from '../../../src/data';
import { applyFixes, dataFixes, parseSpec } from '../../../src/language/index';
import { npyBytes } from '../data/readers/arrays';

const specOf = (data: string) =>
  `data:\n  file: a.csv\n  target: y\n${data}model:\n  layers:\n    - dense: { units: 1, activation: sigmoid }\n`;

/** The problems of the data, and the spec after each quick fix by its title. */
async function found(text: string, file: string | Uint8Array) {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(parsed.spec, parsed.problems[0]?.message);
  const loaded = await loadDataset(requestOf(parsed.spec), {
    read: async () => (typeof file === 'string' ? new TextEncoder().encode(file) : file),
    readShipped: async () => new Uint8Array(),
  });
  const problems = 'problems' in loaded ? loaded.problems : [];
  const fixes = problems.flatMap((problem) => dataFixes(problem, parsed));
  return {
    codes: problems.map(({ code }) => code),
    fixes: new Map(fixes.map((fix) => [fix.title, applyFixes(text, [fix])])),
  };
}

const missing = 'a,b,y\n1,2,0\n3,,1\n5,6,1\n7,8,0\n';
const classes = `a,b,y\n${Array.from({ length: 12 }, (_, i) => `${i},${i * i},${i % 6 ? 'ok' : 'fraud'}\n`).join('')}`;
const words = 'a,b,y\n1,2,0\n3,many,1\n5,6,1\n7,2,0\n';
const infinite = 'a,b,y\n1,2,0\n3,inf,1\n5,6,1\n7,2,0\n';
const noTarget = 'a,b,y\n1,2,0\n3,4,\n5,6,1\n7,8,0\n';

describe('quick fixes in the spec for its data file', () => {
  const cases: readonly [string, string, string, readonly string[]][] = [
    ['a missing cell', missing, '', ['missing: drop', 'missing: mean', 'missing: median', 'inputs: [a]']],
    ['a missing cell with inputs', missing, '  inputs: [a, b]\n', ['missing: drop', 'inputs: [a]']],
    ['a missing cell with a policy', missing, '  missing: error\n', ['missing: mean']],
    ['a misspelt class', classes, '  positive: frau\n', ['positive: fraud']],
    ['a text among numbers', words, '', ['types: { b: category }', 'inputs: [a]']],
    ['a text among numbers with types', words, '  types:\n    a: number\n', ['\n    b: category\n', 'inputs: [a]']],
    ['a text in a column that was called a number', words, '  types: { b: number }\n', ['types: { b: category }']],
    ['an infinite number', infinite, '  inputs:\n    - a\n    - b\n', ['inputs:\n    - a\n  split']],
  ];
  for (const [what, csv, data, parts] of cases) {
    it(`mend ${what}`, async () => {
      const { codes, fixes } = await found(specOf(`${data}  split: { train: 1 }\n`), csv);
      assert.equal(codes.length, 1);
      for (const part of parts) {
        assert.ok(
          [...fixes.values()].some((text) => text.includes(part)),
          `${part} in ${[...fixes.values()]}`,
        );
      }
      for (const [title, text] of fixes) {
        assert.deepEqual((await found(text, csv)).codes, [], `${title}: ${text}`);
      }
    });
  }

  it('name the rare class, where scores are about the common one', () => {
    const parsed = parseSpec(specOf(''), { fileName: 'a.nnspec' });
    const [fix] = dataFixes({ code: 'scored-class', path: ['data', 'target'], meant: 'it is: bad' }, parsed);
    assert.deepEqual([fix.choice, applyFixes(parsed.text, [fix])], [true, specOf('  positive: "it is: bad"\n')]);
  });

  it('mend more folds than rows or groups, by the most there can be', async () => {
    const training = 'training: { cross_validation: 9 }\n';
    const rows = await found(`${specOf('  inputs: a\n')}${training}`, missing);
    assert.deepEqual([...rows.fixes.keys()], ['Change to “4”']);
    const groups = await found(
      `${specOf('  split: { train: 1, by: { group: a } }\n')}${training}`,
      'a,b,y\n1,1,0\n1,2,1\n2,3,0\n',
    );
    assert.match([...groups.fixes.values()][0], /cross_validation: 2 /);
  });

  it('name the arrays of a NumPy file', async () => {
    const y = npyBytes([4], [0, 1, 0, 1]);
    const file = zipSync({ 'x_train.npy': npyBytes([4, 2], [1, 2, 3, 4, 5, 6, 7, 9]), 'y_train.npy': y });
    const text = specOf('').replace('  file: a.csv\n  target: y\n', '  file: a.npz\n');
    const { codes, fixes } = await found(text, file);
    assert.deepEqual(codes, ['missing-arrays']);
    const [named] = fixes.values();
    assert.match(named, /^ {2}arrays: \{ inputs: x_train, target: y_train \}$/m);
    assert.deepEqual((await found(named, file)).codes, []);
    const wrong = await found(named.replace('target: y_train', 'target: y_trian'), file);
    assert.deepEqual([wrong.codes, [...wrong.fixes.values()]], [['unknown-array'], [named]]);
  });

  it('invent no target, and never remove the only input', async () => {
    assert.deepEqual((await found(specOf(''), noTarget)).codes, []);
    const only = await found(specOf('  inputs: b\n'), missing);
    assert.deepEqual(
      [...only.fixes.keys()].filter((title) => title.startsWith('Leave')),
      [],
    );
  });

  it('write the names of columns as YAML reads them', async () => {
    const { fixes } = await found(specOf('  split: { train: 1 }\n'), missing.replace('a,b', '"x: 1",true'));
    const text = fixes.get('Leave “true” out of the inputs') ?? '';
    assert.ok(text.includes('inputs: ["x: 1"]'), text);
    const named = await found(specOf('  split: { train: 1 }\n'), words.replace('a,b', 'a,true'));
    assert.ok([...named.fixes.values()].some((each) => each.includes('types: { "true": category }')));
    for (const each of named.fixes.values()) {
      assert.deepEqual((await found(each, words.replace('a,b', 'a,true'))).codes, []);
    }
  });
});
