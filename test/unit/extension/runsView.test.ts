import assert from 'node:assert/strict';
import type { Uri } from 'vscode';
import { endWorthTelling } from '../../../src/extension/runs/lastResults';
import type { FoundRun, RunHome } from '../../../src/extension/runs/runHomes';
import { factsOf, headlineOf, type LiveRun, rowWords, sweepWords } from '../../../src/extension/runs/view/rowWords';
import { RunListing, RunRow, runNamed, runsNamed } from '../../../src/extension/runs/view/runListing';
import type { RunHeader } from '../../../src/runs/header';
import { bestFirst, rankOf } from '../../../src/runs/rank';
import { higherIsBetter } from '../../../src/spec/catalogue/metrics';

const now = new Date(2026, 11, 2, 20, 0);
const reading = { now, locale: 'en' };

const header = (more: Partial<RunHeader> = {}): RunHeader => ({
  id: '20261202-141500-xor-0001',
  name: 'XOR',
  spec: 'xor.nnspec',
  created: new Date(2026, 11, 2, 14, 15).toISOString(),
  state: 'completed',
  epochs: 500,
  epoch: 500,
  step: 2000,
  seconds: 7.4,
  ...more,
});
const row = (more: Partial<RunHeader>, live?: LiveRun) =>
  rowWords({ id: header().id, header: header(more) }, live, reading);
const met = { text: 'loss < 0.1', ok: true, value: 0.01 };
const missed = { text: 'accuracy == 1', ok: false, value: 0.75 };

describe('the row of a kept run', () => {
  it('tells score, epochs, duration and expectations', () => {
    const { label, description, icon, context } = row({
      final: { train: { loss: 0.01, accuracy: 1, baseline_loss: 0.69 } },
      expect: [met],
    });
    assert.deepEqual(
      { label, description, icon, context },
      {
        label: '14:15',
        description: 'accuracy 1.000 · epoch 500/500 · 8 s · expectations met',
        icon: 'pass',
        context: 'run over unstarred',
      },
    );
    const other = row({ expect: [met, missed], starred: true, note: 'Too small' });
    assert.equal(other.description, '★ · Too small · epoch 500/500 · 8 s · 1 of 2 expectations met');
    assert.deepEqual([other.icon, other.context], ['warning', 'run over starred']);
  });

  it('tells how a run ended, and whether it can go on', () => {
    const interrupted = row({ state: 'interrupted', epoch: 12, best: { tag: 'val_loss', value: 0.5, epoch: 9 } });
    assert.equal(interrupted.description, 'val_loss 0.5000 · interrupted · epoch 12/500 · 8 s');
    assert.equal(interrupted.context, 'run over resumable unstarred');
    assert.equal(row({ state: 'diverged' }).context, 'run over unstarred');
    assert.equal(row({ state: 'running' }).context, 'run live unstarred');
  });

  it('names the day of older runs, and the values of a sweep', () => {
    const created = (...at: [number, number, number]) => row({ created: new Date(...at, 9, 5).toISOString() }).label;
    assert.equal(created(2026, 10, 30), 'Nov 30, 09:05');
    assert.equal(created(2025, 11, 2), 'Dec 2, 2025, 09:05');
    const sweep = { id: 's', values: { 'training.optimizer.adam.learning_rate': 0.1, seed: 2 } };
    assert.equal(row({ sweep }).label, 'learning_rate 0.1 · seed 2');
    assert.equal(row({ overrides: { epochs: 20 } }).label, '14:15 · epochs 20');
  });

  it('knows more of a run of this window than its file', () => {
    const progress = { state: 'paused', epoch: 42, epochs: 500, step: 168, rate: 0, learningRate: 0.1 } as const;
    const live: LiveRun = {
      state: 'paused',
      details: { progress },
      lastValue: (tag) => (tag === 'loss' ? 0.25 : undefined),
    };
    const { description, icon, context } = row({ state: 'running', epoch: 30 }, live);
    assert.equal(description, 'loss 0.2500 · paused · epoch 42/500 · 8 s');
    assert.deepEqual([icon, context], ['debug-pause', 'run live unstarred']);
  });

  it('shows runs that cannot be read', () => {
    const words = (problem: 'damaged' | 'newer') => rowWords({ id: 'x', problem }, undefined, reading).description;
    assert.deepEqual([words('damaged'), words('newer')], ['damaged', 'written by a newer NNSpec']);
  });
});

describe('the headline of a kept run', () => {
  it('is the final score on the validation part, the mean over folds, or the best loss', () => {
    const train = { loss: 0.1, accuracy: 0.9 };
    assert.equal(headlineOf(header({ final: { train, validation: { loss: 0.2 } } })), 'val_loss 0.2000');
    const spread = { loss: { mean: 0.3, sd: 0.02 }, accuracy: { mean: 0.9, sd: 'NaN' } };
    assert.equal(headlineOf(header({ final: { train, cross_validation: spread } })), 'val_accuracy 0.9000');
    assert.equal(headlineOf(header({ final: { train: { loss: 'NaN' } } })), 'loss NaN');
    assert.equal(headlineOf(header({ best: { tag: 'loss', value: 2, epoch: 1 } })), 'loss 2.000');
    assert.equal(headlineOf(header()), undefined);
  });

  it('is nothing that a foreign file has in its place', () => {
    for (const foreign of [{ loss: {} }, { loss: 'x' }, { loss: null }, {}]) {
      assert.equal(headlineOf(header({ final: { train: foreign, cross_validation: {} } })), undefined);
    }
  });
});

