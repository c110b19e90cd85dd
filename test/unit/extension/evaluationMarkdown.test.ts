import assert from 'node:assert/strict';
import { evaluationMarkdown } from '../../../src/extension/reports/evaluationMarkdown';
import type { Scores } from '../../../src/spec/measurements';

const losses = { by: '', values: new Float64Array(0) };
const points = [
  { threshold: 0.75, recall: 0.5, precision: 1, falseAlarms: 0 },
  { threshold: 0.25, recall: 1, precision: 0.5, falseAlarms: 1 },
];
const curve = { name: '"><script>', auc: 0.75, averagePrecision: 0.625, share: 0.5, points };
const scores: Scores = {
  rows: 4,
  linear: false,
  losses,
  values: [
    ['loss', 0.25],
    ['accuracy', 0.75],
  ],
  baseline: [['loss', 0.6875]],
  confusion: { classes: ['no\n\n', '<b>[yes](https://x.y)'], counts: Float64Array.of(2, 0, 1, 1) },
  calibration: { of: 'yes', groupedBy: 'width', groups: [{ predicted: 0.1, actual: 0.25, rows: 4 }] },
  curves: [curve],
  thresholds: [{ threshold: 0.5, recall: 0.5, precision: Number.NaN, falseAlarms: 0 }],
  worst: [{ row: 3, target: '<b>', predicted: 'no', probability: 0.125 }],
};

/** Numbers, of which one lies far outside. */
const measured: Scores = {
  rows: 5000,
  linear: false,
  losses,
  values: [['mean_squared_error', 671_045_000_123]],
  baseline: [],
  calibration: { of: 'number', groupedBy: 'rows', groups: [{ predicted: 50, actual: 51, rows: 5000 }] },
  scatter: {
    predicted: Float64Array.from({ length: 201 }, (_, i) => i),
    targets: Float64Array.from({ length: 201 }, (_, i) => (i === 100 ? 1e6 : i + (i % 3))),
  },
  worst: [],
};

/** Headings, and what is under them. */
const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('#'));

