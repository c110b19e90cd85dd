import assert from 'node:assert/strict';
import { loadTable } from '../../../../src/data';
import type { WholeFiles } from '../../../../src/data/files';
import { TableView } from '../../../../src/data/view/tableView';
import { parseSpec } from '../../../../src/language';
import type { ColumnView } from '../../../../src/spec/dataView';
import { targetKindOf } from '../../../../src/spec/lossRules';
import { filesWith } from '../support';

/** `data:` of a spec and the last layer that fits its target. */
export interface Asked {
  readonly data: string;
  readonly units?: number;
  readonly activation?: 'linear' | 'sigmoid' | 'softmax';
}

/** The view of a table, as an engine opens it for a spec. */
export async function viewOf({ data, units = 1, activation = 'linear' }: Asked, file: Uint8Array | string = '') {
  const text = `data: ${data}\nmodel: { layers: [{ dense: { units: ${units}, activation: ${activation} } }] }\n`;
  const loss = {
    linear: 'mean_squared_error',
    sigmoid: 'binary_crossentropy',
    softmax: 'categorical_crossentropy',
  }[activation];
  return openSpec(`${text}training: { loss: ${loss}, epochs: 1 }\n`, filesWith(file));
}

export async function openSpec(text: string, files: WholeFiles) {
  const { spec, problems } = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(spec, JSON.stringify(problems));
  const { name: loss } = spec.training.loss;
  const request = { data: spec.data, loss, targetKind: targetKindOf(loss, spec.layers), seed: spec.seed };
  const opened = await loadTable(request, files);
  assert.ok('table' in opened, JSON.stringify(opened.problems));
  const view = new TableView(opened, spec.data);
  return {
    view,
    overview: view.overview(),
    problems: opened.problems,
    column(name: string): ColumnView {
      const found = view.columns({ search: name, from: 0 }).columns.find((each) => each.name === name);
      return found ?? assert.fail(`There is no column ${name}.`);
    },
  };
}

/** A CSV file of these columns. */
export function csvOf(columns: Readonly<Record<string, readonly (string | number)[]>>): string {
  const [names, cells] = [Object.keys(columns), Object.values(columns)];
  return [names.join(), ...cells[0].map((_, row) => cells.map((column) => column[row]).join())].join('\n');
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Numbers in [0, 1) that look random, the same in each run. */
export function noise(count: number, seed: number): number[] {
  let state = seed * 2654435761 + 1;
  return range(count).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}
