/**
 * Dense layer. x [B, n], W [m, n], b [m] → z [B, m] → a = f(z) [B, m] (gated activations halve m).
 */

import { inStretches } from '../../common/steps';
import { pieceWork } from '../pieces';
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
  let errorSum = 0;
  /** Beside its products each sum costs as much as a few of them. */
  const workOf = (products: number): number => products + 8;

  /** z[s, j] = b[j] + Σ_i W[j, i]·x[s, i], of the numbers `[from, to)` of z. */
  function products(from: number, to: number): void {
    let s = Math.floor(from / m);
    let j = from - s * m;
    for (let o = from; o < to; o++) {
      let sum = b === undefined ? 0 : b[j];
      for (let i = 0, w = j * n, at = s * n; i < n; i++, w++, at++) sum += W[w] * x[at];
      z[o] = sum;
      j++;
      if (j === m) {
        j = 0;
        s++;
      }
    }
  }

  /** dW[j, i] = Σ_s delta[s, j]·x[s, i] and db[j] = Σ_s delta[s, j] of a unit, on top of the sums over the samples before `[from, to)`. */
  function addGradients(j: number, from: number, to: number): void {
    if (from === 0) {
      row.fill(0);
      errorSum = 0;
    }
    for (let s = from; s < to; s++) {
      const d = delta[s * m + j];
      errorSum += d;
      for (let i = 0, at = s * n; i < n; i++, at++) row[i] += d * x[at];
    }
    for (let i = 0, w = j * n; i < n; i++, w++) dW[w] = row[i];
    if (db !== undefined) db[j] = errorSum;
  }

  /** dx[s, i] = Σ_j delta[s, j]·W[j, i], of the inputs `[from, to)` of a sample. */
  function inputErrors(s: number, from: number, to: number): void {
    if (dInput === undefined) return;
    row.fill(0, from, to);
    for (let j = 0; j < m; j++) {
      const d = delta[s * m + j];
      for (let i = from, w = j * n + from; i < to; i++, w++) row[i] += d * W[w];
    }
    for (let i = from; i < to; i++) dInput[s * n + i] = row[i];
  }

  return {
    learned,
    z,
    delta,
    zSize: m,
    kept: activation?.kept,

    forward(count, training, step) {
      products(0, count * m);
      activation?.forward(count, training, step);
    },

    *forwardParts(count, training, step) {
      yield* inStretches(count * m, products, Math.max(1, Math.floor(pieceWork / workOf(n))));
      if (activation) yield* activation.forwardParts(count, training, step);
    },

    // delta = dL/da · f′(z), then the gradients, then what goes back.
    backward(count) {
      if (!context.fused) activation?.backward(count);
      for (let j = 0; j < m; j++) addGradients(j, 0, count);
      for (let s = 0; s < count && dInput !== undefined; s++) inputErrors(s, 0, n);
    },

    *backwardParts(count) {
      if (!context.fused && activation) yield* activation.backwardParts(count);
      const samples = Math.max(1, Math.floor(pieceWork / workOf(n)));
      const units = Math.max(1, Math.floor(samples / count));
      for (let j = 0; j < m; j++) {
        for (let from = 0; from < count; from += samples) {
          addGradients(j, from, Math.min(from + samples, count));
          if (samples < count) yield;
        }
        if (j % units === 0) yield;
      }
      const inputs = Math.max(1, Math.floor(pieceWork / workOf(m)));
      for (let s = 0; s < count && dInput !== undefined; s++) {
        for (let from = 0; from < n; from += inputs) {
          inputErrors(s, from, Math.min(from + inputs, n));
          if (inputs < n || s % Math.ceil(inputs / n) === 0) yield;
        }
      }
    },
  };
}
