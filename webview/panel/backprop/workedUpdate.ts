/** The update of a weight and a bias with numbers: gradient descent, momentum, Adam. */
import type { WalkStep } from '../../../src/protocol/engine';
import { formatShort } from '../../shared/format';
import { digitsFor, num, result, type Worked } from './numbers';
import type { Selection, WalkReader } from './walk';

/** The spec's optimizer with its parameters. */
export interface Optimizer {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** One learned number with the inputs and the result of its update. */
interface Change {
  /** `W_{1,2}` */
  readonly symbol: string;
  readonly before: number;
  readonly after: number;
  readonly gradient: number;
  readonly velocity?: number;
  readonly first?: number;
  readonly second?: number;
}

export function updateWorked(reader: WalkReader, step: WalkStep, selection: Selection, optimizer: Optimizer): Worked {
  const rate = reader.walk.learningRate;
  const changes = [
    changeOf(reader, step, 'W', selection.unit, selection.input, `W_{${selection.unit + 1},${selection.input + 1}}`),
    changeOf(reader, step, 'b', 0, selection.unit, `b_{${selection.unit + 1}}`),
  ].filter((change) => change !== undefined);
  if (reader.layers[step.phase.layer ?? 0]?.isFrozen) {
    const numbers = changes.map(({ symbol, before, after }) => `${symbol}: ${result(before)} → ${result(after)}`);
    return { formulas: changes.length === 0 ? [] : ['W ← W,   b ← b'], numbers };
  }
  const lines = changes.map((change) => numbersOf(change, rate, optimizer, reader.walk.step + 1));
  return { formulas: changes.length === 0 ? [] : formulasOf(optimizer), numbers: lines.flat() };
}

function changeOf(
  reader: WalkReader,
  step: WalkStep,
  role: 'W' | 'b',
  row: number,
  column: number,
  symbol: string,
): Change | undefined {
  const read = (name: string) => reader.tensor(name, step.phase.layer, step)?.at(row, column);
  const [before, after, gradient] = [read(role), read(`${role}after`), read(`d${role}`)];
  if (before === undefined || after === undefined || gradient === undefined) {
    return undefined;
  }
  const velocity = read(`${role}.velocity`);
  return {
    symbol,
    before,
    after,
    gradient,
    velocity,
    first: read(`${role}.first_moment`),
    second: read(`${role}.second_moment`),
  };
}

function formulasOf({ name, parameters }: Optimizer): string[] {
  if (name !== 'adam' && name !== 'sgd') {
    return [`W ← W − ΔW(dW, η)   (${name})`];
  }
  const decay = parameters.weight_decay ? ['dW ← dW + λ·W'] : [];
  if (name === 'adam') {
    return [
      ...decay,
      'm ← β_{1}·m + (1 − β_{1})·dW,   v ← β_{2}·v + (1 − β_{2})·dW^{2}',
      parameters.amsgrad
        ? 'W ← W − η·m̂ / (√max v̂ + ε),   m̂ = m/(1 − β_{1}^{t}),   v̂ = v/(1 − β_{2}^{t})'
        : 'W ← W − η·m̂ / (√v̂ + ε),   m̂ = m/(1 − β_{1}^{t}),   v̂ = v/(1 − β_{2}^{t})',
    ];
  }
  if (!parameters.momentum) {
    return [...decay, 'W ← W − η·dW,   b ← b − η·db'];
  }
  const kept = parameters.dampening ? '(1 − d)·dW' : 'dW';
  return [...decay, `v ← μ·v + ${kept}`, parameters.nesterov ? 'W ← W − η·(dW + μ·v)' : 'W ← W − η·v'];
}

function numbersOf(change: Change, rate: number, { name, parameters }: Optimizer, t: number): string[] {
  const { symbol, before, after, gradient, velocity, first, second } = change;
  const eta = formatShort(rate, 4);
  const momentum = numberOf(parameters.momentum) ?? 0;
  if (name === 'adam' && first !== undefined && second !== undefined) {
    const [beta1, beta2, epsilon] = ['beta_1', 'beta_2', 'epsilon'].map(
      (key) => numberOf(parameters[key]) ?? Number.NaN,
    );
    const m = first / (1 - beta1 ** t);
    const v = second / (1 - beta2 ** t);
    if (agreesStep(before, after, (rate * m) / (Math.sqrt(v) + epsilon))) {
      const corrected = (moment: number, beta: number, value: number) => {
        const digits = digitsFor([moment], (each) => each / (1 - beta ** t), value);
        return `${num(moment, digits)}/(1 − ${formatShort(beta, 4)}^{${t}}) = ${result(value)}`;
      };
      const change = (...[w, mean, square]: number[]) => w - (rate * mean) / (Math.sqrt(square) + epsilon);
      const digits = Math.max(4, digitsFor([before, m, v], change, after));
      return [
        `${symbol}: m̂ = ${corrected(first, beta1, m)},  v̂ = ${corrected(second, beta2, v)}`,
        `${symbol} = ${num(before, digits)} − ${eta}·${num(m, digits)} / (√${num(v, digits)} + ${formatShort(epsilon)}) = ${result(after)}`,
      ];
    }
  } else if (velocity !== undefined && parameters.nesterov === true) {
    const change = (...[w, g, v]: number[]) => w - rate * (g + momentum * v);
    if (agreesStep(before, after, rate * (gradient + momentum * velocity))) {
      const digits = Math.max(4, digitsFor([before, gradient, velocity], change, after));
      return [
        `${symbol} = ${num(before, digits)} − ${eta}·(${num(gradient, digits)} + ${formatShort(momentum, 4)}·${num(velocity, digits)}) = ${result(after)}`,
      ];
    }
  } else if (agreesStep(before, after, rate * (velocity ?? gradient))) {
    const moved = velocity ?? gradient;
    const digits = Math.max(
      4,
      digitsFor([before, moved], (w, g) => w - rate * g, after),
    );
    return [`${symbol} = ${num(before, digits)} − ${eta}·${num(moved, digits)} = ${result(after)}`];
  }
  return [
    `${symbol}: ${result(before)} → ${result(after)},  Δ = ${result(after - before)}  (∂L/∂w = ${result(gradient)}, η = ${eta})`,
  ];
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Compares changes, not weights: beside a large weight, a wrong small change would not be noticed. */
function agreesStep(before: number, after: number, change: number): boolean {
  const rounding = 2e-7 * Math.abs(before) + 1e-12;
  return Math.abs(before - after - change) <= rounding + 1e-3 * Math.abs(change);
}
