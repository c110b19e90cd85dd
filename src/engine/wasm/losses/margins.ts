/** Losses of scores: margins, and the angle between output and target. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import type { LossKernel } from './kernel';
import { addTo, mean, ofOutputs, startSum, sumOfTerms } from './sums';

/** m = 1 − y o with y = 2t − 1: L = mean_k max(0, m);  dL/do = −y/K where m > 0 */
export function hinge(): LossKernel {
  return marginLoss((_f, m) => ({ loss: m, slope: f32x4.const(1) }));
}

/** L = mean_k max(0, m)²;  dL/do = −2 y m/K where m > 0 */
export function squaredHinge(): LossKernel {
  return marginLoss((_f, m) => ({ loss: f32x4.mul(m, m), slope: f32x4.add(m, m) }));
}

function marginLoss(of: (f: FunctionBuilder, m: Local<'v128'>) => { loss: V128; slope: V128 }): LossKernel {
  return sumOfTerms(ofOutputs, mean, (f, o, t) => {
    const y = f.let(f32x4.sub(f32x4.add(t, t), 1));
    const m = f.let(f32x4.sub(1, f32x4.mul(y, o)));
    // A NaN stays NaN, so that a run that diverges is noticed.
    const { loss, slope } = of(f, f.let(f32x4.pmax(m, 0)));
    return { loss, slope: () => v128.and(f32x4.mul(f32x4.neg(y), slope), f32x4.gt(m, 0)) };
  });
}

/**
 * L = max(0, 1 + max_k (1 − t_k) o_k − Σ_k t_k o_k), as in Keras: the right class takes part in the
 * maximum with 0. Where L > 0, dL/do = −t, and + (1 − t) at the first largest.
 */
export function categoricalHinge(): LossKernel {
  return {
    emit(f, { outputs, targets, error, scale }, withError) {
      const right = startSum(f);
      const rival = f.let(f32x4.const(Number.NEGATIVE_INFINITY));
      const wrong = (o: V128, t: V128): V128 => f32x4.mul(f32x4.sub(1, t), o);
      outputs.each((k) => {
        const o = f.let(outputs.get(k));
        const t = f.let(targets.get(k));
        addTo(f, right, f32x4.mul(t, o));
        f.set(rival, f32x4.pmax(rival, wrong(o, t)));
      });
      const m = f.let(f32x4.sub(f32x4.add(rival, 1), right));
      if (withError) {
        const share = f.let(v128.and(scale, f32x4.gt(m, 0)));
        // A mask: all bits are set until the rival is found.
        const open = f.let(f32x4.eq(scale, scale));
        outputs.each((k) => {
          const t = f.let(targets.get(k));
          const found = f.let(v128.and(f32x4.eq(wrong(outputs.get(k), t), rival), open));
          f.set(open, v128.andnot(open, found));
          const slope = f32x4.sub(v128.and(f32x4.sub(1, t), found), t);
          error.set(k, f32x4.mul(slope, share));
        });
      }
      return f32x4.pmax(m, 0);
    },
  };
}

/** Lower bound of the lengths, as in PyTorch. */
const shortest = 1e-8;

/** c = o·t/(‖o‖ ‖t‖): L = 1 − c;  dL/do = (c o/‖o‖ − t/‖t‖)/‖o‖ */
export function cosineSimilarity(): LossKernel {
  return {
    emit(f, { outputs, targets, error, scale }, withError) {
      const [dot, oo, tt] = [startSum(f), startSum(f), startSum(f)];
      outputs.each((k) => {
        const o = f.let(outputs.get(k));
        const t = f.let(targets.get(k));
        addTo(f, dot, f32x4.mul(o, t));
        addTo(f, oo, f32x4.mul(o, o));
        addTo(f, tt, f32x4.mul(t, t));
      });
      const length = (squares: V128): Local<'v128'> => f.let(f32x4.pmax(f32x4.sqrt(squares), shortest));
      const [o, t] = [length(oo), length(tt)];
      const c = f.let(f32x4.div(dot, f32x4.mul(o, t)));
      if (withError) {
        const own = f.let(v128.and(f32x4.div(c, o), f32x4.gt(o, shortest)));
        const share = f.let(f32x4.div(scale, o));
        outputs.each((k) => {
          const slope = f32x4.sub(f32x4.mul(own, outputs.get(k)), f32x4.div(targets.get(k), t));
          error.set(k, f32x4.mul(slope, share));
        });
      }
      return f32x4.sub(1, c);
    },
  };
}
