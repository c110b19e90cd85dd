/**
 * Dense layer. x [B, n], W [m, n], b [m] → z [B, m] → a = f(z) [B, m] (gated activations halve m).
 */

import { inStretches } from '../../common/steps';
import type { FloatArray } from '../backend';
import { complete, type Pieces, pieceWork } from '../pieces';
import { sizeOf } from '../shape';
import { makeActivation } from './activation';
import { findLearned, floats, type Layer, type LayerContext, learnedOf } from './layer';

/** Rows of n sums each, of products of an error and a row of the source. */
interface RowSums {
  readonly target: FloatArray;
  readonly source: FloatArray;
  readonly terms: number;
  readonly rowStep: number;
  readonly termStep: number;
}

export function makeDense(context: LayerContext): Layer {
  const { plan, input: x, dInput, maxBatch, precision } = context;
  const n = sizeOf(plan.inputShape);
  const learned = learnedOf(context);
  const weight = findLearned(context, learned, 'weight');
  const bias = findLearned(context, learned, 'bias');
  if (!weight) {
    throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  }
  const m = weight.plan.shape[0];
  const W = weight.values;
  const dW = weight.gradient;
  const b = bias?.values;
  const db = bias?.gradient;

  // Without an activation z is the output itself, and its error the output's.
  const plain = context.activation === undefined || context.activation.name === 'linear';
  const z = plain ? context.output : floats(precision, maxBatch * m);
  const delta = plain ? context.dOutput : floats(precision, maxBatch * m);
  const activation = plain ? undefined : makeActivation(context, [m], z, delta, learned);

  /** Sums of one unit or sample that are under way. */
  const row = new Float64Array(n);
  const sum = new Float64Array(1);

  /** z[s, j] = b[j] + Σ_i W[j, i]·x[s, i]: of all products, sample by sample and unit by unit, those `[from, to)`. */
  function products(from: number, to: number): void {
    let o = Math.floor(from / n);
    let s = Math.floor(o / m);
    let j = o - s * m;
    for (let first = o * n; first < to; o++, first += n) {
      const begin = Math.max(0, from - first);
      const end = Math.min(n, to - first);
      let own = begin > 0 ? sum[0] : b === undefined ? 0 : b[j];
      for (let i = begin, w = j * n + begin, at = s * n + begin; i < end; i++, w++, at++) {
        own += W[w] * x[at];
      }
      if (end === n) {
        z[o] = own;
      } else {
        sum[0] = own;
      }
      j++;
      if (j === m) {
        j = 0;
        s++;
      }
    }
  }

  /** target[r, i] = Σ_k delta[r·rowStep + k·termStep]·source[k, i]: of all products, row by row and term by term, those `[from, to)`. */
  function addRows({ target, source, terms, rowStep, termStep }: RowSums, from: number, to: number): void {
    const of = Math.floor(from / n);
    let r = Math.floor(of / terms);
    let k = of - r * terms;
    for (let first = of * n; first < to; first += n) {
      const begin = Math.max(0, from - first);
      const end = Math.min(n, to - first);
      const d = delta[r * rowStep + k * termStep];
      if (k === 0) {
        for (let i = begin; i < end; i++) {
          row[i] = 0 + d * source[i];
        }
      } else {
        for (let i = begin, at = k * n + begin; i < end; i++, at++) {
          row[i] += d * source[at];
        }
      }
      k++;
      if (k < terms) {
        continue;
      }
      for (let i = begin, at = r * n + begin; i < end; i++, at++) {
        target[at] = row[i];
      }
      k = 0;
      r++;
    }
  }

  /** db[j] = Σ_s delta[s, j] for units `[from, to)`. */
  function addBiasGradients(target: FloatArray, count: number, from: number, to: number): void {
    for (let j = from; j < to; j++) {
      let own = 0;
      for (let at = j; at < count * m; at += m) {
        own += delta[at];
      }
      target[j] = own;
    }
  }

  // Beside its products a row costs as much as a few of them.
  const most = Math.ceil((pieceWork * n) / (n + 8));

  function* forwardParts(count: number, training: boolean, step: number): Pieces<void> {
    yield* inStretches(count * m * n, products, most);
    if (activation) {
      yield* activation.forwardParts(count, training, step);
    }
  }

  // delta = dL/da · f′(z), then the gradients, then what goes back.
  function* backwardParts(count: number): Pieces<void> {
    if (!context.fused && activation) {
      yield* activation.backwardParts(count);
    }
    const rowsOf = (sums: RowSums): Pieces<void> =>
      inStretches(count * m * n, (from, to) => addRows(sums, from, to), most);
    // dW[j, i] = Σ_s delta[s, j]·x[s, i] and dx[s, i] = Σ_j delta[s, j]·W[j, i].
    yield* rowsOf({ target: dW, source: x, terms: count, rowStep: 1, termStep: m });
    if (db) {
      yield* inStretches(m, (from, to) => addBiasGradients(db, count, from, to), Math.ceil(pieceWork / count));
    }
    if (dInput) {
      yield* rowsOf({ target: dInput, source: W, terms: m, rowStep: m, termStep: 1 });
    }
  }

  return {
    learned,
    z,
    delta,
    zSize: m,
    kept: activation?.kept,
    forward: (count, training, step) => complete(forwardParts(count, training, step)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,
  };
}
