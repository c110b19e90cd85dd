/** Error and gradients with numbers. */
import { agrees, digitsFor, num, result, sumOfProducts, termsShown, type Worked } from './numbers';
import type { LessonStep, Selection, WalkReader } from './walk';

/** δ of the output layer: the derivative of the loss with respect to z. */
export function outputError(reader: WalkReader, { unit, sample }: Selection): Worked {
  const layer = reader.last;
  const lossStep = reader.step('loss');
  const a = (reader.tensor('output', undefined, lossStep) ?? reader.tensor('a', layer))?.at(sample, unit);
  const y = reader.tensor('target', undefined, lossStep)?.at(sample, unit);
  const columns = reader.tensor('a', layer)?.columns ?? 1;
  const delta = (reader.tensor('delta', layer) ?? reader.tensor('delta', undefined, lossStep))?.at(sample, unit);
  const samples = reader.walk.samples;
  const j = unit + 1;
  if (delta === undefined) {
    return { formulas: [], numbers: [] };
  }
  const sloped = hasSlope(reader, layer);
  if (a !== undefined && y !== undefined) {
    const factor = reader.lossName === 'mean_squared_error' ? 2 : 1;
    const overClasses = ['binary_crossentropy', 'mean_squared_error'].includes(reader.lossName) && columns > 1;
    const divisor = samples * (overClasses ? columns : 1);
    const base = (factor * (a - y)) / divisor;
    const symbols = [samples > 1 ? 'N' : '', overClasses ? 'K' : ''].filter((symbol) => symbol !== '').join('·');
    const two = factor === 2 ? '2·' : '';
    const general = `δ_{j} = ∂L/∂z_{j} = ${two}(a_{j} − y_{j})${symbols === '' ? '' : ` / ${symbols.length > 1 ? `(${symbols})` : symbols}`}`;
    const plug = (digits: number) =>
      `${two}(${num(a, digits)} − ${num(y, digits)})${divisor === 1 ? '' : ` / ${divisor}`}`;
    const difference = (...[one, other]: number[]) => (factor * (one - other)) / divisor;
    if (agrees(base, delta)) {
      const digits = digitsFor([a, y], difference, delta);
      return { formulas: [general], numbers: [`δ_{${j}} = ${plug(digits)} = ${result(delta)}`] };
    }
    if (sloped && base !== 0) {
      const slope = slopeOf(reader, layer, { unit, sample }, delta / base);
      const all = [a, y, ...slope.numbers];
      const product = (...[one, other, ...rest]: number[]) => difference(one, other) * slope.calculate(...rest);
      const digits = digitsFor(all, product, delta);
      return {
        formulas: [`${general}·f′(z_{j})${slope.formula}`],
        numbers: [`δ_{${j}} = ${plug(digits)}·${slope.text(digits)} = ${result(delta)}`],
      };
    }
  }
  return { formulas: ['δ_{j} = ∂L/∂z_{j}'], numbers: [`δ_{${j}} = ${result(delta)}`] };
}

/** Whether δ contains a factor f′(z): the activation acts on each unit alone and is not linear. */
function hasSlope(reader: WalkReader, layer: number): boolean {
  return reader.activation(layer) !== 'linear' && !reader.layers[layer]?.activation?.ofWholeVector;
}

/** f′(z) with numbers: from a where the function has such a form, else the quotient that the engine used. */
interface Slope {
  /** `,   f′(z_{j}) = a_{j}·(1 − a_{j})` */
  readonly formula: string;
  readonly numbers: readonly number[];
  calculate(...numbers: number[]): number;
  text(digits: number): string;
}

function slopeOf(
  reader: WalkReader,
  layer: number,
  { unit, sample }: Pick<Selection, 'unit' | 'sample'>,
  quotient: number,
): Slope {
  const a = reader.tensor('a', layer)?.at(sample, unit);
  const activation = reader.activation(layer);
  if (a !== undefined && activation === 'sigmoid') {
    return {
      formula: ',   f′(z_{j}) = a_{j}·(1 − a_{j})',
      numbers: [a],
      calculate: (own) => own * (1 - own),
      text: (digits) => `${num(a, digits)}·(1 − ${num(a, digits)})`,
    };
  }
  if (a !== undefined && activation === 'tanh') {
    return {
      formula: ',   f′(z_{j}) = 1 − a_{j}^{2}',
      numbers: [a],
      calculate: (own) => 1 - own * own,
      text: (digits) => `(1 − ${num(a, digits)}^{2})`,
    };
  }
  return { formula: '', numbers: [quotient], calculate: (own) => own, text: (digits) => num(quotient, digits) };
}

