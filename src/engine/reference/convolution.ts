/**
 * Convolution: a dense layer on the patch of the input that lies under a window, for each position of the
 * window. (As usual in deep learning it is a cross-correlation: the filter is not flipped.)
 *
 *   x [B, C, H, W], W [F, C/G, kh, kw], b [F]  →  z [B, F, rows, columns]  →  a = f(z)
 *
 * Each of the G groups sees its own C/G channels and has F/G filters. The padding surrounds x with zeros. A
 * 1-D convolution is the same with H = kh = 1. With k = (channel, row, column) in the filter and `patch[k]`
 * the input under it at position (r, q):
 *
 *   forward    z[s, f, r, q] = b[f] + Σ_k W[f, k]·patch[k]
 *   backward   dW[f, k]      = Σ_s,r,q delta[s, f, r, q]·patch[k]
 *              db[f]         = Σ_s,r,q delta[s, f, r, q]
 *              dpatch[k]     = Σ_f delta[s, f, r, q]·W[f, k], which is added to dx where the patch came from
 */
import { windowAxes } from '../../spec/window';
import { sizeOf } from '../shape';
import { makeActivation } from './activation';
import { findLearned, type Layer, type LayerContext, makeLearned, requireLearned } from './layer';

const singleRow = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, places: 1 };

export function makeConvolution(context: LayerContext): Layer {
  const { plan, input: x, dInput: dx } = context;
  const learned = makeLearned(context);
  const { values: W, gradient: dW, plan: weight } = requireLearned(context, learned, 'weight');
  const bias = findLearned(context, learned, 'bias');
  const b = bias?.values;
  const db = bias?.gradient;

  const [channels, ...sizes] = plan.inputShape;
  const axes = windowAxes(sizes, plan.parameters);
  const [vertical, horizontal] = axes.length === 1 ? [singleRow, axes[0]] : axes;
  const [rows, columns] = [vertical.places, horizontal.places];
  const [filters, depth] = weight.shape;
  const groups = channels / depth;
  const filtersOfGroup = filters / groups;
  const patchSize = depth * vertical.kernel * horizontal.kernel;
  const inputSize = sizeOf(plan.inputShape);

  const activation = makeActivation(context, [filters, ...axes.map(({ places }) => places)], learned);
  const { z, delta } = activation;

  const patch = new Float64Array(patchSize);
  const dPatch = new Float64Array(patchSize);
  // Sums over many positions, in float64 until they are complete.
  const weightSums = new Float64Array(W.length);
  const biasSums = new Float64Array(filters);
  const inputSums = new Float64Array(inputSize);

  /** Visits the entries k of group g's window at (r, q) that lie on the input; `at` indexes the sample. */
  function eachEntry(g: number, r: number, q: number, visit: (k: number, at: number) => void): void {
    let k = 0;
    for (let c = g * depth; c < (g + 1) * depth; c++) {
      for (let i = 0; i < vertical.kernel; i++) {
        const row = r * vertical.stride - vertical.before + i * vertical.dilation;
        for (let j = 0; j < horizontal.kernel; j++, k++) {
          const column = q * horizontal.stride - horizontal.before + j * horizontal.dilation;
          if (row >= 0 && row < vertical.size && column >= 0 && column < horizontal.size) {
            visit(k, (c * vertical.size + row) * horizontal.size + column);
          }
        }
      }
    }
  }

  /** Fills `patch` with the input of sample s under the window of group g at (r, q); the padding is 0. */
  function readPatch(s: number, g: number, r: number, q: number): void {
    patch.fill(0);
    eachEntry(g, r, q, (k, at) => {
      patch[k] = x[s * inputSize + at];
    });
  }

  function eachPosition(visit: (g: number, r: number, q: number) => void): void {
    for (let g = 0; g < groups; g++) {
      for (let r = 0; r < rows; r++) {
        for (let q = 0; q < columns; q++) {
          visit(g, r, q);
        }
      }
    }
  }

  return {
    ...activation,
    learned,

    forward(count, training, step) {
      for (let s = 0; s < count; s++) {
        eachPosition((g, r, q) => {
          readPatch(s, g, r, q);
          for (let f = g * filtersOfGroup; f < (g + 1) * filtersOfGroup; f++) {
            let sum = b ? b[f] : 0;
            for (let k = 0; k < patchSize; k++) {
              sum += W[f * patchSize + k] * patch[k];
            }
            z[((s * filters + f) * rows + r) * columns + q] = sum;
          }
        });
      }
      activation.forward(count, training, step);
    },

    backward(count) {
      activation.backward(count);
      weightSums.fill(0);
      biasSums.fill(0);
      for (let s = 0; s < count; s++) {
        inputSums.fill(0);
        eachPosition((g, r, q) => {
          readPatch(s, g, r, q);
          dPatch.fill(0);
          for (let f = g * filtersOfGroup; f < (g + 1) * filtersOfGroup; f++) {
            const d = delta[((s * filters + f) * rows + r) * columns + q];
            for (let k = 0; k < patchSize; k++) {
              weightSums[f * patchSize + k] += d * patch[k];
              dPatch[k] += d * W[f * patchSize + k];
            }
            biasSums[f] += d;
          }
          eachEntry(g, r, q, (k, at) => {
            inputSums[at] += dPatch[k];
          });
        });
        dx?.set(inputSums, s * inputSize);
      }
      dW.set(weightSums);
      db?.set(biasSums);
    },
  };
}
