/**
 * Optimizers, with PyTorch's update rules. w weight, g gradient, η learning rate; the optimizer's memory of a weight is an
 * array as long as the tensor, readable as `<tensor>.<memory>`.
 */
import { pow } from '../../common/math';
import type { Thing } from '../../spec/spec';
import type { FloatArray, Precision } from '../backend';
import { floats, type Learned } from './layer';

export interface Memory {
  readonly name: string;
  readonly values: FloatArray;
}

export interface Optimizer {
  /** What is remembered of a tensor: `velocity`; nothing for plain gradient descent. */
  readonly memories: readonly string[];
  /** Updates a tensor in place. `step` counts from 1. */
  update(tensor: Learned, memory: readonly Memory[], learningRate: number, step: number): void;
}

export function makeOptimizer(thing: Thing): Optimizer {
  const number = (name: string): number => thing.parameters[name] as number;
  switch (thing.name) {
    case 'sgd':
      return number('momentum') === 0
        ? gradientDescent
        : momentumDescent(number('momentum'), thing.parameters.nesterov === true);
    case 'adam':
      return adam(number('beta_1'), number('beta_2'), number('epsilon'));
    default:
      throw new Error(`The reference backend has no optimizer ${thing.name}: check the spec before compiling it.`);
  }
}

export function makeMemory(optimizer: Optimizer, tensor: Learned, precision: Precision): readonly Memory[] {
  return optimizer.memories.map((name) => ({
    name: `${tensor.plan.name}.${name}`,
    values: floats(precision, tensor.values.length),
  }));
}

/** w ← w − η g */
const gradientDescent: Optimizer = {
  memories: [],
  update({ values: w, gradient: g }, _memory, rate) {
    for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
  },
};

/** v ← μ v + g (v = g at the first step, as v starts at 0);  w ← w − η v, or with Nesterov's look-ahead w − η (g + μ v) */
function momentumDescent(momentum: number, nesterov: boolean): Optimizer {
  return {
    memories: ['velocity'],
    update({ values: w, gradient: g }, memory, rate) {
      const v = memory[0].values;
      for (let i = 0; i < w.length; i++) {
        v[i] = momentum * v[i] + g[i];
        w[i] -= rate * (nesterov ? g[i] + momentum * v[i] : v[i]);
      }
    },
  };
}

/**
 * m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε), t the step
 * (Kingma and Ba, 2015; ε stands outside the root).
 */
function adam(beta1: number, beta2: number, epsilon: number): Optimizer {
  return {
    memories: ['first_moment', 'second_moment'],
    update({ values: w, gradient: g }, memory, rate, step) {
      const m = memory[0].values;
      const v = memory[1].values;
      const stepSize = rate / (1 - pow(beta1, step));
      const root = Math.sqrt(1 - pow(beta2, step));
      for (let i = 0; i < w.length; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
        w[i] -= (stepSize * m[i]) / (Math.sqrt(v[i]) / root + epsilon);
      }
    },
  };
}