/** δ of a hidden layer, from that of the next layer. */
export function hiddenError(reader: WalkReader, step: LessonStep, { unit, sample }: Selection): Worked {
  const layer = step.phase.layer ?? 0;
  const next = reader.next(layer) as number;
  const name = reader.layers[next]?.name ?? '';
  const weights = reader.tensor('W', next);
  const nextDelta = reader.tensor('delta', next);
  const j = unit + 1;
  const arriving = reader.tensor('dInput', next)?.at(sample, unit);
  const delta =
    reader.tensor('delta', layer, step)?.at(sample, unit) ?? reader.tensor('dInput', layer, step)?.at(sample, unit);
  const formulas: string[] = [];
  const numbers: string[] = [];
  if (weights && nextDelta) {
    formulas.push(`∂L/∂a_{j} = Σ_{k} W_{kj}·δ_{k}   (${name})`);
    const pairs = Array.from(
      { length: weights.rows },
      (_, k) => [weights.at(k, unit), nextDelta.at(sample, k)] as const,
    );
    const total = pairs.reduce((sofar, [w, d]) => sofar + (w ?? Number.NaN) * (d ?? Number.NaN), 0);
    // Where only a corner of the tensors was received, the sum cannot be recomputed: the engine's value is
    // shown.
    if (Number.isNaN(total) || agrees(total, arriving)) {
      const terms = sumOfProducts(pairs.slice(0, termsShown), arriving, undefined, weights.rows);
      numbers.push(`∂L/∂a_{${j}} = ${terms} = ${result(arriving)}`);
    }
  } else if (arriving !== undefined) {
    formulas.push(`∂L/∂a_{j}   (${name})`);
    numbers.push(`∂L/∂a_{${j}} = ${result(arriving)}`);
  }
  const activation = reader.activation(layer);
  const sloped = hasSlope(reader, layer);
  const slope =
    sloped && delta !== undefined && arriving !== undefined && arriving !== 0
      ? slopeOf(reader, layer, { unit, sample }, delta / arriving)
      : undefined;
  formulas.push(
    activation === 'linear'
      ? 'δ_{j} = ∂L/∂a_{j}'
      : sloped
        ? `δ_{j} = ∂L/∂a_{j}·f′(z_{j})${slope?.formula ?? ''}`
        : 'δ_{j} = Σ_{k} ∂L/∂a_{k}·∂a_{k}/∂z_{j}',
  );
  if (slope && arriving !== undefined) {
    const product = (first: number, ...rest: number[]) => first * slope.calculate(...rest);
    const digits = digitsFor([arriving, ...slope.numbers], product, delta);
    numbers.push(`δ_{${j}} = ${num(arriving, digits)}·${slope.text(digits)} = ${result(delta)}`);
  } else if (delta !== undefined) {
    numbers.push(`δ_{${j}} = ${result(delta)}`);
  }
  return { formulas, numbers };
}

/** dW and db of a layer, from its δ and what came in. */
export function weightGradient(reader: WalkReader, step: LessonStep, { unit, input, sample }: Selection): Worked {
  const layer = step.phase.layer ?? 0;
  const gradient = reader.tensor('dW', layer, step);
  const delta = reader.tensor('delta', layer, step);
  const x = reader.tensor('input', layer, step);
  if (!gradient || !delta || !x) {
    return { formulas: [], numbers: [] };
  }
  const at = `${unit + 1},${input + 1}`;
  const biased = reader.tensor('db', layer, step)?.at(0, unit);
  const value = gradient.at(unit, input);
  const samples = reader.walk.samples;
  const single = samples === 1;
  const formulas = [
    single ? 'dW_{ji} = δ_{j}·x_{i},   db_{j} = δ_{j}' : 'dW_{ji} = Σ_{n} δ_{nj}·x_{ni},   db_{j} = Σ_{n} δ_{nj}',
  ];
  const rows = single ? [sample] : Array.from({ length: Math.min(samples, termsShown) }, (_, n) => n);
  const pairs = rows.map((n) => [delta.at(n, unit), x.at(n, input)] as const);
  const numbers = [`dW_{${at}} = ${sumOfProducts(pairs, value, undefined, samples)} = ${result(value)}`];
  if (biased !== undefined) {
    numbers.push(`db_{${unit + 1}} = ${result(biased)}`);
  }
  return { formulas, numbers };
}
