/**
 * The formulas of each step, and the same formulas with the walk's numbers. A line with numbers is only given
 * where it results in the value that the engine computed.
 */
import type { WalkStep } from '../../../src/protocol/engine';
import { formatNumber } from '../../shared/format';
import { agrees, applied, digitsFor, num, result, sum, sumOfProducts, termsShown, type Worked } from './numbers';
import type { LessonStep, Matrix, Selection, WalkReader } from './walk';
import { hiddenError, outputError, weightGradient } from './workedBackward';
import { convolutionWorked } from './workedConvolution';
import { type Optimizer, updateWorked } from './workedUpdate';

export function worked(reader: WalkReader, step: LessonStep, selection: Selection, optimizer: Optimizer): Worked {
  switch (step.stage) {
    case 'forward':
      return forwardWorked(reader, step, selection);
    case 'error':
      return step.phase.kind === 'loss'
        ? joined(lossWorked(reader, step, selection), outputError(reader, selection))
        : hiddenError(reader, step, selection);
    case 'gradients':
      return weightGradient(reader, step, selection);
    case 'update':
      return updateWorked(reader, step, selection, optimizer);
    case 'again':
      return againWorked(reader, step, selection);
  }
}

function joined(one: Worked, other: Worked): Worked {
  return { formulas: [...one.formulas, ...other.formulas], numbers: [...one.numbers, ...other.numbers] };
}

/** The loss with the new weights, beside the one before. */
function againWorked(reader: WalkReader, step: LessonStep, selection: Selection): Worked {
  const { formulas, numbers } = lossWorked(reader, step, selection);
  const before = reader.step('loss')?.loss;
  return { formulas, numbers: [...numbers, `L: ${result(before)} → ${result(step.loss)}`] };
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
    const terms = Array.from({ length: Math.min(weights.columns, termsShown) }, (_, i) => i);
    const names = terms.map((i) => `W_{${j},${i + 1}}·x_{${i + 1}}`);
    const pairs = terms.map((i) => [weights.at(unit, i), input.at(sample, i)] as const);
    const value = z?.at(sample, unit) ?? a?.at(sample, unit);
    numbers.push(`z_{${j}} = ${sum(names, weights.columns)}${bias ? ` + b_{${j}}` : ''}`);
    numbers.push(`= ${sumOfProducts(pairs, value, bias?.at(0, unit), weights.columns)} = ${result(value)}`);
  }
  formulas.push(...(convolution?.formulas ?? []));
  numbers.push(...(convolution?.numbers ?? []));
  const from = z ?? input;
  if (activation === 'softmax') {
    formulas.push('a_{j} = e^{zⱼ} / Σ_{k} e^{zₖ}');
    if (from && a) {
      const value = a.at(sample, unit);
      const z = Array.from({ length: Math.min(from.columns, termsShown) }, (_, k) => from.at(sample, k) ?? Number.NaN);
      const all = [from.at(sample, unit) ?? Number.NaN, ...z];
      const share = (own: number, ...each: number[]) =>
        Math.exp(own) / each.reduce((total, one) => total + Math.exp(one), 0);
      const digits = from.columns > termsShown ? 3 : digitsFor(all, share, value);
      const [own, ...terms] = all.map((each) => `e^{${formatNumber(each, digits)}}`);
      numbers.push(`a_{${j}} = ${own} / (${sum(terms, from.columns)}) = ${result(value)}`);
    }
  } else if (reader.layers[layer]?.activation && a) {
    const shown = activation === 'linear' ? '' : activation;
    const index = convolution ? 'f,p' : 'j';
    formulas.push(shown === '' ? `a_{${index}} = z_{${index}}` : `a_{${index}} = ${shown}(z_{${index}})`);
    numbers.push(
      `a_{${convolution?.unit ?? j}} = ${shown === '' ? result(from?.at(sample, unit)) : applied(shown, from?.at(sample, unit), a.at(sample, unit))}`,
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
  return { formulas, numbers };
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
      return `L = ½ ${over}${outputs > 1 ? 'Σ_{k} ' : ''}${outputs > 1 ? '(a_{k} − y_{k})' : '(a − y)'}^{2}`;
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
  const calculate = lossOf(reader.lossName, k);
  if (!calculate) {
    return undefined;
  }
  const value = calculate(...a, ...y);
  const digits = k > termsShown ? 3 : digitsFor([...a, ...y], calculate, reader.walk.samples > 1 ? value : measured);
  const text = lossText(reader.lossName, a, y, (each) => num(each, digits));
  if (!Number.isFinite(value) || (reader.walk.samples === 1 && !agrees(value, measured))) {
    return undefined;
  }
  return reader.walk.samples > 1
    ? `${of} = ${text} = ${result(value)},  L = ${result(measured)}`
    : `${of} = ${text} = ${result(measured)}`;
}

/** The loss of a sample from its outputs and then its targets. */
function lossOf(name: string, k: number): ((...numbers: number[]) => number) | undefined {
  const total = (numbers: readonly number[], term: (a: number, y: number) => number) =>
    numbers.slice(0, k).reduce((sofar, a, i) => sofar + term(a, numbers[k + i]), 0);
  const log = (share: number, p: number) => (share === 0 ? 0 : share * Math.log(p));
  switch (name) {
    case 'binary_crossentropy':
      return (...numbers) => -total(numbers, (a, y) => log(y, a) + log(1 - y, 1 - a)) / k;
    case 'categorical_crossentropy':
      return (...numbers) => -total(numbers, (a, y) => log(y, a));
    case 'mean_squared_error':
      return (...numbers) => total(numbers, (a, y) => (a - y) ** 2) / k;
    case 'half_mean_squared_error':
      return (...numbers) => total(numbers, (a, y) => (a - y) ** 2) / 2;
    default:
      return undefined;
  }
}

/** The same in writing. */
function lossText(
  name: string,
  outputs: readonly number[],
  y: readonly number[],
  text: (value: number) => string,
): string {
  const inBrackets = (terms: readonly string[]) => (terms.length > 1 ? `(${sum(terms)})` : terms[0]);
  const mean = (terms: readonly string[]) => `${terms.length > 1 ? `1/${terms.length}·` : ''}${inBrackets(terms)}`;
  const a = outputs.map(text);
  switch (name) {
    case 'binary_crossentropy': {
      const terms = a.map((p, i) =>
        y[i] === 1
          ? `ln ${p}`
          : y[i] === 0
            ? `ln(1 − ${p})`
            : `[${text(y[i])}·ln ${p} + ${text(1 - y[i])}·ln(1 − ${p})]`,
      );
      return `−${mean(terms)}`;
    }
    case 'categorical_crossentropy': {
      const hot = a.flatMap((p, i) => (y[i] > 0 ? [y[i] === 1 ? `ln ${p}` : `${text(y[i])}·ln ${p}`] : []));
      return `−${inBrackets(hot)}`;
    }
    default: {
      const terms = a.map((p, i) => `(${p} − ${text(y[i])})^{2}`);
      return name.startsWith('half') ? `½·${inBrackets(terms)}` : mean(terms);
    }
  }
}
