/** The weighted sum of a filter at one position, in symbols and with numbers. */
import type { WalkStep } from '../../../src/protocol/engine';
import { result, sumOfProducts, termsShown, type Worked } from './numbers';
import { matrixOf, type Selection, type WalkReader } from './walk';

/** A sum with numbers, and the subscript of its unit: `1,2,2` for filter 1 at row 2 and column 2. */
interface Placed extends Worked {
  readonly unit: string;
}

/** In the formula, p is the filter's position, u runs over its weights and c over its input channels. */
export function convolutionWorked(reader: WalkReader, step: WalkStep, { unit, sample }: Selection): Placed | undefined {
  const layer = step.phase.layer ?? 0;
  const view = reader.view('filters', layer, step);
  const input = reader.tensor('input', layer, step);
  const { windows, inputShape } = reader.layers[layer];
  if (!view || !input || !windows) {
    return undefined;
  }
  const filters = matrixOf(view);
  const bias = reader.tensor('b', layer, step);
  const z = reader.tensor('z', layer, step) ?? reader.tensor('a', layer, step);
  const filter = reader.channelOf(layer, unit);
  const place = placeOf(
    unit,
    windows.map(({ places }) => places),
  );
  const channels = view.shape[1];
  const group = Math.floor(filter / (view.shape[0] / (inputShape[0] / channels)));
  const kernels = windows.map(({ kernel }) => kernel);
  const size = kernels.reduce((a, b) => a * b, 1);
  const names: string[] = [];
  const pairs: (readonly [number, number])[] = [];
  let count = 0;
  for (let k = 0; k < channels * size; k++) {
    const offset = placeOf(k, kernels);
    const at = windows.map(({ stride, dilation, before }, i) => place[i] * stride - before + offset[i] * dilation);
    // Padding: these inputs are 0.
    if (at.some((index, i) => index < 0 || index >= windows[i].size)) {
      continue;
    }
    count++;
    const channel = Math.floor(k / size);
    const from = group * channels + channel;
    const column = at.reduce((flat, index, i) => flat * windows[i].size + index, from);
    const [weight, value] = [filters.at(filter, k), input.at(sample, column)];
    if (names.length < termsShown && weight !== undefined && value !== undefined) {
      names.push(`W_{${indices(filter, channel, ...offset)}}·x_{${indices(from, ...at)}}`);
      pairs.push([weight, value]);
    }
  }
  const j = indices(filter, ...place);
  const more = count > names.length;
  return {
    unit: j,
    formulas: [`z_{f,p} = Σ_{c} Σ_{u} W_{f,c,u}·x_{c,p+u}${bias ? ' + b_{f}' : ''}`],
    numbers: [
      `z_{${j}} = ${names.join(' + ')}${more ? ` + … (${count})` : ''}${bias ? ` + b_{${filter + 1}}` : ''}`,
      `= ${sumOfProducts(pairs, z?.at(sample, unit), bias?.at(0, filter), count)} = ${result(z?.at(sample, unit))}`,
    ],
  };
}

/** Converts a flat index into one index per axis; multiples of their product (channels) are dropped. */
function placeOf(flat: number, sizes: readonly number[]): number[] {
  let rest = flat;
  return sizes
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}

/** Indices counted from 1, as in the tables. */
function indices(...all: readonly number[]): string {
  return all.map((index) => index + 1).join(',');
}
