/** Weights of rows from the file to the values of a run. */
import assert from 'node:assert/strict';
import { nnspec, Workspace } from './harness';

type Values = Readonly<Record<string, number>>;

const rows: readonly (readonly [x: number, y: string, w: number])[] = [
  [0.1, 'no', 2],
  [0.9, 'yes', 1],
  [0.4, 'yes', 3],
  [0.6, 'no', 0],
  [0.2, 'no', 1],
  [0.8, 'yes', 1],
];
const tableOf = (listed: readonly (readonly unknown[])[], head: string) =>
  `${head}\n${listed.map((row) => row.join(',')).join('\n')}\n`;
const specOf = (file: string, data: string, training: string) => `seed: 3
data: { file: ${file}, target: y, split: { train: 1 }${data} }
model: { layers: [dense: { units: 3, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { batch_size: 20, epochs: 8, shuffle: false, optimizer: { sgd: 0.5 }, metrics: [accuracy, auc, f1]${training} }
`;

describe('data.weights', () => {
  const workspace = new Workspace();
  after(() => workspace.dispose());

  const finalOf = async (name: string, text: string, backend: string): Promise<Values> => {
    await workspace.write(`${name}.nnspec`, text);
    const { lines, err } = await nnspec(['train', `${name}.nnspec`, '--json', '--backend', backend], {
      cwd: workspace.folder,
    });
    const end = lines[lines.length - 1];
    assert.equal(end.reason, 'completed', err);
    const { train } = end.final as Readonly<Record<string, Values>>;
    return train;
  };

  it('count a row of weight k like k rows, with and without class weights, baselines included', async () => {
    await workspace.write('weighted.csv', tableOf(rows, 'x,y,w'));
    const repeated = rows.flatMap(([x, y, w]) => Array.from({ length: w }, () => [x, y]));
    await workspace.write('repeated.csv', tableOf(repeated, 'x,y'));
    for (const training of ['', ', class_weight: { no: 3, yes: 1 }']) {
      for (const backend of ['wasm', 'reference']) {
        const found = await finalOf('weighted', specOf('weighted.csv', ', weights: w', training), backend);
        const expected = await finalOf('repeated', specOf('repeated.csv', '', training), backend);
        assert.deepEqual(Object.keys(found), Object.keys(expected));
        for (const [tag, value] of Object.entries(expected)) {
          assert.ok(Math.abs(found[tag] - value) < 1e-5, `${backend} ${tag}: ${found[tag]}, not ${value}`);
        }
      }
    }
  });
});
