import { f32x4, f64, select } from '../../../assembler';
import { remember } from './arithmetic';
import type { OptimizerKernel } from './kernel';
import { stepKernel, stepMomentum } from './stepKernel';

/** w ← w − η g */
export function gradientDescent(decay: number): OptimizerKernel {
  return stepKernel({
    scalars: ['rate'],
    decay,
    compute: (_f, { rate }) => ({ rate }),
    rule: (f, { rate }, decayed) => {
      return (w, gradient) => {
        const value = f.let(w.get());
        w.set(f32x4.sub(value, f32x4.mul(rate, decayed(gradient, value))));
      };
    },
  });
}

export interface Momentum {
  readonly momentum: number;
  /** Whether a schedule sets the momentum. */
  readonly moves: boolean;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly decay: number;
}

/**
 * v ← μ v + (1 − d) g, at the first step v ← g;  w ← w − η v, or with Nesterov's look-ahead w ← w − η (g + μ
 * v). d is the dampening.
 */
export function momentumDescent({ momentum, moves, dampening, nesterov, decay }: Momentum): OptimizerKernel {
  return stepKernel({
    memories: [{ name: 'velocity', initial: 0 }],
    scalars: ['rate', 'momentum', 'share'],
    decay,
    compute: (f, { rate, step }) => ({
      rate,
      momentum: stepMomentum(f, momentum, moves),
      share: select(f64.const(1), f64.const(1 - dampening), f64.eq(step, 1)),
    }),
    rule: (f, s, decayed) => {
      return (w, gradient, [velocity]) => {
        const value = f.let(w.get());
        const g = decayed(gradient, value);
        const taken = dampening === 0 ? g : f32x4.mul(s.share, g);
        const v = remember(f, velocity, f32x4.add(f32x4.mul(s.momentum, velocity.get()), taken));
        const change = nesterov ? f32x4.add(g, f32x4.mul(s.momentum, v)) : v;
        w.set(f32x4.sub(value, f32x4.mul(s.rate, change)));
      };
    },
  });
}
