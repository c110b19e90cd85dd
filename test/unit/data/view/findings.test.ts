import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { filesWith } from '../support';
import { csvOf, noise, openSpec, range, viewOf } from './support';

const thirds = 'split: { train: 0.6, validation: 0.2, test: 0.2 }';
const count = 200;
/** Two inputs that say something of the target, but not all. */
const plain = { a: noise(count, 1), b: noise(count, 2) };
const classes = noise(count, 3).map((value) => (value < 0.3 ? 'yes' : 'no'));
const binary = { data: `{ file: a.csv, target: y, ${thirds} }`, activation: 'sigmoid' } as const;
const numeric = { data: `{ file: a.csv, target: y, ${thirds} }` };

async function found(asked: Parameters<typeof viewOf>[0], table: string) {
  const { overview, problems } = await viewOf(asked, table);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === undefined),
    [],
  );
  return overview.findings;
}

const brief = async (...args: Parameters<typeof found>) =>
  (await found(...args)).map(({ code, columns, value }) => [code, columns.join(), value]);

describe('what the Data view warns about', () => {
  it('is nothing in the shipped sets and examples, but for pixels that never change', async () => {
    for (const [name, units] of [
      ['iris', 3],
      ['penguins', 3],
      ['wine', 3],
      ['breast_cancer', 1],
      ['digits', 10],
    ] as const) {
      for (const seed of [0, 1]) {
        const data = `{ source: ${name}, missing: ${name === 'penguins' ? 'mean' : 'error'}, ${thirds} }\nseed: ${seed}`;
        const { overview } = await viewOf({ data, units, activation: units === 1 ? 'sigmoid' : 'softmax' });
        const wanted = name === 'digits' ? ['constant 3'] : [];
        assert.deepEqual(
          overview.findings.map(({ code, value }) => `${code} ${value}`),
          wanted,
          name,
        );
      }
    }
    const examples = readdirSync('examples').filter((name) => /^[\w-]+\.nnspec$/.test(name));
    assert.ok(examples.length > 5);
    for (const name of examples) {
      const files = filesWith(readFileSync(`examples/${name.startsWith('digits') ? 'digits' : 'iris'}.csv`));
      const { overview } = await openSpec(readFileSync(`examples/${name}`, 'utf8'), files);
      const wanted = name.startsWith('digits') ? ['constant 3'] : [];
      assert.deepEqual(
        overview.findings.map(({ code, value }) => `${code} ${value}`),
        wanted,
        name,
      );
    }
  });

  it('is nothing in noise', async () => {
    assert.deepEqual(await brief(binary, csvOf({ ...plain, y: classes })), []);
    assert.deepEqual(await brief(numeric, csvOf({ ...plain, y: noise(count, 4) })), []);
  });

  describe('equal rows', () => {
    it('are counted in each part, with an example', async () => {
      // In the file's order: rows 121 to 160 are validation, 161 to 200 test.
      const data = `{ file: a.csv, target: y, split: { train: 0.6, validation: 0.2, test: 0.2, by: time } }`;
      const copy = (values: readonly (string | number)[]) =>
        values.map((value, row) =>
          row >= 130 && row < 135 ? values[row - 100] : row === 170 || row === 171 ? values[7] : value,
        );
      const table = csvOf({ a: copy(plain.a), b: copy(plain.b), y: copy(classes) });
      const findings = await found({ ...binary, data }, table);
      assert.deepEqual(
        findings.map(({ code, value }) => [code, value]),
        [
          ['repeated-rows', 5],
          ['repeated-rows', 2],
        ],
      );
      assert.match(
        findings[0].message,
        /^5 of 40 rows of the validation part are in the train part as well.*row 131 equals row 31\./,
      );
      assert.match(findings[1].message, /^2 of 40 rows of the test part.*row 171 equals row 8\./);
    });

    it('are found where only the numbers of the rows differ', async () => {
      const data = `{ file: a.csv, target: y, split: { train: 0.5, validation: 0.5, by: time } }`;
      const twice = (values: readonly (string | number)[]) => values.map((_, row) => values[row % 100]);
      const id = range(count).map((row) => 7 * ((row * 37) % 211));
      const table = csvOf({ customer_id: id, a: twice(plain.a), b: twice(plain.b), y: twice(classes) });
      const findings = await brief({ ...binary, data }, table);
      assert.deepEqual(findings, [
        ['repeated-rows', '', 100],
        ['identifier', 'customer_id', 1],
      ]);
    });

    it('are no surprise where fewer different rows are possible than there are rows', async () => {
      const table = csvOf({ a: range(count).map((i) => i % 5), b: range(count).map((i) => (i >> 3) % 7), y: classes });
      assert.deepEqual(await brief(binary, table), []);
    });

    it('with another target, or a single pair of them, are none', async () => {
      const twice = (values: readonly (string | number)[]) => values.map((_, row) => values[row % 100]);
      const table = csvOf({ a: twice(plain.a), b: twice(plain.b), y: range(count) });
      assert.deepEqual(await brief({ data: `{ file: a.csv, target: y, inputs: [a, b], ${thirds} }` }, table), []);
    });
  });

  describe('a column that gives the target away', () => {
    it('is a copy of the classes under other names, or their code', async () => {
      const copy = classes.map((each) => (each === 'yes' ? 'T' : 'F'));
      assert.deepEqual(await brief(binary, csvOf({ ...plain, copy, y: classes })), [['gives-away', 'copy', 1]]);
      const code = classes.map((each) => (each === 'yes' ? 7 : 3));
      assert.deepEqual(await brief(binary, csvOf({ ...plain, code, y: classes })), [['gives-away', 'code', 1]]);
    });

    it('is a measured number that a threshold divides', async () => {
      const score = classes.map((each, i) => (each === 'yes' ? 10 + plain.a[i] : plain.b[i]));
      const findings = await found(binary, csvOf({ ...plain, score, y: classes }));
      assert.deepEqual(
        findings.map(({ code, columns }) => [code, ...columns]),
        [['gives-away', 'score']],
      );
      assert.match(
        findings[0].message,
        /^From “score” alone, (100|99\.\d+) % of the rows are guessed right, against 6\d % for/,
      );
    });

    it('is one whose missing cells tell the class, or the place in a file sorted by class', async () => {
      const boat = classes.map((each, i) => (each === 'yes' ? 1 + (i % 9) : ''));
      const data = `{ file: a.csv, target: y, missing: median, ${thirds} }`;
      assert.deepEqual(await brief({ ...binary, data }, csvOf({ ...plain, boat, y: classes })), [
        ['gives-away', 'boat', 1],
      ]);
      const sorted = [...classes].sort();
      const place = range(count).map((i) => 17 + 3 * i);
      const [finding] = await found(binary, csvOf({ ...plain, place, y: sorted }));
      assert.deepEqual([finding.code, finding.columns], ['gives-away', ['place']]);
    });

    it('is found in a large table as well', async () => {
      const many = 20_000;
      const y = noise(many, 3).map((value) => (value < 0.3 ? 'yes' : 'no'));
      const score = y.map((each, i) => (each === 'yes' ? 2 : 0) + noise(1, i)[0]);
      const table = csvOf({ a: noise(many, 1), b: noise(many, 2), score, y });
      assert.deepEqual(
        (await brief(binary, table)).map(([code, column]) => [code, column]),
        [['gives-away', 'score']],
      );
    });

    it('is none if it errs in one of fifty rows, if it is the only input, or if each category is one row', async () => {
      const nearly = classes.map((each, i) => ((i % 50 === 0) === (each === 'yes') ? 'F' : 'T'));
      assert.deepEqual(await brief(binary, csvOf({ ...plain, nearly, y: classes })), []);
      assert.deepEqual(await brief(binary, csvOf({ only: classes.map((each) => `is ${each}`), y: classes })), []);
      const own = { ...binary, data: `{ file: a.csv, target: y, types: { each: category }, ${thirds} }` };
      const codes = (await brief(own, csvOf({ ...plain, each: range(count).map((i) => `n${i}`), y: classes }))).map(
        ([code]) => code,
      );
      assert.deepEqual(codes, ['identifier']);
    });

    it('is a line, an order or groups that give a number away', async () => {
      const y = noise(count, 9).map((value) => 20 + 100 * value);
      const line = y.map((value) => 3 - 0.25 * value);
      const curve = y.map((value) => value ** 3);
      const groups = range(count).map((i) => `g${i % 8}`);
      const ofGroups = range(count).map((i) => 1000 * (i % 8) + plain.a[i]);
      const findings = await found(numeric, csvOf({ ...plain, line, curve, y }));
      assert.deepEqual(
        findings.map(({ code, columns, value }) => [code, ...columns, Number(value.toFixed(6))]),
        [
          ['gives-away', 'line', 1],
          ['gives-away', 'curve', 1],
        ],
      );
      assert.match(findings[0].message, /^A straight line from “line” alone explains 100 % of the variance of “y”\./);
      assert.match(findings[1].message, /^Sorted by “curve”, .* the rank correlation is 1\.0000\./);
      const [byGroup] = await found(numeric, csvOf({ ...plain, groups, y: ofGroups }));
      assert.match(byGroup.message, /^The categories of “groups” alone explain 99\.99 % of the variance of “y”\./);
    });
  });

  it('constant inputs: a line for each of two, one line for more', async () => {
    const same = { k: range(count).map(() => 5), c: range(count).map(() => 'x') };
    const findings = await found(binary, csvOf({ ...plain, ...same, y: classes }));
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        '“k” is 5 in every row, so it tells nothing apart. Leave it out of inputs.',
        '“c” is x in every row, so it tells nothing apart. Leave it out of inputs.',
      ],
    );
    const more = await found(binary, csvOf({ ...plain, ...same, d: range(count).map(() => 0), y: classes }));
    assert.equal(more.length, 1);
    assert.match(more[0].message, /^3 inputs hold one value each in every row, .*: “k”, “c”, “d”\./);
  });

  it('numbers of rows, but no years, measures or targets', async () => {
    const rows = range(count).map((i) => i + 1);
    const shuffled = rows.toSorted((a, b) => noise(1, a)[0] - noise(1, b)[0]).map((row) => 90_000 + 7 * row);
    assert.deepEqual(await brief(binary, csvOf({ '': rows.map((i) => i), ...plain, y: classes }).replace(/^,/, 'n,')), [
      ['identifier', 'n', 1],
    ]);
    assert.deepEqual(await brief(binary, csvOf({ customer_id: shuffled, ...plain, y: classes })), [
      ['identifier', 'customer_id', 1],
    ]);
    assert.deepEqual(await brief(binary, csvOf({ area: shuffled, ...plain, y: classes })), []);
    assert.deepEqual(await brief(binary, csvOf({ paid: plain.a, ...plain, grid: plain.b, y: classes })), []);
    const byTime = { ...binary, data: '{ file: a.csv, target: y, split: { train: 0.8, validation: 0.2, by: time } }' };
    assert.deepEqual(await brief(byTime, csvOf({ year: rows.map((i) => 1800 + i), ...plain, y: classes })), []);
  });

  it('cells far from all others, in inputs and targets, where they widen the spread', async () => {
    const wrong = plain.a.map((value, i) => (i === 20 || i === 90 ? 1000 * (1 + value) : value));
    const findings = await found(
      numeric,
      csvOf({ wrong, b: plain.b, y: noise(count, 6).map((value, i) => (i === 3 ? -9000 : value)) }),
    );
    assert.deepEqual(
      findings.map(({ code, columns, value }) => [code, ...columns, value]),
      [
        ['outliers', 'wrong', 2],
        ['wild-target', 'y', 1],
      ],
    );
    assert.match(findings[1].message, /^The target “y”: one number lies far from all others, at -9000\. .* 9\d %/);
    assert.match(findings[1].message, /write loss: huber and scale_target: robust/);
    assert.match(
      findings[0].message,
      /^“wrong”: 2 cells lie far from the others, up to 1\d{3}; half .* standard deviation \d+ times/,
    );
    assert.match(findings[0].message, /If so, scale: robust limits/);
    const robust = { data: `{ file: a.csv, target: y, scale: robust, ${thirds} }` };
    assert.deepEqual(await brief(robust, csvOf({ wrong, b: plain.b, y: noise(count, 6) })), []);
    // Long tails are no mistakes: the cells of a lognormal column.
    const tail = range(count).map((i) =>
      Math.exp(Math.sqrt(-2 * Math.log(1 - plain.a[i])) * Math.cos(6.283 * plain.b[i])),
    );
    assert.deepEqual(await brief(numeric, csvOf({ tail, b: plain.b, y: noise(count, 6) })), []);
    const rain = plain.a.map((value, row) => (row % 4 < 2 ? 0 : row % 4 === 2 ? value / 8 : 15 * value ** 2));
    const [cut, ...others] = await found(robust, csvOf({ rain, b: plain.b, y: noise(count, 6) }));
    assert.deepEqual([cut.code, cut.columns, others], ['cut-tail', ['rain'], []]);
    assert.match(
      cut.message,
      /^“rain”: scale: robust limits \d\d of 200 cells \([\d.]+ %\).*scale: standard keeps it\.$/,
    );
  });
});

