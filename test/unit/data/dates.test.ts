import assert from 'node:assert/strict';
import { predictionRows } from '../../../src/data';
import type { InputEncoding } from '../../../src/data/dataset';
import { dateOf, findDateOrder, isoDate, parseDate, weekdayOf } from '../../../src/spec/dates';
import { brief, csv, csvProblems, rows } from './support';

const day = 86_400_000;
/** A day of a leap cycle and beyond, as JavaScript's own calendar writes it. */
const iso = (days: number) => new Date(days * day).toISOString().slice(0, 10);
const encode = (text: string) => new TextEncoder().encode(text);

describe('Dates', () => {
  it('are the days of JavaScript’s own calendar, in every order', () => {
    for (let days = -150_000; days < 150_000; days += 97) {
      const [year, month, date] = iso(days).split('-');
      if (year.length !== 4) {
        continue;
      }
      assert.equal(parseDate(`${year}-${month}-${date}`, 'ymd'), days);
      assert.equal(parseDate(`${Number(date)}.${Number(month)}.${year}`, 'dmy'), days);
      assert.equal(parseDate(`${month}/${date}/${year}`, 'mdy'), days);
      assert.deepEqual(dateOf(days), { year: Number(year), month: Number(month), day: Number(date) });
      assert.equal(weekdayOf(days), (new Date(days * day).getUTCDay() + 6) % 7);
      assert.equal(isoDate(days + 0.75), iso(days));
    }
  });

  const written: readonly [text: string, time: string | undefined][] = [
    ['2024-01-31', '2024-01-31T00:00:00Z'],
    ['2024/1/31', '2024-01-31T00:00:00Z'],
    ['2024. 1. 31.', '2024-01-31T00:00:00Z'],
    ['2024년 1월 31일', '2024-01-31T00:00:00Z'],
    ['20240131', '2024-01-31T00:00:00Z'],
    ['2024-01-31T12:30', '2024-01-31T12:30:00Z'],
    ['2024-01-31 06:00:15.500', '2024-01-31T06:00:15.500Z'],
    ['2024-01-31T12:30:00+09:00', '2024-01-31T03:30:00Z'],
    ['2024-01-31T23:30:00-0200', '2024-02-01T01:30:00Z'],
    ['2024-01-31T12:30:00Z', '2024-01-31T12:30:00Z'],
    ['2023-02-29', undefined],
    ['1900-02-29', undefined],
    ['2024-13-01', undefined],
    ['2024-01-31T25:00', undefined],
    ['31.01.2024', undefined],
    ['yesterday', undefined],
  ];
  for (const [text, time] of written) {
    it(`are read from ${text}`, () => {
      assert.equal(parseDate(text, 'ymd'), time === undefined ? undefined : Date.parse(time) / day);
    });
  }

  it('have the order that fits every cell, and another one where it means other days', () => {
    assert.deepEqual(findDateOrder(['31/01/2024', '02/03/2024']), { order: 'dmy' });
    assert.deepEqual(findDateOrder(['01/31/2024', '02/03/2024']), { order: 'mdy' });
    assert.deepEqual(findDateOrder(['01/02/2024']), { order: 'dmy', other: 'mdy' });
    assert.deepEqual(findDateOrder(['02/02/2024']), { order: 'dmy' });
    assert.equal(findDateOrder(['31/01/2024', '01/31/2024']), undefined);
    assert.equal(findDateOrder([]), undefined);
  });
});

