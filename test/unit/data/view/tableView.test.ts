import assert from 'node:assert/strict';
import fc from 'fast-check';
import { columnsAtOnce, rowsAtOnce, scatterPoints } from '../../../../src/common/limits';
import { quantile } from '../../../../src/data/inputs';
import { correlation, ranksOf } from '../../../../src/data/leaks/givesAway';
import { histogramOf } from '../../../../src/data/view/columnView';
import { csvOf, noise, range, viewOf } from './support';

const close = (found: number | undefined, wanted: number) =>
  assert.ok(
    Math.abs((found ?? Number.NaN) - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)),
    `${found}, not ${wanted}`,
  );

const people = [
  'name,age,city,joined,zip,note,y',
  'Ann,31,Bern,2024-01-31,8001,a,1',
  'Bob,,Basel,2024-02-01,8002,b,2',
  'Cid,25,,2025-03-05,8001,c,3',
  'Dan,44,Bern,2025-12-31,8003,d,4',
  'Eve,,Bern,2023-07-07,8001,e,5',
  'Fay,25,Basel,,8002,f,6',
].join('\n');
const spec = {
  data: '{ file: a.csv, target: y, missing: mean, scale: standard, split: { train: 1 }, types: { note: ignore, zip: category } }',
};

describe('the view of a table', () => {
  it('says what each column holds, and what it gives to the network', async () => {
    const { column, overview } = await viewOf(spec, people);
    const { parts, inputSize, rows, columns } = overview;
    assert.deepEqual({ rows, columns, parts }, { rows: 6, columns: 7, parts: { train: 6, validation: 0, test: 0 } });
    const age = column('age');
    assert.deepEqual([age.type, age.role, age.missing, age.distinct], ['number', 'input', 2, 3]);
    // Mean of 31, 25, 44, 25; the two missing cells are filled with it before scaling.
    close(age.numbers?.mean, 31.25);
    assert.deepEqual([age.numbers?.lowerQuartile, age.numbers?.median, age.numbers?.upperQuartile], [25, 28, 34.25]);
    assert.ok(age.use?.kind === 'number');
    close(age.use.shift, 31.25);
    close(age.use.imputation, 31.25);
    close(age.use.scale, Math.sqrt((0.25 ** 2 + 2 * 6.25 ** 2 + 12.75 ** 2) / 6));
    const city = column('city');
    assert.deepEqual(city.values, [
      { value: 'Bern', count: 3 },
      { value: 'Basel', count: 2 },
    ]);
    assert.deepEqual(city.use, { kind: 'one-hot', inputs: 2, imputation: 'Bern' });
    const joined = column('joined');
    assert.deepEqual([joined.type, joined.missing, joined.dates], ['date', 1, ['2023-07-07', '2025-12-31']]);
    assert.ok(joined.use?.kind === 'date');
    assert.deepEqual(joined.use.cycles, ['month', 'weekday']);
    assert.deepEqual([column('note').role, column('note').missing, column('note').use], ['ignored', 6, undefined]);
    assert.deepEqual(
      [column('zip').type, column('zip').use],
      ['category', { kind: 'one-hot', inputs: 3, imputation: '8001' }],
    );
    assert.deepEqual([column('y').role, column('y').use], ['target', { kind: 'target', shift: 0, scale: 1 }]);
    // One for age, two cities, three zips, six names; days, and a sine and a cosine for month and weekday.
    assert.equal(inputSize, 1 + 2 + 3 + 6 + 5);
  });

  it('tells which columns are left out, and why', async () => {
    const words = csvOf({
      text: range(80).map((i) => `word${i}`),
      when: range(80),
      weight: range(80).map((i) => 1 + (i % 3)),
      x: noise(80, 1),
      more: noise(80, 2),
      y: noise(80, 3),
    });
    const passed = await viewOf(
      {
        data: '{ file: a.csv, target: y, weights: weight, split: { train: 0.8, validation: 0.2, by: { time: when } } }',
      },
      words,
    );
    assert.deepEqual(
      passed.overview.names.map(({ role }) => role),
      ['passed-over', 'split', 'weights', 'input', 'input', 'target'],
    );
    const listed = await viewOf({ data: '{ file: a.csv, inputs: [x], target: y }' }, words);
    assert.deepEqual([listed.column('more').role, listed.column('more').use], ['unused', undefined]);
  });

  it('shows a table that cannot be trained on: its cells are there, parts and scaling are not', async () => {
    const { overview, problems, view, column } = await viewOf(
      { data: '{ file: a.csv, target: y }' },
      'a,b,y\n1,x,3\n,z,4\n',
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['missing-cell'],
    );
    assert.deepEqual([overview.parts, overview.findings], [undefined, []]);
    assert.deepEqual([column('a').role, column('a').missing, column('a').use], ['input', 1, undefined]);
    assert.deepEqual(view.page({ from: 0, count: 9, columns: [0, 1] }).rows, [
      { number: 1, cells: [1, 'x'] },
      { number: 2, cells: [null, 'z'] },
    ]);
    const lost = await viewOf({ data: '{ file: a.csv, target: none }' }, 'a,y\n1,2\n3,4\n');
    assert.deepEqual(
      lost.overview.names.map(({ role }) => role),
      ['unknown', 'unknown'],
    );
    assert.deepEqual(
      lost.problems.map(({ code }) => code),
      ['unknown-column'],
    );
    const text = await viewOf({ data: '{ file: a.csv, target: y }' }, 'a,y\n1,2\noops,4\n');
    assert.deepEqual(text.view.page({ from: 1, count: 1, columns: [0] }).rows[0].cells, ['oops']);
  });

  it('shows rows of the spec and generated ones as well', async () => {
    const inline = await viewOf({
      data: '{ columns: [a, b, y], rows: [[1, x, 3], [null, z, 4]], target: y, missing: mean }',
    });
    assert.deepEqual(
      inline.view.page({ from: 0, count: 9, columns: [0, 1, 2] }).rows.map(({ cells }) => cells),
      [
        [1, 'x', 3],
        [null, 'z', 4],
      ],
    );
    const spiral = await viewOf({
      data: '{ source: { spiral: { samples: 200 } }, split: { train: 0.5, validation: 0.5 } }',
      activation: 'sigmoid',
    });
    const { rows, parts } = spiral.overview;
    assert.deepEqual({ rows, parts }, { rows: 200, parts: { train: 100, validation: 100, test: 0 } });
    assert.equal(spiral.view.scatter({ columns: [0, 1] }).points, 200);
  });

  it('counts the samples of each class and part', async () => {
    const { overview } = await viewOf({
      data: '{ source: iris, split: { train: 0.6, validation: 0.2, test: 0.2 }, stratify: true }',
      units: 3,
      activation: 'softmax',
    });
    assert.deepEqual(overview.balance, {
      column: 'species',
      classes: ['setosa', 'versicolor', 'virginica'].map((name) => ({ name, counts: [30, 10, 10] })),
      others: 0,
    });
  });

  it('lists rows in any order, missing cells last, with the part that each went to', async () => {
    const { view } = await viewOf(spec, people);
    const numbers = (sort?: { column: number; descending: boolean }) =>
      view.page({ from: 0, count: 10, columns: [1], sort }).rows.map(({ number }) => number);
    assert.deepEqual(numbers(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(numbers({ column: 1, descending: false }), [3, 6, 1, 4, 2, 5]);
    assert.deepEqual(numbers({ column: 1, descending: true }), [4, 1, 6, 3, 2, 5]);
    assert.deepEqual(numbers({ column: 2, descending: false }), [2, 6, 1, 4, 5, 3]);
    assert.deepEqual(numbers({ column: 3, descending: false }), [5, 1, 2, 3, 4, 6]);
    const page = view.page({ from: 4, count: 10, columns: [3, 5], sort: { column: 3, descending: true } });
    assert.deepEqual([page.from, page.total], [4, 6]);
    assert.deepEqual(page.rows, [
      { number: 5, part: 'train', cells: ['2023-07-07', null] },
      { number: 6, part: 'train', cells: [null, null] },
    ]);
  });

  it('lists the rows of one part, as the split decides', async () => {
    const { view, overview } = await viewOf({
      data: '{ source: iris, split: { train: 0.6, validation: 0.4 } }',
      units: 3,
      activation: 'softmax',
    });
    assert.deepEqual(overview.parts, { train: 90, validation: 60, test: 0 });
    const pages = (['train', 'validation', 'test'] as const).map((part) => {
      const { total, rows } = view.page({
        from: 0,
        count: rowsAtOnce,
        columns: [0],
        part,
        sort: { column: 0, descending: false },
      });
      assert.ok(rows.every((row) => row.part === part));
      assert.ok(rows.every(({ cells }, i) => i === 0 || Number(cells[0]) >= Number(rows[i - 1].cells[0])));
      return { total, numbers: rows.map(({ number }) => number) };
    });
    assert.deepEqual(
      pages.map(({ total }) => total),
      [90, 60, 0],
    );
    assert.deepEqual(
      pages.flatMap(({ numbers }) => numbers).sort((a, b) => a - b),
      range(150).map((i) => i + 1),
    );
  });

  it('sorts like a stable sort of the cells', () => {
    const cell = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.constant(''),
      fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 60 }), fc.boolean(), async (cells, descending) => {
        const { view } = await viewOf(
          { data: '{ file: a.csv, target: y, missing: mean }' },
          csvOf({ x: cells, y: cells.map((_, i) => i % 7) }),
        );
        const found = view.page({ from: 0, count: rowsAtOnce, columns: [0], sort: { column: 0, descending } });
        const number = (row: number) => Number(cells[row]);
        const present = range(cells.length)
          .filter((row) => cells[row] !== '')
          .sort((a, b) => number(a) - number(b));
        const wanted = [
          ...(descending ? present.reverse() : present),
          ...range(cells.length).filter((row) => cells[row] === ''),
        ];
        assert.deepEqual(
          found.rows.map((row) => row.number - 1),
          wanted,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('answers within bounds, whatever is asked', async () => {
    const table = csvOf(Object.fromEntries([...range(120).map((i) => [`c${i}`, noise(300, i)]), ['y', noise(300, 7)]]));
    const { view, overview } = await viewOf({ data: '{ file: a.csv, target: y }' }, table);
    assert.equal(overview.names.length, 121);
    const { columns, matching } = view.columns({ search: 'C1', from: 0 });
    assert.deepEqual([columns.length, matching, columns[0].name], [31, 31, 'c1']);
    assert.equal(view.columns({ search: '', from: 0 }).columns.length, columnsAtOnce);
    assert.equal(view.columns({ search: '', from: 100 }).columns.length, 21);
    const page = view.page({ from: 0, count: 10_000, columns: range(121), sort: { column: 500, descending: true } });
    assert.deepEqual([page.rows.length, page.rows[0].cells.length], [rowsAtOnce, columnsAtOnce]);
    assert.deepEqual(view.page({ from: 1000, count: 5, columns: [0] }).rows, []);
    assert.equal(view.scatter({ columns: range(9) }).columns.length, 5);
  });

  it('draws points evenly from all rows, with their classes', async () => {
    const count = 4000;
    const { view } = await viewOf(
      { data: '{ file: a.csv, target: y }', units: 1, activation: 'sigmoid' },
      csvOf({ row: range(count), x: noise(count, 5), y: range(count).map((i) => (i % 5 === 0 ? 'a' : 'b')) }),
    );
    const found = view.scatter({ columns: [0, 1] });
    assert.deepEqual([found.points, found.rows, found.classNames], [scatterPoints, count, ['a', 'b']]);
    const [rows, x] = found.columns.map(({ values }) => values);
    // One row of each two, and not always the same of them.
    assert.ok(rows.every((row, i) => Math.floor(row / 2) === i));
    assert.equal(new Set(rows.map((row) => row % 2)).size, 2);
    const share = (found.classes ?? []).filter((each) => each === 0).length / scatterPoints;
    assert.ok(Math.abs(share - 0.2) < 0.04, `${share} of the points are of class a`);
    assert.deepEqual(
      [...x.slice(0, 3)],
      [...rows.slice(0, 3)].map((row) => noise(count, 5)[row]),
    );
    assert.equal(found.correlations[0], 1);
    assert.equal(found.correlations[1], found.correlations[2]);
  });
});

describe('the numbers of a column', () => {
  it('are those of NumPy', () => {
    const sorted = Float64Array.of(3.5, -1.25, 8, 0.5, 2.75, 100, 7.5, -4, 6.25, 1, 9.5).sort();
    // numpy.quantile(x, [0.25, 0.5, 0.75])
    assert.deepEqual(
      [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)),
      [0.75, 3.5, 7.75],
    );
    // numpy.histogram(x, bins=3)
    const numbers = Float64Array.of(0, 0.1, 0.2, 0.25, 0.5, 0.55, 0.9, 1, 1);
    assert.deepEqual(histogramOf(numbers), { low: 0, high: 1, whole: false, counts: [4, 2, 3] });
    // numpy.corrcoef(a, b)
    const [a, b] = [Float64Array.of(1, 2, 3, 4, 5, 7), Float64Array.of(2, 1, 4, 3, 7, 5)];
    close(correlation(a, b), 0.7428571428571429);
    // scipy.stats.rankdata
    assert.deepEqual([...ranksOf(Float64Array.of(5, 1, 5, 2, 5))], [4, 1, 4, 2, 4]);
  });

  it('have bars of whole numbers where all are whole, so that no bar is empty by its width alone', () => {
    const bars = (numbers: number[]) => histogramOf(Float64Array.from(numbers).sort());
    assert.deepEqual(bars([3, 1, 3, 4]), { low: 1, high: 5, whole: true, counts: [1, 0, 2, 1] });
    const wide = bars(range(400));
    assert.deepEqual([wide?.low, wide?.high, wide?.counts.length], [0, 400, 20]);
    assert.ok(wide?.counts.every((count) => count === 20));
    assert.deepEqual(bars([0.5, 0.5]), { low: 0.5, high: 0.5, whole: false, counts: [2] });
    assert.equal(bars([-1e308, 1e308]), undefined);
  });
});