describe('the facts about a kept run', () => {
  it('are a line each, with no line that is empty', () => {
    const facts = factsOf(
      header({
        seed: 1,
        parameters: 17,
        expect: [missed],
        tags: ['homework'],
        final: { train: { loss: 0.01 }, validation: { loss: 0.02 } },
        parent: { id: 'p', step: 10, inherited: { kept: ['a', 'b'], anew: ['c'], goesOn: false } },
      }),
      undefined,
      'en',
    );
    assert.equal(facts[0], 'XOR: finished');
    assert.deepEqual(facts.slice(2), [
      'epoch 500/500 · step 2,000',
      'final: loss 0.0100, val_loss 0.0200',
      '✗ accuracy == 1 (0.7500)',
      'seed 1 · 17 parameters',
      'forked from p at step 10',
      'kept 2 of 3 tensors: a, b; begin anew: c; the optimizer begins anew',
      '#homework',
      '20261202-141500-xor-0001',
    ]);
    assert.ok(
      factsOf(header({ seconds: undefined, epoch: undefined, step: undefined }), undefined, 'ko').every(Boolean),
    );
  });
});

const home = (path: string): RunHome =>
  ({ uri: path as unknown as Uri, specUri: (spec: string) => `${path}/${spec}` as unknown as Uri }) as RunHome;
const here = home('/a');
const found = (id: string, spec = 'xor.nnspec', at = here): FoundRun => ({
  id,
  header: header({ id, spec }),
  home: at,
});
const shown = (listing: RunListing) => listing.specs.map(({ key, rows }) => [key, ...rows.map(({ run }) => run.id)]);

