import assert from 'node:assert/strict';
import { diskFiles } from '../../../src/cli/diskFiles';
import { nnspec, Workspace, xor } from './harness';

describe('nnspec check --gradients', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.write('xor.nnspec', xor);
  });
  afterEach(() => workspace.dispose());
  const check = (...argv: string[]) => nnspec(['check', '--gradients', ...argv], { cwd: workspace.folder });

  it('prints a table with a verdict on every tensor', async () => {
    const { status, out } = await check('xor.nnspec');
    assert.equal(status, 0);
    assert.match(out, /xor\.nnspec: checked all 17 gradients over 4 samples\./);
    assert.match(out, /dense_1\.weight +dense tanh +8\/8 +0 +\S+ +✓ right/);
  });

  it('prints with --json one object a tensor', async () => {
    const { status, lines } = await check('xor.nnspec', '--json');
    assert.equal(status, 0);
    assert.equal(lines.length, 4);
    assert.deepEqual(Object.keys(lines[0]), [
      ...[
        'file',
        'layer',
        'type',
        'tensor',
        'shape',
        'checked',
        'kinks',
        'unresolved',
        'largestError',
        'at',
        'gradient',
      ],
      'quotient',
      'verdict',
    ]);
    assert.deepEqual([lines[0].tensor, lines[0].shape, lines[0].verdict], ['dense_1.weight', [4, 2], 'right']);
  });

  it('does not call a gradient wrong if the loss is too large to resolve a difference, and says so', async () => {
    const spec = `data:
  columns: [x, y]
  rows: [[1, 100000000], [2, -300000000], [3, 200000000], [4, -400000000]]
  target: y
  split: { train: 1 }
model:
  layers:
    - dense: { units: 3, activation: tanh }
    - dense: 1
training: { loss: mean_squared_error }
`;
    await workspace.write('large.nnspec', spec);
    const { status, out } = await check('large.nnspec');
    assert.equal(status, 0, out);
    assert.match(out, /– not checked/);
    assert.match(out, /Not checked at \d+ weights: rounding to float64, .* in the loss, [\d.]+e\+16\./);
    await workspace.write('small.nnspec', spec.replaceAll('00000000', ''));
    assert.doesNotMatch((await check('small.nnspec')).out, /[Nn]ot checked/);
  });

  it('checks no gradients of a spec that has errors or lacks its data', async () => {
    await workspace.write('bad.nnspec', xor.replace('units: 4', 'unitz: 4'));
    await workspace.write('lost.nnspec', xor.replace('source: xor', 'file: lost.csv, target: y'));
    for (const path of ['bad.nnspec', 'lost.nnspec']) {
      const { status, lines } = await check(path, '--json');
      assert.equal(status, 1);
      assert.ok(lines.length > 0 && lines.every((line) => line.tensor === undefined));
    }
  });

  it('ends at an interrupt even while the engine reads the data', async () => {
    await workspace.write('data.csv', `x,y\n${'1,0\n2,1\n'.repeat(50)}`);
    await workspace.write('file.nnspec', xor.replace('source: xor', 'file: data.csv, target: y'));
    let interrupt = (): void => undefined;
    let reads = 0;
    const read = async (path: string) => {
      // The check itself reads them first.
      if (path.endsWith('data.csv') && ++reads === 2) {
        interrupt();
      }
      return diskFiles.read(path);
    };
    const { status, out } = await nnspec(['check', '--gradients', 'file.nnspec'], {
      cwd: workspace.folder,
      files: { read },
      onTurn: (deed) => {
        interrupt = deed;
      },
    });
    assert.equal(reads, 2);
    assert.deepEqual([status, out], [130, 'file.nnspec: no problems.\n']);
  });
});
