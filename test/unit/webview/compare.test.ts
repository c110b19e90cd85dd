import assert from 'node:assert/strict';
import type { ComparedRun } from '../../../src/protocol/compare';
import { bandOf, bestPoint, curveOf } from '../../../webview/compare/curves';
import { filterOf } from '../../../webview/compare/filter';
import { parallelAxes } from '../../../webview/compare/parallelAxes';
import { bestRow, rankingOf, rowName, tableColumns, tableRows } from '../../../webview/compare/rows';
import { Slots } from '../../../webview/compare/slots';

const run = (key: string, more: Partial<ComparedRun> = {}): ComparedRun => ({
  key,
  id: key,
  name: 'XOR',
  state: 'completed',
  created: '2026-12-02T14:15:00.000Z',
  final: {},
  expect: [],
  starred: false,
  tags: [],
  settings: {},
  ...more,
});
const scored = (key: string, rate: number, seed: number, loss: number) =>
  run(key, { settings: { rate, seed }, final: { loss }, rank: { tag: 'loss', value: loss } });
const settings = [
  { where: 'rate', label: 'rate' },
  { where: 'seed', label: 'seed' },
];
const runs = [scored('a', 0.1, 1, 0.5), scored('b', 0.1, 2, 0.7), scored('c', 0.01, 1, 0.4), run('d')];
const points = (x: number[], y: number[]) => ({ x: Float64Array.from(x), y: Float64Array.from(y) });

describe('the rows of a comparison', () => {
  const ranking = rankingOf({ runs, higher: ['accuracy'] });

  it('group runs that differ in their seed alone, with mean and deviation', () => {
    const rows = tableRows(runs, true);
    assert.deepEqual(
      rows.map((row) => row.runs.map(({ key }) => key)),
      [['a', 'b'], ['c'], ['d']],
    );
    const column = tableColumns({ runs, settings }, ranking, 'en').find(({ id }) => id === 'loss');
    assert.deepEqual(
      rows.map((row) => column?.text(row)),
      ['0.6000 ± 0.1414', '0.4000', '–'],
    );
    assert.equal(rowName(rows[0], settings, 'en'), 'rate 0.1 · 2 seeds');
    assert.equal(tableRows(runs, false).length, 4);
  });

  it('do not group unreadable runs', () => {
    const damaged = [run('x', { state: 'damaged' }), run('y', { state: 'damaged' })];
    assert.equal(tableRows(damaged, true).length, 2);
  });

  it('are ranked by the tag of their best epochs, in its own direction', () => {
    assert.deepEqual(ranking, { tag: 'loss', higher: false });
    assert.equal(bestRow(tableRows(runs, false), ranking)?.key, 'c');
    const accurate = [0.5, 0.9, 0.7].map((value, i) => run(`${i}`, { rank: { tag: 'val_accuracy', value } }));
    const by = rankingOf({ runs: accurate, higher: ['accuracy'] });
    assert.deepEqual([by.higher, bestRow(tableRows(accurate, false), by)?.key], [true, '1']);
  });

  it('pass a filter of words and comparisons', () => {
    const columns = tableColumns({ runs, settings }, ranking, 'en');
    const passing = (text: string) =>
      tableRows(runs, false)
        .filter(filterOf(text, columns))
        .map(({ key }) => key);
    assert.deepEqual(passing(''), ['a', 'b', 'c', 'd']);
    assert.deepEqual(passing('loss < 0.6'), ['a', 'c']);
    assert.deepEqual(passing('loss<=0.5 rate = 0.1'), ['a']);
    assert.deepEqual(passing('loss >= 0.5 loss<0.6'), ['a']);
    assert.deepEqual(passing('FINISHED 0.01'), ['c']);
    assert.deepEqual(passing('nothing < 1'), []);
    assert.deepEqual(passing('loss <'), []);
  });
});

