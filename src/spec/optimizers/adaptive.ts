/** Optimizers that scale the step of each weight by the squares of its gradients. */
import type { MemorySketch, Optimizer } from './optimizer';
import { quotient } from './quotient';

interface RootMeanSquare {
  readonly rho: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly centered: boolean;
  readonly decay: number;
  readonly hasVelocity: boolean;
}

/**
 * RMSprop (Hinton, 2012):
 *   s ← ρ·s + (1 − ρ)·g²
 *   w ← w − η·g/(√s + ε)
 * Centred it divides by the deviation: a ← ρ·a + (1 − ρ)·g, and √(s − a²) takes the place of √s.
 * With momentum μ: b ← μ·b + g/(√s + ε) and w ← w − η·b.
 */
export function rmsprop({
  rho,
  epsilon,
  momentum: ownMomentum,
  centered,
  decay,
  hasVelocity,
}: RootMeanSquare): Optimizer {
  const memories: MemorySketch[] = [{ name: 'mean_square' }];
  if (hasVelocity) {
    memories.push({ name: 'velocity' });
  }
  if (centered) {
    memories.push({ name: 'mean_gradient' });
  }
  return {
    memories,
    update({ values: w, gradient }, memory, { learningRate: rate, momentum = ownMomentum }) {
      const s = memory[0];
      const b = hasVelocity ? memory[1] : undefined;
      const a = centered ? memory[memory.length - 1] : undefined;
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        s[i] = rho * s[i] + (1 - rho) * g * g;
        let square = s[i];
        if (a) {
          a[i] = rho * a[i] + (1 - rho) * g;
          // Rounding can make a variance of 0 negative.
          square = Math.max(square - a[i] * a[i], 0);
        }
        const change = quotient(g, Math.sqrt(square) + epsilon);
        if (b) {
          b[i] = momentum * b[i] + change;
          w[i] -= rate * b[i];
        } else {
          w[i] -= rate * change;
        }
      }
    },
  };
}

/**
 * Adagrad (Duchi et al., 2011):
 *   s ← s + g²
 *   w ← w − η·g/(√s + ε)
 */
export function adagrad(initial: number, epsilon: number, decay: number): Optimizer {
  return {
    memories: [{ name: 'sum_of_squares', initial }],
    update({ values: w, gradient }, [s], { learningRate: rate }) {
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        s[i] += g * g;
        w[i] -= quotient(rate * g, Math.sqrt(s[i]) + epsilon);
      }
    },
  };
}

/**
 * Adadelta (Zeiler, 2012):
 *   s ← ρ·s + (1 − ρ)·g²
 *   Δ = √(u + ε)/√(s + ε)·g
 *   u ← ρ·u + (1 − ρ)·Δ²
 *   w ← w − η·Δ
 */
export function adadelta(rho: number, epsilon: number, decay: number): Optimizer {
  return {
    memories: [{ name: 'mean_square' }, { name: 'mean_squared_step' }],
    update({ values: w, gradient }, [s, u], { learningRate: rate }) {
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        s[i] = rho * s[i] + (1 - rho) * g * g;
        const change = quotient(Math.sqrt(u[i] + epsilon), Math.sqrt(s[i] + epsilon)) * g;
        u[i] = rho * u[i] + (1 - rho) * change * change;
        w[i] -= rate * change;
      }
    },
  };
}
