import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { set, withState } from '../engine/checkpointFiles';
import { nnspec, type RunOptions, slowly, Workspace, wholeOf } from './harness';

const moons = `name: Moons
seed: 3
data: { source: { moons: { samples: 60 } }, split: { train: 0.6, validation: 0.2, test: 0.2 } }
model:
  layers:
    - dense: { units: 6, activation: tanh }
    - dropout: 0.2
    - dense: { units: 1, activation: sigmoid }
training:
  optimizer: { adam: 0.02 }
  schedule: { reduce_on_plateau: { patience: 2 } }
  batch_size: 8
  epochs: 12
  metrics: [accuracy, auc]
  early_stopping: { patience: 50 }
`;

describe('nnspec train with checkpoints', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.write('m.nnspec', moons);
  });
  afterEach(() => workspace.dispose());
  const at = (path: string) => join(workspace.folder, path);
  const bytes = (path: string) => readFileSync(at(path));
  const train = (argv: readonly string[], options: Partial<RunOptions> = {}) =>
    nnspec(['train', ...argv], { cwd: workspace.folder, now: slowly(), ...options });
  const epochs = (lines: readonly Record<string, unknown>[]) => lines.filter(({ event }) => event === 'epoch');

  it('prints the same epochs and saves the same weights, whether interrupted and resumed or not', async () => {
    const whole = await train(['m.nnspec', '--json', '--save', 'whole.safetensors']);
    const first = await train(['m.nnspec', '--json', '--checkpoint', 'm.nnckpt'], { interruptAfter: '"epoch":4,' });
    assert.equal(first.status, 130);
    assert.match(first.err, /m\.nnckpt: checkpoint saved/);
    for (const argv of [
      ['m.nnspec', '--resume', 'm.nnckpt'],
      ['--resume', 'm.nnckpt'],
    ]) {
      const second = await train([...argv, '--json', '--save', 'two.safetensors']);
      assert.equal(second.status, 0, second.err);
      const before = epochs(first.lines).length;
      assert.deepEqual((second.lines[0].resumed as { epochs: number }).epochs, before);
      assert.equal(second.lines[0].seed, 3);
      assert.deepEqual([...epochs(first.lines), ...epochs(second.lines)], epochs(whole.lines));
      assert.deepEqual(second.lines.at(-1)?.final, whole.lines.at(-1)?.final);
      assert.deepEqual(bytes('two.safetensors'), bytes('whole.safetensors'));
    }
  });

  it('gives the same results when interrupted at any turn and resumed with a checkpoint every epoch', async () => {
    // Evaluations take several batches, so that some interrupts come within one.
    const spec = moons.replace('samples: 60', 'samples: 900').replace('batch_size: 8', 'batch_size: 300');
    await workspace.write('t.nnspec', spec.replace('epochs: 12', 'epochs: 2'));
    let turns = 0;
    const files = ['--save', 'whole.safetensors', '--checkpoint', 'whole.nnckpt'];
    const whole = await train(['t.nnspec', '--json', ...files], { onTurn: () => turns++ });
    assert.equal(whole.status, 0, whole.err);
    let resumed = 0;
    for (let turn = 1; turn < turns; turn++) {
      let left = turn;
      const onTurn = (interrupt: () => void) => {
        left--;
        if (left === 0) {
          interrupt();
        }
      };
      const first = await train(['t.nnspec', '--json', '--checkpoint', 't.nnckpt'], { onTurn });
      const end = first.lines.findLast(({ event }) => event === 'end');
      // Before its start and after its end, a run has nothing to resume.
      if (end?.reason !== 'stopped') {
        continue;
      }
      assert.equal(first.status, 130, first.err);
      assert.equal(first.lines.at(-1), end);
      assert.equal(end.epochs, epochs(first.lines).length);
      const argv = ['--resume', 't.nnckpt', '--checkpoint', 't.nnckpt', '--checkpoint-every', '1'];
      const second = await train([...argv, '--json', '--save', 'two.safetensors']);
      assert.equal(second.status, 0, `${turn}: ${second.err}`);
      assert.deepEqual([...epochs(first.lines), ...epochs(second.lines)], epochs(whole.lines), `${turn}`);
      assert.deepEqual(second.lines.at(-1)?.final, whole.lines.at(-1)?.final);
      assert.deepEqual(bytes('two.safetensors'), bytes('whole.safetensors'));
      assert.deepEqual(bytes('t.nnckpt'), bytes('whole.nnckpt'));
      resumed++;
    }
    assert.ok(resumed > 20, `${resumed}`);
  });

  it('prints the final values and exits with 0 if interrupted after the run is complete', async () => {
    const spec = moons.replace('samples: 60', 'samples: 900').replace('batch_size: 8', 'batch_size: 300');
    await workspace.write('t.nnspec', `${spec.replace('epochs: 12', 'epochs: 1')}expect: [val_loss > 0]\n`);
    const argv = ['t.nnspec', '--json', '--checkpoint', 't.nnckpt', '--save'];
    let turns = 0;
    const whole = await train([...argv, 'whole.safetensors'], { onTurn: () => turns++ });
    assert.equal(whole.status, 0, whole.err);
    let left = turns;
    const onTurn = (interrupt: () => void) => {
      left--;
      if (left === 0) {
        interrupt();
      }
    };
    const { status, lines, err } = await train([...argv, 'w.safetensors'], { onTurn });
    assert.equal(status, 0, err);
    assert.deepEqual({ ...lines.at(-1), seconds: 0 }, { ...whole.lines.at(-1), seconds: 0 });
    assert.deepEqual(bytes('w.safetensors'), bytes('whole.safetensors'));
    assert.match(err, /t\.nnckpt: checkpoint saved/);
  });

  it('keeps the seed and the epochs that the command line gave', async () => {
    await train(['m.nnspec', '--seed', '99', '--epochs', '5', '--checkpoint', 'm.nnckpt'], {
      interruptAfter: 'epoch 2/',
    });
    const resumed = await train(['m.nnspec', '--resume', 'm.nnckpt', '--json', '--checkpoint', 'm.nnckpt']);
    const whole = await train(['m.nnspec', '--seed', '99', '--epochs', '7', '--json']);
    assert.equal(resumed.lines[0].seed, 99);
    assert.equal(epochs(resumed.lines).at(-1)?.epoch, 5);
    const longer = await train(['--resume', 'm.nnckpt', '--epochs', '7', '--json']);
    assert.deepEqual(epochs(longer.lines), epochs(whole.lines).slice(5));
  });

  it('saves after every N epochs while it trains', async () => {
    const saved: string[] = [];
    const { status, lines } = await train(
      ['m.nnspec', '--json', '--checkpoint', 'm.nnckpt', '--checkpoint-every', '5'],
      {
        files: {
          async writeAtomically(path, content) {
            saved.push(path);
            await workspace.write(`${saved.length}.nnckpt`, await wholeOf(content));
          },
        },
      },
    );
    assert.equal(status, 0);
    assert.equal(epochs(lines).length, 12);
    // After epochs 5 and 10, and at the end.
    assert.deepEqual(saved, Array(3).fill(at('m.nnckpt')));
    for (const [i, done] of [5, 10].entries()) {
      const resumed = await train(['m.nnspec', '--resume', `${i + 1}.nnckpt`, '--json']);
      assert.deepEqual(epochs(resumed.lines), epochs(lines).slice(done));
    }
    const over = await train(['m.nnspec', '--resume', '3.nnckpt']);
    assert.equal(over.status, 1);
    assert.match(over.err, /3\.nnckpt:.*complete: it has trained 12 epochs of 12/);
  });

  it('writes the final checkpoint last, also if interrupted while it writes another', async () => {
    let writing = 0;
    const saved: number[] = [];
    const { status, err } = await train(['m.nnspec', '--json', '--checkpoint', 'm.nnckpt', '--checkpoint-every', '1'], {
      interruptAfter: '"epoch":2,',
      files: {
        async writeAtomically(_, content) {
          writing++;
          assert.equal(writing, 1, 'two at once');
          await new Promise((resolve) => setTimeout(resolve, 20));
          saved.push((await wholeOf(content)).length);
          writing--;
        },
      },
    });
    assert.equal(status, 130, err);
    assert.equal(saved.length, 3);
  });

  it('ends where a checkpoint cannot be written', async () => {
    const { status, err } = await train(['m.nnspec', '--checkpoint', 'm.nnckpt', '--checkpoint-every', '1'], {
      files: { writeAtomically: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) },
    });
    assert.equal(status, 1);
    assert.match(err, /m\.nnckpt: /);
  });

  it('resumes with another name, expectation, comment and number of epochs, and with a moved data file', async () => {
    await workspace.write('one/d.csv', 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n');
    await workspace.write('two/e.csv', 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n');
    const spec = moons.replace(
      /data: .*\n/,
      'data: { file: one/d.csv, target: y, split: { train: 0.5, validation: 0.5 } }\n',
    );
    await workspace.write('f.nnspec', spec.replace('epochs: 12', 'epochs: 3'));
    await train(['f.nnspec', '--checkpoint', 'f.nnckpt']);
    await workspace.write(
      'g.nnspec',
      `# longer\n${spec.replace('one/d.csv', 'two/e.csv').replace('Moons', 'Other').replace('epochs: 12', 'epochs: 6')}expect: [loss < 9]\n`,
    );
    const { status, lines, err } = await train(['g.nnspec', '--resume', 'f.nnckpt', '--json']);
    assert.equal(status, 0, err);
    assert.deepEqual(
      epochs(lines).map(({ epoch }) => epoch),
      [4, 5, 6],
    );
    assert.equal(lines[0].name, 'Other');
  });

  const changes: readonly (readonly [what: string, from: string | RegExp, to: string, message: RegExp])[] = [
    ['units', 'units: 6', 'units: 7', /model\.layers\.dense_1\.units is 6 in the checkpoint and 7 in the spec/],
    ['an activation', 'activation: tanh', 'activation: relu', /dense_1\.activation.* is tanh.*relu/],
    ['a layer', '    - dropout: 0.2\n', '', /model\.layers/],
    ['the optimizer', 'adam: 0.02', 'sgd: 0.02', /training\.optimizer.* is adam.*sgd/],
    ['the learning rate', 'adam: 0.02', 'adam: 0.03', /learning_rate is 0\.02 .*0\.03/],
    ['the batch size', 'batch_size: 8', 'batch_size: 9', /training\.batch_size is 8 .*9/],
    ['the seed', 'seed: 3', 'seed: 4', /seed is 3 .*4/],
    ['the data', 'moons: { samples: 60 }', 'moons: { samples: 61 }', /data\..*samples is 60/],
    ['the split', 'validation: 0.2, test: 0.2', 'validation: 0.3, test: 0.1', /data\.split/],
    ['a metric', 'metrics: [accuracy, auc]', 'metrics: [accuracy]', /training\.metrics/],
    ['early stopping', 'patience: 50', 'patience: 51', /early_stopping\.patience is 50/],
    [
      'an expectation that asks for every epoch’s test values',
      /$/,
      'expect: [test_loss < 9 within 3]\n',
      /no “test_loss”/,
    ],
    ['fewer epochs than are done', 'epochs: 12', 'epochs: 2', /stands in epoch \d+, but the run is to have 2/],
  ];
  for (const [what, from, to, message] of changes) {
    it(`refuses a spec that differs in ${what}, with a sentence that says so`, async () => {
      await train(['m.nnspec', '--json', '--checkpoint', 'm.nnckpt'], { interruptAfter: '"epoch":4,' });
      await workspace.write('n.nnspec', moons.replace(from, to));
      const { status, lines } = await train(['n.nnspec', '--resume', 'm.nnckpt', '--json']);
      assert.equal(status, 1);
      const problem = lines.find(({ code }) => code === 'checkpoint');
      assert.equal(problem?.file, 'm.nnckpt');
      assert.match(String(problem?.message), message);
    });
  }

  it('refuses changed data, another number of epochs under a schedule that spans the run, and a run that stopped early', async () => {
    await workspace.write('d.csv', 'a,y\n0,0\n1,1\n2,0\n3,1\n');
    const spec = `data: { file: d.csv, target: y }
model: { layers: [{ dense: { units: 1, activation: sigmoid } }] }
training: { schedule: cosine, epochs: 4, early_stopping: { monitor: loss, patience: 0, min_delta: 9 } }
`;
    await workspace.write('s.nnspec', spec);
    await train(['s.nnspec', '--checkpoint', 's.nnckpt']);
    assert.match((await train(['s.nnspec', '--resume', 's.nnckpt'])).err, /stopped early at epoch/);
    await workspace.write('s.nnspec', spec.replace(/, early_stopping.*\} \}/, ' }'));
    await train(['s.nnspec', '--checkpoint', 's.nnckpt'], { interruptAfter: 'epoch 2/' });
    assert.match(
      (await train(['s.nnspec', '--resume', 's.nnckpt', '--epochs', '9'])).err,
      /“cosine” spans the whole run/,
    );
    await workspace.write('d.csv', 'a,y\n0,0\n1,1\n2,0\n3,0\n');
    assert.match(
      (await train(['s.nnspec', '--resume', 's.nnckpt', '--epochs', '4'])).err,
      /data have changed|complete/,
    );
  });

  it('refuses files that are no checkpoints', async () => {
    await train(['m.nnspec', '--save', 'w.safetensors', '--checkpoint', 'm.nnckpt']);
    await workspace.write('cut.nnckpt', bytes('m.nnckpt').subarray(0, 5000));
    await workspace.write('empty.nnckpt', '');
    for (const [path, message] of [
      ['w.safetensors', /no checkpoint/],
      ['cut.nnckpt', /outside the file|cut short/],
      ['empty.nnckpt', /0 bytes/],
      ['missing.nnckpt', /missing\.nnckpt/],
      ['.', /\./],
    ] as const) {
      for (const argv of [
        ['m.nnspec', '--resume', path],
        ['--resume', path],
      ]) {
        const { status, err } = await train(argv);
        assert.equal(status, 1, path);
        assert.match(err, message);
      }
    }
    assert.match((await train(['m.nnspec', '--init', 'm.nnckpt'])).err, /is a checkpoint, not weights/);
  });

  it('refuses a checkpoint with a number out of range, and names the number', async () => {
    await train(['m.nnspec', '--checkpoint', 'm.nnckpt']);
    await workspace.write('bad.nnckpt', withState(bytes('m.nnckpt'), set('learningRate', 'NaN')));
    const { status, err } = await train(['m.nnspec', '--resume', 'bad.nnckpt', '--epochs', '20']);
    assert.equal(status, 1);
    assert.match(err, /“learningRate” is NaN, which it cannot be/);
  });

  it('does not save a checkpoint of a run that diverged', async () => {
    await workspace.write('wild.nnspec', moons.replace('adam: 0.02', 'sgd: 1.0e+38').replace('tanh', 'relu'));
    const { status, err } = await train(['wild.nnspec', '--checkpoint', 'wild.nnckpt']);
    assert.equal(status, 3);
    assert.match(err, /wild\.nnckpt: not saved, since the run has diverged/);
    assert.ok(!existsSync(at('wild.nnckpt')));
  });

  it('says which options exclude one another', async () => {
    for (const [argv, message] of [
      [['m.nnspec', '--resume', 'a', '--seed', '1'], /--seed cannot stand beside --resume/],
      [['m.nnspec', '--resume', 'a', '--init', 'b'], /--init cannot stand beside --resume/],
      [['m.nnspec', '--checkpoint-every', '2'], /needs --checkpoint FILE/],
      [['m.nnspec', '--checkpoint', 'a', '--checkpoint-every', '0'], /integer from 1/],
      [[], /Name one/],
    ] as const) {
      const { status, err } = await train(argv);
      assert.equal(status, 2);
      assert.match(err, message);
    }
  });

  it('refuses to overwrite a file that it reads, or to write one file twice', async () => {
    await symlink(at('m.nnspec'), at('link.nnspec'));
    await train(['m.nnspec', '--epochs', '1', '--checkpoint', 'm.nnckpt', '--save', 'w.safetensors']);
    const kept = ['m.nnspec', 'm.nnckpt', 'w.safetensors'].map((path) => bytes(path));
    for (const argv of [
      ['m.nnspec', '--save', 'm.nnspec'],
      ['m.nnspec', '--save', './link.nnspec'],
      ['m.nnspec', '--checkpoint', 'm.nnspec'],
      ['m.nnspec', '--checkpoint', 'new', '--save', 'new'],
      ['m.nnspec', '--init', 'w.safetensors', '--checkpoint', 'w.safetensors'],
      ['m.nnspec', '--resume', 'm.nnckpt', '--save', 'm.nnckpt'],
    ]) {
      const { status, err } = await train(argv);
      assert.equal(status, 2, argv.join(' '));
      assert.match(err, /reads or writes already/);
    }
    assert.ok(!existsSync(at('new')));
    assert.deepEqual(
      ['m.nnspec', 'm.nnckpt', 'w.safetensors'].map((path) => bytes(path)),
      kept,
    );
    for (const argv of [
      ['--resume', 'm.nnckpt', '--checkpoint', 'm.nnckpt', '--epochs', '2'],
      ['m.nnspec', '--init', 'w.safetensors', '--save', 'w.safetensors', '--epochs', '1'],
    ]) {
      assert.equal((await train(argv)).status, 0, argv.join(' '));
    }
  });

  it('refuses to overwrite the data of the spec', async () => {
    const csv = 'a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n';
    await workspace.write('data/rows.csv', csv);
    const spec = `data: { file: rows.csv, target: y, split: { train: 1 } }
model: { layers: [dense: { units: 1, activation: sigmoid }] }
training: { epochs: 1 }
`;
    await workspace.write('data/d.nnspec', spec);
    await symlink(at('data/rows.csv'), at('rows-link.csv'));
    for (const argv of [
      ['--save', 'data/rows.csv'],
      ['--checkpoint', './data/../data/rows.csv'],
      ['--save', 'rows-link.csv'],
    ]) {
      const { status, err } = await train(['data/d.nnspec', ...argv]);
      assert.equal(status, 2, argv.join(' '));
      assert.match(err, /reads or writes already/);
      assert.equal(bytes('data/rows.csv').toString(), csv);
    }
    const { status } = await train(['data/d.nnspec', '--checkpoint', 'data/rows.nnckpt']);
    assert.equal(status, 0);
    assert.equal((await train(['--resume', 'data/rows.nnckpt', '--save', 'data/rows.csv'])).status, 2);
    assert.equal(bytes('data/rows.csv').toString(), csv);
  });

  it('writes to the target of a link, even if the target does not exist yet', async () => {
    await symlink('later.nnckpt', at('early.nnckpt'));
    assert.equal((await train(['m.nnspec', '--epochs', '1', '--checkpoint', 'early.nnckpt'])).status, 0);
    assert.ok(lstatSync(at('early.nnckpt')).isSymbolicLink());
    assert.ok(lstatSync(at('later.nnckpt')).isFile());
  });

  it('says before it trains that a file could not be written', async () => {
    await symlink('round.nnckpt', at('round.nnckpt'));
    await symlink('no-folder/x.nnckpt', at('astray.nnckpt'));
    for (const [path, message] of [
      ['round.nnckpt', /^round.nnckpt: the link leads back to itself/],
      ['astray.nnckpt', /^astray.nnckpt: there is no such file or folder/],
      ['n'.repeat(256), /^n+: the name is too long/],
    ] as const) {
      const { status, out, err } = await train(['m.nnspec', '--epochs', '1', '--checkpoint', path]);
      assert.equal(status, 1, path);
      assert.match(err, message);
      assert.equal(out, '', path);
    }
    assert.ok(lstatSync(at('round.nnckpt')).isSymbolicLink());
  });
});
