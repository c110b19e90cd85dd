/**
 * Pooling: x [B, C, H, W] → a [B, C, rows, columns]. Each of the B·C planes is pooled on its own: an output
 * comes from the window of the plane at its position.
 */
import { windowAxes } from '../../spec/window';
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';

/**
 * Forward: the largest value of each window, the first of equal ones. The padding never wins. A NaN does,
 * since it must not be hidden. Backward: the winner alone receives the error of its window; where windows
 * overlap, the errors add up.
 */
export function makeMaxPooling(context: LayerContext): Layer {
  const { plan, maxBatch, input: x, output: a, dInput: dx, dOutput: da } = context;
  const { planes, size, windows } = planesOf(context);
  const positions = windows.length;
  /** For each output the index of its winner in the plane. */
  const winner = new Float64Array(maxBatch * planes * positions);
  const sums = new Float64Array(size);
  return {
    learned: [],
    kept: [winner],
    winner: { values: winner, shape: plan.outputShape },

    forward(count) {
      for (let plane = 0; plane < count * planes; plane++) {
        for (let p = 0; p < positions; p++) {
          let best = -1;
          let largest = Number.NEGATIVE_INFINITY;
          for (const i of windows[p]) {
            const value = x[plane * size + i];
            if (value > largest || best < 0 || (Number.isNaN(value) && !Number.isNaN(largest))) {
              best = i;
              largest = value;
            }
          }
          winner[plane * positions + p] = best;
          a[plane * positions + p] = largest;
        }
      }
    },

    backward(count) {
      if (dx) {
        for (let plane = 0; plane < count * planes; plane++) {
          sums.fill(0);
          for (let p = 0; p < positions; p++) {
            sums[winner[plane * positions + p]] += da[plane * positions + p];
          }
          dx.set(sums, plane * size);
        }
      }
    },
  };
}

/**
 * Forward: the mean of each window. Zeros of the padding count, as in PyTorch: the divisor is always the size
 * of the whole window. Backward: every value in a window receives an equal share of its error.
 */
export function makeAveragePooling(context: LayerContext): Layer {
  const { input: x, output: a, dInput: dx, dOutput: da } = context;
  const { planes, size, windows, windowSize } = planesOf(context);
  const positions = windows.length;
  const sums = new Float64Array(size);
  return {
    learned: [],

    forward(count) {
      for (let plane = 0; plane < count * planes; plane++) {
        for (let p = 0; p < positions; p++) {
          let sum = 0;
          for (const i of windows[p]) {
            sum += x[plane * size + i];
          }
          a[plane * positions + p] = sum / windowSize;
        }
      }
    },

    backward(count) {
      if (dx) {
        for (let plane = 0; plane < count * planes; plane++) {
          sums.fill(0);
          for (let p = 0; p < positions; p++) {
            for (const i of windows[p]) {
              sums[i] += da[plane * positions + p] / windowSize;
            }
          }
          dx.set(sums, plane * size);
        }
      }
    },
  };
}

/** Forward: a[s, c] = mean of x[s, c, ·, ·]. Backward: every position has an equal share of the error. */
export function makeGlobalAveragePooling({ plan, input: x, output: a, dInput: dx, dOutput: da }: LayerContext): Layer {
  const planes = plan.inputShape[0];
  const size = sizeOf(plan.inputShape) / planes;
  return {
    learned: [],
    forward(count) {
      for (let plane = 0; plane < count * planes; plane++) {
        let sum = 0;
        for (let i = plane * size; i < (plane + 1) * size; i++) {
          sum += x[i];
        }
        a[plane] = sum / size;
      }
    },
    backward(count) {
      if (dx) {
        for (let plane = 0; plane < count * planes; plane++) {
          for (let i = plane * size; i < (plane + 1) * size; i++) {
            dx[i] = da[plane] / size;
          }
        }
      }
    },
  };
}

interface Planes {
  /** Planes of a sample, and the numbers in each. */
  readonly planes: number;
  readonly size: number;
  /** For each output the indices in its plane that its window covers, row by row, without the padding. */
  readonly windows: readonly (readonly number[])[];
  /** Numbers that a window covers, the padding included. */
  readonly windowSize: number;
}

function planesOf({ plan }: LayerContext): Planes {
  const [planes, height, width] = plan.inputShape;
  const [vertical, horizontal] = windowAxes([height, width], plan.parameters);
  const windows: number[][] = [];
  for (let r = 0; r < vertical.places; r++) {
    for (let q = 0; q < horizontal.places; q++) {
      const top = r * vertical.stride - vertical.before;
      const left = q * horizontal.stride - horizontal.before;
      const window: number[] = [];
      for (let row = Math.max(0, top); row < Math.min(height, top + vertical.kernel); row++) {
        for (let column = Math.max(0, left); column < Math.min(width, left + horizontal.kernel); column++) {
          window.push(row * width + column);
        }
      }
      windows.push(window);
    }
  }
  return { planes, size: height * width, windows, windowSize: vertical.kernel * horizontal.kernel };
}
