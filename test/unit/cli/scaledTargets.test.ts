/** Scaled targets from the file to predictions, against scikit-learn's `TransformedTargetRegressor`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '../../../src/engine';
import { encodeContainer } from '../../../src/engine/safetensors';
import fixture from '../../fixtures/data/target_scaling.json';
import { nnspec, Workspace } from './harness';

type Values = Readonly<Record<string, number>>;
interface Case {
  readonly scale: { readonly log?: boolean; readonly shift: number; readonly scale: number };
  readonly weight: readonly number[];
  readonly bias: number;
  readonly train: Values;
  readonly validation: Values;
  readonly predictions: readonly number[];
}

const cases: Readonly<Record<string, Case>> = fixture.cases;
const table = `area,age,price\n${fixture.rows.map((row) => row.join(',')).join('\n')}\n`;
const specOf = (scaling: string, more = '') => `seed: 7
data: { file: houses.csv, target: price, scale: standard, scale_target: ${scaling}, split: { train: 0.75, validation: 0.25 } }
model: { layers: [dense: 1] }
training: { loss: mean_squared_error, metrics: [mean_squared_error, root_mean_squared_error, mean_absolute_error, r2] ${more} }
`;

/** Relative to the sizes that float32 weights allow. */
function near(found: number, expected: number, what: string): void {
  assert.ok(Math.abs(found - expected) <= 1e-5 * Math.abs(expected) + 1e-6, `${what}: ${found}, not ${expected}`);
}

describe('scale_target', () => {
  const workspace = new Workspace();
  const run = (...argv: string[]) => nnspec(argv, { cwd: workspace.folder });
  before(() => workspace.write('houses.csv', table));
  after(() => workspace.dispose());

  for (const [name, { scale, weight, bias, predictions, ...parts }] of Object.entries(cases)) {
    it(`${name} gives scikit-learn's scaling, loss, metrics and predictions on both backends`, async () => {
      const tensors = [
        { name: 'dense_1.weight', shape: [1, 2], values: Float32Array.from(weight) },
        { name: 'dense_1.bias', shape: [1], values: Float32Array.of(bias) },
      ];
      await workspace.write(`${name}.nnspec`, specOf(name));
      await workspace.write('line.safetensors', encodeContainer({ tensors, metadata: {} }));
      for (const backend of ['wasm', 'reference']) {
        const how = ['--init', 'line.safetensors', '--save', 'saved.safetensors', '--backend', backend];
        const { lines, err } = await run('train', `${name}.nnspec`, '--json', '--epochs', '0', ...how);
        const final = lines.at(-1)?.final as Readonly<Record<string, Values>> | undefined;
        assert.ok(final, err);
        for (const [part, values] of Object.entries(parts)) {
          for (const [tag, expected] of Object.entries(values)) {
            near(final[part][tag], expected, `${backend} ${part} ${tag}`);
          }
        }
      }
      const file = decodeSafetensors(readFileSync(join(workspace.folder, 'saved.safetensors')));
      assert.ok('ok' in file);
      const [{ log, shift, scale: divisor }] = JSON.parse(file.ok.metadata.target).scaling;
      assert.equal(log, scale.log);
      near(shift, scale.shift, 'shift');
      near(divisor, scale.scale, 'scale');
      // The weights alone are enough.
      const { lines } = await run('predict', 'saved.safetensors', 'houses.csv', '--json');
      predictions.forEach((expected, row) => {
        const [found] = lines[row].outputs as number[];
        assert.ok(Math.abs(found - expected) < 1e-5 * Math.max(Math.abs(expected), scale.log ? 1 : 1e6));
      });
    });
  }

  it('lets a network learn prices up to 41 million, which it cannot without', async () => {
    const r2 = async (scaling: string) => {
      await workspace.write('learn.nnspec', specOf(scaling, ', optimizer: { adam: 0.05 }, epochs: 60'));
      const { lines } = await run('train', 'learn.nnspec', '--json');
      const { train } = lines[lines.length - 1].final as Readonly<Record<string, Values>>;
      return train.r2;
    };
    assert.ok((await r2('none')) < 0);
    assert.ok((await r2('standard')) > 0.05);
  });

  it('judges expectations and epochs in the same units, and resumes to the same bits', async () => {
    const text = `${specOf('log', ', optimizer: { adam: 0.05 }, epochs: 6')}expect: [mean_absolute_error > 100000]\n`;
    await workspace.write('long.nnspec', text);
    await workspace.write('short.nnspec', text.replace('epochs: 6', 'epochs: 3'));
    const whole = await run('train', 'long.nnspec', '--json', '--save', 'whole.safetensors');
    assert.equal(whole.status, 0, whole.err);
    assert.ok((whole.lines.find(({ epoch }) => epoch === 3)?.mean_absolute_error as number) > 100_000);
    await run('train', 'short.nnspec', '--checkpoint', 'half.nnckpt');
    const resumed = await run('train', 'long.nnspec', '--resume', 'half.nnckpt', '--json', '--save', 'r.safetensors');
    assert.deepEqual(resumed.lines.at(-1)?.final, whole.lines.at(-1)?.final, resumed.err);
    const bytes = (name: string) => readFileSync(join(workspace.folder, name));
    const tensorsOf = (name: string) => {
      const file = decodeSafetensors(bytes(name));
      assert.ok('ok' in file);
      return file.ok.tensors;
    };
    assert.deepEqual(tensorsOf('r.safetensors'), tensorsOf('whole.safetensors'));
  });
});
