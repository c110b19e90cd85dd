import assert from 'node:assert/strict';
import { predictionRows } from '../../../src/data';
import { profileForNewSpec, profileTable } from '../../../src/data/profile';
import { csv, csvProblems } from './support';

const encode = (text: string) => new TextEncoder().encode(text);

/** The type, the unit and the numbers of the column x. */
function read(cells: readonly string[]) {
  const text = `x,y\n${cells.map((cell, row) => `"${cell}",${row}\n`).join('')}`;
  const profile = profileTable(encode(text), 'a.csv');
  assert.ok('facts' in profile, JSON.stringify(profile));
  const [{ type, unit, minimum, maximum }] = profile.facts.columns;
  return [type, unit, minimum, maximum];
}

describe('numbers with a unit', () => {
  const cases: readonly [cells: readonly string[], unit: string, minimum: number, maximum: number][] = [
    [['$4,626.20', '$12.00', '-$1,000,000.50'], '$#', -1000000.5, 4626.2],
    [['US$ 5', 'US$7'], 'US$#', 5, 7],
    [['2019년', '2024년'], '#년', 2019, 2024],
    [['1,200원', '3,400 원', '50원'], '#원', 50, 3400],
    [['12 %', '7.5 %', '-3%'], '#%', -3, 12],
    [['1.234,56 €', '9,50 €', '0,10 €'], '#€', 0.1, 1234.56],
    [['12 km/h', '80 km/h', ''], '#km/h', 12, 80],
    [['20°C', '-4°C'], '#°C', -4, 20],
    [['₩1,200', 'NA', '₩900'], '₩#', 900, 1200],
    [['5 m²', '10 m²'], '#m²', 5, 10],
  ];
  for (const [cells, ...wanted] of cases) {
    it(`are numbers: ${cells.join(' | ')}`, () => assert.deepEqual(read(cells), ['number', ...wanted]));
  }

  const texts: readonly (readonly string[])[] = [
    ['M000123', 'M000456'],
    ['5 km', '5 mi'],
    ['$5', '€5'],
    ['5', '5 km', '7'],
    ['1st', '2nd'],
    ['010-1234', '010-5678'],
    ['12A4', '13A4'],
    ['low', '12 km'],
    ['1.2.3 v', '1.2.4 v'],
  ];
  for (const cells of texts) {
    it(`are no numbers: ${cells.join(' | ')}`, () => {
      const [type, unit] = read(cells);
      assert.deepEqual([type === 'category' || cells[0] === '5', unit], [true, undefined]);
    });
  }

  const prices = `x,y\n${Array.from({ length: 40 }, (_, i) => `"$${1 + (i % 9)},00${i % 10}",${i}\n`).join('')}`;

  it('are read where types says number, too, and stay text where it says category', async () => {
    const declared = await csv(prices, { types: { x: 'number' } });
    assert.deepEqual(declared.dataset, (await csv(prices, {})).dataset);
    assert.deepEqual([...declared.dataset.inputs.slice(0, 3)], [1000, 2001, 3002]);
    assert.equal((await csv(prices, { types: { x: 'category' } })).facts.inputSize, 40);
    // With a declared type some may lack the unit.
    assert.deepEqual([...(await csv('x,y\n$5,1\n7,2\n', { types: { x: 'number' } })).dataset.inputs], [5, 7]);
    const [problem] = await csvProblems('x,y\n$5,1\nmany,2\n', { types: { x: 'number' } });
    assert.equal(problem.code, 'text-cell');
  });

  it('keep their unit for predictions: another one is an error', async () => {
    const { dataset } = await csv('x,y\n$5,1 %\n$7,2 %\n', {});
    const { inputEncodings, targetEncoding } = dataset;
    assert.deepEqual([inputEncodings[0].unit, targetEncoding.units], ['$#', { y: '#%' }]);
    const inputsOf = (text: string) => {
      const rows = predictionRows(encode(text), inputEncodings, targetEncoding, 'b.csv', { needsTargets: true });
      return 'problems' in rows ? rows.problems.map(({ code }) => code) : [...rows.inputs, ...(rows.targets ?? [])];
    };
    assert.deepEqual(inputsOf('y,x\n3 %,$9\n'), [9, 3]);
    assert.deepEqual(inputsOf('x,y\n9,3\n'), [9, 3]);
    assert.deepEqual(inputsOf('x,y\n€9,3 %\n'), ['text-cell']);
    assert.deepEqual(inputsOf('x,y\n$9,3 kg\n'), ['unknown-class']);
  });

  it('are still found beside a text that means missing', () => {
    const marked = prices.replace(/^"\$1,00.",/gm, '"?",');
    const profile = profileForNewSpec(encode(marked), 'a.csv');
    assert.ok('facts' in profile);
    const [{ type, unit, missing }] = profile.facts.columns;
    assert.deepEqual([type, unit, missing, profile.facts.naValues], ['number', '$#', 5, ['?']]);
  });
});

describe('rows that are in two parts', () => {
  it('are warned of where a file is checked, as the Data view does', async () => {
    const row = (i: number) => `${(i * 37) % 101},${(i * 13) % 97},${i}`;
    const rows = Array.from({ length: 100 }, (_, i) => row(i));
    const split = { train: 0.5, validation: 0.5, test: 0 };
    const messages = async (all: readonly string[]) =>
      ((await csv(`a,b,y\n${all.join('\n')}\n`, { split })).facts.warnings ?? []).filter(
        ({ code }) => code === 'repeated-rows',
      );
    assert.equal((await messages(rows)).length, 0);
    const [found] = await messages([...rows, ...rows.slice(0, 30)]);
    assert.match(found.message, /^\d+ of 65 rows of the validation part are in the train part as well/);
  });
});

describe('categories whose values hardly repeat', () => {
  const table = `id,b,y\n${Array.from({ length: 400 }, (_, i) => `n${i % 120},${i % 7},${i}\n`).join('')}`;

  it('are warned of with their number, at their name', async () => {
    const of = async (text: string, more: object) => {
      const { facts } = await csv(text, more);
      const [found] = (facts.warnings ?? []).filter(({ code }) => code === 'many-categories');
      return found && [found.path, found.message.slice(0, 40)];
    };
    const words = '“id” becomes 120 of the 121 inputs, one f';
    assert.deepEqual(await of(table, { inputs: ['b', 'id'] }), [['data', 'inputs', 1], words.slice(0, 40)]);
    assert.deepEqual((await of(table, { types: { id: 'category' } }))?.[0], ['data', 'types', 'id']);
    assert.equal(await of(table.replace(/^n1\d\d,/gm, 'n0,'), { inputs: ['b', 'id'] }), undefined);
  });
});
