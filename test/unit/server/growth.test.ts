import { loadDataset, loadFacts } from '../../../src/data';
import { encodeWeights } from '../../../src/engine/weights';
import { predictionsCsv, predictTable } from '../../../src/server/predictTable';
import { planNetwork } from '../../../src/spec/planNetwork';
import { assertGrows } from '../../harness/growth';
import { csvRequest, filesWith } from '../data/support';
import { startOptions } from './harness';

const numbered = (count: number, text: (i: number) => string | number) =>
  Array.from({ length: count }, (_, i) => text(i));

/** Tables with the columns a and y, or with many inputs, by what they have much of. */
const tables: Readonly<Record<string, (size: number) => string>> = {
  rows: (size) => `a,y\n${numbered(size, (i) => `${i % 9},${i % 2}`).join('\n')}\n`,
  columns: (size) => {
    const count = size / 4;
    const rows = [0, 1, 2].map((row) => [...numbered(count, (i) => i + row), row % 2].join(','));
    return `${numbered(count, (i) => `c${i}`).join(',')},y\n${rows.join('\n')}\n`;
  },
  categories: (size) => `a,y\n${numbered(size / 4, (i) => `k${i},${i % 2}`).join('\n')}\n`,
  'rows with missing cells': (size) => `a,y\n${numbered(size, (i) => `,${i % 2}`).join('\n')}\n`,
  'bad cells': (size) => `a,y\n${numbered(size, (i) => `${i % 2 ? i : 'x'},z`).join('\n')}\n`,
  'characters in a name': (size) => `${'a'.repeat(size * 20)},y\n1,2\n3,4\n5,6\n`,
};

describe('the time to load a data set grows no faster than its table', () => {
  for (const [name, make] of Object.entries(tables)) {
    it(`with many ${name}`, async () => {
      await assertGrows(
        4_000,
        (size) => filesWith(make(size)),
        async (files) => {
          await loadFacts(csvRequest('a.csv'), files);
          // Categories are columns of their own in the inputs, which so grow as their square.
          return name === 'categories' || loadDataset(csvRequest('a.csv'), files);
        },
      );
    });
  }
});

const { spec } = startOptions(`
data: { file: a.csv, target: y }
model: { layers: [dense: { units: 1 }] }
training: { loss: mean_squared_error, epochs: 1 }
`);

/** Weights of a network with these input columns. */
function weightsFor(columns: readonly string[]): Uint8Array {
  const target = { columns: ['y'], kind: 'numbers' } as const;
  const inputShape = [columns.length];
  const { plan } = planNetwork(spec, { inputShape, targetSize: 1, targetKind: 'numbers', classNames: undefined });
  if (!plan) {
    throw new Error('There is no network.');
  }
  const tensors = new Map([
    ['dense_1.weight', new Float32Array(columns.length)],
    ['dense_1.bias', new Float32Array(1)],
  ]);
  const inputs = columns.map((column) => ({ column, type: 'number' as const, shift: 0, scale: 1 }));
  return encodeWeights(plan, tensors, { spec: '', seed: 1, dataHash: '0'.repeat(64), inputs, inputShape, target });
}

describe('the time to predict grows no faster than the table', () => {
  const predict = async (size: number, columns: (size: number) => string[], table: (size: number) => string) => {
    await assertGrows(
      size,
      (size) => ({ weights: weightsFor(columns(size)), table: new TextEncoder().encode(table(size)) }),
      ({ weights, table }) => {
        const result = predictTable(weights, spec, table, 'a.csv');
        return 'ok' in result ? [...predictionsCsv(result.ok)].join('') : result;
      },
    );
  };

  for (const name of ['rows', 'rows with missing cells', 'bad cells']) {
    it(`with many ${name}`, () => predict(4_000, () => ['a'], tables[name]));
  }

  it('with many columns', () =>
    predict(8_000, (size) => numbered(size / 4, (i) => `c${i}`).map(String), tables.columns));

  it('without the columns that it needs', () =>
    predict(1_000, (size) => numbered(size / 4, (i) => `column ${i}x`).map(String), tables.columns));
});
