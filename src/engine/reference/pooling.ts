/** Pooling: x [B, C, H, W] → a [B, C, H′, W′], each channel on its own; and the mean of whole channels, → a [B, C]. */
import { windowAxes } from '../../spec/window';
import type { FloatArray } from '../backend';
import { complete, type Pieces, pieceNumbers, pieceValues } from '../pieces';
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';
import { type Passes, type UnitPass, type UnitWork, unitPieces, workPieces } from './ranged';

/** The largest value of each window, the first of equal ones. The padding never wins. A NaN does: it must not be hidden. */
export function makeMaxPooling(context: LayerContext): Layer {
  const { plan, maxBatch, input: x, output: a, dOutput } = context;
  const { planes, size, places, windowRows, visit } = geometry(context);
  /** For each output the place of its winner in the sample's plane. */
  const winner = new Float64Array(maxBatch * planes * places);
  /** Of the window under way. */
  let best = -1;
  const value = new Float64Array(1);

  /** Rows `[from, to)` of an output's window. */
  function find(output: number, from: number, to: number): void {
    if (from === 0) {
      best = -1;
      value[0] = Number.NEGATIVE_INFINITY;
    }
    const plane = Math.floor(output / places);
    visit(output - plane * places, from, to, (first, end) => {
      for (let i = first, at = plane * size + first; i < end; i++, at++) {
        const candidate = x[at];
        if (candidate > value[0] || best < 0 || (Number.isNaN(candidate) && !Number.isNaN(value[0]))) {
          best = i;
          value[0] = candidate;
        }
      }
    });
    if (to < windowRows) {
      return;
    }
    winner[output] = best;
    a[output] = value[0];
  }

  return {
    learned: [],
    kept: [winner],
    winner: { values: winner, shape: plan.outputShape },
    ...poolingPasses(context, find, (gradient) => ({
      numbers: places,
      most: pieceValues,
      // The winner alone gets the error of its window; windows that overlap add up.
      pass(plane, from, to) {
        for (let o = plane * places + from; o < plane * places + to; o++) {
          gradient[winner[o]] += dOutput[o];
        }
      },
    })),
  };
}

/** The mean of each window. Zeros of the padding count, as in PyTorch: the divisor is always the window's size. */
export function makeAveragePooling(context: LayerContext): Layer {
  const { input: x, output: a, dOutput } = context;
  const { size, places, windowRows, windowColumns, visit } = geometry(context);
  const field = windowRows * windowColumns;
  const sum = new Float64Array(1);

  /** Rows `[from, to)` of an output's window. */
  function add(output: number, from: number, to: number): void {
    if (from === 0) {
      sum[0] = 0;
    }
    const plane = Math.floor(output / places);
    visit(output - plane * places, from, to, (first, end) => {
      for (let at = plane * size + first; at < plane * size + end; at++) {
        sum[0] += x[at];
      }
    });
    if (to === windowRows) {
      a[output] = sum[0] / field;
    }
  }

  return {
    learned: [],
    ...poolingPasses(context, add, (gradient) => ({
      numbers: places * windowRows,
      most: Math.ceil(pieceValues / windowColumns),
      pass(plane, from, to) {
        for (let row = from; row < to; row++) {
          const place = Math.floor(row / windowRows);
          const share = dOutput[plane * places + place] / field;
          const own = row - place * windowRows;
          visit(place, own, own + 1, (first, end) => {
            for (let i = first; i < end; i++) {
              gradient[i] += share;
            }
          });
        }
      },
    })),
  };
}

/**
 * `collect` takes in the rows of an output's window, `spread` adds to the gradient of a plane what comes back from its outputs: the
 * gradient is summed in float64 and then stored.
 */
function poolingPasses(context: LayerContext, collect: UnitPass, spread: (gradient: Float64Array) => UnitWork): Passes {
  const { dInput } = context;
  const { planes, size, places, windowRows, windowColumns } = geometry(context);
  const gradient = new Float64Array(dInput ? size : 0);
  const works = (dx: FloatArray): readonly UnitWork[] => [
    { numbers: size, most: pieceNumbers, pass: (_plane, from, to) => gradient.fill(0, from, to) },
    spread(gradient),
    {
      numbers: size,
      most: pieceNumbers,
      pass(plane, from, to) {
        for (let i = from, at = plane * size + from; i < to; i++, at++) {
          dx[at] = gradient[i];
        }
      },
    },
  ];
  const rowsOfPiece = Math.ceil(pieceValues / windowColumns);
  const forwardParts = (count: number): Pieces<void> =>
    unitPieces(count * planes * places, windowRows, collect, rowsOfPiece);
  function* backwardParts(count: number): Pieces<void> {
    if (dInput) {
      yield* workPieces(count * planes, works(dInput));
    }
  }
  return {
    forward: (count) => complete(forwardParts(count)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,
  };
}

/** a[s, c] = mean of x[s, c, ·, ·]; every place gets its share of the error. */
export function makeGlobalAveragePooling({ plan, input: x, output: a, dInput, dOutput }: LayerContext): Layer {
  const planes = plan.inputShape[0];
  const size = sizeOf(plan.inputShape) / planes;
  const sum = new Float64Array(1);

  function add(plane: number, from: number, to: number): void {
    let own = from === 0 ? 0 : sum[0];
    for (let at = plane * size + from; at < plane * size + to; at++) {
      own += x[at];
    }
    sum[0] = own;
    if (to === size) {
      a[plane] = own / size;
    }
  }

  const forwardParts = (count: number): Pieces<void> => unitPieces(count * planes, size, add);

  function* backwardParts(count: number): Pieces<void> {
    if (!dInput) {
      return;
    }
    yield* unitPieces(count * planes, size, (plane, from, to) => {
      for (let at = plane * size + from; at < plane * size + to; at++) {
        dInput[at] = dOutput[plane] / size;
      }
    });
  }

  return {
    learned: [],
    forward: (count) => complete(forwardParts(count)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,
  };
}

interface Geometry {
  /** Channels of a sample, and the numbers of each before and after. */
  readonly planes: number;
  readonly size: number;
  readonly places: number;
  /** The window's, padding included. */
  readonly windowRows: number;
  readonly windowColumns: number;
  /** Of the rows `[from, to)` of the window at a place, from where to where in the plane each lies; padding is left out. */
  visit(place: number, from: number, to: number, line: (first: number, end: number) => void): void;
}

function geometry({ plan }: LayerContext): Geometry {
  const [planes, height, width] = plan.inputShape;
  const [vertical, horizontal] = windowAxes([height, width], plan.parameters);
  return {
    planes,
    size: height * width,
    places: vertical.places * horizontal.places,
    windowRows: vertical.kernel,
    windowColumns: horizontal.kernel,
    visit(place, from, to, line) {
      const row = Math.floor(place / horizontal.places);
      const top = row * vertical.stride - vertical.before;
      const left = (place - row * horizontal.places) * horizontal.stride - horizontal.before;
      const first = Math.max(0, left);
      const end = Math.min(width, left + horizontal.kernel);
      for (let y = Math.max(0, top + from); y < Math.min(height, top + to); y++) {
        line(y * width + first, y * width + end);
      }
    },
  };
}
