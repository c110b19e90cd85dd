import assert from 'node:assert/strict';
import { nnspec, Workspace } from './harness';

const header = 'a,b,kind';
const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => `${i % 7},${(i * 3) % 5},${(i % 7) + ((i * 3) % 5) > 5 ? 'high' : 'low'}`);

describe('nnspec evaluate', () => {
  const workspace = new Workspace();
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  after(() => workspace.dispose());

  async function trained(name: string, spec: string, data: string) {
    await workspace.write(`${name}.csv`, data);
    await workspace.write(`${name}.nnspec`, spec);
    const { lines, status, err } = await run('train', `${name}.nnspec`, '--json', '--save', `${name}.st`);
    assert.equal(status, 0, err);
    return (lines[lines.length - 1].final as { train: Record<string, number> }).train;
  }

  it('gives for the rows of the training what the training gave', async () => {
    const spec = `data: { file: classes.csv, target: kind, split: { train: 1 } }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, metrics: [accuracy, auc], epochs: 30 }
`;
    const final = await trained('classes', spec, [header, ...rowsOf(60)].join('\n'));
    const { lines, status } = await run('evaluate', 'classes.st', 'classes.csv', '--json');
    assert.equal(status, 0);
    assert.equal(lines.length, 1);
    const [{ event, rows, loss, metrics, baseline, confusion }] = lines as Record<string, never>[];
    assert.deepEqual([event, rows], ['evaluate', 60]);
    assert.deepEqual(Object.keys(metrics).slice(0, 3), ['accuracy', 'auc', 'precision']);
    const { accuracy, auc } = metrics as Record<string, number>;
    // To the bit: the same rows in the same batches, by the same code.
    assert.deepEqual([loss, accuracy, auc], [final.loss, final.accuracy, final.auc]);
    for (const [found, wanted] of [
      [(baseline as Record<string, number>).loss, final.baseline_loss],
      [(baseline as Record<string, number>).accuracy, final.baseline_accuracy],
    ]) {
      assert.ok(Math.abs(found - wanted) < 1e-6, `${found} for ${wanted}`);
    }
    const { classes, counts } = confusion as { classes: string[]; counts: number[][] };
    assert.deepEqual(classes, ['high', 'low']);
    assert.equal((counts[0][0] + counts[1][1]) / 60, accuracy);
    const { curves, calibration, worst } = lines[0] as Record<string, Record<string, unknown>[]>;
    assert.deepEqual([curves.length, curves[0].class, curves[0].auc], [1, 'low', auc]);
    const ends = ['threshold', 'recall', 'precision', 'false_alarms'].map((key) => (curves[0][key] as number[]).at(-1));
    assert.deepEqual(ends.slice(1), [1, (counts[1][0] + counts[1][1]) / 60, 1]);
    assert.deepEqual(Object.keys(calibration[0]), ['predicted', 'actual', 'rows']);
    assert.deepEqual(
      [worst.length, Object.keys(worst[0])],
      [10, ['row', 'target', 'predicted', 'probability', 'line']],
    );
    const { out } = await run('evaluate', 'classes.st', 'classes.csv');
    assert.match(out, /^Rows: 60\n {2,}network {2}baseline\n {2}loss /);
    assert.match(out, /\n {2}precision +[\d.–]+ +[\d.–]+\n/);
    assert.match(out, /^Rows in groups of similar probability of “low”.*\n {2}Mean probability +Came true +/m);
    assert.match(
      out,
      /^If a probability from this threshold on counts as “low”.*\n {2}Threshold .*\n {2}0\.05 +1\.000 /m,
    );
    // The line of the file: below the header, the first row is in line 2.
    const [first] = worst;
    assert.equal(first.line, Number(first.row) + 1);
    const listed = new RegExp(`^The rows that fit worst:\\n {2}Line .*\\n {2}${first.line} +${first.target} `, 'm');
    assert.match(out, listed);
    assert.equal(out.slice(out.indexOf('The rows that fit worst')).trim().split('\n').length, 7);
    assert.deepEqual((lines[0].thresholds as object[])[0], {
      threshold: 0.05,
      recall: 1,
      precision: 35 / 60,
      false_alarms: 1,
    });
  });

  it('gives measured values in their own units, also where the training scaled them', async () => {
    const spec = `data: { file: prices.csv, target: price, split: { train: 1 }, scale_target: log, scale: standard }
model: { layers: [dense: { units: 1 }] }
training: { loss: mean_squared_error, metrics: [mean_absolute_error, r2], optimizer: { adam: 0.05 }, epochs: 60 }
`;
    const data = ['a,price', ...Array.from({ length: 40 }, (_, i) => `${i},${Math.round(1e5 * Math.exp(i / 10))}`)];
    const final = await trained('prices', spec, data.join('\n'));
    const { lines } = await run('evaluate', 'prices.st', 'prices.csv', '--json');
    const [{ loss, metrics, baseline }] = lines as Record<string, Record<string, number>>[];
    assert.ok(Math.abs(Number(loss) - final.loss) < 1e-6);
    assert.ok(Math.abs(metrics.mean_absolute_error / final.mean_absolute_error - 1) < 1e-5);
    assert.ok(Math.abs(baseline.mean_absolute_error / final.baseline_mean_absolute_error - 1) < 1e-9);
    assert.ok(metrics.mean_absolute_error > 100, `${metrics.mean_absolute_error}`);
    // The root of the whole file's mean, also for the baseline; a mean of the batches' roots would be less.
    for (const { root_mean_squared_error, mean_squared_error } of [metrics, baseline]) {
      assert.ok(Math.abs(root_mean_squared_error ** 2 / mean_squared_error - 1) < 1e-12);
    }
  });

  it('measures the importance of columns, a category and a date as one each, when asked to', async () => {
    const spec = `data: { file: mixed.csv, target: y, split: { train: 1 }, scale: standard }
model: { layers: [dense: { units: 1 }] }
training: { loss: mean_squared_error, optimizer: { adam: 0.05 }, epochs: 60 }
`;
    const row = (i: number) =>
      `2024-${String((i % 12) + 1).padStart(2, '0')}-05,${'abc'[i % 3]},${(i * 7) % 11},${3 * ((i * 7) % 11) + (i % 3)}`;
    await trained('mixed', spec, ['day,zip,x,y', ...Array.from({ length: 48 }, (_, i) => row(i))].join('\n'));
    const importanceOf = async (...argv: string[]) => {
      const { lines, status, err } = await run('evaluate', ...argv, '--json');
      assert.equal(status, 0, err);
      return lines[0].importance as { rows: number; repeats: number; columns: { column: string; loss: object }[] };
    };
    const { rows, repeats, columns } = await importanceOf('mixed.st', 'mixed.csv', '--importance');
    assert.deepEqual([rows, repeats], [48, 5]);
    assert.deepEqual(columns.map(({ column }) => column).sort(), ['day', 'x', 'zip']);
    assert.deepEqual([columns[0].column, Object.keys(columns[0])], ['x', ['column', 'loss', 'metrics']]);
    // The number of repeats may follow; all permutations are drawn by the seed.
    const three = await importanceOf('--importance', '3', 'mixed.st', 'mixed.csv');
    assert.equal(three.repeats, 3);
    assert.deepEqual(await importanceOf('mixed.st', '--importance=3', 'mixed.csv'), three);
    const { out } = await run('evaluate', 'mixed.st', 'mixed.csv', '--importance', '2');
    assert.match(out, /of 2 permutations\)\.\n {2,}loss +r2\n {2}x +[\d.]+ ± /);
    assert.equal((await run('evaluate', 'mixed.st', 'mixed.csv', '--importance=0')).status, 2);
    // Behind another option it is a file.
    assert.match((await run('evaluate', 'mixed.st', 'mixed.csv', '--json', '3')).err, /^3: /);
  });

  it('names the cell or the column for which a row cannot be scored', async () => {
    for (const [file, content, wanted] of [
      ['class.csv', `${header}\n1,2,low\n1,2,medium\n`, /^class\.csv:3:5: error: .*“medium” is not a class/],
      ['missing.csv', `${header}\n1,2,\n1,2,\n`, /^missing\.csv:.*No row of the file has the target “kind”/],
      ['column.csv', 'a,b,kinds\n1,2,low\n', /^column\.csv:1:1: error: .*target “kind”.* Did you mean “kinds”\?/],
      ['empty.csv', `${header}\n`, /^empty\.csv:/],
    ] as const) {
      await workspace.write(file, content);
      const { status, err } = await run('evaluate', 'classes.st', file);
      assert.equal(status, 1);
      assert.match(err, wanted);
    }
  });

  it('scores the rows that have a target, and says how many have none', async () => {
    // A row that is not scored may lack its inputs as well.
    await workspace.write('gaps.csv', [header, ',,', ...rowsOf(20), '1,,NA'].join('\n'));
    await workspace.write('whole.csv', [header, ...rowsOf(20)].join('\n'));
    const [gaps, whole] = await Promise.all(
      ['gaps.csv', 'whole.csv'].map((file) => run('evaluate', 'classes.st', file, '--json')),
    );
    const { without_target, worst, ...scores } = gaps.lines[0] as { without_target: number; worst: object[] };
    const { worst: inWhole, ...wanted } = whole.lines[0] as { worst: { row: number; line: number }[] };
    assert.deepEqual([without_target, scores], [2, wanted]);
    // Rows are named by their place in the file.
    assert.deepEqual(
      worst,
      inWhole.map((each) => ({ ...each, row: each.row + 1, line: each.line + 1 })),
    );
    const { out } = await run('evaluate', 'classes.st', 'gaps.csv');
    assert.match(out, /^Rows: 20\nRows without a target, which are not scored: 2\.\n/);
    const { err, status } = await run('predict', 'classes.st', 'whole.csv', '--out', 'whole.predicted.csv');
    assert.deepEqual([status, /Score on 20 of 20 rows/.test(err)], [0, true]);
    await workspace.write('new.csv', `${header}\n1,2,\n2,3,\n`);
    assert.equal((await run('predict', 'classes.st', 'new.csv')).err, '');
  });

  it('neither scores nor predicts rows with missing inputs where training dropped them, and counts them', async () => {
    const spec = `data: { file: dropped.csv, target: kind, split: { train: 1 }, missing: drop }
model: { layers: [dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, epochs: 3 }
`;
    const gaps = ['1,,low', ',2,high', '1,2,'];
    await trained('dropped', spec, [header, ...rowsOf(20)].join('\n'));
    await workspace.write('with.csv', [header, gaps[0], ...rowsOf(20), ...gaps.slice(1)].join('\n'));
    const [dropped, whole] = await Promise.all(
      ['with.csv', 'dropped.csv'].map((file) => run('evaluate', 'dropped.st', file, '--json')),
    );
    const { with_missing, without_target, worst, ...scores } = dropped.lines[0] as {
      worst?: { row: number }[];
    } & Record<string, unknown>;
    const { worst: inWhole, ...wanted } = whole.lines[0] as { worst: { row: number }[] };
    assert.deepEqual([with_missing, without_target, scores], [2, 1, wanted]);
    assert.deepEqual(
      worst?.map(({ row }) => row),
      inWhole.map(({ row }) => row + 1),
    );
    const { out } = await run('evaluate', 'dropped.st', 'with.csv');
    assert.match(
      out,
      /^Rows: 20\n.*target.*: 1\.\nRows that lack an input, which are not scored \(missing: drop\): 2\.\n/,
    );
    await workspace.write('all.csv', [header, ...gaps].join('\n'));
    assert.match((await run('evaluate', 'dropped.st', 'all.csv')).err, /No row .* “kind” and all inputs/);
    const predicted = await run('predict', 'dropped.st', 'all.csv', '--keep-columns');
    const lines = predicted.out.split('\n');
    assert.deepEqual([lines[1], lines[2]], ['1,,low,,', ',2,high,,']);
    assert.match(lines[3], /^1,2,,[\d.]+,(low|high)$/);
    assert.match(predicted.err, /^Rows that lack an input, which have no prediction \(missing: drop\): 2\.\n/);
    const json = await run('predict', 'dropped.st', 'all.csv', '--json');
    assert.deepEqual(json.lines[1], { row: 2, outputs: null });
    // Another network that takes every row is not scored on the same ones.
    await workspace.write('filled.nnspec', spec.replace('drop }', 'mean }'));
    await run('train', 'filled.nnspec', '--save', 'filled.st');
    assert.match((await run('evaluate', 'dropped.st', 'filled.st', 'with.csv')).out, /scored on different rows/);
  });

  it('puts the linear model, which training saved beside the network, into a column of its own', async () => {
    await workspace.write('c.csv', [header, ...rowsOf(60)].join('\n'));
    await workspace.write(
      'c.nnspec',
      `data: { file: c.csv, target: kind, split: { train: 1 } }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, metrics: [accuracy], epochs: 30 }
`,
    );
    const trained = await run('train', 'c.nnspec', '--json', '--baseline', '--save', 'c.safetensors');
    assert.match(trained.err, /^c\.linear\.safetensors: weights of the linear model saved\.$/m);
    const { linear } = trained.lines.at(-1) as { linear: { train: Record<string, number> } };
    const both = ['c.safetensors', 'c.linear.safetensors'];
    const { lines } = await run('evaluate', ...both, 'c.csv', '--json', '--importance', '1');
    assert.deepEqual(
      lines.map(({ weights }) => weights),
      both,
    );
    // To the bit what its training gave for the same rows.
    assert.equal(lines[1].loss, linear.train.loss);
    assert.notEqual(lines[0].loss, linear.train.loss);
    assert.deepEqual(
      lines.map(({ importance }) => importance !== undefined),
      [true, false],
    );
    const { out } = await run('evaluate', ...both, 'c.csv');
    assert.match(out, /^Rows: 60\n +c {2}c\.linear {2}baseline\n {2}loss +\d\S+ +\d\S+ +\d\S+\n/);
    assert.match(out, /\nc: Confusion matrix: /);
    assert.doesNotMatch(out, /The linear model is/, 'the network is better');
    await run('train', 'c.nnspec', '--epochs', '0', '--save', 'untrained.safetensors');
    const { out: level } = await run('evaluate', 'untrained.safetensors', both[1], 'c.csv');
    assert.match(
      level,
      /\nThe linear model is about as good: loss 0\.653 against 0\.\d+ on the same 60 rows .*it is simpler\.\n/,
    );
    assert.doesNotMatch((await run('evaluate', both[1], both[0], 'c.csv')).out, /The linear model is/);
  });

  it('says that losses of different functions cannot be compared', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `${i},${2 * i + (i % 3)}`).join('\n');
    await workspace.write('n.csv', `x,y\n${rows}\n`);
    for (const loss of ['mean_squared_error', 'huber']) {
      await workspace.write(
        `${loss}.nnspec`,
        `data: { file: n.csv, target: y, split: { train: 1 }, scale_target: standard }\nmodel: { layers: [dense: 1] }\ntraining: { loss: ${loss}, epochs: 1 }\n`,
      );
      await run('train', `${loss}.nnspec`, '--save', `${loss}.st`);
    }
    const { out } = await run('evaluate', 'mean_squared_error.st', 'huber.st', 'n.csv');
    assert.match(out, /The losses cannot be compared/);
    assert.doesNotMatch((await run('evaluate', 'huber.st', 'huber.st', 'n.csv')).out, /cannot be compared/);
  });

  it('takes weights and data, in this order', async () => {
    assert.equal((await run('evaluate', 'classes.st')).status, 2);
    const { status, err } = await run('evaluate', 'classes.csv', 'classes.csv');
    assert.equal(status, 1);
    assert.match(err, /^classes\.csv: /);
  });
});
