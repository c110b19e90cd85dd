import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWeights } from '../../../src/engine';
import { nnspec, type RunOptions, Workspace, xor } from './harness';

const swept = `${xor}sweep:\n  values: { seed: [1, 2], training.optimizer.sgd.learning_rate: [0.5, 1] }\n`;
/** The first run is the slowest. */
const unequal = `${xor}sweep: { values: { training.epochs: [100, 1, 2, 3] } }\n`;

type Line = Record<string, unknown>;
const timeless = (lines: readonly Line[]) => lines.map(({ seconds: _, ...line }) => line);

describe('nnspec train of a sweep', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());
  const command = async (spec: string, argv: readonly string[], options: Partial<RunOptions> = {}) => {
    await workspace.write('a.nnspec', spec);
    return nnspec(argv, { cwd: workspace.folder, ...options });
  };
  const train = (spec: string, ...argv: string[]) => command(spec, ['train', 'a.nnspec', '--json', ...argv]);

  it('gives each run the lines that it has alone, with its index', async () => {
    const { status, lines } = await train(swept, '--jobs', '2');
    assert.equal(status, 0);
    const alone = await train(xor.replace('seed: 42', 'seed: 2').replace('sgd: 0.5', 'sgd: 1'), '--threads', '1');
    const own = timeless(lines.filter(({ index }) => index === 3));
    assert.deepEqual(own, timeless(alone.lines.map((line) => ({ index: 3, ...line }))));
    assert.deepEqual(timeless((await train(swept, '--sweep-index', '3')).lines), own);
    assert.notDeepEqual(own.slice(1), timeless(lines.filter(({ index }) => index === 2).slice(1)));
    assert.deepEqual(
      lines.map(({ index }) => index),
      [0, 1, 2, 3].flatMap((index) => Array(lines.length / 4).fill(index)),
    );
  });

  it('writes the runs in the order of their index, however many are trained at once', async () => {
    const one = await train(unequal, '--jobs', '1');
    const many = await train(unequal, '--jobs', '4');
    assert.deepEqual(timeless(many.lines), timeless(one.lines));
    assert.deepEqual(
      many.lines.filter(({ event }) => event === 'end').map(({ index }) => index),
      [0, 1, 2, 3],
    );
  });

  it('tells people the score of each run, the best, and how many met what is expected', async () => {
    const spec = `${xor.replace('epochs: 3', 'epochs: 1')}expect: [loss < 0.7]\nsweep: { values: { training.optimizer.sgd.learning_rate: [0.5, 1e30, 5] } }\n`;
    const { status, out } = await command(spec, ['train', 'a.nnspec']);
    assert.equal(status, 1);
    const lines = out.split('\n');
    assert.match(
      lines[0],
      /^0 {2}training\.optimizer\.sgd\.learning_rate = 0\.5 {3,}loss 0\.\d+ {2}accuracy [\d.]+ {2}1 epoch {2}[✓✗] loss < 0\.7$/,
    );
    assert.match(lines[1], /^1 .*✗ loss < 0\.7$/);
    assert.match(lines[3], /^Best loss: 0\.\d+ in run [02]$/);
    assert.match(lines[4], /^Runs that met what is expected: [012] of 3$/);
  });

  it('trains nothing where one combination is wrong, of the network or of the data', async () => {
    const network = `${xor}sweep: { values: { model.layers.1.dense.units: [1, 2] } }\n`;
    const { status, lines } = await train(network);
    assert.equal(status, 1);
    assert.deepEqual(
      lines.map(({ event, code, line, column, reason }) => event ?? [code, line, column, reason]),
      [['output-size', 9, 52, undefined], 'end'],
    );
    await workspace.write('a.csv', 'a,b,y\n1,2,3\n4,5,6\n7,8,9\n1,1,1\n2,2,2\n');
    const data = `data: { file: a.csv, inputs: [a, b], target: y }\nmodel: { layers: [{ dense: 1 }] }\ntraining: { epochs: 1 }\nsweep: { values: { data.inputs: [[a], [a, c], b] } }\n`;
    const wrong = await train(data);
    assert.equal(wrong.status, 1);
    const [problem, ...rest] = wrong.lines;
    assert.match(String(problem.message), /^Run 1: /);
    assert.equal(
      data
        .split('\n')
        [Number(problem.line) - 1].slice(Number(problem.column) - 1)
        .slice(0, 1),
      'c',
    );
    assert.deepEqual(
      rest.map(({ event }) => event),
      ['end'],
    );
    const checked = await command(data, ['check', 'a.nnspec', '--json']);
    assert.deepEqual(checked.lines, [problem]);
    assert.equal((await train(data.replace('[a, c], ', ''))).status, 0);
  });

  it('ends at an interrupt with the runs that have begun', async () => {
    const spec = `${xor.replace('epochs: 3', 'epochs: 100000')}sweep: { values: { seed: [1, 2, 3, 4] } }\n`;
    const { status, lines } = await command(spec, ['train', 'a.nnspec', '--json', '--jobs', '2'], {
      interruptAfter: '"epoch":5,',
    });
    assert.equal(status, 130);
    const ends = lines.filter(({ event }) => event === 'end');
    assert.ok(ends.length > 0 && ends.length <= 2, `${ends.length}`);
    assert.deepEqual(ends[0].index, 0);
    assert.equal(ends[0].reason, 'stopped');
    assert.equal(lines.at(-1)?.event, 'end');
  });

  it('counts a run that diverged as status 3, after unmet expectations', async () => {
    const line = 'data: { source: plane }\nmodel: { layers: [{ dense: 1 }] }\ntraining: { epochs: 30 }\n';
    const diverging = `${line}sweep: { values: { training.optimizer.sgd.learning_rate: [0.01, 1e30] } }\n`;
    assert.equal((await train(diverging)).status, 3);
    assert.equal((await train(`${diverging}expect: [loss < 0]\n`)).status, 1);
  });

  it('saves one run, whose weights hold a spec with its values', async () => {
    const { status } = await train(swept, '--sweep-index', '3', '--save', 'w.safetensors');
    assert.equal(status, 0);
    const bytes = readFileSync(join(workspace.folder, 'w.safetensors'));
    const decoded = decodeWeights(bytes);
    assert.ok('ok' in decoded);
    const text = JSON.stringify(decoded.ok);
    assert.ok(text.includes('seed: 2') && text.includes('sgd: 1') && !text.includes('sweep'), text);
  });

  it('starts every run from the weights of --init', async () => {
    await train(xor, '--save', 'w.safetensors');
    const { status, lines } = await train(swept, '--init', 'w.safetensors', '--jobs', '1');
    assert.equal(status, 0);
    assert.equal(lines.filter(({ event, from }) => event === 'start' && from).length, 4);
  });

  for (const [argv, message] of [
    [['--sweep-index', '4'], 'The option --sweep-index needs an integer from 0 to 3, not “4”.'],
    [['--save', 'w'], 'The option --save is for one run. Add --sweep-index to train one of the sweep.'],
    [['--checkpoint', 'w'], 'The option --checkpoint is for one run. Add --sweep-index to train one of the sweep.'],
    [['--seed', '1'], 'The sweep sets seed itself. Leave out the option.'],
    [['--jobs', '2', '--sweep-index', '0'], 'The option --jobs cannot stand beside --sweep-index.'],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const { status, err, out } = await train(swept, ...argv);
      assert.deepEqual([status, out], [2, '']);
      assert.ok(err.startsWith(message), err);
      assert.ok(!existsSync(join(workspace.folder, 'w')));
    });
  }

  it('refuses the options of a sweep where the spec has none', async () => {
    assert.equal((await train(xor, '--jobs', '2')).status, 2);
    assert.equal((await train(xor, '--sweep-index', '0')).status, 2);
  });
});