describe('the curves of a comparison', () => {
  it('go over epochs, steps or time', () => {
    const measured = run('a', { epoch: 4, step: 20, seconds: 8 });
    const curves = { loss: points([1, 4], [0.5, 0.25]), batch_loss: points([5, 20], [1, 2]) };
    const xOf = (tag: string, axis: 'epoch' | 'step' | 'time') => [...(curveOf(measured, curves, tag, axis)?.x ?? [])];
    assert.deepEqual(
      [xOf('loss', 'epoch'), xOf('loss', 'step'), xOf('loss', 'time')],
      [
        [1, 4],
        [5, 20],
        [2, 8],
      ],
    );
    assert.deepEqual(
      [xOf('batch_loss', 'step'), xOf('batch_loss', 'epoch')],
      [
        [5, 20],
        [1, 4],
      ],
    );
    assert.equal(curveOf(run('b'), curves, 'loss', 'time'), undefined);
    // The time that was measured: the second half took longer, and the end is not known yet.
    const slower = { ...curves, loss: points([1, 2, 4], [3, 2, 1]), 'time/seconds': points([0, 10, 15], [0, 1, 6]) };
    const timed = curveOf(measured, slower, 'loss', 'time');
    assert.deepEqual(
      [[...(timed?.x ?? [])], [...(timed?.y ?? [])]],
      [
        [0.5, 1],
        [3, 2],
      ],
    );
    assert.equal(curveOf(measured, curves, 'constructor', 'epoch'), undefined);
  });

  it('have a mean and a band, of those that have got so far', () => {
    const band = bandOf([points([1, 2, 3], [1, 2, 3]), points([1, 3], [3, 5]), points([1, 2], [2, 3])]);
    assert.deepEqual([...(band?.x ?? [])], [1, 2, 3]);
    assert.deepEqual([...(band?.mean ?? [])], [2, 3, 4]);
    assert.deepEqual([...(band?.low ?? [])].slice(0, 2), [1, 2]);
    assert.equal(bandOf([points([1], [1])]), undefined);
  });

  it('have a best point that is a number', () => {
    assert.deepEqual(bestPoint(points([1, 2, 3], [Number.NaN, 2, 1]), false), { x: 3, y: 1 });
    assert.deepEqual(bestPoint(points([1, 2], [Number.POSITIVE_INFINITY, 2]), true), { x: 2, y: 2 });
    assert.equal(bestPoint(points([1], [Number.NaN]), true), undefined);
  });

  it('keep their colours while others come and go', () => {
    const slots = new Slots();
    slots.keep(['a', 'b', 'c']);
    slots.keep(['c', 'd']);
    slots.keep(['c', 'd', 'e']);
    assert.deepEqual(
      ['c', 'd', 'e', 'a'].map((key) => slots.of(key)),
      [2, 0, 1, undefined],
    );
  });
});

describe('parallel coordinates', () => {
  it('lead through what differs to the score, with words and wide ranges on axes of their own', () => {
    const all = [0.001, 0.1, 1].map((rate, i) =>
      run(`${i}`, { settings: { rate, kind: ['relu', 'tanh', 'relu'][i] }, rank: { tag: 'loss', value: i } }),
    );
    const comparison = { settings: [settings[0], { where: 'kind', label: 'activation' }] };
    const { rows, axes } = parallelAxes(tableRows([...all, run('x')], false), comparison, {
      tag: 'loss',
      higher: false,
    });
    assert.equal(rows.length, 3);
    assert.deepEqual(
      axes.map(({ label, places }) => [label, places.map((place) => Math.round(place * 1e9) / 1e9)]),
      [
        ['rate', [-3, -1, 0]],
        ['activation', [0, 1, 0]],
        ['loss', [0, 1, 2]],
      ],
    );
    assert.deepEqual([axes[0].textAt(-3), axes[1].textAt(1)], ['0.001', 'tanh']);
  });

  it('are left out where nothing differs', () => {
    const same = [scored('a', 1, 1, 0.5), scored('b', 1, 1, 0.6)];
    assert.deepEqual(parallelAxes(tableRows(same, false), { settings }, { tag: 'loss', higher: false }).axes, []);
  });
});
