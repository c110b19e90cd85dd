/** Every format is made for every example; `npm run test:python` runs those that can be run. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exportFormats } from '../../../src/export';
import { nnspec, Workspace, xor } from '../cli/harness';

const examples = readdirSync('examples').filter((name) => name.endsWith('.nnspec') && !name.includes('.ko.'));

describe('nnspec export', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  const read = (path: string) => readFileSync(join(cwd, path), 'utf8');
  after(() => workspace.dispose());

  for (const { name, becomes } of exportFormats.filter(({ needs }) => needs !== 'weights')) {
    it(`makes ${name} of every example`, async () => {
      for (const example of examples) {
        const out = becomes === 'folder' ? name : `network${becomes}`;
        const { status, err } = await nnspec(['export', example, '--to', name, '--out', join(cwd, out)], {
          cwd: resolve('examples'),
        });
        const refused = name === 'numpy' && example === 'digits-conv.nnspec';
        assert.deepEqual([example, status], [example, refused ? 1 : 0], err);
        assert.equal(existsSync(join(cwd, out)), !refused);
        rmSync(join(cwd, out), { recursive: true, force: true });
      }
    });
  }

  it('writes the rows as the spec reads and divides them, and the weights that it is given', async () => {
    await workspace.write(
      'flowers.csv',
      'length;colour;kind;junk\n1,5;red;rose;x\n2,5;"deep, blue";lily;x\n;red;rose;x\n4;white;lily;x\n',
    );
    await workspace.write(
      'flowers.nnspec',
      `data: { file: flowers.csv, inputs: [length, colour], target: kind, missing: drop, split: { train: 1 } }
model: { layers: [{ dense: { units: 2, activation: softmax } }] }
training: { epochs: 1, class_weight: { rose: 2 } }
`,
    );
    await nnspec(['train', 'flowers.nnspec', '--save', 'w.safetensors'], { cwd });
    const { status, err } = await nnspec(
      ['export', 'flowers.nnspec', '--to', 'pytorch', '--out', 'out', '--weights', 'w.safetensors'],
      { cwd },
    );
    assert.equal(status, 0, err);
    assert.equal(
      read('out/data.csv'),
      'length,colour,kind,part,class_weight\n1.5,red,rose,train,2\n2.5,"deep, blue",lily,train,1\n4,white,lily,train,1\n',
    );
    assert.deepEqual(readFileSync(join(cwd, 'out', 'weights.safetensors')), readFileSync(join(cwd, 'w.safetensors')));
  });

  it('makes a diagram of a weights file whose data are gone', async () => {
    await workspace.write('xor.nnspec', xor);
    await nnspec(['train', 'xor.nnspec', '--save', 'xor.safetensors'], { cwd });
    const { status, out } = await nnspec(['export', 'xor.safetensors', '--to', 'mermaid'], { cwd });
    assert.equal(status, 0);
    assert.match(out, /^flowchart TB\n {2}input\(\["Input \[2\]<br>x1, x2"\]\)\n {2}l1\["dense_1<br>tanh<br>\[4\]/);
  });

  it('draws blocks, and makes names from files inert', async () => {
    await workspace.write('odd.csv', '<b>&"x",a_b%{}\\,y\n1,2,0\n2,1,1\n3,1,0\n');
    await workspace.write(
      'odd.nnspec',
      `data: { file: odd.csv, target: y, split: { train: 1 } }
model: { layers: [{ residual: [{ dense: 2 }] }, { dense: { units: 1, activation: sigmoid } }] }
`,
    );
    const made = async (format: string) => (await nnspec(['export', 'odd.nnspec', '--to', format], { cwd })).out;
    const svg = await made('svg');
    assert.match(svg, />&lt;b&gt;&amp;&quot;x&quot;?, a_b%\{\}\\</);
    assert.match(svg, /stroke-dasharray/);
    const tikz = await made('tikz');
    assert.ok(tikz.includes('a\\_b\\%\\{\\}\\textbackslash{}'), tikz);
    assert.match(tikz, /\\draw\[->, dashed\] \(n0\.east\)/);
  });

  it('says at its place what a format cannot have, and writes nothing', async () => {
    await workspace.write('mish.nnspec', xor.replace('activation: tanh', 'activation: mish'));
    const { status, err } = await nnspec(['export', 'mish.nnspec', '--to', 'numpy', '--out', 'no'], { cwd });
    assert.equal(status, 1);
    assert.match(err, /^mish\.nnspec:6:\d+: error: The NumPy script has no mish\. .*--to pytorch\. \[export\]\n$/);
    assert.ok(!existsSync(join(cwd, 'no')));
  });

  it('asks for a format, and for a place where a folder is to be', async () => {
    for (const argv of [['xor.nnspec'], ['xor.nnspec', '--to', 'pytorch'], ['--to', 'mermaid']]) {
      const { status, err } = await nnspec(['export', ...argv], { cwd });
      assert.equal(status, 2, err);
    }
  });
});
