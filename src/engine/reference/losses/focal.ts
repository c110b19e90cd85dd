/** Focal losses (Lin et al., 2017): a cross-entropy that counts less where the network is already right. */
import { exp, log, pow } from '../../../common/math';
import { sigmoid } from '../../../spec/catalogue/numeric';
import { binaryEntropy, boundedLog } from './crossEntropies';
import type { LossBuffers, LossKernel } from './kernel';

/** Lower limit of probabilities that a gradient is divided by. */
const least = 1e-12;

/**
 * Two classes. With p = σ(z), the class weight a = α·t + (1 − α)·(1 − t), the miss q = p·(1 − t) + (1 − p)·t
 * and the cross-entropy H = −t·ln p − (1 − t)·ln(1 − p):
 *   L = mean_k a·q^γ·H
 *   dL/dz = a·(q^γ·(p − t) + γ·q^(γ−1)·(1 − 2t)·p·(1 − p)·H)/K
 */
export function binaryFocal(buffers: LossBuffers, fused: boolean, alpha: number, gamma: number): LossKernel {
  const { outputs, targets, error, size } = buffers;
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        const t = targets[i];
        const p = fused ? sigmoid(outputs[i]) : outputs[i];
        const rest = fused ? sigmoid(-outputs[i]) : 1 - p;
        const entropy = fused ? binaryEntropy(outputs[i], t) : -(t * boundedLog(p) + (1 - t) * boundedLog(rest));
        const a = alpha * t + (1 - alpha) * (1 - t);
        const missed = p * (1 - t) + rest * t;
        const fade = pow(missed, gamma);
        total += a * fade * entropy;
        if (!withError) {
          continue;
        }
        // p·(1 − p)/q. For t = 0 and t = 1 the fraction is reduced, so that q = 0 gives no 0/0.
        const share = t === 1 ? p : t === 0 ? rest : (p * rest) / Math.max(missed, least);
        const slope = a * fade * (p - t + gamma * (1 - 2 * t) * share * entropy);
        error[i] = slope / ((fused ? 1 : Math.max(p * rest, least)) * divisor * size);
      }
      return total;
    },
    mean: (total, divisor) => total / (divisor * size),
  };
}

/**
 * Several classes. With p = softmax(z) and g = p·dL/dp = −α·t·((1 − p)^γ − γ·p·(1 − p)^(γ−1)·ln p):
 *   L = −α·Σ_k t·(1 − p)^γ·ln p
 *   dL/dz_k = g_k − p_k·Σ_j g_j
 */
export function categoricalFocal(buffers: LossBuffers, fused: boolean, alpha: number, gamma: number): LossKernel {
  const { outputs, targets, error, size } = buffers;
  const p = new Float64Array(size);
  const logs = new Float64Array(size);
  const g = new Float64Array(size);
  return {
    add(total, first, divisor, withError) {
      if (fused) {
        logSoftmax(outputs, first, p, logs);
      } else {
        for (let k = 0; k < size; k++) {
          p[k] = outputs[first + k];
          logs[k] = boundedLog(p[k]);
        }
      }
      let sum = 0;
      for (let k = 0; k < size; k++) {
        const t = targets[first + k];
        const rest = Math.max(1 - p[k], 0);
        const fade = pow(rest, gamma);
        if (t !== 0 || Number.isNaN(p[k])) {
          total -= alpha * t * fade * logs[k];
        }
        const bend = rest > 0 ? (gamma * p[k] * fade * logs[k]) / rest : 0;
        g[k] = -alpha * t * (fade - bend);
        sum += g[k];
      }
      if (withError) {
        for (let k = 0; k < size; k++) {
          error[first + k] = (fused ? g[k] - p[k] * sum : g[k] / Math.max(p[k], least)) / divisor;
        }
      }
      return total;
    },
    mean: (total, divisor) => total / divisor,
  };
}

/** Writes the softmax of the logits from index `at` on, and its logarithms. */
function logSoftmax(logits: ArrayLike<number>, at: number, p: Float64Array, logs: Float64Array): void {
  const size = p.length;
  let top = logits[at];
  for (let k = 1; k < size; k++) {
    top = Math.max(top, logits[at + k]);
  }
  let sum = 0;
  for (let k = 0; k < size; k++) {
    p[k] = exp(logits[at + k] - top);
    sum += p[k];
  }
  const logSum = log(sum);
  for (let k = 0; k < size; k++) {
    p[k] /= sum;
    logs[k] = logits[at + k] - top - logSum;
  }
}