describe('the page of an evaluation', () => {
  it('shows each score beside the baseline, and what is behind it', () => {
    const text = evaluationMarkdown('iris', 'new.csv', scores);
    for (const line of [
      '# Evaluation: iris',
      '| loss | 0.25 | 0.6875 |',
      '| accuracy | 0.75 |  |',
      '| 0.100 | 0.250 | 4 |',
      '| 0.5 | 0.500 | – | 0.000 |',
      '| 3 | &lt;b&gt; | no | 0.125 |',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
    }
  });

  it('counts the rows of the file that are not scored', () => {
    const text = evaluationMarkdown('iris', 'new.csv', { ...scores, withGaps: 2 });
    assert.match(text, /^On 4 rows of .* Rows that lack an input, which are not scored \(missing: drop\): 2\.$/m);
  });

  it('leaves a threshold out where nothing changes', () => {
    const step = (threshold: number, recall: number) => ({ threshold, recall, precision: 0.25, falseAlarms: 0.5 });
    const text = evaluationMarkdown('m', 'f', { ...scores, thresholds: [step(0.1, 1), step(0.2, 1), step(0.3, 0.5)] });
    assert.deepEqual(text.match(/^\| 0\.\d \|/gm), ['| 0.1 |', '| 0.3 |']);
  });

  it('has a column for the linear model, where there is one', () => {
    const linear: Scores = { ...scores, values: [['loss', 0.3125]] };
    const lines = evaluationMarkdown('iris', 'new.csv', scores, linear).split('\n');
    for (const line of [
      '| Score | Network | Linear model | Baseline |',
      '| loss | 0.25 | 0.3125 | 0.6875 |',
      '| accuracy | 0.75 |  |  |',
    ]) {
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`);
    }
  });

  it('says in a sentence where the linear model is as good on these rows', () => {
    const lossesOf = (by: string, ...values: number[]) => ({ by, values: Float64Array.from(values) });
    const network = { ...scores, losses: lossesOf('a', 0.1, 0.4, 0.2, 0.3) };
    const linear: Scores = { ...scores, linear: true, losses: lossesOf('a', 0.4, 0.1, 0.3, 0.2) };
    const verdict = /\n\*\*The linear model is about as good: loss 0\.25 against 0\.25 on the same 4 rows/;
    assert.match(evaluationMarkdown('m', 'f', network, linear), verdict);
    for (const [one, other] of [
      [network, { ...linear, linear: false }],
      [{ ...network, linear: true }, linear],
    ]) {
      assert.doesNotMatch(evaluationMarkdown('m', 'f', one, other), /as good/);
    }
    // Losses of different kinds cannot be compared.
    const other = { ...linear, losses: { ...linear.losses, by: 'b' } };
    assert.doesNotMatch(evaluationMarkdown('m', 'f', network, other), /as good/);
  });

  it('has pictures for each of several numbers', () => {
    const { calibration, scatter } = measured;
    assert.ok(calibration && scatter);
    const shown = ['<b>', 'width'].map((name) => ({ name, calibration, scatter }));
    const text = evaluationMarkdown('m', 'new.csv', {
      ...scores,
      ...{ confusion: undefined, curves: undefined, thresholds: undefined, calibration: undefined },
      targets: { shown, more: 3 },
    });
    assert.deepEqual(headings(text).slice(1, 4), ['## Predictions and targets', '### &lt;b&gt;', '### width']);
    assert.equal(text.match(/<svg role="img"/g)?.length, 4);
    assert.match(text, /\nTargets that are not shown: 3\.\n/);
  });

  it('says where importance was too much work, and how to get it', () => {
    const lines = evaluationMarkdown('iris', 'new.csv', { ...scores, importance: 'omitted' }).split('\n');
    const at = lines.indexOf('## Which columns matter');
    assert.match(lines[at + 2], /^Not measured: .* nnspec evaluate WEIGHTS DATA --importance takes all the time/);
  });

  it('shades the confusion matrix by the share of a row, right ones otherwise than wrong ones', () => {
    const text = evaluationMarkdown('iris', 'new.csv', scores);
    const cells = [...text.matchAll(/<td style="text-align:right;background:([^"]*)">(\d+)<\/td>/g)].map(
      ([, color, count]) => [color.match(/ (\d+)%,transparent/)?.[1], color.includes('charts-blue'), count],
    );
    assert.deepEqual(cells, [
      ['50', true, '2'],
      ['0', false, '0'],
      ['25', false, '1'],
      ['25', true, '1'],
    ]);
    assert.match(text, /recall<\/th>.*1\.000<\/td>.*0\.500<\/td>.*precision<\/th>.*0\.667.*1\.000/s);
  });

  it('draws curves and groups in the colours of the editor, with words in place of each picture', () => {
    const text = evaluationMarkdown('iris', 'new.csv', scores);
    const labels = [...text.matchAll(/<svg role="img" aria-label="([^"]*)"/g)].map(([, label]) => label);
    assert.deepEqual(labels, ['ROC curve', 'Precision–recall curve', 'Calibration']);
    assert.match(text, /ROC curve, area 0\.750\./);
    assert.match(text, /average precision 0\.625\./);
    assert.ok(!/#[0-9a-f]{6}/.test(text), 'a colour of its own');
    // Two curves have a legend each in place of one number in the sentence.
    const two = evaluationMarkdown('iris', 'new.csv', { ...scores, curves: [curve, { ...curve, name: 'b' }] });
    assert.match(two, />b: 0\.750<\/text>/);
    assert.match(two, />b: 0\.625<\/text>/);
  });

  it('spreads the groups of a rare class over axes of powers of ten', () => {
    const predicted = [0.0004, 0.002, 0.01, 0.3];
    const groups = predicted.map((each, i) => ({ predicted: each, actual: i === 0 ? 0 : each, rows: 100 }));
    const pageOf = (shown: typeof groups) =>
      evaluationMarkdown('a', 'a.csv', {
        ...scores,
        curves: undefined,
        calibration: { of: 'yes', groupedBy: 'rows', groups: shown },
      });
    const page = pageOf(groups);
    assert.match(page, /powers of ten/);
    for (const label of ['0.0001', '0.001', '0.01', '0.1']) {
      assert.ok(page.includes(`>${label}</text>`), label);
    }
    const [dots = ''] = /d="(?:M[\d.]+ [\d.]+h0)+"/.exec(page) ?? [];
    const xs = [...dots.matchAll(/M([\d.]+) /g)].map(([, x]) => Number(x));
    assert.equal(xs.length, 4, page);
    assert.match(page, /\| 0\.0004 \| 0 \| 100 \|/);
    // None is pressed into a corner: the picture is 320 wide.
    assert.ok(
      xs.every((x, i) => i === 0 || x - xs[i - 1] > 30),
      String(xs),
    );
    assert.doesNotMatch(pageOf(groups.slice(2, 3)), /powers of ten/);
  });

  it('shows numbers against their targets, without those that would press all others into a corner', () => {
    const text = evaluationMarkdown('iris', 'new.csv', measured);
    const dots = [...text.matchAll(/ d="((?:M[-\d. ]+h0)+)"/g)].map(([, path]) => path.split('h0').length - 1);
    assert.deepEqual(dots, [200, 1, 200]);
    assert.match(text, /201 of 5,000 rows are shown.*not shown: 1\..*not shown: 1\./);
    assert.ok(text.includes('| 6.71e11 |') && !text.includes('NaN'));
  });

  it('shows how much the columns matter, the first twenty of them', () => {
    const columns = Array.from({ length: 22 }, (_, i) => ({
      column: i === 0 ? '<i>' : `x${i}`,
      loss: { mean: 1 / (i + 2), sd: 0.01 },
      metric: { mean: -0.001, sd: 0.002 },
    }));
    const importance = { rows: 4, repeats: 5, metric: 'auc', metricBetter: 'higher', columns } as const;
    const text = evaluationMarkdown('iris', 'new.csv', { ...scores, importance });
    assert.ok(headings(text).includes('## Which columns matter'));
    assert.ok(text.includes('| Column | loss rises by | auc falls by |'));
    assert.ok(text.includes('| &lt;i&gt; | 0.5\u00a0±\u00a00.01 | −0.001\u00a0±\u00a00.002 |'));
    assert.match(text, /aria-label="Importance of the columns"/);
    assert.ok(text.includes('measured on 4 rows, 5 times') && text.includes('not shown: 2.'));
    assert.equal(text.match(/<rect fill/g)?.length, 20);
  });

  it('takes names from files for words alone, and no name ends the HTML', () => {
    const text = evaluationMarkdown('[a](command:x)', '`b`.csv', scores);
    assert.ok(!/<script|<b>/.test(text));
    const [table] = text.match(/<table>.*?<\/table>/s) ?? [];
    assert.ok(table && !table.includes('\n\n'));
    assert.ok(!/\]\(/.test(text.replaceAll('\\]\\(', '').replace(table, '')));
  });

  it('leaves out what there is not', () => {
    const text = evaluationMarkdown('a', 'b', {
      rows: 1,
      linear: false,
      losses,
      values: [['loss', -2]],
      baseline: [],
      worst: [],
    });
    assert.deepEqual(headings(text), ['# Evaluation: a']);
    assert.ok(text.includes('| loss | −2 |  |'));
  });

  it('draws nothing that is not a number', () => {
    const nothing = Float64Array.of(Number.NaN);
    const unknown = { ...measured, scatter: { predicted: nothing, targets: nothing } };
    const one = { ...scores, curves: [{ ...curve, auc: Number.NaN, points: [] }] };
    for (const text of [evaluationMarkdown('a', 'b', unknown), evaluationMarkdown('a', 'b', one)]) {
      assert.ok(!/="[^"]*NaN/.test(text));
    }
  });
});
