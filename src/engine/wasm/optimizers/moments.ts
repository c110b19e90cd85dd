/**
 * Adam (Kingma and Ba, 2015) and its variants: running means m of the gradient and v of its square. Where the
 * reference divides √v by a correction √(1 − β₂ᵗ), here numerator and ε are multiplied by it: once per step,
 * so that each weight takes one root and one division.
 */

import { type FunctionBuilder, f32x4, f64, type Local, select } from '../../../assembler';
import { pow } from '../../../common/math';
import { control } from '../memory/control';
import { quotient, runningMean, runningSquare } from './arithmetic';
import type { MemorySketch, OptimizerKernel } from './kernel';
import { emitPowerOfStep } from './powers';
import { stepKernel, stepMomentum } from './stepKernel';

export interface Betas {
  readonly beta1: number;
  /** Whether a schedule sets β₁. */
  readonly moves: boolean;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
}

const moments: readonly MemorySketch[] = [
  { name: 'first_moment', initial: 0 },
  { name: 'second_moment', initial: 0 },
];

/** β₁ and 1 − β₁ᵗ of a step. */
function firstMoment(f: FunctionBuilder, { beta1, moves }: Betas, step: Local<'f64'>) {
  const beta = stepMomentum(f, beta1, moves);
  return { beta, correction: f64.sub(1, emitPowerOfStep(f, moves ? beta : beta1, step)) };
}

/**
 * w ← w − c₁ m/(√v + c₂) with c₁ = η √(1 − β₂ᵗ)/(1 − β₁ᵗ), c₂ = ε √(1 − β₂ᵗ). With amsgrad the largest v so
 * far takes v's place. `decoupled`: w ← w − η λ w comes first, in place of g ← g + λ w.
 */
export function adam(options: Betas & { readonly amsgrad: boolean; readonly decoupled: boolean }): OptimizerKernel {
  const { beta1, beta2, epsilon, amsgrad, decoupled, decay } = options;
  return stepKernel({
    memories: amsgrad ? [...moments, { name: 'largest_second_moment', initial: 0 }] : moments,
    scalars: ['rest1', 'rest2', 'scale', 'epsilon', 'kept'],
    decay: decoupled ? 0 : decay,
    compute: (f, { rate, step }) => {
      const { beta, correction } = firstMoment(f, options, step);
      const root = f.let(f64.sqrt(f64.sub(1, emitPowerOfStep(f, beta2, step))));
      return {
        rest1: f64.sub(1, beta),
        rest2: 1 - beta2,
        scale: f64.div(f64.mul(rate, root), correction),
        epsilon: f64.mul(root, epsilon),
        kept: f64.sub(1, f64.mul(rate, decay)),
      };
    },
    rule: (f, s, decayed) => {
      const shrinks = decoupled && decay !== 0;
      return (w, gradient, [first, second, largest]) => {
        const value = f.let(shrinks ? f32x4.mul(w.get(), s.kept) : w.get());
        const g = decayed(gradient, value);
        const m = runningMean(f, first, g, s.rest1, beta1);
        let v = runningSquare(f, second, g, s.rest2, { beta: beta2, epsilon });
        if (amsgrad) {
          v = f.let(f32x4.pmax(v, largest.get()));
          largest.set(v);
        }
        const below = f32x4.add(f32x4.sqrt(v), s.epsilon);
        w.set(f32x4.sub(value, quotient(f, f32x4.mul(s.scale, m), below, epsilon)));
      };
    },
  });
}

/** u ← max(β₂ u, |g| + ε);  w ← w − η/(1 − β₁ᵗ) · m/u */
export function adamax(options: Betas): OptimizerKernel {
  const { beta1, beta2, epsilon, decay } = options;
  return stepKernel({
    memories: [moments[0], { name: 'largest_gradient', initial: 0 }],
    scalars: ['rest1', 'beta2', 'scale', 'epsilon'],
    decay,
    compute: (f, { rate, step }) => {
      const { beta, correction } = firstMoment(f, options, step);
      return { rest1: f64.sub(1, beta), beta2, scale: f64.div(rate, correction), epsilon };
    },
    rule: (f, s, decayed) => {
      return (w, gradient, [first, largest]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const m = runningMean(f, first, g, s.rest1, beta1);
        const size = f32x4.add(f32x4.abs(g), s.epsilon);
        const u = f.let(f32x4.pmax(size, f32x4.mul(s.beta2, largest.get())));
        largest.set(u);
        w.set(f32x4.sub(value, quotient(f, f32x4.mul(s.scale, m), u, epsilon)));
      };
    },
  });
}

/** Rate at which the look-ahead reaches its full size (Dozat, 2016). */
const lookAhead = 0.96;

