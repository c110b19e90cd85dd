/** Pooling: x [B, C, H, W] → a [B, C, H′, W′], each channel on its own; and the mean of whole channels, → a [B, C]. */
import { windowAxes } from '../../spec/window';
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';
import { ranged } from './ranged';

/** The largest value of each window, the first of equal ones. The padding never wins. A NaN does: it must not be hidden. */
export function makeMaxPooling(context: LayerContext): Layer {
  const { plan, maxBatch, input: x, output: a, dInput, dOutput } = context;
  const { planes, size, places, starts, members } = geometry(context);
  /** For each output the place of its winner in the sample's plane. */
  const winner = new Float64Array(maxBatch * planes * places);
  const gradient = new Float64Array(size);
  return {
    learned: [],
    kept: [winner],
    winner: { values: winner, shape: plan.outputShape },
    ...ranged(planes, size, {
      forward(from, to) {
        for (let p = from; p < to; p++) {
          for (let o = 0; o < places; o++) {
            let best = -1;
            let value = Number.NEGATIVE_INFINITY;
            for (let m = starts[o]; m < starts[o + 1]; m++) {
              const candidate = x[p * size + members[m]];
              if (candidate > value || best < 0 || (Number.isNaN(candidate) && !Number.isNaN(value))) {
                best = members[m];
                value = candidate;
              }
            }
            winner[p * places + o] = best;
            a[p * places + o] = value;
          }
        }
      },
      // The winner alone gets the error of its window; windows that overlap add up.
      backward(from, to) {
        if (dInput === undefined) return;
        for (let p = from; p < to; p++) {
          gradient.fill(0);
          for (let o = 0; o < places; o++) gradient[winner[p * places + o]] += dOutput[p * places + o];
          for (let i = 0; i < size; i++) dInput[p * size + i] = gradient[i];
        }
      },
    }),
  };
}

/** The mean of each window. Zeros of the padding count, as in PyTorch: the divisor is always the window's size. */
export function makeAveragePooling(context: LayerContext): Layer {
  const { input: x, output: a, dInput, dOutput } = context;
  const { planes, size, places, starts, members, field } = geometry(context);
  const gradient = new Float64Array(size);
  return {
    learned: [],
    ...ranged(planes, size, {
      forward(from, to) {
        for (let p = from; p < to; p++) {
          for (let o = 0; o < places; o++) {
            let sum = 0;
            for (let m = starts[o]; m < starts[o + 1]; m++) sum += x[p * size + members[m]];
            a[p * places + o] = sum / field;
          }
        }
      },
      backward(from, to) {
        if (dInput === undefined) return;
        for (let p = from; p < to; p++) {
          gradient.fill(0);
          for (let o = 0; o < places; o++) {
            const share = dOutput[p * places + o] / field;
            for (let m = starts[o]; m < starts[o + 1]; m++) gradient[members[m]] += share;
          }
          for (let i = 0; i < size; i++) dInput[p * size + i] = gradient[i];
        }
      },
    }),
  };
}

/** a[s, c] = mean of x[s, c, ·, ·]; every place gets its share of the error. */
export function makeGlobalAveragePooling({ plan, input: x, output: a, dInput, dOutput }: LayerContext): Layer {
  const planes = plan.inputShape[0];
  const size = sizeOf(plan.inputShape) / planes;
  return {
    learned: [],
    ...ranged(planes, size, {
      forward(from, to) {
        for (let p = from; p < to; p++) {
          let sum = 0;
          for (let i = 0; i < size; i++) sum += x[p * size + i];
          a[p] = sum / size;
        }
      },
      backward(from, to) {
        if (dInput === undefined) return;
        for (let p = from; p < to; p++) {
          for (let i = 0; i < size; i++) dInput[p * size + i] = dOutput[p] / size;
        }
      },
    }),
  };
}

interface Geometry {
  /** Channels of a sample, and the numbers of each before and after. */
  readonly planes: number;
  readonly size: number;
  readonly places: number;
  /** The window's size, padding included. */
  readonly field: number;
  /** `members[starts[o] … starts[o + 1])` are the places in the plane that window o covers, padding left out. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

function geometry({ plan }: LayerContext): Geometry {
  const [planes, height, width] = plan.inputShape;
  const [vertical, horizontal] = windowAxes([height, width], plan.parameters);
  const starts = [0];
  const members: number[] = [];
  for (let r = 0; r < vertical.places; r++) {
    for (let q = 0; q < horizontal.places; q++) {
      for (let i = 0; i < vertical.kernel; i++) {
        const y = r * vertical.stride - vertical.before + i;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < horizontal.kernel; j++) {
          const at = q * horizontal.stride - horizontal.before + j;
          if (at >= 0 && at < width) members.push(y * width + at);
        }
      }
      starts.push(members.length);
    }
  }
  return {
    planes,
    size: height * width,
    places: vertical.places * horizontal.places,
    field: vertical.kernel * horizontal.kernel,
    starts: Int32Array.from(starts),
    members: Int32Array.from(members),
  };
}
