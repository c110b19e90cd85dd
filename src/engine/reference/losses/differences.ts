/** Losses of the difference d = o − t of each of the K outputs of a sample from its target. */
import { exp, log1p, tanh } from '../../../common/math';
import { type LossBuffers, type LossKernel, meanOverOutputs } from './kernel';

/**
 * With w = 1/K or ½:
 *   L = w·Σ_k d²,  dL/do = 2w·d
 */
export function squaredError({ outputs, targets, error, size }: LossBuffers, weight: number): LossKernel {
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        const d = outputs[i] - targets[i];
        total += d * d;
        if (withError) {
          error[i] = (2 * weight * d) / divisor;
        }
      }
      return total;
    },
    mean: (total, divisor) => (weight * total) / divisor,
  };
}

/** L = mean_k f(d),  dL/do = f′(d)/K */
function meanOf(buffers: LossBuffers, f: (d: number) => number, slope: (d: number) => number): LossKernel {
  return meanOverOutputs(
    buffers,
    (o, t) => f(o - t),
    (o, t) => slope(o - t),
  );
}

/** f = |d|,  f′ = sign d, which is 0 at 0 */
export function absoluteError(buffers: LossBuffers): LossKernel {
  return meanOf(buffers, Math.abs, Math.sign);
}

/** f = ½d² where |d| ≤ δ, else δ·(|d| − δ/2);  f′ = d, else ±δ */
export function huber(buffers: LossBuffers, delta: number): LossKernel {
  return meanOf(
    buffers,
    (d) => (Math.abs(d) <= delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta)),
    (d) => (Math.abs(d) <= delta ? d : delta * Math.sign(d)),
  );
}

/** f = ½d²/β where |d| < β, else |d| − β/2;  f′ = d/β, else ±1 */
export function smoothL1(buffers: LossBuffers, beta: number): LossKernel {
  return meanOf(
    buffers,
    (d) => (Math.abs(d) < beta ? (0.5 * d * d) / beta : Math.abs(d) - 0.5 * beta),
    (d) => (Math.abs(d) < beta ? d / beta : Math.sign(d)),
  );
}

/** f = ln cosh d,  f′ = tanh d. Computed as |d| + ln(1 + e^(−2|d|)) − ln 2, which does not overflow. */
export function logCosh(buffers: LossBuffers): LossKernel {
  return meanOf(buffers, (d) => Math.abs(d) + log1p(exp(-2 * Math.abs(d))) - Math.LN2, tanh);
}
