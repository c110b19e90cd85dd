/**
 * The formulas of each step, and the same formulas with the walk's numbers. A line with numbers is only given
 * where it results in the value that the engine computed.
 */
import type { WalkStep } from '../../../src/protocol/engine';
import { formatNumber } from '../format';
import { agrees, num, result, sum, termsShown, type Worked } from './numbers';
import type { Matrix, Selection, WalkReader } from './walk';
import { gradientsWorked, outputError } from './workedBackward';
import { convolutionWorked } from './workedConvolution';
import { type Optimizer, updateWorked } from './workedUpdate';

export function worked(reader: WalkReader, step: WalkStep, selection: Selection, optimizer: Optimizer): Worked {
  switch (step.phase.kind) {
    case 'forward':
      return forwardWorked(reader, step, selection);
    case 'loss':
      return lossWorked(reader, step, selection);
    case 'backward':
      return gradientsWorked(reader, step, selection);
    case 'update':
      return updateWorked(reader, step, selection, optimizer);
  }
}

function forwardWorked(reader: WalkReader, step: WalkStep, selection: Selection): Worked {
  const { unit, sample } = selection;
  const layer = step.phase.layer ?? 0;
  const input = reader.tensor('input', layer, step);
  const weights = reader.tensor('W', layer, step);
  const bias = reader.tensor('b', layer, step);
  const z = reader.tensor('z', layer, step);
  const a = reader.tensor('a', layer, step);
  const activation = reader.activation(layer);
  const workedFormula = reader.layers[layer]?.workedFormula;
  const convolution = convolutionWorked(reader, step, selection);
  const j = unit + 1;
  const formulas: string[] = [];
  const numbers: string[] = [];
  const skip = reader.view('skip', layer, step);
  if (skip) {
    formulas.push('a_{j} = x_{j} + x₀_{j}');
  }
  if (weights && input) {
    formulas.push(`z_{j} = Σ_{i} W_{ji}·x_{i}${bias ? ' + b_{j}' : ''}`);
    const names: string[] = [];
    const values: string[] = [];
    for (let i = 0; i < Math.min(weights.columns, termsShown); i++) {
      names.push(`W_{${j},${i + 1}}·x_{${i + 1}}`);
      values.push(`${num(weights.at(unit, i))}·${num(input.at(sample, i))}`);
    }
    numbers.push(`z_{${j}} = ${sum(names, weights.columns)}${bias ? ` + b_{${j}}` : ''}`);
    numbers.push(
      `= ${weights.columns > termsShown ? `${values.join(' + ')} + …` : sum(values)}${bias ? ` + ${num(bias.at(0, unit))}` : ''} = ${result(z?.at(sample, unit) ?? a?.at(sample, unit))}`,
    );
  }
  formulas.push(...(convolution?.formulas ?? []));
  numbers.push(...(convolution?.numbers ?? []));
  const from = z ?? input;
  if (activation === 'softmax') {
    formulas.push('a_{j} = e^{zⱼ} / Σ_{k} e^{zₖ}');
    if (from && a) {
      const terms = Array.from(
        { length: Math.min(from.columns, termsShown) },
        (_, k) => `e^{${formatNumber(from.at(sample, k), 3)}}`,
      );
      numbers.push(
        `a_{${j}} = e^{${formatNumber(from.at(sample, unit), 3)}} / (${sum(terms, from.columns)}) = ${result(a.at(sample, unit))}`,
      );
    }
  } else if (reader.layers[layer]?.activation && a) {
    const shown = activation === 'linear' ? '' : activation;
    const index = convolution ? 'f,p' : 'j';
    formulas.push(shown === '' ? `a_{${index}} = z_{${index}}` : `a_{${index}} = ${shown}(z_{${index}})`);
    numbers.push(
      `a_{${convolution?.unit ?? j}} = ${shown === '' ? result(from?.at(sample, unit)) : `${shown}(${formatNumber(from?.at(sample, unit), 4)}) = ${result(a.at(sample, unit))}`}`,
    );
  } else if (workedFormula) {
    formulas.push(workedFormula);
    numbers.push(`x_{${j}} = ${result(input?.at(sample, unit))},  a_{${j}} = ${result(a?.at(sample, unit))}`);
  }
  return { formulas, numbers };
}

