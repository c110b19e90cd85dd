import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nnspec, Workspace, xor } from './harness';

const divergent = `seed: 1
data: { source: sine }
model: { layers: [{ dense: { units: 8, activation: relu } }, { dense: 1 }] }
training: { optimizer: { sgd: 1.0e+30 }, epochs: 5 }
`;

describe('nnspec train', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.write('xor.nnspec', xor);
  });
  afterEach(() => workspace.dispose());
  const train = (...argv: string[]) => nnspec(['train', ...argv], { cwd: workspace.folder });

  it('prints exactly the fields of the language page, in their order', async () => {
    await workspace.write('xor.nnspec', `${xor}expect: [loss < 10 within 2, parameters == 17]\n`);
    const { status, out } = await train('xor.nnspec', '--json');
    const lines = out.trimEnd().split('\n');
    assert.equal(status, 0);
    assert.equal(
      lines[0],
      '{"event":"start","name":"XOR","seed":42,"parameters":17,"samples":{"train":4,"validation":0,"test":0},' +
        '"layers":[{"name":"dense_1","type":"dense","shape":[4],"parameters":12},' +
        '{"name":"dense_2","type":"dense","shape":[1],"parameters":5}],' +
        '"engine":{"version":"0.1.0","backend":"wasm","threads":1}}',
    );
    assert.equal(lines.length, 5);
    const number = '-?\\d+(?:\\.\\d+)?(?:e-\\d+)?';
    assert.match(
      lines[1],
      new RegExp(`^\\{"event":"epoch","epoch":1,"step":1,"loss":${number},"accuracy":${number}\\}$`),
    );
    assert.match(
      lines[4],
      new RegExp(
        `^\\{"event":"end","reason":"completed","epochs":3,"seconds":${number},` +
          `"final":\\{"train":\\{"loss":${number},"accuracy":${number},` +
          `"baseline_loss":0.6931471805599453,"baseline_accuracy":0.5\\}\\},` +
          `"expect":\\[\\{"text":"loss < 10 within 2","ok":true,"value":${number}\\},` +
          `\\{"text":"parameters == 17","ok":true,"value":17\\}\\],` +
          `"verdict":\\{"learned":false,"against":\\{"tag":"loss","value":${number},"baseline":0.6931471805599453\\},` +
          `"findings":\\[(?:\\{"code":"[a-z_]+","value":${number}\\})*\\]\\}\\}$`,
      ),
    );
  });

  it('prints each metric followed by its val_, and omits absent parts', async () => {
    await workspace.write(
      'iris.nnspec',
      `data: { source: iris }
model: { layers: [{ dense: { units: 3, activation: softmax } }] }
training: { epochs: 2 }
`,
    );
    const { lines } = await train('iris.nnspec', '--json');
    assert.deepEqual(Object.keys(lines[1]), ['event', 'epoch', 'step', 'loss', 'val_loss', 'accuracy', 'val_accuracy']);
    assert.deepEqual(Object.keys(lines[3].final as object), ['train', 'validation']);
  });

  it('compares with a constant answer, and with --baseline also with the linear model', async () => {
    await workspace.write('xor.nnspec', xor.replace(/epochs: \d+/, 'epochs: 300'));
    const { lines } = await train('xor.nnspec', '--json', '--baseline');
    const { final, linear } = lines.at(-1) as Record<string, { readonly train: Record<string, number> }>;
    assert.deepEqual(Object.keys(final.train), ['loss', 'accuracy', 'baseline_loss', 'baseline_accuracy']);
    assert.deepEqual(Object.keys(linear), ['train']);
    // No single layer can do better on XOR than the answer one half.
    assert.ok(linear.train.loss >= Math.LN2 - 1e-6 && linear.train.loss < Math.LN2 + 0.05, `${linear.train.loss}`);
    const { out } = await train('xor.nnspec', '--baseline');
    assert.match(out, /^ {2}train +\S+ +\S+\n {4}linear model +0\.\d+ +\S+\n {4}baseline +0\.6931 +0\.5$/m);
  });

  it('exits with 1 where an expectation fails, and says so', async () => {
    await workspace.write('xor.nnspec', `${xor}expect: [loss < 0.0001]\n`);
    const { status, out } = await train('xor.nnspec');
    assert.equal(status, 1);
    assert.match(out, /✗ loss < 0\.0001/);
  });

  it('prints a name on one line, without control characters', async () => {
    await workspace.write('odd.nnspec', xor.replace(/name: .*/, 'name: "\\e]0;a\\a\\nb"'));
    const { out } = await nnspec(['train', 'odd.nnspec', '--epochs', '1'], { cwd: workspace.folder });
    assert.match(out, /^\ufffd\]0;a\ufffd\ufffdb: 17 parameters/);
  });

  it('exits with 3 if the run diverges, and names layer, step and tensor; non-finite numbers are strings', async () => {
    await workspace.write('wild.nnspec', divergent);
    const { status, lines, err } = await train('wild.nnspec', '--json', '--save', 'w.safetensors');
    const end = lines.at(-1) ?? {};
    assert.equal(status, 3);
    assert.equal(end.reason, 'diverged');
    assert.deepEqual(Object.keys(end).slice(-4), ['message', 'layer', 'step', 'tensor']);
    assert.ok(['NaN', 'Infinity'].includes((end.final as { train: { loss: string } }).train.loss));
    assert.match(err, /not saved/);
    assert.ok(!existsSync(join(workspace.folder, 'w.safetensors')));
  });

  it('trains on if only the validation loss is not finite, and warns once, naming the first epoch', async () => {
    const spec = `data:
  columns: [x, y]
  rows: [[1, 1], [2, 2], [3, 3], [1.0e+30, 1]]
  target: y
  split: { train: 0.75, validation: 0.25 }
model: { layers: [{ dense: 1 }] }
training: { epochs: 3, optimizer: { sgd: 0.001 } }
`;
    await workspace.write('far.nnspec', spec);
    // With this seed the validation part is the outlier.
    const { status, lines, err } = await train('far.nnspec', '--seed', '6', '--json');
    assert.equal(status, 0);
    assert.equal(lines[1].val_loss, 'Infinity');
    assert.equal(
      err.match(/^warning: val_loss is Infinity at epoch 1, though the training loss is finite/gm)?.length,
      1,
    );
    await workspace.write('near.nnspec', spec.replace('1.0e+30', '4'));
    assert.equal((await train('near.nnspec', '--json')).err, '');
  });

  it('fails an expectation of the loss of a diverged run, even one that any finite loss would meet', async () => {
    await workspace.write('wild.nnspec', `${divergent}expect: [loss > -1, parameters > 0]\n`);
    const { status, lines } = await train('wild.nnspec', '--json');
    assert.equal(status, 3);
    const judged = lines.at(-1)?.expect as { ok: boolean; value: unknown }[];
    assert.deepEqual(
      judged.map(({ ok }) => ok),
      [false, true],
    );
    assert.equal(judged[0].value, 'NaN');
  });

  it('prints problems of a bad spec as JSON lines with positions from 1', async () => {
    await workspace.write('sub/bad.nnspec', xor.replace('units: 4', 'unitz: 4'));
    const { status, lines } = await train('sub/bad.nnspec', '--json');
    assert.equal(status, 1);
    assert.deepEqual(Object.keys(lines[0]), [
      'file',
      'code',
      'severity',
      'line',
      'column',
      'endLine',
      'endColumn',
      'message',
    ]);
    const unknown = lines.find(({ code }) => code === 'unknown-key');
    assert.deepEqual(
      [unknown?.file, unknown?.line, unknown?.column, unknown?.endColumn],
      ['sub/bad.nnspec', 6, 16, 21],
    );
  });

  it('points into the data file where the data are bad', async () => {
    await workspace.write('sub/bad.nnspec', xor.replace('source: xor', 'file: bad.csv, target: y'));
    await workspace.write('sub/bad.csv', 'a,b,y\n0,0,0\n0,eins,1\n');
    const { status, lines } = await train('sub/bad.nnspec', '--json');
    assert.equal(status, 1);
    assert.deepEqual([lines[0].file, lines[0].line, lines[0].column, lines[0].endColumn], ['sub/bad.csv', 3, 3, 7]);
  });

  it('reads only inside the working directory and the folder of the spec, links followed', async () => {
    const outside = new Workspace();
    await outside.write('data.csv', 'a,b,y\n0,0,0\n0,1,1\n');
    symlinkSync(join(outside.folder, 'data.csv'), join(workspace.folder, 'link.csv'));
    for (const path of [join(outside.folder, 'data.csv'), 'link.csv', '../../etc/passwd.csv']) {
      await workspace.write('spy.nnspec', xor.replace('source: xor', `file: "${path}", target: y`));
      const { status, lines } = await train('spy.nnspec', '--json');
      assert.equal(status, 1);
      assert.doesNotMatch(JSON.stringify(lines), /"start"/);
      assert.match(JSON.stringify(lines), /bad-path|outside/);
    }
    // The spec's folder is allowed, wherever it is.
    await outside.write('own.nnspec', xor.replace('source: xor', 'file: data.csv, target: y, split: { train: 1 }'));
    assert.equal((await train(join(outside.folder, 'own.nnspec'))).status, 0);
    outside.dispose();
  });

  it('starts from the weights that were saved', async () => {
    await train('xor.nnspec', '--save', 'a.safetensors');
    const first = await train('xor.nnspec', '--json');
    const second = await train('xor.nnspec', '--init', 'a.safetensors', '--json', '--epochs', '1');
    assert.equal(second.status, 0);
    assert.deepEqual(second.lines[0].from, { kind: 'weights', file: 'a.safetensors', epoch: 0 });
    const told = await train('xor.nnspec', '--init', './a.safetensors', '--epochs', '1');
    assert.match(told.out, /^Started from weights a\.safetensors$/m);
    // Without dropout, training and evaluation give the same loss, except for the order of summation.
    const { train: final } = first.lines[first.lines.length - 1].final as { train: { loss: number } };
    assert.ok(Math.abs(Number(second.lines[1].loss) - final.loss) < 1e-12);
  });

  it('exits with 1 before training if initial weights are missing, truncated or of another network', async () => {
    await train('xor.nnspec', '--save', 'a.safetensors');
    const bytes = readFileSync(join(workspace.folder, 'a.safetensors'));
    await workspace.write('cut.safetensors', bytes.subarray(0, bytes.length - 1));
    await workspace.write('other.nnspec', xor.replace('units: 4', 'units: 5'));
    for (const argv of [
      ['xor.nnspec', '--init', 'gone.safetensors'],
      ['xor.nnspec', '--init', 'cut.safetensors'],
      ['other.nnspec', '--init', 'a.safetensors'],
    ]) {
      const { status, out, err } = await train(...argv);
      assert.equal(status, 1);
      assert.doesNotMatch(out, /epoch 1/);
      assert.notEqual(err, '');
    }
  });

  it('leaves no partial file when the disk is full, and keeps the previous file', async () => {
    await workspace.write('w.safetensors', 'before');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const { status, err } = await nnspec(['train', 'xor.nnspec', '--save', 'w.safetensors'], {
      cwd: workspace.folder,
      files: { writeAtomically: () => Promise.reject(full) },
    });
    assert.equal(status, 1);
    assert.match(err, /disk is full/);
    assert.equal(readFileSync(join(workspace.folder, 'w.safetensors'), 'utf8'), 'before');
  });

  it('exits with 1 before training if the weights could not be saved', async () => {
    for (const path of ['no/such/folder/w.safetensors', '.', 'xor.nnspec/w.safetensors']) {
      const { status, out } = await train('xor.nnspec', '--save', path);
      assert.equal(status, 1);
      assert.equal(out, '');
    }
  });

  it('writes weights atomically, and leaves no temporary file', async () => {
    await train('xor.nnspec', '--save', 'w.safetensors');
    assert.deepEqual(readdirSync(workspace.folder).sort(), ['w.safetensors', 'xor.nnspec']);
    assert.ok(statSync(join(workspace.folder, 'w.safetensors')).size > 100);
  });

  it('exits with 130 when it is interrupted, and saves the weights', async () => {
    const { status, lines } = await nnspec(
      ['train', 'xor.nnspec', '--json', '--epochs', '1000000000', '--save', 'w.safetensors'],
      { cwd: workspace.folder, interruptAfter: '"epoch":5,' },
    );
    assert.equal(status, 130);
    assert.equal(lines.at(-1)?.reason, 'stopped');
    assert.ok(existsSync(join(workspace.folder, 'w.safetensors')));
  });

  it('saves an interrupted run before its final values, which may take minutes', async () => {
    const order: string[] = [];
    const argv = ['train', 'xor.nnspec', '--json', '--epochs', '1000000000', '--save', 'a.safetensors'];
    const { status, err } = await nnspec([...argv, '--checkpoint', 'a.nnckpt'], {
      cwd: workspace.folder,
      interruptAfter: '"epoch":5,',
      onOutput: (text) => order.push(...(text.includes('"reason"') ? ['end'] : [])),
      files: {
        writeAtomically: async (path) => {
          order.push(basename(path));
        },
      },
    });
    assert.equal(status, 130);
    assert.deepEqual(order, ['a.safetensors', 'a.nnckpt', 'end']);
    assert.equal(err, 'a.safetensors: weights saved.\na.nnckpt: checkpoint saved.\n');
  });

  it('writes the singular for one parameter, epoch, cell and sample', async () => {
    const rows = 'data: { columns: [x, y], target: y, rows: [[1, 2]], split: { train: 1 } }';
    const layer = 'model: { layers: [{ dense: { units: 1, use_bias: false } }] }';
    await workspace.write('one.nnspec', `name: One\n${rows}\n${layer}\ntraining: { loss: huber, epochs: 1 }\n`);
    const argv = ['one.nnspec', '--save', 'one.safetensors', '--checkpoint', 'one.nnckpt'];
    const { status, out } = await train(...argv);
    assert.equal(status, 0);
    assert.match(out, /^One: 1 parameter, seed 0\n/);
    assert.match((await train('--resume', 'one.nnckpt')).err, /complete: it has trained 1 epoch of 1\./);
    const run = (...words: string[]) => nnspec(words, { cwd: workspace.folder });
    assert.match((await run('check', 'one.nnspec', '--gradients')).out, /checked the only gradient over 1 sample\./);
    await workspace.write('one.csv', 'x\n3\n');
    const predicted = await run('predict', 'one.safetensors', 'one.csv', '--out', 'out.csv');
    assert.match(predicted.err, /out\.csv: 1 prediction written\./);
  });

  it('writes warnings to standard error and does not change the status', async () => {
    await workspace.write('linear.nnspec', xor.replace('activation: tanh', 'activation: linear'));
    const { status, err, lines } = await train('linear.nnspec', '--json');
    assert.equal(status, 0);
    assert.match(err, /linear-stack/);
    assert.equal(lines[0].event, 'start');
  });

  it('redraws one line on a terminal, never wider than it', async () => {
    let time = 0;
    // Every reading of the clock takes 5 ms, so that progress is reported often.
    const now = () => {
      time += 5;
      return time;
    };
    const options = { cwd: workspace.folder, isTTY: true, now };
    const { err } = await nnspec(['train', 'xor.nnspec', '--epochs', '500'], options);
    const drawn = err.split('\r').filter((line) => line.startsWith('epoch'));
    assert.ok(drawn.length > 0);
    assert.ok(drawn.every((line) => line.replace('\u001b[K', '').length < 60));
    assert.ok(err.endsWith('\r\u001b[K'));
  });

  it('draws on a terminal of any width, even one that reports 0 or 1', async () => {
    let time = 0;
    const now = () => {
      time += 5;
      return time;
    };
    for (const columns of [0, 1, 2, 500]) {
      const options = { cwd: workspace.folder, isTTY: true, columns, now };
      assert.equal((await nnspec(['train', 'xor.nnspec', '--epochs', '100'], options)).status, 0);
    }
  });
});