describe('cells that may be read otherwise than they were meant', () => {
  const csv = csvOf({
    age: range(200).map((row) => (row % 20 === 3 ? '?' : row)),
    job: range(200).map((row) => (row % 30 === 1 ? 'NURSE' : ['nurse', 'cook'][row % 2])),
    y: range(200),
  });

  it('are no missing cells, but texts, and a warning says how to make them missing', async () => {
    const { overview, column } = await viewOf({ data: '{ file: a.csv, target: y, inputs: [job] }' }, csv);
    const { missing, texts } = column('age');
    assert.deepEqual([missing, texts], [0, [{ value: '?', count: 10 }]]);
    assert.deepEqual(
      overview.findings.map(({ code, message }) => [code, message]),
      [
        [
          'marks',
          '“age”: 95 % of the cells are numbers, the others are “?” (5 %). If they mean that the value is missing, write na_values: ["?"].',
        ],
        [
          'spellings',
          '“job”: 2 spellings of “nurse” (“NURSE”). Each is a category of its own. Correct the file if they mean the same.',
        ],
      ],
    );
  });

  it('are missing cells, and no warning, with na_values', async () => {
    const data = '{ file: a.csv, target: y, missing: mean, na_values: "?" }';
    const { overview, column } = await viewOf({ data }, csv);
    assert.deepEqual([column('age').missing, column('age').texts], [10, undefined]);
    assert.ok(!overview.findings.some(({ code }) => code === 'marks'));
  });
});
