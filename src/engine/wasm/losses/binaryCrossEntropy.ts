/** Cross-entropy of yes-or-no answers. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { emitFading } from '../math/exponential';
import { emitLog, emitLog1pUnit } from '../math/logarithm';
import type { LossKernel } from './kernel';
import { mean, ofLogits, ofOutputs, sumOfTerms } from './sums';

/** t (1 − ε) + ε/n, a target smoothed over n answers. */
export function smoothed(f: FunctionBuilder, t: V128, smoothing: number, answers: number): Local<'v128'> {
  return f.let(smoothing === 0 ? t : f32x4.add(f32x4.mul(t, 1 - smoothing), smoothing / answers));
}

/** ln p, not below −100. */
export function boundedLog(f: FunctionBuilder, p: V128): Local<'v128'> {
  return f.let(f32x4.pmax(emitLog(f, p), -100));
}

/** Probabilities and loss terms from the logit z of a yes. */
export interface Answer {
  /** −ln p of a target t. */
  readonly entropy: (t: Local<'v128'>) => V128;
  /** p = σ(z), and 1 − p without cancellation. */
  readonly p: () => Local<'v128'>;
  readonly rest: () => Local<'v128'>;
  /** w (p − t), which keeps its digits where p is near a target t of 0 or 1. */
  readonly overshoot: (t: Local<'v128'>, w: V128) => V128;
}

/**
 * With e = e^−|z|, which no z makes overflow: p = 1/(1 + e), 1 − p = e/(1 + e) and p − t = ((1 − t) − e t)/(1
 * + e) for z ≥ 0; for z < 0, 1 and e are exchanged. Few operations have to wait for e.
 */
export function answerOf(f: FunctionBuilder, z: Local<'v128'>): Answer {
  const e = emitFading(f, f32x4.neg(f32x4.abs(z)));
  const one = f32x4.const(1);
  const positive = f.let(f32x4.ge(z, 0));
  const whole = f.let(f32x4.add(e, 1));
  return {
    entropy: (t) => f32x4.add(f32x4.sub(f32x4.pmax(z, 0), f32x4.mul(z, t)), emitLog1pUnit(f, e)),
    p: () => f.let(f32x4.div(v128.bitselect(one, e, positive), whole)),
    rest: () => f.let(f32x4.div(v128.bitselect(e, one, positive), whole)),
    overshoot(t, w) {
      const no = f.let(f32x4.mul(f32x4.sub(1, t), w));
      const yes = f.let(f32x4.neg(f32x4.mul(t, w)));
      const ofOne = f.let(v128.bitselect(no, yes, positive));
      const ofE = f.let(v128.bitselect(yes, no, positive));
      return f32x4.div(f32x4.add(ofOne, f32x4.mul(e, ofE)), whole);
    },
  };
}

/** p − t = p (1 − t) − (1 − p) t, in the form that keeps its digits where p is near a target of 0 or 1. */
export function overshoot(p: V128, rest: V128, t: V128): V128 {
  return f32x4.sub(f32x4.mul(p, f32x4.sub(1, t)), f32x4.mul(rest, t));
}

/**
 * On z with p = σ(z): L = mean_k max(z, 0) − z t + ln(1 + e^−|z|);  dL/dz = (p − t)/K. Smoothing: t ← t (1 −
 * ε) + ε/2
 */
export function binaryOnLogits(smoothing: number): LossKernel {
  return sumOfTerms(ofLogits, mean, (f, z, target) => {
    const t = smoothed(f, target, smoothing, 2);
    const answer = answerOf(f, z);
    return { loss: answer.entropy(t), error: (scale) => answer.overshoot(t, scale) };
  });
}

/**
 * On probabilities p: L = mean_k −t ln p − (1 − t) ln(1 − p), logarithms not below −100;
 * dL/dp = (p − t)/(p (1 − p))/K, the divisor not below 1e−12 (PyTorch's limits).
 */
export function binaryOnProbabilities(smoothing: number): LossKernel {
  return sumOfTerms(ofOutputs, mean, (f, p, target) => {
    const t = smoothed(f, target, smoothing, 2);
    const rest = f.let(f32x4.sub(1, p));
    return {
      loss: entropyOf(f, p, rest, t),
      slope: () => f32x4.div(f32x4.sub(p, t), f32x4.pmax(f32x4.mul(p, rest), 1e-12)),
    };
  });
}

/** −t ln p − (1 − t) ln(1 − p) */
export function entropyOf(f: FunctionBuilder, p: V128, rest: V128, t: V128): V128 {
  const yes = f32x4.mul(t, boundedLog(f, p));
  const no = f32x4.mul(f32x4.sub(1, t), boundedLog(f, rest));
  return f32x4.neg(f32x4.add(yes, no));
}
