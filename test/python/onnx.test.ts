/** Exported models of ONNX: accepted by `onnx.checker`, and run by onnxruntime beside `nnspec predict`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeWeights, metadataOf } from '../../src/engine/weights';
import { nnspec, type RunOptions, Workspace } from '../unit/cli/harness';
import { mixedSpec, mixedTable, predictionsOf, type Trained, trainedOn } from '../unit/export/programs';
import { catalogueSpecs } from './catalogueSpecs';

const python = process.env.NNSPEC_PYTHON ?? 'python3';
const tolerance = 1e-5;
const sweeps = ['xor-seeds'];

interface RuntimeTensor {
  readonly data: ArrayLike<number> | readonly string[];
}

interface Runtime {
  readonly env: { readonly wasm: { numThreads: number }; logLevel: string };
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      readonly inputNames: readonly string[];
      run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
    }>;
  };
  readonly Tensor: new (type: string, data: Float64Array | string[], shape: readonly number[]) => RuntimeTensor;
}

describe('A model of ONNX', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  let runtime: Runtime;
  let count = 0;

  before(async () => {
    const folder = process.env.NNSPEC_ONNXRUNTIME ?? '';
    runtime = await import(pathToFileURL(join(folder, 'dist', 'ort.node.min.mjs')).href);
    runtime.env.wasm.numThreads = 1;
    runtime.env.logLevel = 'error';
  });
  after(() => {
    workspace.dispose();
  });

  async function compare({ weights, rows, outputs, classes }: Trained): Promise<void> {
    const model = `model${count++}.onnx`;
    const made = await nnspec(['export', weights, '--to', 'onnx', '--out', model], { cwd });
    assert.equal(made.status, 0, made.err);
    const session = await runtime.InferenceSession.create(readFileSync(join(cwd, model)));
    const result = await session.run(feedsOf(weights, rows, session.inputNames));
    const found = result.outputs.data as ArrayLike<number>;
    assert.equal(found.length, outputs.length);
    for (const [at, wanted] of Array.from(outputs).entries()) {
      const isNear = Math.abs(found[at] - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
      assert.ok(isNear, `output ${at} is ${found[at]}, ours ${wanted}`);
    }
    assert.deepEqual(result.class && Array.from(result.class.data as string[]), classes);
  }

  /** One table of numbers, or an input for each column. */
  function feedsOf(weights: string, rows: Trained['rows'], names: readonly string[]): Record<string, RuntimeTensor> {
    if (names.length === 1 && names[0] === 'inputs') {
      const shape = [rows.length, rows[0].length];
      return { inputs: new runtime.Tensor('float64', Float64Array.from(rows.flat()), shape) };
    }
    const file = decodeWeights(readFileSync(weights));
    const metadata = 'ok' in file ? metadataOf(file.ok) : file;
    assert.ok('ok' in metadata);
    const feeds = metadata.ok.inputs.map(({ categories }, at): [string, RuntimeTensor] => {
      const cells = rows.map((row) => row[at]);
      const shape = [rows.length, 1];
      return [
        names[at],
        categories
          ? new runtime.Tensor(
              'string',
              cells.map((cell) => categories[cell] ?? ''),
              shape,
            )
          : new runtime.Tensor('float64', Float64Array.from(cells), shape),
      ];
    });
    return Object.fromEntries(feeds);
  }

  const examples = readdirSync('examples').filter((name) => /^[^.]+\.nnspec$/.test(name));
  for (const example of examples.filter((name) => !sweeps.includes(name.replace('.nnspec', '')))) {
    it(`predicts as we do: ${example}`, async () =>
      compare(await trainedOn(example, { cwd: resolve('examples') }, workspace)));
  }

  it('predicts as we do with dates, categories, missing cells, scaled targets and a formula', async () => {
    await workspace.write('mixed.csv', mixedTable);
    await workspace.write('mixed.nnspec', mixedSpec);
    await nnspec(['train', 'mixed.nnspec', '--epochs', '1', '--save', 'm.safetensors'], { cwd });
    const weights = join(cwd, 'm.safetensors');
    await compare({ weights, ...predictionsOf(weights, mixedTable) });
  });

  // Optimizers, schedules and initializers do not change the model.
  const shaping = /^(?!the (optimizer|schedule|initializer))/;
  for (const [name, spec] of Object.entries(catalogueSpecs).filter(([title]) => shaping.test(title))) {
    it(`predicts as we do: ${name}`, async () => {
      const options: RunOptions = { cwd };
      await workspace.write('spec.nnspec', spec);
      await compare(await trainedOn('spec.nnspec', options, workspace));
    });
  }

  it('is accepted by onnx.checker, with the version that is promised', () => {
    const source = `import glob, onnx
for path in sorted(glob.glob("model*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 8 and model.opset_import[0].version == 17, path`;
    execFileSync(python, ['-c', source], { cwd });
    assert.ok(count > 50);
  });
});
