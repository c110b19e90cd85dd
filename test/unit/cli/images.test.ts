import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { nnspec, Workspace } from './harness';

const spec = `data: { folder: photos, scale: minmax, split: { train: 1 } }
model: { layers: [flatten, { dense: { units: 2, activation: softmax } }] }
training: { optimizer: { adam: 0.1 }, epochs: 60 }
`;

/** A grey image, bright on one side. */
const image = (isRight: boolean, more: number, width = 4) =>
  encode({
    width,
    height: 3,
    channels: 1,
    data: Uint8Array.from({ length: 3 * width }, (_, i) => (i % width >= width / 2 === isRight ? 200 + more : more)),
  });

describe('A folder of images on the command line', () => {
  const workspace = new Workspace();
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  before(async () => {
    for (let i = 0; i < 4; i++) {
      await workspace.write(`photos/left/${i}.png`, image(false, i));
      await workspace.write(`photos/right/${i}.png`, image(true, i));
    }
    await workspace.write('new/b.png', image(true, 30));
    await workspace.write('new/a.png', image(false, 30));
    await workspace.write('sides.nnspec', spec);
    const { status, err } = await run('train', 'sides.nnspec', '--save', 'sides.safetensors');
    assert.equal(status, 0, err);
  });
  after(() => workspace.dispose());

  it('gets a first spec, which trains', async () => {
    const small = await run('new', 'photos', '--out', 'small.nnspec');
    assert.equal(small.status, 0, small.err);
    const text = readFileSync(join(workspace.folder, 'small.nnspec'), 'utf8');
    assert.match(text, /^ {2}folder: photos$/m);
    assert.match(text, /^ {2}shape: \[1, 3, 4\]$/m);
    assert.match(text, /^ {4}- flatten$/m);
    assert.equal((await run('train', 'small.nnspec', '--epochs', '1')).status, 0);
    for (let i = 0; i < 60; i++) {
      for (const side of ['left', 'right', 'none']) {
        const data = Uint8Array.from({ length: 80 }, (_, at) =>
          side === 'none' || at % 10 < 5 === (side === 'left') ? i : 200,
        );
        await workspace.write(`many/${side}/${i}.png`, encode({ width: 10, height: 8, channels: 1, data }));
      }
    }
    const { status, lines } = await run('new', 'many', '--json');
    assert.equal(status, 0);
    const { spec: written, task } = lines[0] as { spec: string; task: { kind: string } };
    assert.equal(task.kind, 'classes');
    assert.match(written, /conv2d: .*\n {4}- max_pooling2d: 2\n/);
    await workspace.write('many.nnspec', written);
    assert.equal((await run('train', 'many.nnspec', '--epochs', '1')).status, 0);
    assert.match((await run('new', 'many', '--target', 'label')).err, /Leave out --target/);
    assert.match((await run('new', 'new')).err, /no folders with images/);
  });

  it('is evaluated by its classes', async () => {
    const { status, lines } = await run('evaluate', 'sides.safetensors', 'photos', '--json');
    assert.equal(status, 0);
    assert.equal(lines[0].rows, 8);
    assert.equal((lines[0].metrics as Record<string, number>).accuracy, 1);
    assert.deepEqual((lines[0].confusion as { classes: string[] }).classes, ['left', 'right']);
  });

  it('is predicted with or without classes, each row with the name of its file', async () => {
    const { status, out } = await run('predict', 'sides.safetensors', 'new');
    assert.equal(status, 0);
    const [header, ...rows] = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    assert.deepEqual(header, ['file', 'p_left', 'p_right', 'predicted_label']);
    assert.deepEqual(
      rows.map((cells) => [cells[0], cells[3]]),
      [
        ['a.png', 'left'],
        ['b.png', 'right'],
      ],
    );
    const classes = await run('predict', 'sides.safetensors', 'photos', '--json');
    assert.deepEqual(
      classes.lines.map(({ file }) => file).slice(0, 5),
      [0, 1, 2, 3].map((i) => `left/${i}.png`).concat('right/0.png'),
    );
    assert.match(classes.err, /Score on 8 of 8 rows: accuracy 1/);
  });

  it('is refused where an image does not fit the network, or no image is there', async () => {
    await workspace.write('wide/a.png', image(false, 1, 5));
    const wide = await run('predict', 'sides.safetensors', 'wide');
    assert.equal(wide.status, 1);
    assert.match(wide.err, /wide\/a\.png has the shape \[1, 3, 5\] .* but shape is \[1, 3, 4\]/);
    await workspace.write('none/a.txt', 'a');
    const none = await run('evaluate', 'sides.safetensors', 'none', '--json');
    assert.equal(none.status, 1);
    assert.equal(none.lines[0].code, 'image-folder');
    const unknown = await run('evaluate', 'sides.safetensors', 'new');
    assert.equal(unknown.status, 1);
    assert.match(unknown.err, /label/);
  });

  it('is left by no link', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'nnspec-outside-'));
    try {
      writeFileSync(join(outside, 'a.png'), image(true, 1));
      for (const [name, target] of [
        ['class', outside],
        ['image', join(outside, 'a.png')],
      ]) {
        mkdirSync(join(workspace.folder, name, 'left'), { recursive: true });
        writeFileSync(join(workspace.folder, name, 'left', '0.png'), image(false, 1));
        symlinkSync(target, join(workspace.folder, name, name === 'class' ? 'right' : 'left/1.png'));
        await workspace.write('linked.nnspec', spec.replace('photos', name));
        const { status, err } = await run('train', 'linked.nnspec');
        assert.equal(status, 1);
        assert.match(err, /lies outside the working directory/);
      }
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('is followed where a link stays inside', async () => {
    mkdirSync(join(workspace.folder, 'inside'));
    symlinkSync(join(workspace.folder, 'photos', 'left'), join(workspace.folder, 'inside', 'l'));
    symlinkSync(join(workspace.folder, 'photos', 'right'), join(workspace.folder, 'inside', 'r'));
    await workspace.write('inside.nnspec', spec.replace('photos', 'inside'));
    const { status, err } = await run('train', 'inside.nnspec');
    assert.equal(status, 0, err);
  });
});
