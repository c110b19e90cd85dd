import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadFacts, requestOf } from '../../../../src/data';
import { profileTable } from '../../../../src/data/profile';
import { applyFixes, checkSpec, parseSpec } from '../../../../src/language';
import { filesWith } from '../support';
import { csvOf, noise, range } from '../view/support';

const rows = 300;
const kinds = ['kitchen', 'garden', 'toys', 'office', 'sport'];
const kind = noise(rows, 4).map((value) => Math.floor(5 * value));
/** Goods of five kinds, whose tax code is given by their kind. */
const goods = csvOf({
  price: noise(rows, 1),
  weight: noise(rows, 2),
  tax_code: kind.map((each, i) => 100 + 200 * each + (i % 3)),
  kind: kind.map((each) => kinds[each]),
});
const classifier = (more = '') => `data:
  file: a.csv
  target: kind
  split: { train: 1 }
${more}model: { layers: [{ dense: { units: 5, activation: softmax } }] }
training: { loss: categorical_crossentropy, epochs: 1 }
`;
const regression = `data: { file: a.csv, target: y, split: { train: 1 } }
model: { layers: [{ dense: 1 }] }
training: { loss: mean_squared_error, epochs: 1 }
`;

/** The problems that the editor shows for a spec and its table. */
async function problemsOf(text: string, csv: string) {
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(parsed.spec, JSON.stringify(parsed.problems));
  const loaded = await loadFacts(requestOf(parsed.spec), filesWith(csv));
  assert.ok('facts' in loaded, JSON.stringify(loaded));
  return checkSpec(parsed, loaded.facts).filter(({ code }) => code === 'gives-away');
}

function sureOf(csv: string, column: string, isNumber: boolean): readonly string[] {
  const profile = profileTable(new TextEncoder().encode(csv), 'a.csv');
  assert.ok('facts' in profile);
  return profile.givesAway({ column, isNumber }).map((each) => each.column);
}

describe('a column that gives the target away', () => {
  it('is warned of before training, at its name, with a fix that ignores it', async () => {
    const [found, ...others] = await problemsOf(classifier(), goods);
    assert.equal(others.length, 0);
    assert.match(found.message, /^From “tax_code” alone, 100 % of the rows are guessed right, against 2\d % for /);
    assert.match(found.message, /Is it known before the target is\?/);
    assert.equal(found.severity, 'warning');
    const [fix] = found.fixes ?? assert.fail('no fix');
    const mended = applyFixes(classifier(), [fix]);
    assert.match(mended, /types: \{ tax_code: ignore \}/);
    assert.deepEqual(await problemsOf(mended, goods), []);
    const listed = classifier('  inputs: [price, tax_code, weight]\n');
    const [at] = await problemsOf(listed, goods);
    const line = listed.split('\n')[at.range.start.line];
    assert.equal(line.slice(at.range.start.character, at.range.end.character), 'tax_code');
    const shorter = applyFixes(listed, [at.fixes?.[0] ?? assert.fail('no fix')]);
    assert.match(shorter, /inputs: \[price, weight\]/);
    assert.deepEqual(await problemsOf(shorter, goods), []);
  });

  it('is none where a small table is truly separable: two kinds of iris, by their petals', async () => {
    const [header, ...lines] = readFileSync('media/data/iris.csv', 'utf8').trim().split('\n');
    const csv = [header, ...lines.filter((line) => !line.endsWith('virginica'))].join('\n');
    assert.deepEqual(sureOf(csv, 'species', false), []);
    const text = classifier().replace('kind', 'species').replace('units: 5', 'units: 2');
    assert.deepEqual(await problemsOf(text, csv), []);
  });

  it('is none where rows are copies of each other, so that each number finds its own class again', () => {
    const copied = range(rows).map((i) => i % 100);
    const [a, b] = [noise(100, 7), noise(100, 8)];
    const csv = csvOf({
      row_id: range(rows),
      a: copied.map((i) => a[i]),
      b: copied.map((i) => b[i]),
      y: copied.map((i) => (i % 3 === 0 ? 'yes' : 'no')),
    });
    assert.deepEqual(sureOf(csv, 'y', false), []);
  });

  it('is none if it is yesterday’s value of a price, and is one if it is the price in another unit', () => {
    const steps = noise(4001, 5).map((value) => value - 0.5);
    let level = 0;
    const walk = steps.map((step) => {
      level += step;
      return level;
    });
    const price = walk.slice(1);
    const csv = csvOf({ before: walk.slice(0, -1), other: noise(4000, 6), y: price });
    assert.deepEqual(sureOf(csv, 'y', true), []);
    const inCents = csvOf({ cents: price.map((each) => 100 * each + 3), other: noise(4000, 6), y: price });
    assert.deepEqual(sureOf(inCents, 'y', true), ['cents']);
  });

  it('is warned of before a number is learned as well', async () => {
    const y = noise(rows, 9);
    const csv = csvOf({ a: noise(rows, 1), rank: y.map((each) => each ** 3), y });
    const [found] = await problemsOf(regression, csv);
    assert.match(found.message, /^Sorted by “rank”, the rows are sorted by “y” as well: .* is 1\.0000\. Is it known/);
  });

  it('is found with a rare class among many rows and columns, and no other column is', () => {
    const many = 6000;
    const rare = noise(many, 3).map((value) => value < 0.03);
    const columns = Object.fromEntries(range(20).map((i) => [`c${i}`, noise(many, 20 + i)]));
    const closed = rare.map((each, i) => (each ? 5 + columns.c1[i] : columns.c2[i]));
    const csv = csvOf({ ...columns, closed, y: rare.map((each) => (each ? 'yes' : 'no')) });
    assert.deepEqual(sureOf(csv, 'y', false), ['closed']);
  });
});
