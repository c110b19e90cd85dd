/** Optimizers that scale each weight's step by the squares of its gradients. */
import { f32x4 } from '../../../assembler';
import { quotient, remember, runningMean, runningSquare, squareOf } from './arithmetic';
import type { MemorySketch, OptimizerKernel } from './kernel';
import { stepKernel, stepMomentum } from './stepKernel';

export interface RootMeanSquare {
  readonly rho: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** Whether a schedule sets the momentum. */
  readonly moves: boolean;
  readonly centered: boolean;
  readonly decay: number;
}

/**
 * s ← ρ s + (1 − ρ) g²;  w ← w − η g/(√s + ε). Centred: a ← ρ a + (1 − ρ) g and √(s − a²) in place of √s.
 * With momentum b ← μ b + g/(√s + ε), w ← w − η b
 */
export function rmsprop({ rho, epsilon, momentum, moves, centered, decay }: RootMeanSquare): OptimizerKernel {
  const remembers = momentum > 0 || moves;
  const memories: MemorySketch[] = [{ name: 'mean_square', initial: 0 }];
  if (remembers) {
    memories.push({ name: 'velocity', initial: 0 });
  }
  if (centered) {
    memories.push({ name: 'mean_gradient', initial: 0 });
  }
  return stepKernel({
    memories,
    scalars: ['rate', 'rest', 'epsilon', 'momentum'],
    decay,
    compute: (f, { rate }) => ({ rate, rest: 1 - rho, epsilon, momentum: stepMomentum(f, momentum, moves) }),
    rule: (f, s, decayed) => {
      return (w, gradient, memory) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        let square = runningSquare(f, memory[0], g, s.rest, { beta: rho, epsilon });
        if (centered) {
          const a = runningMean(f, memory[memory.length - 1], g, s.rest, rho);
          // Rounding can make a variance of 0 negative.
          square = f.let(f32x4.pmax(f32x4.sub(square, f32x4.mul(a, a)), 0));
        }
        let change = quotient(f, g, f32x4.add(f32x4.sqrt(square), s.epsilon), epsilon);
        if (remembers) {
          change = remember(f, memory[1], f32x4.add(f32x4.mul(s.momentum, memory[1].get()), change));
        }
        w.set(f32x4.sub(value, f32x4.mul(s.rate, change)));
      };
    },
  });
}

/** s ← s + g²;  w ← w − η g/(√s + ε) (Duchi, Hazan and Singer, 2011) */
export function adagrad(initial: number, epsilon: number, decay: number): OptimizerKernel {
  return stepKernel({
    memories: [{ name: 'sum_of_squares', initial }],
    scalars: ['rate', 'epsilon'],
    decay,
    compute: (_f, { rate }) => ({ rate, epsilon }),
    rule: (f, s, decayed) => {
      return (w, gradient, [sum]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const squares = f.let(f32x4.add(sum.get(), squareOf(f, g, epsilon)));
        sum.set(squares);
        const below = f32x4.add(f32x4.sqrt(squares), s.epsilon);
        w.set(f32x4.sub(value, quotient(f, f32x4.mul(s.rate, g), below, epsilon)));
      };
    },
  });
}

/** s ← ρ s + (1 − ρ) g²;  Δ = √((u + ε)/(s + ε)) · g;  u ← ρ u + (1 − ρ) Δ²;  w ← w − η Δ (Zeiler, 2012) */
export function adadelta(rho: number, epsilon: number, decay: number): OptimizerKernel {
  return stepKernel({
    memories: [
      { name: 'mean_square', initial: 0 },
      { name: 'mean_squared_step', initial: 0 },
    ],
    scalars: ['rate', 'rest', 'epsilon'],
    decay,
    compute: (_f, { rate }) => ({ rate, rest: 1 - rho, epsilon }),
    rule: (f, s, decayed) => {
      return (w, gradient, [square, steps]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const v = runningSquare(f, square, g, s.rest, { beta: rho, epsilon });
        const ratio = quotient(f, f32x4.add(steps.get(), s.epsilon), f32x4.add(v, s.epsilon), epsilon);
        const change = f.let(f32x4.mul(f32x4.sqrt(ratio), g));
        runningSquare(f, steps, change, s.rest, { beta: rho, epsilon });
        w.set(f32x4.sub(value, f32x4.mul(s.rate, change)));
      };
    },
  });
}
