import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readWhole } from '../../../src/cli/diskFiles';
import type { CliFiles } from '../../../src/cli/io';
import { nnspec, Workspace, xor } from './harness';

const flowers = `data: { file: flowers.csv, target: kind, scale: standard, split: { train: 1 } }
model: { layers: [{ dense: { units: 3, activation: softmax } }] }
training: { optimizer: { adam: 0.1 }, epochs: 200 }
`;
const table = `length,colour,kind
1,red,rose
2,red,rose
8,blue,"flax, common"
9,blue,"flax, common"
5,white,lily
6,white,lily
`;

describe('nnspec predict', () => {
  const workspace = new Workspace();
  const predict = (...argv: string[]) => nnspec(['predict', ...argv], { cwd: workspace.folder });
  before(async () => {
    await workspace.write('flowers.csv', table);
    await workspace.write('flowers.nnspec', flowers);
    await workspace.write('xor.nnspec', xor);
    await nnspec(['train', 'flowers.nnspec', '--save', 'flowers.safetensors'], { cwd: workspace.folder });
    await nnspec(['train', 'xor.nnspec', '--save', 'xor.safetensors'], { cwd: workspace.folder });
  });
  after(() => workspace.dispose());

  it('prints a row a line with the class as trained, whatever the order of the columns', async () => {
    await workspace.write('new.csv', 'colour,extra,length\nred,x,1.5\nblue,y,8.5\n');
    const { status, lines } = await predict('flowers.safetensors', 'new.csv', '--json');
    assert.equal(status, 0);
    assert.deepEqual(
      lines.map(({ row, class: label }) => [row, label]),
      [
        [1, 'rose'],
        [2, 'flax, common'],
      ],
    );
    assert.deepEqual(Object.keys(lines[0]), ['row', 'outputs', 'class']);
    const sum = (lines[0].outputs as number[]).reduce((total, value) => total + value, 0);
    assert.ok(Math.abs(sum - 1) < 1e-6);
  });

  it('takes a category that training never saw for none, where the spec says so', async () => {
    await workspace.write('new.csv', 'length,colour\n1,red\n1,green\n');
    const { err } = await predict('flowers.safetensors', 'new.csv');
    assert.match(err, /“green” did not occur in training/);
    await workspace.write('open.nnspec', flowers.replace('target: kind', 'target: kind, unknown: ignore'));
    await nnspec(['train', 'open.nnspec', '--save', 'open.safetensors'], { cwd: workspace.folder });
    const { status, lines } = await predict('open.safetensors', 'new.csv', '--json');
    assert.deepEqual([status, lines.length], [0, 2]);
    assert.notDeepEqual(lines[0].outputs, lines[1].outputs);
  });

  it('writes the same numbers as CSV, names quoted where they must be', async () => {
    const { lines } = await predict('flowers.safetensors', 'flowers.csv', '--json', '--out', 'out.csv');
    const written = readFileSync(join(workspace.folder, 'out.csv'), 'utf8').split('\n');
    assert.equal(written[0], 'row,"p_flax, common",p_lily,p_rose,predicted_kind');
    assert.equal(written[1], `1,${(lines[0].outputs as number[]).join(',')},rose`);
    assert.equal(written.length, 8);
  });

  it('keeps the columns of the file as they are written, before its own', async () => {
    await workspace.write('ids.csv', 'id,colour,length\n007,red,1.50\n"a, b",blue,8e0\n');
    const { out, status } = await predict('flowers.safetensors', 'ids.csv', '--keep-columns');
    assert.equal(status, 0);
    const [head, first, second] = out.split('\n');
    assert.equal(head, 'id,colour,length,"p_flax, common",p_lily,p_rose,predicted_kind');
    assert.match(first, /^007,red,1\.50,[\d.e-]+,[\d.e-]+,[\d.e-]+,rose$/);
    assert.match(second, /^"a, b",blue,8e0,.*,"flax, common"$/);
  });

  it('writes beside columns that it keeps as their file is written: delimiter, decimal sign, mark', async () => {
    const kept = async (content: string | Uint8Array) => {
      await workspace.write('written.csv', content);
      return (await predict('flowers.safetensors', 'written.csv', '--keep-columns')).out.split('\n');
    };
    const text = 'length;colour;name\n1,5;red;가\n8,5;blue;"a;b"\n';
    const [head, first, second] = await kept(text);
    assert.equal(head, 'length;colour;name;p_flax, common;p_lily;p_rose;predicted_kind');
    assert.match(first, /^1,5;red;가;0,\d+;0,\d+;0,\d+;rose$/);
    assert.match(second, /^8,5;blue;"a;b";.*;flax, common$/);
    const [marked, ...rest] = await kept(`\uFEFF${text}`);
    assert.deepEqual([marked, rest[0], rest[1]], [`\uFEFF${head}`, first, second]);
    // Excel would not take UTF-8 without a mark for what it had written in another encoding.
    const legacy = Uint8Array.from(text.replace('가', '\xb0\xa1'), (sign) => sign.charCodeAt(0));
    assert.equal((await kept(legacy))[0], `\uFEFF${head}`);
    await workspace.write('written.tsv', 'length\tcolour\n1.5\tred\n');
    const { out } = await predict('flowers.safetensors', 'written.tsv', '--keep-columns');
    assert.match(out, /^length\tcolour\tp_flax, common\t.*\n1\.5\tred\t0\.\d+\t/);
    assert.match((await predict('flowers.safetensors', 'written.csv')).out, /^row,"p_flax, common",.*\n1,0\.\d+,/);
  });

  it('divides a file by the spaces that the training was told of, and writes what reads back the same', async () => {
    await workspace.write('spaces.txt', 'x w y\n1 a 5\n2 "b c" 8\n3 "" 9\n');
    await workspace.write(
      'spaces.nnspec',
      `data: { file: spaces.txt, target: y, format: { delimiter: " " }, missing: mean, split: { train: 1 } }
model: { layers: [{ dense: 1 }] }
training: { loss: mean_squared_error, epochs: 2 }
`,
    );
    await nnspec(['train', 'spaces.nnspec', '--save', 'spaces.st'], { cwd: workspace.folder });
    const { err } = await predict('spaces.st', 'spaces.txt', '--keep-columns', '--out', 'again.txt');
    assert.match(err, /^again\.txt: 3 predictions written\./);
    const [first, again] = [await predict('spaces.st', 'spaces.txt'), await predict('spaces.st', 'again.txt')];
    assert.equal(first.status, 0);
    assert.equal(again.out, first.out);
  });

  it('says in the last line how well it did where the target is in the file, as training does', async () => {
    const { err } = await predict('flowers.safetensors', 'flowers.csv', '--out', 'scored.csv');
    assert.match(err, /^scored\.csv: 6 predictions written\.\nScore on 6 of 6 rows: accuracy 1\n$/);
    await workspace.write('some.csv', `${table.replace('red,rose', 'red,lily').replace('white,lily', 'white,')}`);
    assert.match((await predict('flowers.safetensors', 'some.csv')).err, /^Score on 5 of 6 rows: accuracy 0\.8\n$/);
    await workspace.write('none.csv', 'length,colour\n1,red\n');
    assert.equal((await predict('flowers.safetensors', 'none.csv')).err, '');
    await workspace.write('line.csv', 'x,y\n0,1\n1,3\n2,5\n3,7\n');
    await workspace.write(
      'line.nnspec',
      `data: { file: line.csv, target: y, split: { train: 1 } }
model: { layers: [{ dense: 1 }] }
training: { loss: mean_squared_error, optimizer: { sgd: 0.05 }, epochs: 9, metrics: [mean_absolute_error, r2] }
`,
    );
    const training = await nnspec(['train', 'line.nnspec', '--save', 'line.safetensors', '--json'], {
      cwd: workspace.folder,
    });
    const { train } = training.lines[training.lines.length - 1].final as { train: Record<string, number> };
    const found = await predict('line.safetensors', 'line.csv');
    assert.equal(found.out.split('\n')[0], 'row,predicted_y');
    const values = [train.mean_absolute_error, train.r2].map((value) => Number(value.toPrecision(4)));
    assert.equal(found.err, `Score on 4 of 4 rows: mean_absolute_error ${values[0]}, r2 ${values[1]}\n`);
  });

  it('writes piece by piece, and waits until each has been read', async () => {
    const rows = 5000;
    await workspace.write('many.csv', `length,colour\n${'1.5,red\n'.repeat(rows)}`);
    for (const how of [['--json'], []]) {
      const { out, pieces } = await predict('flowers.safetensors', 'many.csv', ...how);
      assert.equal(out.trimEnd().split('\n').length, how.length > 0 ? rows : rows + 1);
      assert.ok(pieces.length > 2 && pieces.every((length) => length < 70_000), pieces.join());
    }
    const written: number[] = [];
    const writeAtomically: CliFiles['writeAtomically'] = async (_, content) => {
      assert.ok(!(content instanceof Uint8Array));
      for await (const piece of content) {
        written.push(piece.length);
      }
    };
    const options = { cwd: workspace.folder, files: { writeAtomically } };
    const { status } = await nnspec(['predict', 'flowers.safetensors', 'many.csv', '--out', 'many.out'], options);
    assert.equal(status, 0);
    assert.ok(written.length > 2 && written.every((length) => length < 70_000), written.join());
  });

  it('predicts the second of two classes from an output of 0.5 on', async () => {
    await workspace.write(
      'answer.nnspec',
      `data: { columns: [a, p], rows: [[0, no], [1, yes]], target: p }
model: { layers: [{ dense: { units: 1, activation: sigmoid } }] }
training: { optimizer: { adam: 0.1 }, epochs: 300 }
`,
    );
    await nnspec(['train', 'answer.nnspec', '--save', 'answer.safetensors'], { cwd: workspace.folder });
    const cells = Array.from({ length: 41 }, (_, i) => i / 40);
    await workspace.write('answer.csv', `a\n${cells.join('\n')}\n`);
    const { lines } = await predict('answer.safetensors', 'answer.csv', '--json');
    const answers = lines.map(({ outputs, class: label }) => [(outputs as number[])[0], label] as const);
    assert.ok(answers.some(([p]) => p > 0.4 && p < 0.5) && answers.some(([p]) => p > 0.5 && p < 0.6));
    for (const [p, label] of answers) {
      assert.equal(label, p > 0.5 ? 'yes' : 'no');
    }
  });

  it('gives no class to a row whose outputs are NaN', async () => {
    await workspace.write(
      'two.nnspec',
      `data: { rows: [[0, 0], [1, 1], [2, 1], [3, 0]], columns: [x, y], target: y }
model: { layers: [{ dense: 2 }, { dense: { units: 1, activation: sigmoid } }] }
training: { epochs: 1 }
`,
    );
    await nnspec(['train', 'two.nnspec', '--save', 'two.safetensors'], { cwd: workspace.folder });
    const bytes = readFileSync(join(workspace.folder, 'two.safetensors'));
    // Both hidden units overflow, and the output is ∞ − ∞.
    for (const [i, weight] of [3e38, 3e38, 0, 0, 1, -1, 0].entries()) {
      bytes.writeFloatLE(weight, bytes.length - 4 * (7 - i));
    }
    await workspace.write('nan.safetensors', bytes);
    await workspace.write('nan.csv', 'x\n10\n');
    const { lines } = await predict('nan.safetensors', 'nan.csv', '--json');
    assert.deepEqual(lines, [{ row: 1, outputs: ['NaN'] }]);
  });

  it('gives no class if the targets are numbers', async () => {
    await workspace.write(
      'sine.nnspec',
      `data: { rows: [[0, 0], [1, 2], [2, 4]], columns: [x, y], target: y }
model: { layers: [{ dense: 1 }] }
training: { epochs: 1 }
`,
    );
    await nnspec(['train', 'sine.nnspec', '--save', 's.safetensors'], { cwd: workspace.folder });
    await workspace.write('x.csv', 'x\n1\n');
    const { lines, status } = await predict('s.safetensors', 'x.csv', '--json');
    assert.equal(status, 0);
    assert.deepEqual(Object.keys(lines[0]), ['row', 'outputs']);
  });

  it('exits with 1 for a missing column, an unknown category, a broken weights file and a missing file', async () => {
    await workspace.write('narrow.csv', 'length\n1\n');
    await workspace.write('green.csv', 'length,colour\n1,green\n');
    await workspace.write('broken.safetensors', 'no');
    for (const argv of [
      ['flowers.safetensors', 'narrow.csv'],
      ['flowers.safetensors', 'green.csv'],
      ['broken.safetensors', 'flowers.csv'],
      ['gone.safetensors', 'flowers.csv'],
      ['flowers.safetensors', 'gone.csv'],
      ['flowers.safetensors', 'flowers.csv', '--out', 'no/folder/out.csv'],
    ]) {
      const { status, err } = await predict(...argv);
      assert.equal(status, 1, argv.join(' '));
      assert.notEqual(err, '');
    }
  });

  it('refuses to overwrite the rows or the weights', async () => {
    for (const out of ['flowers.csv', './flowers.safetensors']) {
      const before = readFileSync(join(workspace.folder, out));
      const { status, err } = await predict('flowers.safetensors', 'flowers.csv', '--out', out);
      assert.equal(status, 2);
      assert.match(err, /--out names .*reads or writes already/);
      assert.deepEqual(readFileSync(join(workspace.folder, out)), before);
    }
  });

  it('says in a sentence that there is not enough memory for the network of a file', async () => {
    const spec = `data: { columns: [a, b, y], rows: [[0, 0, 0], [0, 1, 1]], target: y, shape: [1, 1, 2] }
model:
  layers:
    - conv2d: { filters: 1, kernel_size: 1, padding: 3    }
    - global_average_pooling2d
    - dense: { units: 1, activation: sigmoid }
training: { epochs: 1 }
`;
    await workspace.write('wide.nnspec', spec);
    await nnspec(['train', 'wide.nnspec', '--save', 'wide.safetensors'], { cwd: workspace.folder });
    const saved = readFileSync(join(workspace.folder, 'wide.safetensors'));
    // A sample takes a gigabyte, so a batch is too large for an array.
    saved.set(Buffer.from('8000'), saved.indexOf('padding: 3') + 'padding: '.length);
    await workspace.write('wide.safetensors', saved);
    await workspace.write('many.csv', `a,b\n${'0,1\n'.repeat(256)}`);
    const { status, err } = await predict('wide.safetensors', 'many.csv');
    assert.equal(status, 1);
    assert.match(err, /^There is not enough memory for this\. Close other programs/);
  });

  it('says that a file which never ends is too large', async function () {
    const endless = '/dev/zero';
    if (!existsSync(endless)) {
      this.skip();
    }
    await assert.rejects(readWhole(endless, 100_000), { code: 'EFBIG' });
    await workspace.write('short', 'as it is');
    assert.equal(Buffer.from(await readWhole(join(workspace.folder, 'short'), 4)).toString(), 'as it is');
    assert.equal((await readWhole('/dev/null', 4)).length, 0);
  });

  it('says in a sentence that a link leads nowhere, or that a name is too long', async () => {
    symlinkSync('loop', join(workspace.folder, 'loop'));
    for (const [path, message] of [
      ['loop', /^loop: the link leads back to itself\. Check/],
      ['n'.repeat(5000), /^n+: the name is too long/],
    ] as const) {
      const { status, err } = await predict(path, 'flowers.csv');
      assert.equal(status, 1);
      assert.match(err, message);
    }
  });
});