/**
 * μ(t) = β₁ (1 − ½ 0.96^(t ψ)), ψ the momentum decay, Π(t) the product of all μ so far, r = √(1 − β₂ᵗ):
 * w ← w − (c₁ g + c₂ m)/(√v + ε r), c₁ = η r (1 − μ(t))/(1 − Π(t)), c₂ = η r μ(t + 1)/(1 − Π(t) μ(t + 1))
 */
export function nadam(options: Betas & { readonly momentumDecay: number }): OptimizerKernel {
  const { beta1, moves, beta2, epsilon, momentumDecay, decay } = options;
  const fade = pow(lookAhead, momentumDecay);
  return stepKernel({
    memories: [...moments, { name: 'momentum_product', initial: 1, single: true }],
    scalars: ['rest1', 'rest2', 'gradientRate', 'momentRate', 'epsilon'],
    decay,
    compute: (f, { rate, step }) => {
      const beta = stepMomentum(f, beta1, moves);
      const faded = emitPowerOfStep(f, fade, step);
      const mu = f.let(f64.mul(beta, f64.sub(1, f64.mul(faded, 0.5))));
      const next = f.let(f64.mul(beta, f64.sub(1, f64.mul(faded, 0.5 * fade))));
      const product = f.let(f64.mul(f64.load(control.single), mu));
      f.storeF64(control.nextSingle, product);
      const root = f.let(f64.sqrt(f64.sub(1, emitPowerOfStep(f, beta2, step))));
      const scaled = f.let(f64.mul(rate, root));
      return {
        rest1: f64.sub(1, beta),
        rest2: 1 - beta2,
        gradientRate: f64.div(f64.mul(scaled, f64.sub(1, mu)), f64.sub(1, product)),
        momentRate: f64.div(f64.mul(scaled, next), f64.sub(1, f64.mul(product, next))),
        epsilon: f64.mul(root, epsilon),
      };
    },
    rule: (f, s, decayed) => {
      return (w, gradient, [first, second]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const m = runningMean(f, first, g, s.rest1, beta1);
        const v = runningSquare(f, second, g, s.rest2, { beta: beta2, epsilon });
        const above = f32x4.add(f32x4.mul(s.gradientRate, g), f32x4.mul(s.momentRate, m));
        w.set(f32x4.sub(value, quotient(f, above, f32x4.add(f32x4.sqrt(v), s.epsilon), epsilon)));
      };
    },
    emitEnd: (f) => f.storeF64(control.single, f64.load(control.nextSingle)),
  });
}

/**
 * ρ∞ = 2/(1 − β₂) − 1, ρ = ρ∞ − 2 t β₂ᵗ/(1 − β₂ᵗ): w ← w − c₁ m/(c₂ √v + c₃). While ρ ≤ 5 the variance is too
 * uncertain, and c₁ = η/(1 − β₁ᵗ), c₂ = 0, c₃ = 1; then c₁ is multiplied by √(1 − β₂ᵗ) √((ρ − 4)(ρ − 2)
 * ρ∞/((ρ∞ − 4)(ρ∞ − 2) ρ)), c₂ = 1 and c₃ = ε (Liu and others, 2020).
 */
export function radam(options: Betas): OptimizerKernel {
  const { beta1, beta2, epsilon, decay } = options;
  const longest = 2 / (1 - beta2) - 1;
  const rectifier = longest / ((longest - 4) * (longest - 2));
  return stepKernel({
    memories: moments,
    scalars: ['rest1', 'rest2', 'scale', 'rootShare', 'epsilon'],
    decay,
    compute: (f, { rate, step }) => {
      const { beta, correction } = firstMoment(f, options, step);
      const power = emitPowerOfStep(f, beta2, step);
      const rest = f.let(f64.sub(1, power));
      const length = f.let(f64.sub(longest, f64.div(f64.mul(f64.mul(step, power), 2), rest)));
      const certain = f.let(f64.gt(length, 5));
      const shares = f64.div(f64.mul(f64.sub(length, 4), f64.sub(length, 2)), length);
      const rectified = f64.sqrt(f64.mul(f64.mul(shares, rectifier), rest));
      return {
        rest1: f64.sub(1, beta),
        rest2: 1 - beta2,
        scale: f64.mul(f64.div(rate, correction), select(rectified, f64.const(1), certain)),
        rootShare: select(f64.const(1), f64.const(0), certain),
        epsilon: select(f64.const(epsilon), f64.const(1), certain),
      };
    },
    rule: (f, s, decayed) => {
      return (w, gradient, [first, second]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const m = runningMean(f, first, g, s.rest1, beta1);
        const v = runningSquare(f, second, g, s.rest2, { beta: beta2, epsilon });
        const below = f32x4.add(f32x4.mul(s.rootShare, f32x4.sqrt(v)), s.epsilon);
        w.set(f32x4.sub(value, quotient(f, f32x4.mul(s.scale, m), below, epsilon)));
      };
    },
  });
}
