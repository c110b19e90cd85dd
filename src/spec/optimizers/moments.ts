/** Adam and its variants: they keep running means m of the gradient and v of its square. */
import { pow } from '../../common/math';
import type { MemorySketch, Optimizer } from './optimizer';
import { quotient } from './quotient';

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

const moments: readonly MemorySketch[] = [{ name: 'first_moment' }, { name: 'second_moment' }];

/**
 * Adam (Kingma and Ba, 2015):
 *   m ← β₁·m + (1 − β₁)·g
 *   v ← β₂·v + (1 − β₂)·g²
 *   w ← w − η/(1 − β₁ᵗ)·m/(√v/√(1 − β₂ᵗ) + ε)
 * With amsgrad the last rule takes the largest v so far. `decoupled` is adamw's weight decay (see index.ts).
 */
export function adam(options: Betas & { readonly amsgrad: boolean; readonly decoupled: boolean }): Optimizer {
  const { beta1: ownBeta, beta2, epsilon, amsgrad, decoupled } = options;
  const decay = decoupled ? 0 : options.decay;
  return {
    memories: amsgrad ? [...moments, { name: 'largest_second_moment' }] : moments,
    update({ values: w, gradient }, [m, v, largest], { learningRate: rate, momentum: beta1 = ownBeta, step }) {
      const stepSize = rate / (1 - pow(beta1, step));
      const root = Math.sqrt(1 - pow(beta2, step));
      const kept = decoupled ? 1 - rate * options.decay : 1;
      for (let i = 0; i < w.length; i++) {
        if (kept !== 1) {
          w[i] *= kept;
        }
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        let square = v[i];
        if (amsgrad) {
          if (!(square <= largest[i])) {
            largest[i] = square;
          }
          square = largest[i];
        }
        w[i] -= quotient(stepSize * m[i], Math.sqrt(square) / root + epsilon);
      }
    },
  };
}

/**
 * Adamax (Kingma and Ba, 2015), m as in adam:
 *   u ← max(β₂·u, |g| + ε)
 *   w ← w − η/(1 − β₁ᵗ)·m/u
 */
export function adamax({ beta1: ownBeta, beta2, epsilon, decay }: Betas): Optimizer {
  return {
    memories: [{ name: 'first_moment' }, { name: 'largest_gradient' }],
    update({ values: w, gradient }, [m, u], { learningRate: rate, momentum: beta1 = ownBeta, step }) {
      const stepSize = rate / (1 - pow(beta1, step));
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        u[i] = Math.max(beta2 * u[i], Math.abs(g) + epsilon);
        w[i] -= quotient(stepSize * m[i], u[i]);
      }
    },
  };
}

/** Base of nadam's momentum schedule. */
const lookAhead = 0.96;

/**
 * Nadam (Dozat, 2016), m and v as in adam. With the momentum decay ψ, μ(t) = β₁·(1 − ½·0.96^(t·ψ)), the
 * product Π(t) of all μ so far, and r = √(v/(1 − β₂ᵗ)) + ε:
 *   w ← w − η·(1 − μ(t))/(1 − Π(t))·g/r − η·μ(t + 1)/(1 − Π(t)·μ(t + 1))·m/r
 */
export function nadam(options: Betas & { readonly momentumDecay: number }): Optimizer {
  const { beta1: ownBeta, beta2, epsilon, momentumDecay, decay } = options;
  return {
    memories: [...moments, { name: 'momentum_product', initial: 1, single: true }],
    update({ values: w, gradient }, [m, v, product], { learningRate: rate, momentum: beta1 = ownBeta, step }) {
      const mu = beta1 * (1 - 0.5 * pow(lookAhead, step * momentumDecay));
      const next = beta1 * (1 - 0.5 * pow(lookAhead, (step + 1) * momentumDecay));
      product[0] *= mu;
      const gradientRate = (rate * (1 - mu)) / (1 - product[0]);
      const momentRate = (rate * next) / (1 - product[0] * next);
      const correction = 1 - pow(beta2, step);
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        const r = Math.sqrt(v[i] / correction) + epsilon;
        w[i] -= quotient(gradientRate * g, r);
        w[i] -= quotient(momentRate * m[i], r);
      }
    },
  };
}

/**
 * RAdam (Liu et al., 2020), m and v as in adam. With m̂ = m/(1 − β₁ᵗ), ρ∞ = 2/(1 − β₂) − 1 (`longest`) and
 * ρ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ) (`length`):
 *   w ← w − η·m̂ while ρ ≤ 5: the variance of g is still too uncertain; after that
 *   w ← w − η·m̂·√(1 − β₂ᵗ)/(√v + ε)·√((ρ − 4)·(ρ − 2)·ρ∞/((ρ∞ − 4)·(ρ∞ − 2)·ρ))
 */
export function radam({ beta1: ownBeta, beta2, epsilon, decay }: Betas): Optimizer {
  const longest = 2 / (1 - beta2) - 1;
  return {
    memories: moments,
    update({ values: w, gradient }, [m, v], { learningRate: rate, momentum: beta1 = ownBeta, step }) {
      const correction = 1 - pow(beta2, step);
      const length = longest - (2 * step * pow(beta2, step)) / correction;
      const stepSize = rate / (1 - pow(beta1, step));
      const certain = length > 5;
      const rectified = certain
        ? Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length))
        : 1;
      const scale = stepSize * rectified * Math.sqrt(correction);
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        w[i] -= certain ? quotient(scale * m[i], Math.sqrt(v[i]) + epsilon) : stepSize * m[i];
      }
    },
  };
}