describe('A column of dates', () => {
  it('becomes days, and the circles of the cycles that the train part spans', async () => {
    const few = await csv('day,y\n2024-01-31,1\n2024-02-05,2\n');
    assert.deepEqual([few.dataset.inputNames, [...few.dataset.inputs]], [['day'], [19753, 19758]]);
    const weeks = await csv('day,y\n2024-01-01,1\n2024-01-15,2\n');
    assert.deepEqual(weeks.dataset.inputNames, ['day', 'day weekday sin', 'day weekday cos']);
    assert.deepEqual([...weeks.dataset.inputs], [19723, 0, 1, 19737, 0, 1]);
    const years = await csv('day,y\n2023-01-01,1\n2024-04-03,2\n');
    const [, , , , , , monthSin, monthCos, weekSin] = years.dataset.inputs;
    assert.ok(Math.abs(monthSin - 1) < 1e-15 && Math.abs(monthCos) < 1e-15);
    assert.ok(Math.abs(weekSin - Math.sin((2 * Math.PI * 2) / 7)) < 1e-7);
    assert.equal(years.facts.inputSize, 5);
    assert.deepEqual(years.facts.columns[0].type, 'date');
  });

  it('may be declared where cells are whole numbers, lack an order or stand in the spec', async () => {
    const compact = await csv('day,y\n20240131,1\n20240205,2\n', { types: { day: 'date' } });
    assert.deepEqual([...compact.dataset.inputs], [19753, 19758]);
    const asNumber = await csv('day,y\n20240131,1\n20240205,2\n');
    assert.deepEqual([...asNumber.dataset.inputs], [20240131, 20240205].map(Math.fround));
    const mdy = await csv('day,y\n01/02/2024,1\n01/05/2024,2\n', { types: { day: 'date_mdy' } });
    assert.deepEqual([...mdy.dataset.inputs], [19724, 19727]);
    assert.equal(mdy.facts.warnings, undefined);
    const inline = await rows(
      ['day', 'y'],
      [
        ['31.01.2024', 1],
        ['05.02.2024', 2],
      ],
      { types: { day: 'date' } },
    );
    assert.deepEqual([...inline.dataset.inputs], [19753, 19758]);
  });

  it('cannot be the target', async () => {
    const problems = await csvProblems('x,y\n1,2024-01-31\n2,2024-02-05\n');
    assert.deepEqual(problems.map(brief), ['target-not-numeric']);
  });

  it('warns where day and month may be exchanged', async () => {
    const { facts } = await csv('day,y\n01/02/2024,1\n03/04/2024,2\n');
    const [warning] = facts.warnings ?? [];
    assert.deepEqual([warning.code, warning.types?.choices], ['doubtful-format', ['date_dmy', 'date_mdy']]);
  });

  it('names a cell that is no date, and one that is missing', async () => {
    const text = (cell: string) => `day,y\n${'2024-01-31,1\n'.repeat(6000)}${cell},2\n`;
    const [bad] = await csvProblems(text('soon'));
    assert.equal(brief(bad), 'text-cell 6001:0-4');
    assert.match(bad.message, /“soon” is no date like the others/);
    const [missing] = await csvProblems(text(''));
    assert.equal(brief(missing), 'missing-cell 6001:0-0');
    const { dataset } = await csv(text(''), { missing: 'mean' });
    assert.equal(dataset.inputs[6000], 19753);
  });

  it('is predicted as it was trained on, whatever order the other file has', async () => {
    const { dataset } = await csv('day,y\n03/31/2023,1\n04/02/2024,2\n', { scale: 'standard' });
    const [encoding] = dataset.inputEncodings;
    assert.deepEqual([encoding.type, encoding.order, encoding.cycles], ['date', 'mdy', ['month', 'weekday']] satisfies [
      InputEncoding['type'],
      InputEncoding['order'],
      unknown,
    ]);
    for (const text of ['day\n04/02/2024\n', 'other;day\nx;2024-04-02\n', 'day\n2024. 4. 2.\n']) {
      const predicted = predictionRows(encode(text), dataset.inputEncodings, dataset.targetEncoding, 'b.csv', {
        preferred: dataset.format,
      });
      assert.deepEqual('inputs' in predicted && [...predicted.inputs], [...dataset.inputs.subarray(5)], text);
    }
  });
});

describe('A column that types ignores', () => {
  it('is passed over, whatever it holds', async () => {
    const { dataset, facts } = await csv('note,a,y\nx,1,2\n,3,4\n5,5,6\n', { types: { note: 'ignore' } });
    assert.deepEqual([dataset.inputNames, facts.warnings], [['a'], undefined]);
  });

  it('cannot be used', async () => {
    const problems = await csvProblems('a,b,y\n1,2,3\n', { types: { a: 'ignore', y: 'ignore' }, inputs: ['a'] });
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path.join('.')}`),
      ['ignored-column data.types.y', 'ignored-column data.types.a'],
    );
  });

  it('is proposed for text that hardly repeats, which is then no input', async () => {
    const text = `note,a,y\n${Array.from({ length: 60 }, (_, i) => `word ${i % 40},${i},${i}`).join('\n')}\n`;
    const { dataset, facts } = await csv(text);
    assert.deepEqual(dataset.inputNames, ['a']);
    const [warning] = facts.warnings ?? [];
    assert.deepEqual(
      [warning.code, warning.types],
      ['passed-over', { column: 'note', choices: ['ignore', 'category'] }],
    );
    const { dataset: declared } = await csv(text, { types: { note: 'category' } });
    assert.equal(declared.inputSize, 41);
  });
});
