import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nnspec, Workspace } from './harness';

const fixture = JSON.parse(readFileSync(join(process.cwd(), 'test/fixtures/data/folds.json'), 'utf8'));

/** One linear layer on all rows at a time, trained until it no longer changes: what scikit-learn solves. */
const linear = (data: string, layer: string, training: string) => `data:
  file: table.csv
  inputs: [a, b]
  ${data}
  split: { train: 0.75, validation: 0.25, by: { group: fold } }
  scale: standard
  missing: mean
model: { layers: [${layer}] }
training: { ${training}, batch_size: 60, epochs: 1500, cross_validation: 4 }
`;

const iris = `name: iris
seed: 4
data: { source: iris, split: { train: 0.6, validation: 0.2, test: 0.2 }, stratify: true, scale: standard }
model: { layers: [{ dense: { units: 3, activation: softmax } }] }
training: { epochs: 4, cross_validation: 3 }
`;

type Line = Record<string, unknown>;
type Spread = { readonly mean: number; readonly sd: number };

describe('nnspec train with cross_validation', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());
  const trained = async (spec: string, ...argv: string[]) => {
    await workspace.write('a.nnspec', spec);
    return nnspec(['train', 'a.nnspec', ...argv], { cwd: workspace.folder });
  };

  for (const [name, spec] of [
    ['regression', linear('target: price', 'dense: 1', 'optimizer: { sgd: 0.3 }, metrics: [mean_absolute_error, r2]')],
    [
      'classes',
      linear(
        'target: bought',
        'dense: { units: 1, activation: sigmoid }',
        'optimizer: { sgd: 3 }, metrics: [accuracy, auc]',
      ),
    ],
  ]) {
    it(`scores each fold as scikit-learn does: ${name}`, async () => {
      const rows = fixture.rows.map((row: unknown[]) => row.map((cell) => cell ?? '').join(','));
      await workspace.write('table.csv', [fixture.columns.join(','), ...rows, ''].join('\n'));
      const { lines } = await trained(spec, '--json');
      const folds = lines.filter(({ event }) => event === 'fold').map(({ values }) => values as Record<string, number>);
      const { cross_validation: spread } = (lines.at(-1) as { final: { cross_validation: Record<string, Spread> } })
        .final;
      assert.equal(folds.length, 4);
      const near = (own: number, theirs: number, what: string) =>
        assert.ok(Math.abs(own - theirs) <= 2e-4 * Math.max(1, Math.abs(theirs)), `${what}: ${own}, not ${theirs}`);
      for (const [tag, expected] of Object.entries<Spread & { folds: number[] }>(fixture[name])) {
        const own = folds.map((values) => values[tag]).toSorted((a, b) => a - b);
        expected.folds.forEach((value, i) => {
          near(own[i], value, tag);
        });
        near(spread[tag].mean, expected.mean, `mean of ${tag}`);
        near(spread[tag].sd, expected.sd, `spread of ${tag}`);
      }
    });
  }

  it('prints the folds first, then the run as it is without them', async () => {
    const { lines, status } = await trained(iris, '--json');
    const plain = await trained(iris.replace(', cross_validation: 3', ''), '--json');
    assert.equal(status, 0);
    const of = (fold: number | undefined) => lines.filter((line) => line.fold === fold).map(({ event }) => event);
    for (const fold of [1, 2, 3]) {
      assert.deepEqual(of(fold), ['start', 'epoch', 'epoch', 'epoch', 'epoch', 'fold']);
    }
    const own = lines.filter(({ fold }) => fold === undefined);
    assert.deepEqual(own.slice(0, -1), plain.lines.slice(0, -1));
    const { cross_validation: spread, ...final } = (own.at(-1) as { final: Record<string, Line> }).final;
    assert.deepEqual(final, (plain.lines.at(-1) as Line).final);
    assert.deepEqual(Object.keys(spread), ['loss', 'accuracy', 'baseline_loss', 'baseline_accuracy']);
    const [first, second] = lines.filter(({ event }) => event === 'fold');
    assert.deepEqual(Object.keys(first), ['event', 'fold', 'reason', 'epochs', 'values']);
    assert.notDeepEqual(first.values, second.values);
    const { samples } = lines[0] as { samples: Line };
    assert.deepEqual(samples, { train: 80, validation: 40, test: 0 });
  });

  it('takes the number of folds from the command line in place of the spec', async () => {
    const { out: wanted } = await trained(iris, '--json');
    const run = (...argv: string[]) => nnspec(['train', 'a.nnspec', '--json', ...argv], { cwd: workspace.folder });
    const withoutTime = (text: string) => text.replace(/"seconds":[^,]*,/, '');
    await workspace.write('a.nnspec', iris.replace(', cross_validation: 3', ''));
    assert.equal(withoutTime((await run('--cross-validation', '3')).out), withoutTime(wanted));
    await workspace.write('a.nnspec', iris.replace('cross_validation: 3', 'cross_validation: 7'));
    assert.equal(withoutTime((await run('--cross-validation', '3')).out), withoutTime(wanted));
    const foldsOf = ({ lines }: { lines: readonly Line[] }) => lines.filter(({ event }) => event === 'fold').length;
    assert.equal(foldsOf(await run('--cross-validation', '--epochs', '1')), 7);
    assert.equal((await run('--cross-validation', '1')).status, 2);
    assert.match((await run('--cross-validation', '3', '--init', 'w.safetensors')).err, /--init: those weights/);
    await workspace.write('a.nnspec', iris.replace(', cross_validation: 3', ''));
    assert.equal(foldsOf(await run('--cross-validation', '--epochs', '1')), 5);
    const { lines, status } = await run('--cross-validation', '121');
    assert.deepEqual([status, lines[0].line], [1, 5]);
  });

  it('gives mean and spread beside the other values, in words', async () => {
    const { out } = await trained(iris);
    assert.match(
      out,
      /^iris: cross-validation with 3 folds, seed 4\n {2}fold 1\/3 {2}loss \S+ {2}accuracy \S+ {2}4 epochs\n/,
    );
    assert.match(
      out,
      /\n {2}cross-validation +\S+ ± \S+ +\S+ ± \S+\n {4}baseline +\S+ ± \S+ +\S+ ± \S+\nAbout as good as always giving the same answer, on 30 rows: val_loss /,
    );
  });

  it('trains the linear model in the same folds with --baseline', async () => {
    const deep = iris.replace('[{', '[{ dense: { units: 4, activation: tanh } }, {');
    const { lines } = await trained(deep, '--json', '--baseline');
    const { linear } = lines.at(-1) as { linear: { train: Line; cross_validation: Line } };
    // The spec of `iris` is that linear model.
    const alone = (await trained(iris, '--json')).lines.at(-1) as { final: { cross_validation: Line } };
    for (const tag of ['loss', 'accuracy']) {
      const [found, wanted] = [linear, alone.final].map(
        (each) => (each.cross_validation as Record<string, Spread>)[tag],
      );
      // The layers are named otherwise: the last bits may differ.
      assert.ok(Math.abs(found.mean - wanted.mean) < 1e-6 && Math.abs(found.sd - wanted.sd) < 1e-6, tag);
    }
    assert.deepEqual(Object.keys(linear), ['train', 'validation', 'test', 'cross_validation']);
    const { out } = await trained(deep, '--baseline');
    assert.match(out, /\n {2}cross-validation .*\n {4}linear model +\S+ ± \S+ +\S+ ± \S+\n {4}baseline .*\n/);
    // On the test part, with the standard error of pairs of rows. Four epochs are too few for a hidden layer.
    assert.match(
      out,
      /\nThe linear model is (?:better|about as good): loss \S+ against \S+ on the same \d+ rows \(standard error/,
    );
    // Weights of a file have seen every row: then neither is trained in folds.
    await trained(deep, '--save', 'w.safetensors');
    const from = (await trained(deep, '--json', '--baseline', '--init', 'w.safetensors')).lines.at(-1) as Line;
    assert.deepEqual(Object.keys(from.linear as Line), ['train', 'validation', 'test']);
  });

  it('says how many folds were scored where it is interrupted in one, and saves no weights of it', async () => {
    await workspace.write('a.nnspec', iris.replace('epochs: 4', 'epochs: 400'));
    const run = (...argv: string[]) =>
      nnspec(['train', 'a.nnspec', ...argv], {
        cwd: workspace.folder,
        interruptAfter: argv.includes('--json') ? '"fold":2' : 'fold 1/3',
      });
    const { out, status } = await run();
    assert.equal(status, 130);
    assert.match(
      out,
      /Training was stopped\. .*\nFolds that were scored: 1 of 3\n +loss +accuracy\n {2}cross-validation +\S+ +\S+\n/,
    );
    const saving = await run('--json', '--save', 'w.safetensors');
    assert.equal(saving.status, 1);
    assert.match(saving.err, /^The run ended in fold 2 of 3: the network itself was not trained\.$/m);
    assert.deepEqual((saving.lines.at(-1) as Line).final, {});
  });

  it('trains no folds from weights or a checkpoint, which may come from a spec without them', async () => {
    const plain = iris.replace(', cross_validation: 3', '');
    await trained(plain, '--save', 'w.safetensors', '--checkpoint', 'c.nnckpt');
    for (const option of [
      ['--init', 'w.safetensors'],
      ['--resume', 'c.nnckpt', '--epochs', '6'],
    ]) {
      const { lines, status } = await trained(iris, '--json', ...option);
      assert.equal(status, 0);
      assert.ok(lines.every(({ fold }) => fold === undefined));
    }
  });

  it('reports a fold that diverges, and ends', async () => {
    const { out, err, lines, status } = await trained(
      iris.replace('epochs: 4', 'epochs: 4, optimizer: { sgd: 1.0e+38 }'),
      '--json',
    );
    assert.equal(status, 3, out + err);
    assert.match(err, /^Fold \d: Training diverged at step \d+: /m);
    assert.equal((lines.at(-1) as Line).reason, 'diverged');
  });

  it('is refused with the number of rows on its value', async () => {
    const few = iris.replace('cross_validation: 3', 'cross_validation: 121');
    const { err, status } = await trained(few);
    assert.equal(status, 1);
    assert.match(err, /a\.nnspec:5:\d+.*121 folds need 121 rows in the train and validation parts, which have 120\./);
  });
});
