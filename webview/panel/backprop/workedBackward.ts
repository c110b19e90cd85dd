/** Error and gradients with numbers. */
import type { WalkStep } from '../../../src/protocol/engine';
import { formatNumber } from '../format';
import { agrees, num, result, sum, termsShown, type Worked } from './numbers';
import type { Selection, WalkReader } from './walk';

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
    const overClasses = reader.lossName !== 'categorical_crossentropy' && columns > 1;
    const divisor = samples * (overClasses ? columns : 1);
    const base = (factor * (a - y)) / divisor;
    const symbols = [samples > 1 ? 'N' : '', overClasses ? 'K' : ''].filter((symbol) => symbol !== '').join('·');
    const two = factor === 2 ? '2·' : '';
    const general = `δ_{j} = ∂L/∂z_{j} = ${two}(a_{j} − y_{j})${symbols === '' ? '' : ` / ${symbols.length > 1 ? `(${symbols})` : symbols}`}`;
    const plugged = `${two}(${formatNumber(a, digitsFor(a, y))} − ${num(y)})${divisor === 1 ? '' : ` / ${divisor}`}`;
    if (agrees(base, delta)) {
      return { formulas: [general], numbers: [`δ_{${j}} = ${plugged} = ${result(delta)}`] };
    }
    if (sloped && base !== 0) {
      return {
        formulas: [`${general}·f′(z_{j})`],
        numbers: [`δ_{${j}} = ${plugged}·${num(delta / base)} = ${result(delta)}`],
      };
    }
  }
  return { formulas: ['δ_{j} = ∂L/∂z_{j}'], numbers: [`δ_{${j}} = ${result(delta)}`] };
}

/** Whether δ contains a factor f′(z): the activation acts on each unit alone and is not linear. */
function hasSlope(reader: WalkReader, layer: number): boolean {
  return reader.activation(layer) !== 'linear' && !reader.layers[layer]?.activation?.ofWholeVector;
}

/** The digits to show of a, so that a − y is right to 0.5 % even if the two are close. */
function digitsFor(a: number, y: number): number {
  for (let digits = 3; digits < 9; digits++) {
    if (Math.abs(Number(a.toPrecision(digits)) - a) <= 0.005 * Math.abs(a - y)) {
      return digits;
    }
  }
  return 9;
}

/** δ of a layer, from that of the next layer; then dW and db. */
export function gradientsWorked(reader: WalkReader, step: WalkStep, selection: Selection): Worked {
  const layer = step.phase.layer ?? 0;
  const error = reader.isOutput(layer) ? outputError(reader, selection) : hiddenError(reader, step, layer, selection);
  const weights = weightGradient(reader, step, layer, selection);
  return { formulas: [...error.formulas, ...weights.formulas], numbers: [...error.numbers, ...weights.numbers] };
}

function hiddenError(reader: WalkReader, step: WalkStep, layer: number, { unit, sample }: Selection): Worked {
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
    const terms: string[] = [];
    let total = 0;
    for (let k = 0; k < weights.rows; k++) {
      const [w, d] = [weights.at(k, unit), nextDelta.at(sample, k)];
      total += w === undefined || d === undefined ? Number.NaN : w * d;
      if (k < termsShown) {
        terms.push(`${num(w)}·${num(d)}`);
      }
    }
    // Where only a corner of the tensors was received, the sum cannot be recomputed: the engine's value is
    // shown.
    if (Number.isNaN(total) || agrees(total, arriving)) {
      numbers.push(
        `∂L/∂a_{${j}} = ${weights.rows > termsShown ? `${terms.join(' + ')} + …` : sum(terms)} = ${result(arriving)}`,
      );
    }
  } else if (arriving !== undefined) {
    formulas.push(`∂L/∂a_{j}   (${name})`);
    numbers.push(`∂L/∂a_{${j}} = ${result(arriving)}`);
  }
  const activation = reader.activation(layer);
  const sloped = hasSlope(reader, layer);
  formulas.push(
    activation === 'linear'
      ? 'δ_{j} = ∂L/∂a_{j}'
      : sloped
        ? 'δ_{j} = ∂L/∂a_{j}·f′(z_{j})'
        : 'δ_{j} = Σ_{k} ∂L/∂a_{k}·∂a_{k}/∂z_{j}',
  );
  if (delta !== undefined && sloped && arriving !== undefined && arriving !== 0) {
    // The engine multiplied ∂L/∂a by f′(z) to get δ, so f′(z) is their quotient.
    const z = reader.tensor('z', layer)?.at(sample, unit);
    const slope = z === undefined ? num(delta / arriving) : `f′(${formatNumber(z, 3)})`;
    numbers.push(
      `δ_{${j}} = ${num(arriving)}·${slope}${z === undefined ? '' : ` = ${num(arriving)}·${num(delta / arriving)}`} = ${result(delta)}`,
    );
  } else if (delta !== undefined) {
    numbers.push(`δ_{${j}} = ${result(delta)}`);
  }
  return { formulas, numbers };
}

function weightGradient(reader: WalkReader, step: WalkStep, layer: number, { unit, input, sample }: Selection): Worked {
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
  const terms = rows.map((n) => `${num(delta.at(n, unit))}·${num(x.at(n, input))}`);
  const numbers = [
    `dW_{${at}} = ${samples > termsShown ? `${terms.join(' + ')} + … (${samples})` : sum(terms)} = ${result(value)}`,
  ];
  if (biased !== undefined) {
    numbers.push(`db_{${unit + 1}} = ${result(biased)}`);
  }
  return { formulas, numbers };
}