function lossWorked(reader: WalkReader, step: WalkStep, selection: Selection): Worked {
  const output = reader.tensor('output', undefined, step) ?? reader.tensor('a', reader.last);
  const target = reader.tensor('target', undefined, step);
  const formulas = [lossFormula(reader.lossName, output?.columns ?? 1, reader.walk.samples)];
  const numbers: string[] = [];
  if (output && target && output.columns <= output.shownColumns) {
    const line = lossNumbers(reader, selection, output, target, step.loss);
    if (line) {
      numbers.push(line);
    }
  }
  if (numbers.length === 0 && step.loss !== undefined) {
    numbers.push(`L = ${result(step.loss)}`);
  }
  const error = outputError(reader, selection);
  return { formulas: [...formulas, ...error.formulas], numbers: [...numbers, ...error.numbers] };
}

function lossFormula(name: string, outputs: number, samples: number): string {
  const over = samples > 1 ? '1/N Σ_{n} ' : '';
  const mean = outputs > 1 ? '1/K Σ_{k} ' : '';
  switch (name) {
    case 'binary_crossentropy':
      return `L = −${over}${mean}[y·ln a + (1 − y)·ln(1 − a)]`;
    case 'categorical_crossentropy':
      return `L = −${over}Σ_{k} y_{k}·ln a_{k}`;
    case 'mean_squared_error':
      return `L = ${over}${mean}(a − y)^{2}`;
    case 'half_mean_squared_error':
      return `L = ½ ${over}${mean}(a − y)^{2}`;
    default:
      return 'L = L(a, y)';
  }
}

/** The loss of the selected sample, written out; for a batch, the sample's share of the loss. */
function lossNumbers(
  reader: WalkReader,
  { sample }: Selection,
  output: Matrix,
  target: Matrix,
  measured: number | undefined,
): string | undefined {
  const k = output.columns;
  const a = Array.from({ length: k }, (_, i) => output.at(sample, i) ?? Number.NaN);
  const y = Array.from({ length: k }, (_, i) => target.at(sample, i) ?? Number.NaN);
  const of = reader.walk.samples > 1 ? `ℓ_{${sample + 1}}` : 'L';
  let text: string;
  let value: number;
  switch (reader.lossName) {
    case 'binary_crossentropy': {
      const terms = a.map((p, i) =>
        y[i] === 1
          ? `ln ${num(p)}`
          : y[i] === 0
            ? `ln(1 − ${num(p)})`
            : `[${num(y[i])}·ln ${num(p)} + ${num(1 - y[i])}·ln(1 − ${num(p)})]`,
      );
      value =
        -a.reduce(
          (total, p, i) =>
            total + (y[i] === 0 ? 0 : y[i] * Math.log(p)) + (y[i] === 1 ? 0 : (1 - y[i]) * Math.log(1 - p)),
          0,
        ) / k;
      text = `−${k > 1 ? `1/${k}·(${sum(terms)})` : terms[0]}`;
      break;
    }
    case 'categorical_crossentropy': {
      const hot = y.map((share, i) => [share, a[i]] as const).filter(([share]) => share > 0);
      value = -hot.reduce((total, [share, p]) => total + share * Math.log(p), 0);
      text = `−${sum(hot.map(([share, p]) => (share === 1 ? `ln ${num(p)}` : `${num(share)}·ln ${num(p)}`)))}`;
      break;
    }
    case 'mean_squared_error':
    case 'half_mean_squared_error': {
      const half = reader.lossName.startsWith('half');
      const terms = a.map((p, i) => `(${formatNumber(p, 3)} − ${num(y[i])})^{2}`);
      value = (a.reduce((total, p, i) => total + (p - y[i]) ** 2, 0) / k) * (half ? 0.5 : 1);
      text = `${half ? '½·' : ''}${k > 1 ? `1/${k}·(${sum(terms)})` : terms[0]}`;
      break;
    }
    default:
      return undefined;
  }
  if (!Number.isFinite(value) || (reader.walk.samples === 1 && !agrees(value, measured))) {
    return undefined;
  }
  return reader.walk.samples > 1
    ? `${of} = ${text} = ${result(value)},  L = ${result(measured)}`
    : `${of} = ${text} = ${result(measured)}`;
}
