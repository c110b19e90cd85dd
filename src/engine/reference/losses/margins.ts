/** Losses of scores: the lead of the right answer, and the angle between output and target. */
import { type LossBuffers, type LossKernel, meanOverOutputs } from './kernel';

/** m = 1 − y·o with y = 2t − 1: how far the score falls short of a margin of 1. */
const miss = (o: number, t: number): number => 1 - (2 * t - 1) * o;

/** L = mean_k max(0, m),  dL/do = −y/K where m > 0, else 0 */
export function hinge(buffers: LossBuffers): LossKernel {
  return meanOverOutputs(
    buffers,
    (o, t) => Math.max(0, miss(o, t)),
    (o, t) => (miss(o, t) > 0 ? 1 - 2 * t : 0),
  );
}

/** L = mean_k max(0, m)²,  dL/do = −2y·m/K where m > 0, else 0 */
export function squaredHinge(buffers: LossBuffers): LossKernel {
  return meanOverOutputs(
    buffers,
    (o, t) => Math.max(0, miss(o, t)) * Math.max(0, miss(o, t)),
    (o, t) => (miss(o, t) > 0 ? 2 * (1 - 2 * t) * miss(o, t) : 0),
  );
}

/**
 * The score of the right class against the largest other one (its rival). As in Keras the right class takes
 * part in the maximum with the score 0.
 *   L = max(0, 1 + max_k (1 − t_k)·o_k − Σ_k t_k·o_k)
 *   dL/do_k = −t_k, plus (1 − t_k) for the rival (of equal ones the first); 0 where L = 0
 */
export function categoricalHinge({ outputs, targets, error, size }: LossBuffers): LossKernel {
  return {
    add(total, first, divisor, withError) {
      let right = 0;
      let rival = 0;
      for (let k = 0; k < size; k++) {
        right += targets[first + k] * outputs[first + k];
        if ((1 - targets[first + k]) * outputs[first + k] > (1 - targets[first + rival]) * outputs[first + rival]) {
          rival = k;
        }
      }
      const m = 1 + (1 - targets[first + rival]) * outputs[first + rival] - right;
      if (withError) {
        for (let k = 0; k < size; k++) {
          error[first + k] = m > 0 ? -targets[first + k] / divisor : 0;
        }
        if (m > 0) {
          error[first + rival] += (1 - targets[first + rival]) / divisor;
        }
      }
      return m <= 0 ? total : total + m;
    },
    mean: (total, divisor) => total / divisor,
  };
}

/** Lower limit of vector lengths used as divisors (PyTorch's). */
const shortest = 1e-8;

/**
 * With the cosine c = (o·t)/(‖o‖·‖t‖):
 *   L = 1 − c,  dL/do = (c·o/‖o‖ − t/‖t‖)/‖o‖
 */
export function cosineSimilarity({ outputs, targets, error, size }: LossBuffers): LossKernel {
  return {
    add(total, first, divisor, withError) {
      let dot = 0;
      let oo = 0;
      let tt = 0;
      for (let i = first; i < first + size; i++) {
        dot += outputs[i] * targets[i];
        oo += outputs[i] * outputs[i];
        tt += targets[i] * targets[i];
      }
      const o = Math.max(Math.sqrt(oo), shortest);
      const t = Math.max(Math.sqrt(tt), shortest);
      const c = dot / (o * t);
      if (withError) {
        const own = oo > shortest * shortest ? c / o : 0;
        for (let i = first; i < first + size; i++) {
          error[i] = (own * outputs[i] - targets[i] / t) / (o * divisor);
        }
      }
      return total + (1 - c);
    },
    mean: (total, divisor) => total / divisor,
  };
}
