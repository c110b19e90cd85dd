/** Negative log-likelihoods of counts and of measured values. */
import { f32x4, i32 } from '../../../assembler';
import type { Index } from '../lanes/lanes';
import { emitExp } from '../math/exponential';
import { emitLog } from '../math/logarithm';
import type { LossKernel } from './kernel';
import { addTo, mean, ofOutputs, startSum, sumOfTerms } from './sums';

/** Keeps the logarithm finite at a rate of 0, as in PyTorch. */
const poissonEpsilon = 1e-8;

/** On rates p: L = mean_k p − t ln(p + ε);  dL/dp = (1 − t/(p + ε))/K */
export function poisson(): LossKernel {
  return sumOfTerms(ofOutputs, mean, (f, p, t) => {
    const above = f.let(f32x4.add(p, poissonEpsilon));
    return {
      loss: f32x4.sub(p, f32x4.mul(t, emitLog(f, above))),
      slope: () => f32x4.sub(1, f32x4.div(t, above)),
    };
  });
}

/**
 * Outputs are H means μ, then H log-variances s, for H targets: L = mean_h ½ (s + (t − μ)² e^−s);
 * dL/dμ = (μ − t) e^−s/H, dL/ds = ½ (1 − (t − μ)² e^−s)/H
 */
export function gaussianLikelihood(): LossKernel {
  return {
    emit(f, { outputs, targets, error, scale }, withError) {
      const half = targets.size;
      const spreadOf = (h: Index): Index => (typeof h === 'number' ? h + half : f.let(i32.add(h, half)));
      const total = startSum(f);
      const share = f.let(f32x4.mul(scale, 1 / half));
      targets.each((h) => {
        const spread = spreadOf(h);
        const s = f.let(outputs.get(spread));
        const d = f.let(f32x4.sub(outputs.get(h), targets.get(h)));
        const precise = f.let(f32x4.mul(d, emitExp(f, f32x4.neg(s))));
        const squared = f.let(f32x4.mul(d, precise));
        addTo(f, total, f32x4.mul(f32x4.add(s, squared), 0.5));
        if (!withError) {
          return;
        }
        error.set(h, f32x4.mul(precise, share));
        error.set(spread, f32x4.mul(f32x4.mul(f32x4.sub(1, squared), 0.5), share));
      });
      return f32x4.mul(total, 1 / half);
    },
  };
}
