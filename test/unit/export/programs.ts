/** Trained networks with raw rows and their predictions, for the tests of exported programs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWeights, metadataOf } from '../../../src/engine/weights';
import { parseSpec } from '../../../src/language';
import { predictTable, specTextOf } from '../../../src/server/predictTable';
import { parseDate } from '../../../src/spec/dates';
import { nnspec, type RunOptions, type Workspace } from '../cli/harness';

export interface Trained {
  /** The path of the weights file. */
  readonly weights: string;
  /** A few rows: a number for each raw column. */
  readonly rows: readonly (readonly number[])[];
  /** The outputs of all rows, and the class of each if there are classes. */
  readonly outputs: ArrayLike<number>;
  readonly classes?: readonly (string | undefined)[];
}

const mostRows = 40;

/** Trains one epoch of a spec. The rows are those of its own data. */
export async function trainedOn(spec: string, options: RunOptions, { folder }: Workspace): Promise<Trained> {
  const weights = join(folder, 'trained.safetensors');
  const trained = await nnspec(['train', spec, '--epochs', '1', '--save', weights, '--threads', '1'], options);
  // One epoch does not meet the expectations of an example.
  assert.match(trained.err, /weights saved/);
  const out = join(folder, 'rows');
  const exported = await nnspec(['export', spec, '--to', 'pytorch', '--out', out], options);
  assert.equal(exported.status, 0, exported.err);
  const [head, ...lines] = readFileSync(join(out, 'data.csv'), 'utf8').trimEnd().split('\n');
  const table = [head, ...lines.slice(0, mostRows)].join('\n');
  return { weights, ...predictionsOf(weights, table) };
}

/** The predictions of a weights file for a table of text. */
export function predictionsOf(weights: string, table: string): Omit<Trained, 'weights'> {
  const bytes = readFileSync(weights);
  const text = specTextOf(bytes);
  const file = decodeWeights(bytes);
  assert.ok('ok' in text && 'ok' in file);
  const { spec } = parseSpec(text.ok, { fileName: 'spec' });
  const predicted = predictTable(bytes, spec, Buffer.from(table), 'rows.csv');
  assert.ok('ok' in predicted, JSON.stringify(predicted));
  const metadata = metadataOf(file.ok);
  assert.ok('ok' in metadata);
  const [names, ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const raw = rows.map((cells) =>
    metadata.ok.inputs.map(({ column, type, categories = [], order = 'ymd' }) => {
      const cell = cells[names.indexOf(column)];
      if (cell === '') {
        return Number.NaN;
      }
      return type === 'category'
        ? categories.indexOf(cell)
        : type === 'date'
          ? (parseDate(cell, order) ?? Number.NaN)
          : Number(cell);
    }),
  );
  return { rows: raw, outputs: predicted.ok.outputs, classes: predicted.ok.classes };
}

/** Dates, categories and missing cells; targets of which the logarithm is learned. */
export const mixedTable = `day,colour,size,weight,price
2023-01-05,red,1.5,10,120
2023-03-17,blue,,20,340
2023-07-01,red,2.5,1000,90
2024-02-29,,4,30,560
2024-05-06,green,8,25,75
2024-06-09,blue,3,12,800
`;

export const mixedSpec = `data:
  file: mixed.csv
  target: price
  missing: median
  scale: robust
  scale_target: log
  split: { train: 1 }
model: { layers: [{ dense: { units: 5, activation: { custom: "sin(9 * x) + x^3 / (1 + abs(x)) + max(x, 0.1) * erf(x)" } } }, { dense: 2 }] }
training: { loss: gaussian_nll, batch_size: 6 }
`;
