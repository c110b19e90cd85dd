/** Focal losses (Lin and others, 2017): a cross-entropy that fades where the network is already right. */
import { f32x4, type V128, v128 } from '../../../assembler';
import { emitPow } from '../math/power';
import { answerOf, boundedLog, entropyOf, overshoot } from './binaryCrossEntropy';
import { distributionOf } from './distribution';
import type { LossKernel } from './kernel';
import { addTo, mean, ofLogits, ofOutputs, startSum, sumOfTerms } from './sums';

/** Divisors of gradients by probabilities are not below this. */
const least = 1e-12;

export interface Focus {
  readonly fused: boolean;
  readonly alpha: number;
  readonly gamma: number;
}

/**
 * Yes or no, p = σ(z), weight a = α t + (1 − α)(1 − t), q = p (1 − t) + (1 − p) t the error, H the
 * cross-entropy: L = mean_k a q^γ H;  dL/dz = a (q^γ (p − t) + γ q^(γ−1) (1 − 2t) p (1 − p) H)/K
 */
export function binaryFocal({ fused, alpha, gamma }: Focus): LossKernel {
  return sumOfTerms(fused ? ofLogits : ofOutputs, mean, (f, x, t) => {
    const answer = fused ? answerOf(f, x) : undefined;
    const p = answer ? answer.p() : x;
    const rest = answer ? answer.rest() : f.let(f32x4.sub(1, x));
    const entropy = f.let(answer ? answer.entropy(t) : entropyOf(f, p, rest, t));
    const no = f.let(f32x4.sub(1, t));
    const missed = f.let(f32x4.add(f32x4.mul(p, no), f32x4.mul(rest, t)));
    const weight = f32x4.add(f32x4.mul(t, alpha), f32x4.mul(no, 1 - alpha));
    const faded = f.let(f32x4.mul(weight, emitPow(f, missed, gamma)));
    const slope = (): V128 => {
      // p (1 − p)/q, without 0/0 where the answer is right to the last digit.
      const between = f32x4.div(f32x4.mul(p, rest), f32x4.pmax(missed, least));
      const share = v128.bitselect(p, v128.bitselect(rest, between, f32x4.eq(t, 0)), f32x4.eq(t, 1));
      const bend = f32x4.mul(f32x4.mul(f32x4.sub(no, t), gamma), f32x4.mul(share, entropy));
      const toLogit = f32x4.mul(faded, f32x4.add(answer?.overshoot(t, f32x4.const(1)) ?? overshoot(p, rest, t), bend));
      return fused ? toLogit : f32x4.div(toLogit, f32x4.pmax(f32x4.mul(p, rest), least));
    };
    return { loss: f32x4.mul(faded, entropy), slope };
  });
}

/**
 * Classes, p = softmax(z): L = −α Σ_k t (1 − p)^γ ln p;  with g = p dL/dp = −α t ((1 − p)^γ − γ p (1 −
 * p)^(γ−1) ln p), dL/dz = g − p Σ g, which is g (1 − p) − p (Σ g − g)
 */
export function categoricalFocal({ fused, alpha, gamma }: Focus): LossKernel {
  return {
    emit(f, lanes, withError) {
      const { outputs, targets, error, scale } = lanes;
      const distribution = fused ? distributionOf(f, lanes) : undefined;
      const restOf = (p: V128): V128 => distribution?.restOf(p) ?? f32x4.pmax(f32x4.sub(1, p), 0);
      const total = startSum(f);
      const sum = startSum(f);
      outputs.each((k) => {
        const p = f.let(outputs.get(k));
        const t = f.let(targets.get(k));
        const logarithm = f.let(distribution ? distribution.logOf(k) : boundedLog(f, p));
        const rest = f.let(restOf(p));
        const fade = f.let(emitPow(f, rest, gamma));
        const weight = f.let(f32x4.mul(t, -alpha));
        const counts = v128.or(f32x4.ne(t, 0), f32x4.ne(p, p));
        addTo(f, total, v128.and(f32x4.mul(f32x4.mul(weight, fade), logarithm), counts));
        if (!withError) {
          return;
        }
        const bend = f32x4.div(f32x4.mul(f32x4.mul(f32x4.mul(p, gamma), fade), logarithm), rest);
        const g = f.let(f32x4.mul(weight, f32x4.sub(fade, v128.and(bend, f32x4.gt(rest, 0)))));
        addTo(f, sum, g);
        error.set(k, g);
      });
      if (withError) {
        outputs.each((k) => {
          const p = f.let(outputs.get(k));
          const g = f.let(error.get(k));
          const slope = fused
            ? f32x4.sub(f32x4.mul(g, restOf(p)), f32x4.mul(p, f32x4.sub(sum, g)))
            : f32x4.div(g, f32x4.pmax(p, least));
          error.set(k, f32x4.mul(slope, scale));
        });
      }
      return distribution ? f32x4.add(total, distribution.zero) : total;
    },
  };
}
