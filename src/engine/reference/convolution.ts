/**
 * Convolution (as everywhere in deep learning a cross-correlation: the filter is not turned around). x [B, C, H, W],
 * W [F, C/G, kh, kw], b [F] → z [B, F, H′, W′] → a = f(z). One axis less is the same with H = kh = 1. Around x lie zeros, as many
 * as the padding says; of G groups each sees its own channels only.
 */
import { type Axis, windowAxes } from '../../spec/window';
import { makeActivation } from './activation';
import { findLearned, floats, type Layer, type LayerContext, learnedOf } from './layer';

export function makeConvolution(context: LayerContext): Layer {
  const { plan, input: x, dInput, maxBatch, precision } = context;
  const learned = learnedOf(context);
  const weight = findLearned(context, learned, 'weight');
  const bias = findLearned(context, learned, 'bias');
  if (!weight) throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  const W = weight.values;
  const dW = weight.gradient;
  const b = bias?.values;
  const db = bias?.gradient;

  const [channels, ...sizes] = plan.inputShape;
  const axes = windowAxes(sizes, plan.parameters);
  const line = { size: 1, kernel: 1, stride: 1, dilation: 1, before: 0, after: 0, places: 1 };
  const [vertical, horizontal] = axes.length === 1 ? [line, axes[0]] : axes;
  const [height, width] = [vertical.size, horizontal.size];
  const [kh, kw] = [vertical.kernel, horizontal.kernel];
  const [rows, columns] = [vertical.places, horizontal.places];
  const filters = weight.plan.shape[0];
  const depth = weight.plan.shape[1];
  const filtersOfGroup = (filters * depth) / channels;
  const field = depth * kh * kw;
  const inputSize = channels * height * width;
  const zSize = filters * rows * columns;
  const zShape = [filters, ...axes.map(({ places }) => places)];

  const plain = context.activation === undefined || context.activation.name === 'linear';
  const z = plain ? context.output : floats(precision, maxBatch * zSize);
  const delta = plain ? context.dOutput : floats(precision, maxBatch * zSize);
  const activation = plain ? undefined : makeActivation(context, zShape, z, delta, learned);

  const { dilation } = horizontal;
  const inside = overlap(horizontal);
  const filterGradient = new Float64Array(field);
  const sampleGradient = new Float64Array(dInput === undefined ? 0 : inputSize);

  /** First channel that a filter sees. */
  const channelOf = (filter: number): number => Math.floor(filter / filtersOfGroup) * depth;

  return {
    learned,
    z,
    delta,
    zSize,
    zShape,
    kept: activation?.kept,

    // z[s, f, r, q] = b[f] + Σ_c Σ_i Σ_j W[f, c, i, j]·x[s, c, r·stride − padding + i·dilation, q·stride − padding + j·dilation]
    forward(count, training, step) {
      for (let s = 0; s < count; s++) {
        for (let f = 0; f < filters; f++) {
          const first = s * channels + channelOf(f);
          for (let r = 0; r < rows; r++) {
            const top = r * vertical.stride - vertical.before;
            for (let q = 0; q < columns; q++) {
              const left = q * horizontal.stride - horizontal.before;
              const from = inside.from[q];
              const to = inside.to[q];
              let sum = b === undefined ? 0 : b[f];
              for (let c = 0; c < depth; c++) {
                for (let i = 0; i < kh; i++) {
                  const y = top + i * vertical.dilation;
                  if (y < 0 || y >= height) continue;
                  const xRow = ((first + c) * height + y) * width;
                  const wRow = f * field + (c * kh + i) * kw;
                  for (let j = from, at = left + from * dilation; j < to; j++, at += dilation) {
                    sum += W[wRow + j] * x[xRow + at];
                  }
                }
              }
              z[((s * filters + f) * rows + r) * columns + q] = sum;
            }
          }
        }
      }
      activation?.forward(count, training, step);
    },

    // delta = dL/da · f′(z);  dW[f, c, i, j] = Σ delta[s, f, r, q]·x[…] over the places where W[f, c, i, j] met x;  db[f] = Σ delta[s, f, ·, ·];
    // dx[…] = Σ delta[s, f, r, q]·W[f, c, i, j] over the same meetings. A delta of 0 (most of them behind a pooling layer) adds nothing.
    backward(count) {
      if (!context.fused) activation?.backward(count);
      for (let f = 0; f < filters; f++) {
        filterGradient.fill(0);
        let sum = 0;
        for (let s = 0; s < count; s++) {
          const first = s * channels + channelOf(f);
          for (let r = 0; r < rows; r++) {
            const top = r * vertical.stride - vertical.before;
            for (let q = 0; q < columns; q++) {
              const d = delta[((s * filters + f) * rows + r) * columns + q];
              if (d === 0) continue;
              const left = q * horizontal.stride - horizontal.before;
              const from = inside.from[q];
              const to = inside.to[q];
              sum += d;
              for (let c = 0; c < depth; c++) {
                for (let i = 0; i < kh; i++) {
                  const y = top + i * vertical.dilation;
                  if (y < 0 || y >= height) continue;
                  const xRow = ((first + c) * height + y) * width;
                  const wRow = (c * kh + i) * kw;
                  for (let j = from, at = left + from * dilation; j < to; j++, at += dilation) {
                    filterGradient[wRow + j] += d * x[xRow + at];
                  }
                }
              }
            }
          }
        }
        for (let i = 0; i < field; i++) dW[f * field + i] = filterGradient[i];
        if (db !== undefined) db[f] = sum;
      }
      if (dInput === undefined) return;
      for (let s = 0; s < count; s++) {
        sampleGradient.fill(0);
        for (let f = 0; f < filters; f++) {
          const first = channelOf(f);
          for (let r = 0; r < rows; r++) {
            const top = r * vertical.stride - vertical.before;
            for (let q = 0; q < columns; q++) {
              const d = delta[((s * filters + f) * rows + r) * columns + q];
              if (d === 0) continue;
              const left = q * horizontal.stride - horizontal.before;
              const from = inside.from[q];
              const to = inside.to[q];
              for (let c = 0; c < depth; c++) {
                for (let i = 0; i < kh; i++) {
                  const y = top + i * vertical.dilation;
                  if (y < 0 || y >= height) continue;
                  const xRow = ((first + c) * height + y) * width;
                  const wRow = f * field + (c * kh + i) * kw;
                  for (let j = from, at = left + from * dilation; j < to; j++, at += dilation) {
                    sampleGradient[xRow + at] += d * W[wRow + j];
                  }
                }
              }
            }
          }
        }
        for (let i = 0; i < inputSize; i++) dInput[s * inputSize + i] = sampleGradient[i];
      }
    },
  };
}

/** For each place of the window along an axis, which entries of a filter `[from, to)` lie on the input and not on its padding. */
function overlap({ size, kernel, stride, dilation, before, places }: Axis): { from: Int32Array; to: Int32Array } {
  const from = new Int32Array(places);
  const to = new Int32Array(places);
  for (let q = 0; q < places; q++) {
    const start = q * stride - before;
    from[q] = Math.max(0, Math.ceil(-start / dilation));
    to[q] = Math.min(kernel, Math.ceil((size - start) / dilation));
  }
  return { from, to };
}
