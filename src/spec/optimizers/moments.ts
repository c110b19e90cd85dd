/** Adam (Kingma and Ba, 2015) and its variants: running means m of the gradient and v of its square. */
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
 * m ← β₁ m + (1 − β₁) g;  v ← β₂ v + (1 − β₂) g²;  w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε). ε is
 * outside the root. With amsgrad the last rule uses the largest v so far.
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

/** m as adam;  u ← max(β₂ u, |g| + ε);  w ← w − η/(1 − β₁ᵗ) · m/u */
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

/** Rate at which the look-ahead reaches its full size (Dozat, 2016). */
const lookAhead = 0.96;

/**
 * μ(t) = β₁ (1 − ½ 0.96^(t ψ)), ψ the momentum decay, Π(t) the product of all μ so far. m, v as adam,
 * r = √(v/(1 − β₂ᵗ)) + ε:
 * w ← w − η (1 − μ(t))/(1 − Π(t)) · g/r − η μ(t + 1)/(1 − Π(t) μ(t + 1)) · m/r
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
 * m, v as adam, m̂ = m/(1 − β₁ᵗ). ρ∞ = 2/(1 − β₂) − 1, ρ = ρ∞ − 2 t β₂ᵗ/(1 − β₂ᵗ). While ρ ≤ 5 the variance
 * is too uncertain: w ← w − η m̂. After that w ← w − η m̂ · √(1 − β₂ᵗ)/(√v + ε) · √((ρ − 4)(ρ − 2) ρ∞/((ρ∞ −
 * 4)(ρ∞ − 2) ρ)) (Liu and others, 2020)
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
