/** From files as other programs write them to predictions, on the command line. */
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { npyBytes } from '../data/readers/arrays';
import { nnspec, Workspace } from './harness';

/** 지역;가격;날짜;메모 with decimal commas, as Korean Excel may write it. */
const header = [0xc1, 0xf6, 0xbf, 0xaa, 0x3b, 0xb0, 0xa1, 0xb0, 0xdd, 0x3b, 0xb3, 0xaf, 0xc2, 0xa5, 0x3b, 0x79];
const encode = (text: string) => new TextEncoder().encode(text);
const rows = Array.from(
  { length: 40 },
  (_, i) => `${i % 2 ? 'a' : 'b'};${i},5;2024-01-${String(1 + (i % 28)).padStart(2, '0')};${i * 2},0`,
);
const korean = Uint8Array.of(...header, ...encode(`\r\n${rows.join('\r\n')}\r\n`));

const spec = (data: string) => `data: { ${data}, scale: standard, split: { train: 1 } }
model: { layers: [{ dense: 1 }] }
training: { loss: mean_squared_error, epochs: 1 }
`;

describe('Files of other programs, on the command line', () => {
  const workspace = new Workspace();
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  before(async () => {
    await workspace.write('korean.csv', korean);
    await workspace.write('korean.csv.gz', new Uint8Array(gzipSync(korean)));
    await workspace.write('korean.nnspec', spec('file: korean.csv.gz, target: y'));
    await workspace.write('doubt.csv', 'a;y\n1,234;2\n2,345;3\n');
    await workspace.write('doubt.nnspec', spec('file: doubt.csv, target: y'));
    await workspace.write('cut.csv.gz', new Uint8Array(gzipSync(korean)).subarray(0, 100));
    await workspace.write('cut.nnspec', spec('file: cut.csv.gz, target: y'));
  });
  after(() => workspace.dispose());

  it('train, packed and in their own encoding, and predict files of another format', async () => {
    assert.equal((await run('check', 'korean.nnspec', '--json')).out, '');
    const trained = await run('train', 'korean.nnspec', '--save', 'korean.safetensors');
    assert.equal(trained.status, 0, trained.err);
    const own = await run('predict', 'korean.safetensors', 'korean.csv', '--json');
    assert.deepEqual([own.status, own.lines.length], [0, 40]);
    assert.match(own.err, /^Score on 40 of 40 rows: [^\n]*\n$/);
    const packed = await run('predict', 'korean.safetensors', 'korean.csv.gz', '--json');
    assert.deepEqual(packed.lines, own.lines);
    await workspace.write('english.tsv', '날짜\t가격\t지역\n2024. 1. 1.\t0.5\tb\n');
    const english = await run('predict', 'korean.safetensors', 'english.tsv', '--json');
    assert.deepEqual(english.lines, own.lines.slice(0, 1));
  });

  it('are warned of where two formats fit, with the exit status of a sound spec', async () => {
    const { status, lines } = await run('check', 'doubt.nnspec', '--json');
    const warnings = lines.map(({ code, severity }) => [code, severity]);
    assert.deepEqual([status, warnings], [0, [['doubtful-format', 'warning']]]);
  });

  it('are read like the table trained on where two formats fit, and warned of where that does not help', async () => {
    await workspace.write('point.nnspec', spec('file: doubt.csv, target: y, format: { thousands: "," }'));
    await run('train', 'point.nnspec', '--save', 'point.safetensors');
    const same = await run('predict', 'point.safetensors', 'doubt.csv', '--json');
    assert.equal(same.status, 0);
    assert.match(same.err, /^Score on [^\n]*\n$/);
    await run('train', 'korean.nnspec', '--save', 'korean.safetensors');
    await workspace.write('other.csv', '지역;가격;날짜\nb;1.234;2024-01-01\n');
    const other = await run('predict', 'korean.safetensors', 'other.csv', '--json');
    assert.equal(other.lines.length, 1);
    assert.match(other.err, /warning: A number such as 1\.234 in other\.csv/);
  });

  it('are evaluated with labels of their own, and by the arrays that the training named', async () => {
    const inputs = Array.from({ length: 24 }, (_, i) => (i * 7) % 10);
    const labels = Array.from({ length: 12 }, (_, row) => inputs[2 * row] + 3);
    const [x, y] = [npyBytes([12, 2], inputs), npyBytes([12], labels)];
    await workspace.write('x.npy', x);
    await workspace.write('y.npy', y);
    await workspace.write('set.npz', zipSync({ 'x.npy': x, 'y.npy': y }));
    await workspace.write('both.nnspec', spec('file: set.npz, arrays: { inputs: x, target: y }'));
    await workspace.write('two.nnspec', spec('file: x.npy, labels: y.npy'));
    for (const name of ['both', 'two']) {
      const trained = await run('train', `${name}.nnspec`, '--save', `${name}.safetensors`);
      assert.equal(trained.status, 0, trained.err);
    }
    const byArrays = await run('evaluate', 'both.safetensors', 'set.npz', '--json');
    assert.equal(byArrays.status, 0, byArrays.err);
    for (const weights of ['both', 'two']) {
      const byLabels = await run('evaluate', `${weights}.safetensors`, 'x.npy', '--labels', 'y.npy', '--json');
      assert.deepEqual(byLabels.lines, byArrays.lines, byLabels.err);
    }
    const predicted = await run('predict', 'both.safetensors', 'set.npz', '--json');
    assert.deepEqual([predicted.status, predicted.lines.length], [0, 12]);
    assert.deepEqual((await run('predict', 'both.safetensors', 'x.npy', '--json')).lines, predicted.lines);
    const unlabelled = await run('evaluate', 'both.safetensors', 'x.npy');
    assert.match(unlabelled.err, /trained on the target “y”, which is not there/);
    const unread = await run('evaluate', 'both.safetensors', 'x.npy', '--labels', 'none.npy');
    assert.deepEqual([unread.status, /none\.npy/.test(unread.err)], [1, true]);
    assert.equal((await run('evaluate', 'both.safetensors', 'x.npy', '--labels', 'korean.csv')).status, 2);
  });

  it('are refused with a sentence where they are cut', async () => {
    const { status, lines } = await run('check', 'cut.nnspec', '--json');
    assert.deepEqual([status, lines.map(({ code }) => code)], [1, ['data-gzip']]);
    await run('train', 'korean.nnspec', '--save', 'korean.safetensors');
    const predicted = await run('predict', 'korean.safetensors', 'cut.csv.gz');
    assert.equal(predicted.status, 1);
    assert.match(predicted.err, /cut\.csv\.gz is no whole gzip file/);
  });
});
