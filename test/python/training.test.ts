/** Exported scripts are run, and their numbers compared with those of our own training, epoch by epoch. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeWeights } from '../../src/engine/weights';
import { nnspec, type RunOptions, Workspace } from '../unit/cli/harness';
import { catalogueSpecs } from './catalogueSpecs';

const python = process.env.NNSPEC_PYTHON ?? 'python3';
/** Two correct programs in float32 part by no more, measured against 1 for small numbers. */
const tolerance = 1e-5;

/** Chaotic ones part in time whoever computes them: their first epochs alone are compared. */
const firstEpochs: Readonly<Record<string, number>> = { 'deep-relu': 8, 'deep-tanh': 8, 'digits-conv': 4, spiral: 8 };
/** A sweep is no single training. */
const sweeps = ['xor-seeds'];

type Line = Readonly<Record<string, number | string>>;

function epochsOf(output: string): Line[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'epoch');
}

function isNear(found: number | string | null, wanted: number | string | null): boolean {
  if (typeof found !== 'number' || typeof wanted !== 'number') {
    return found === wanted;
  }
  return Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
}

/** Trains a spec here and by its script. Returns the tensors of the script's end, by name. */
async function compare(
  spec: string,
  options: RunOptions,
  workspace: Workspace,
  epochs?: number,
  format = 'pytorch',
): Promise<void> {
  const out = join(workspace.folder, 'script');
  const saved = join(workspace.folder, 'trained.safetensors');
  const limit = epochs === undefined ? [] : ['--epochs', String(epochs)];
  const made = await nnspec(['export', spec, '--to', format, '--out', out], options);
  assert.equal(made.status, 0, made.err);
  const script = join(out, 'train.py');
  const own = await nnspec(['train', spec, '--json', '--save', saved, '--threads', '1', ...limit], options);
  const npz = join(out, 'trained.npz');
  const theirs = epochsOf(
    execFileSync(python, [script, '--json', '--save', npz], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  );
  const ours = epochsOf(own.out);
  assert.ok(ours.length > 0, own.err);
  assert.ok(theirs.length >= ours.length);
  for (const [at, wanted] of ours.entries()) {
    assert.deepEqual(Object.keys(theirs[at]), Object.keys(wanted));
    for (const [tag, value] of Object.entries(wanted)) {
      assert.ok(isNear(theirs[at][tag], value), `epoch ${at + 1}: ${tag} is ${theirs[at][tag]}, ours ${value}`);
    }
  }
  if (epochs === undefined) {
    compareWeights(saved, npz);
  }
}

/** Weights may drift a little further than the losses that they make. */
const driftOfWeights = 1e-3;

function compareWeights(saved: string, npz: string): void {
  const source = `import json, numpy as np
print(json.dumps({name: values.ravel().tolist() for name, values in np.load(${JSON.stringify(npz)}).items()}))`;
  const theirs: Record<string, number[]> = JSON.parse(execFileSync(python, ['-c', source], { encoding: 'utf8' }));
  const file = decodeWeights(readFileSync(saved));
  assert.ok('ok' in file);
  assert.deepEqual(Object.keys(theirs).sort(), file.ok.tensors.map(({ name }) => name).sort());
  for (const { name, values } of file.ok.tensors) {
    const worst = Math.max(...values.map((value, at) => Math.abs(value - theirs[name][at])));
    assert.ok(worst <= driftOfWeights, `${name} differs by ${worst}`);
  }
}

describe('train.py for PyTorch', () => {
  const workspace = new Workspace();
  after(() => workspace.dispose());

  const examples = readdirSync('examples').filter((name) => name.endsWith('.nnspec') && !name.includes('.ko.'));
  for (const example of examples) {
    const name = example.replace('.nnspec', '');
    if (!sweeps.includes(name)) {
      it(`trains the example ${name} as we do`, () =>
        compare(example, { cwd: resolve('examples') }, workspace, firstEpochs[name]));
    }
  }

  for (const [name, spec] of Object.entries(catalogueSpecs)) {
    it(`trains ${name} as we do`, async () => {
      await workspace.write('spec.nnspec', spec);
      await compare('spec.nnspec', { cwd: workspace.folder }, workspace);
    });
  }

  it('begins with the weights that it is given', async () => {
    const spec = catalogueSpecs['batch_normalization, layer_normalization, prelu'];
    const options = { cwd: workspace.folder };
    await workspace.write('spec.nnspec', spec);
    await nnspec(['train', 'spec.nnspec', '--epochs', '1', '--save', 'first.safetensors'], options);
    const out = join(workspace.folder, 'given');
    const argv = ['export', 'spec.nnspec', '--to', 'pytorch', '--out', out, '--weights', 'first.safetensors'];
    assert.equal((await nnspec(argv, options)).status, 0);
    const [theirs] = epochsOf(execFileSync(python, [join(out, 'train.py'), '--json'], { encoding: 'utf8' }));
    const own = await nnspec(['train', 'spec.nnspec', '--json', '--init', 'first.safetensors'], options);
    const [ours] = epochsOf(own.out);
    assert.ok(isNear(theirs.loss, ours.loss), `${theirs.loss}, ours ${ours.loss}`);
  });
});

describe('train.py in NumPy', () => {
  const workspace = new Workspace();
  after(() => workspace.dispose());

  for (const name of ['by-hand', 'xor', 'iris', 'sine', 'breast-cancer']) {
    it(`trains the example ${name} as we do`, () =>
      compare(`${name}.nnspec`, { cwd: resolve('examples') }, workspace, undefined, 'numpy'));
  }

  it('trains what it has of the catalogue as we do, and refuses the rest by name', async () => {
    let trained = 0;
    for (const [name, spec] of Object.entries(catalogueSpecs)) {
      await workspace.write('spec.nnspec', spec);
      const argv = ['export', 'spec.nnspec', '--to', 'numpy', '--out', join(workspace.folder, 'tried')];
      const { status, err } = await nnspec(argv, { cwd: workspace.folder });
      if (status === 0) {
        trained++;
        await compare('spec.nnspec', { cwd: workspace.folder }, workspace, undefined, 'numpy');
      } else {
        assert.match(err, /The NumPy script has no/, name);
      }
    }
    assert.ok(trained > 50, `${trained} specs`);
  });
});