describe('the list of runs', () => {
  it('has the runs of each spec together, newest first, and unreadable ones for themselves', () => {
    const listing = new RunListing();
    const damaged: FoundRun = { id: '4', problem: 'damaged', home: here };
    listing.replace([found('1'), found('3', 'b.nnspec'), found('2'), damaged, found('5', 'xor.nnspec', home('/b'))]);
    assert.deepEqual(shown(listing), [
      ['/b/xor.nnspec', '5'],
      ['/a', '4'],
      ['/a/b.nnspec', '3'],
      ['/a/xor.nnspec', '2', '1'],
    ]);
  });

  it('keeps the row of a run that changes, and tells whether the list has changed', () => {
    const listing = new RunListing();
    listing.replace([found('1'), found('2')]);
    const [, first] = listing.specs[0].rows;
    const change = (id: string, run?: FoundRun) => listing.update([{ home: here, id, run }]);
    assert.deepEqual(change('1', found('1')), [first]);
    assert.equal(change('3', found('3', 'b.nnspec')), 'all');
    assert.equal(change('2'), 'all');
    assert.deepEqual(change('9'), []);
    assert.deepEqual(shown(listing), [
      ['/a/b.nnspec', '3'],
      ['/a/xor.nnspec', '1'],
    ]);
    listing.replace([found('1')]);
    assert.equal(listing.specs[0].rows[0], first);
  });

  it('names the runs that have come or gone without a watcher’s word', () => {
    const listing = new RunListing();
    listing.replace([found('1'), found('2')]);
    const folders = [
      { home: here, id: '2' },
      { home: here, id: '3' },
      { home: home('/b'), id: '2' },
    ];
    const differing = listing.differing(folders).map((each) => `${each.home.uri.toString()}/${each.id}`);
    assert.deepEqual(differing, ['/a/1', '/a/3', '/b/2']);
    assert.deepEqual(listing.differing([1, 2].map((id) => ({ home: here, id: String(id) }))), []);
  });

  it('gives commands the run of a row, or a run found otherwise', () => {
    const listing = new RunListing();
    const run = found('1');
    listing.replace([run]);
    const [group] = listing.specs;
    assert.deepEqual([group.rows[0], run, group, 'x', undefined].map(runNamed), [
      run,
      run,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('the runs of a sweep', () => {
  const inSweep = (id: string, value: number | undefined, more: Partial<RunHeader> = {}): FoundRun => {
    const best = value === undefined ? undefined : { tag: 'val_loss', value, epoch: 3 };
    const sweep = { id: 's', values: { seed: Number(id) } };
    return { id, home: here, header: header({ id, sweep, best, ...more }) };
  };
  const idsIn = (listing: RunListing) =>
    listing.specs.map(({ children }) =>
      children.map((row) => (row instanceof RunRow ? row.run.id : row.rows.map(({ run }) => run.id))),
    );

  it('are one row below their spec, where the newest of them would stand, best first', () => {
    const listing = new RunListing();
    listing.replace([found('1'), inSweep('2', 0.5), found('3'), inSweep('4', 0.1), inSweep('5', 0.3), found('6')]);
    assert.deepEqual(idsIn(listing), [['6', ['4', '5', '2'], '3', '1']]);
    assert.deepEqual(
      listing.specs[0].rows.map(({ run }) => run.id),
      ['6', '5', '4', '3', '2', '1'],
    );
  });

  it('change their order in a row that stays the same', () => {
    const listing = new RunListing();
    listing.replace([inSweep('1', 0.5), inSweep('2', 0.2)]);
    const [row] = listing.specs[0].children;
    assert.deepEqual(listing.update([{ home: here, id: '1', run: inSweep('1', 0.1) }]), [row]);
    assert.deepEqual(idsIn(listing), [[['1', '2']]]);
    assert.equal(listing.update([{ home: here, id: '3', run: inSweep('3', 0.15) }]), 'all');
    assert.equal(listing.specs[0].children[0], row);
    assert.deepEqual(
      runsNamed(row).map(({ id }) => id),
      ['1', '3', '2'],
    );
    // A single run, as of a job array whose jobs have a sweep each, is a row like any other.
    listing.update(['2', '3'].map((id) => ({ home: here, id, run: undefined })));
    assert.deepEqual(idsIn(listing), [['1']]);
  });

  it('are ranked by their final values, before that by the best ones, and last without any', () => {
    const final = (value: number) => ({ final: { train: { loss: 9 }, validation: { loss: value, accuracy: 0.5 } } });
    const runs = [
      inSweep('1', undefined),
      inSweep('2', 0.05, { state: 'diverged' }),
      inSweep('3', 0.1, final(0.4)),
      inSweep('4', 0.3, { state: 'running' }),
      inSweep('5', 0.2, final(0.2)),
    ];
    const rank = (run: FoundRun) => ('header' in run ? rankOf(run.header) : undefined);
    assert.deepEqual(
      bestFirst(runs, rank, higherIsBetter).map(({ id }) => id),
      ['5', '4', '3', '1', '2'],
    );
    const accurate = (id: string, value: number) => inSweep(id, 0, { best: { tag: 'accuracy', value, epoch: 1 } });
    assert.deepEqual(
      bestFirst([accurate('1', 0.5), accurate('2', 0.9)], rank, higherIsBetter).map(({ id }) => id),
      ['2', '1'],
    );
  });

  it('are counted, with the best value and those that train', () => {
    const headers = (...runs: FoundRun[]) => runs.flatMap((run) => ('header' in run ? [run.header] : []));
    const words = sweepWords(headers(inSweep('1', 0.0312), inSweep('2', 0.5)), reading);
    assert.deepEqual(
      [words.label, words.description, words.icon, words.context],
      ['Sweep · 14:15', '2 runs · best val_loss 0.0312 (seed 1)', 'graph-scatter', 'sweep over unmarked'],
    );
    const running = { state: 'running', starred: true } as const;
    const live = sweepWords(headers(inSweep('1', 0.5, running), inSweep('2', undefined, running)), reading);
    assert.deepEqual(
      [live.description, live.icon, live.context],
      ['2 runs · best val_loss 0.5000 (seed 1) · 2 runs train', 'play-circle', 'sweep marked'],
    );
    // The value in the row of a run is the one that ranks it.
    const final = { train: { loss: 9, accuracy: 1 }, validation: { loss: 0.25, accuracy: 0.5 } };
    const own = row({ sweep: { id: 's', values: {} }, best: { tag: 'val_loss', value: 0.2, epoch: 3 }, final });
    assert.match(own.description, /^val_loss 0\.2500 · /);
  });

  it('are grouped quickly where there are a thousand', () => {
    const listing = new RunListing();
    const runs = Array.from({ length: 1000 }, (_, i) => inSweep(String(1000 + i), Math.sin(i)));
    listing.replace(runs);
    const [sweep] = listing.specs[0].children;
    assert.equal(runsNamed(sweep).length, 1000);
    assert.deepEqual(listing.update(runs.map((run) => ({ home: here, id: run.id, run }))), [sweep]);
  });
});

describe('the end of a training', () => {
  it('is told if it took more than a minute and came to its end', () => {
    const end = (seconds: number, state: 'completed' | 'stopped') =>
      endWorthTelling({
        title: 'XOR',
        state,
        details: { ended: { reason: state, epochs: 5, seconds, final: { validation: [['loss', 0.25]] }, expect: [] } },
        lastValue: () => undefined,
      } as unknown as Parameters<typeof endWorthTelling>[0]);
    assert.equal(end(75, 'completed'), 'XOR: finished · 75 s · val_loss 0.2500');
    assert.deepEqual([end(59, 'completed'), end(75, 'stopped')], [undefined, undefined]);
  });
});
