/**
 * Dense layer: every unit adds its bias to a weighted sum of all inputs.
 *
 *   x [B, n], W [m, n], b [m]  →  z [B, m]  →  a = f(z) [B, m]   (a gated activation such as glu halves m)
 *
 *   forward    z[s, j]  = b[j] + Σ_i W[j, i]·x[s, i]
 *   backward   dW[j, i] = Σ_s delta[s, j]·x[s, i]       with delta = dL/dz
 *              db[j]    = Σ_s delta[s, j]
 *              dx[s, i] = Σ_j delta[s, j]·W[j, i]
 */
import { makeActivation } from './activation';
import { findLearned, type Layer, type LayerContext, makeLearned, requireLearned } from './layer';

export function makeDense(context: LayerContext): Layer {
  const { input: x, dInput: dx } = context;
  const learned = makeLearned(context);
  const { values: W, gradient: dW, plan } = requireLearned(context, learned, 'weight');
  const { values: b, gradient: db } = findLearned(context, learned, 'bias') ?? {};
  const [m, n] = plan.shape;
  const activation = makeActivation(context, [m], learned);
  const { z, delta } = activation;

  return {
    ...activation,
    learned,

    forward(count, training, step) {
      for (let s = 0; s < count; s++) {
        for (let j = 0; j < m; j++) {
          let sum = b ? b[j] : 0;
          for (let i = 0; i < n; i++) {
            sum += W[j * n + i] * x[s * n + i];
          }
          z[s * m + j] = sum;
        }
      }
      activation.forward(count, training, step);
    },

    backward(count) {
      activation.backward(count);
      for (let j = 0; j < m; j++) {
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let s = 0; s < count; s++) {
            sum += delta[s * m + j] * x[s * n + i];
          }
          dW[j * n + i] = sum;
        }
      }
      if (db) {
        for (let j = 0; j < m; j++) {
          let sum = 0;
          for (let s = 0; s < count; s++) {
            sum += delta[s * m + j];
          }
          db[j] = sum;
        }
      }
      if (dx) {
        for (let s = 0; s < count; s++) {
          for (let i = 0; i < n; i++) {
            let sum = 0;
            for (let j = 0; j < m; j++) {
              sum += delta[s * m + j] * W[j * n + i];
            }
            dx[s * n + i] = sum;
          }
        }
      }
    },
  };
}
