/**
 * Dense layer. x [B, n], W [m, n], b [m] → z [B, m] → a = f(z) [B, m] (gated activations halve m).
 */

import { sizeOf } from '../shape';
import { makeActivation } from './activation';
import { findLearned, floats, type Layer, type LayerContext, learnedOf } from './layer';

export function makeDense(context: LayerContext): Layer {
  const { plan, input: x, dInput, maxBatch, precision } = context;
  const n = sizeOf(plan.inputShape);
  const learned = learnedOf(context);
  const weight = findLearned(context, learned, 'weight');
  const bias = findLearned(context, learned, 'bias');
  if (!weight) throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
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

  const row = new Float64Array(n);

  return {
    learned,
    z,
    delta,
    zSize: m,
    kept: activation?.kept,

    // z[s, j] = b[j] + Σ_i W[j, i]·x[s, i]
    forward(count, training, step) {
      for (let s = 0; s < count; s++) {
        for (let j = 0; j < m; j++) {
          let sum = b === undefined ? 0 : b[j];
          for (let i = 0, w = j * n, at = s * n; i < n; i++, w++, at++) sum += W[w] * x[at];
          z[s * m + j] = sum;
        }
      }
      activation?.forward(count, training, step);
    },

    // delta = dL/da · f′(z);  dW[j, i] = Σ_s delta[s, j]·x[s, i];  db[j] = Σ_s delta[s, j];
    // dx[s, i] = Σ_j delta[s, j]·W[j, i]
    backward(count) {
      if (!context.fused) activation?.backward(count);
      for (let j = 0; j < m; j++) {
        row.fill(0);
        let sum = 0;
        for (let s = 0; s < count; s++) {
          const d = delta[s * m + j];
          sum += d;
          for (let i = 0, at = s * n; i < n; i++, at++) row[i] += d * x[at];
        }
        for (let i = 0, w = j * n; i < n; i++, w++) dW[w] = row[i];
        if (db !== undefined) db[j] = sum;
      }
      if (dInput === undefined) return;
      for (let s = 0; s < count; s++) {
        row.fill(0);
        for (let j = 0; j < m; j++) {
          const d = delta[s * m + j];
          for (let i = 0, w = j * n; i < n; i++, w++) row[i] += d * W[w];
        }
        for (let i = 0, at = s * n; i < n; i++, at++) dInput[at] = row[i];
      }
    },
  };
}