describe('nnspec sweep --list', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());
  const list = async (spec: string, ...argv: string[]) => {
    await workspace.write('a.nnspec', spec);
    return nnspec(['sweep', 'a.nnspec', ...argv], { cwd: workspace.folder });
  };

  it('prints the values of every run and trains nothing', async () => {
    const { status, lines } = await list(swept, '--list', '--json');
    assert.equal(status, 0);
    assert.deepEqual(lines.slice(0, 2), [
      { index: 0, values: { seed: 1, 'training.optimizer.sgd.learning_rate': 0.5 } },
      { index: 1, values: { seed: 1, 'training.optimizer.sgd.learning_rate': 1 } },
    ]);
    assert.equal(lines.length, 4);
    const { out } = await list(swept, '--list');
    assert.deepEqual(
      out
        .split('\n')
        .slice(0, 2)
        .map((line) => line.trim().split(/ +/)),
      [
        ['seed', 'training.optimizer.sgd.learning_rate', 'loss', 'run'],
        ['0', '1', '0.5'],
      ],
    );
  });

  it('fails where there is a mistake, and is used wrongly without a sweep', async () => {
    const wrong = await list(swept.replace('sgd.learning_rate', 'sgd.learning'), '--list', '--json');
    assert.deepEqual([wrong.status, wrong.lines[0].code], [1, 'sweep-path']);
    assert.equal((await list(xor, '--list')).status, 2);
  });

  it('ranks by the final value, as the editor does, not by the best epoch', async () => {
    // Both are best after their first epoch, with the same loss, and get worse: the first one far more.
    const { out } = await list(swept.replace('seed: [1, 2]', 'seed: [42]').replace('[0.5, 1]', '[8, 10]'));
    const [best, , ...rows] = out.trim().split('\n').slice(-4);
    assert.match(best, /^Best loss: 0\.764 in run 1$/);
    assert.deepEqual(
      rows.map((row) => row.trim().split(/ +/).slice(0, 4)),
      [
        ['1', '42', '10', '0.764'],
        ['0', '42', '8', '0.9674'],
      ],
    );
  });

  it('gives the jobs of an array one sweep, unless they train something else', async () => {
    const idOf = async (spec: string, ...argv: string[]) => {
      const [{ run }] = (await list(spec, '--json', '--sweep-index', ...argv)).lines;
      const header = readFileSync(join(workspace.folder, '.nnspec/runs', String(run), 'run.json'), 'utf8');
      return (JSON.parse(header) as { sweep: { id: string } }).sweep.id;
    };
    const ids = [await idOf(swept, '0'), await idOf(swept, '3'), await idOf(swept, '1', '--epochs', '2')];
    assert.match(ids[0], /^xor-[0-9a-f]{8}$/);
    assert.equal(ids[1], ids[0]);
    assert.equal(new Set([...ids, await idOf(swept.replace('[1, 2]', '[1, 3]'), '1')]).size, 3);
  });

  it('trains and keeps every run, then prints them best first; a later list knows them', async () => {
    const spec = swept.replace('learning_rate: [0.5, 1]', 'learning_rate: [0.001, 1]');
    const { status, lines } = await list(spec, '--json');
    assert.equal(status, 0);
    const ranked = lines.filter(({ event }) => event === undefined);
    const rates = ranked.map(
      ({ values }) => (values as Record<string, number>)['training.optimizer.sgd.learning_rate'],
    );
    assert.deepEqual(rates, [1, 1, 0.001, 0.001]);
    const started = new Map(lines.filter(({ event }) => event === 'start').map(({ index, run }) => [index, run]));
    assert.deepEqual(
      ranked.map(({ run }) => run),
      ranked.map(({ index }) => started.get(index as number)),
    );
    const listed = (await list(spec, '--list', '--json')).lines;
    assert.deepEqual(
      listed,
      [...ranked].sort((a, b) => Number(a.index) - Number(b.index)),
    );
  });
});
