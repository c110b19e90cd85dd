/**
 * Losses: outputs o [B, K] and targets t [B, K] → the batch's mean loss in float64, and the error at the output, dL/do, or
 * dL/dz where activation and loss are computed together on the logits z. Both carry the 1/B of the mean.
 */
import { exp, log, log1p } from '../../common/math';
import type { FloatArray } from '../backend';

export interface LossBuffers {
  readonly outputs: FloatArray;
  readonly targets: FloatArray;
  /** Logits of a fused loss; the outputs otherwise. */
  readonly logits: FloatArray;
  /** Where the error goes. */
  readonly error: FloatArray;
  /** K. */
  readonly size: number;
}

/** Loss of the first `count` samples; writes the error where it is asked for. */
export type Loss = (count: number, withError: boolean) => number;

export function makeLoss(name: string, fused: boolean, buffers: LossBuffers): Loss {
  switch (name) {
    case 'mean_squared_error':
      return squaredError(buffers, 1 / buffers.size);
    case 'half_mean_squared_error':
      return squaredError(buffers, 0.5);
    case 'binary_crossentropy':
      return fused ? binaryOnLogits(buffers) : binaryOnProbabilities(buffers);
    case 'categorical_crossentropy':
      return fused ? categoricalOnLogits(buffers) : categoricalOnProbabilities(buffers);
    default:
      throw new Error(`The reference backend has no loss ${name}: check the spec before compiling it.`);
  }
}

/** L = w Σ_k (o − t)², w = 1/K or ½;  dL/do = 2w (o − t) */
function squaredError({ outputs, targets, error, size }: LossBuffers, weight: number): Loss {
  return (count, withError) => {
    let total = 0;
    for (let i = 0; i < count * size; i++) {
      const d = outputs[i] - targets[i];
      total += d * d;
      if (withError) error[i] = (2 * weight * d) / count;
    }
    return (weight * total) / count;
  };
}

/** On z with p = σ(z): L = mean_k max(z, 0) − z t + ln(1 + e^−|z|);  dL/dz = (p − t)/K */
function binaryOnLogits({ logits, targets, error, size }: LossBuffers): Loss {
  return (count, withError) => {
    let total = 0;
    for (let i = 0; i < count * size; i++) {
      const z = logits[i];
      const t = targets[i];
      const e = exp(z < 0 ? z : -z);
      total += Math.max(z, 0) - z * t + log1p(e);
      if (withError) error[i] = ((z < 0 ? e : 1) / (1 + e) - t) / (count * size);
    }
    return total / (count * size);
  };
}

/**
 * On probabilities p: L = mean_k −t ln p − (1 − t) ln(1 − p), logarithms not below −100;
 * dL/dp = (p − t)/(p (1 − p))/K, the divisor not below 1e−12 (PyTorch's limits).
 */
function binaryOnProbabilities({ outputs, targets, error, size }: LossBuffers): Loss {
  return (count, withError) => {
    let total = 0;
    for (let i = 0; i < count * size; i++) {
      const p = outputs[i];
      const t = targets[i];
      total -= t * boundedLog(p) + (1 - t) * boundedLog(1 - p);
      if (withError) error[i] = (p - t) / (Math.max(p * (1 - p), 1e-12) * count * size);
    }
    return total / (count * size);
  };
}

/** On z with p = softmax(z): L = Σ_k t (ln Σ_j e^z_j − z_k);  dL/dz = p Σ t − t */
function categoricalOnLogits({ logits, targets, error, size }: LossBuffers): Loss {
  const powers = new Float64Array(size);
  return (count, withError) => {
    let total = 0;
    for (let s = 0; s < count; s++) {
      const at = s * size;
      let top = logits[at];
      for (let k = 1; k < size; k++) top = Math.max(top, logits[at + k]);
      let sum = 0;
      for (let k = 0; k < size; k++) {
        powers[k] = exp(logits[at + k] - top);
        sum += powers[k];
      }
      const logSum = log(sum);
      let mass = 0;
      for (let k = 0; k < size; k++) {
        const t = targets[at + k];
        mass += t;
        if (t !== 0) total += t * (logSum - (logits[at + k] - top));
      }
      if (Number.isNaN(sum)) total = Number.NaN;
      if (!withError) continue;
      for (let k = 0; k < size; k++) error[at + k] = ((powers[k] / sum) * mass - targets[at + k]) / count;
    }
    return total / count;
  };
}

/** On probabilities p: L = −Σ_k t ln p, the logarithm not below −100;  dL/dp = −t/p, the divisor not below 1e−12 */
function categoricalOnProbabilities({ outputs, targets, error, size }: LossBuffers): Loss {
  return (count, withError) => {
    let total = 0;
    for (let i = 0; i < count * size; i++) {
      const p = outputs[i];
      const t = targets[i];
      total -= t * boundedLog(p);
      if (withError) error[i] = -t / (Math.max(p, 1e-12) * count);
    }
    return total / count;
  };
}

function boundedLog(p: number): number {
  return Math.max(log(p), -100);
}
