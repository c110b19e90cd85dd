import assert from 'node:assert/strict';
import { profileForNewSpec } from '../../../src/data/profile';
import { sentinelsIn } from '../../../src/data/sentinels';
import { applyFixes, checkSpec, dataFixes, parseSpec } from '../../../src/language/index';
import { csv } from './support';
import { viewOf } from './view/support';

/** The marks among a hundred numbers, of which `count` are `value`. */
function found(numberAt: (i: number) => number, value: number, count: number) {
  const values = Float64Array.from({ length: 100 }, (_, i) => (i < count ? value : numberAt(i)));
  return sentinelsIn({ name: 'x', type: 'number', values, bad: [] })?.marks;
}
const age = (i: number) => 18 + ((i * 7) % 67);
const celsius = (i: number) => -5 + ((i * 13) % 330) / 10;

describe('numbers that mean missing', () => {
  const cases: readonly [string, (i: number) => number, number][] = [
    ['ages', age, -999],
    ['ages', age, 999],
    ['temperatures', celsius, -127],
    ['temperatures', celsius, 999.9],
    ['counts', (i) => i % 9, 99],
    ['loads', (i) => 20 + ((i * 31) % 900) / 7, 9999],
  ];
  for (const [what, numberAt, value] of cases) {
    it(`are found among ${what}: ${value}`, () => {
      assert.deepEqual(found(numberAt, value, 6), [{ value, count: 6 }]);
      // Nearly all cells may be missing.
      assert.deepEqual(found(numberAt, value, 70), [{ value, count: 70 }]);
      assert.equal(found(numberAt, value, 2), undefined, 'a slip');
    });
  }

  it('may be unusual, where they are many and very far away', () => {
    assert.deepEqual(found(age, -5555, 6), [{ value: -5555, count: 6 }]);
    assert.equal(found(age, -5555, 4), undefined);
    assert.equal(found(age, -200, 6), undefined);
    assert.equal(
      found((i) => 1000 + i, 0, 60),
      undefined,
      'nothing is an amount',
    );
  });

  it('are not other numbers', () => {
    assert.equal(
      found((i) => i, 99, 20),
      undefined,
      'the largest of a scale',
    );
    assert.equal(
      found((i) => (i * 97) % 5000, 999, 20),
      undefined,
      'within the range',
    );
    assert.equal(
      found((i) => i % 2, 99, 20),
      undefined,
      'a code',
    );
    assert.equal(
      found((i) => Math.exp(i / 9), 65535, 3),
      undefined,
      'a long tail',
    );
    assert.equal(
      found((i) => (i < 99 ? i % 7 : 1e6), 99999, 1),
      undefined,
      'once',
    );
  });

  const table = `age,b,y\n${Array.from({ length: 60 }, (_, i) => `${i % 10 === 3 ? -999 : age(i)},${i % 4},${i}`).join('\n')}\n`;
  const text =
    'data:\n  file: a.csv\n  target: y\n  missing: mean\nmodel:\n  layers: [dense: 1]\ntraining:\n  loss: mean_squared_error\n';

  it('are warned of with a fix, after which they are missing', async () => {
    const { facts } = await csv(table, { missing: 'mean' });
    const parsed = parseSpec(text, { fileName: 'a.nnspec' });
    const [remark] = checkSpec(parsed, facts).filter(({ code }) => code === 'missing-marks');
    assert.match(remark.message, /^“age”: “-999” \(10 %\) lies far from all other numbers of the column, .* 18 to 84/);
    const [fix] = dataFixes({ ...(facts.warnings ?? [])[0] }, parsed);
    const mended = parseSpec(applyFixes(text, [fix]), { fileName: 'a.nnspec' });
    const { format } = mended.spec?.data ?? {};
    assert.deepEqual(format, { naValues: ['-999'] });
    assert.equal((await csv(table, { missing: 'mean', format })).facts.columns[0].missing, 6);
  });

  it('have one sentence in the Data view, which then calls them no outliers', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `${i % 10 === 3 ? -99999 : age(i)},${i % 4},${i}`);
    const { overview } = await viewOf({ data: '{ file: a.csv, target: y }' }, `age,b,y\n${rows.join('\n')}\n`);
    const { findings } = overview;
    assert.deepEqual(
      findings.filter(({ columns }) => columns.includes('age')).map(({ code }) => code),
      ['marks'],
    );
  });

  it('are no reason to doubt a format that a new spec writes', () => {
    const thousands = `a,y\n${Array.from({ length: 20 }, (_, i) => `"${i + 1},${100 + i}",${i}`).join('\n')}\n`;
    const profile = profileForNewSpec(new TextEncoder().encode(thousands), 'a.csv');
    assert.ok('facts' in profile);
    assert.deepEqual([profile.facts.format?.thousands, profile.warnings], [',', []]);
  });

  it('are read as missing by a new spec, unless another column holds them as numbers', () => {
    const naValues = (file: string) => {
      const profile = profileForNewSpec(new TextEncoder().encode(file), 'a.csv');
      return 'facts' in profile ? profile.facts.naValues : undefined;
    };
    assert.deepEqual(naValues(table), ['-999']);
    assert.equal(naValues(table.replace('\n18,0,0', '\n18,-999,0')), undefined);
  });
});
