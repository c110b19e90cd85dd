/** Optimizers that use only the sign of a gradient. */
import { f32x4, f64, select, v128 } from '../../../assembler';
import { emitSign } from '../math/sign';
import { runningMean } from './arithmetic';
import type { OptimizerKernel } from './kernel';
import { stepKernel, stepMomentum } from './stepKernel';

export interface Resilience {
  readonly shrink: number;
  readonly grow: number;
  readonly smallest: number;
  readonly largest: number;
}

/**
 * s is each weight's own step, η at the first: s ← s η₊ where g has its last sign, s η₋ where its sign has
 * changed, within the limits; w ← w − s sign g, but where g has changed its sign the weight stays and the
 * change is forgotten (Riedmiller and Braun, 1993)
 */
export function rprop({ shrink, grow, smallest, largest }: Resilience): OptimizerKernel {
  return stepKernel({
    memories: [
      { name: 'step_size', initial: 0 },
      { name: 'previous_gradient', initial: 0 },
    ],
    scalars: ['first', 'shrink', 'grow', 'smallest', 'largest'],
    compute: (_f, { rate, step }) => ({
      first: select(rate, f64.const(0), f64.eq(step, 1)),
      shrink,
      grow,
      smallest,
      largest,
    }),
    rule: (f, s) => {
      return (w, gradient, [size, previous]) => {
        const agreement = f.let(f32x4.mul(gradient, previous.get()));
        const turned = f.let(f32x4.lt(agreement, 0));
        const growth = v128.bitselect(s.grow, f32x4.const(1), f32x4.gt(agreement, 0));
        const factor = v128.bitselect(s.shrink, growth, turned);
        // Steps begin as 0, so that at the first η is the larger.
        const own = f32x4.mul(f32x4.pmax(size.get(), s.first), factor);
        const bounded = f.let(f32x4.pmin(f32x4.pmax(own, s.smallest), s.largest));
        size.set(bounded);
        const g = f.let(v128.andnot(gradient, turned));
        // Turns −0 into 0, since the sign of a zero depends on how a gradient was summed.
        previous.set(f32x4.add(g, 0));
        w.set(f32x4.sub(w.get(), f32x4.mul(emitSign(f, g), bounded)));
      };
    },
  });
}

export interface Lion {
  readonly beta1: number;
  /** Whether a schedule sets β₁. */
  readonly moves: boolean;
  readonly beta2: number;
  readonly decay: number;
}

/** w ← w − η λ w;  w ← w − η sign(m + (1 − β₁)(g − m));  m ← β₂ m + (1 − β₂) g (Chen and others, 2023) */
export function lion({ beta1, moves, beta2, decay }: Lion): OptimizerKernel {
  return stepKernel({
    memories: [{ name: 'first_moment', initial: 0 }],
    scalars: ['rate', 'rest1', 'rest2', 'kept'],
    compute: (f, { rate }) => ({
      rate,
      rest1: f64.sub(1, stepMomentum(f, beta1, moves)),
      rest2: 1 - beta2,
      kept: f64.sub(1, f64.mul(rate, decay)),
    }),
    rule: (f, s) => {
      return (w, gradient, [first]) => {
        const m = f.let(first.get());
        const direction = emitSign(f, f32x4.add(m, f32x4.mul(s.rest1, f32x4.sub(gradient, m))));
        const value = decay === 0 ? w.get() : f32x4.mul(w.get(), s.kept);
        w.set(f32x4.sub(value, f32x4.mul(s.rate, direction)));
        runningMean(f, first, gradient, s.rest2, beta2);
      };
    },
  });
}
