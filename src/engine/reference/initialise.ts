/** Initial values of learned tensors: draws of (seed, initialise, tensor, element), rounded to float32 in every precision. */
import { normal, purposes, uniform } from '../../common/random';
import type { TensorPlan, TrainingPlan } from '../../spec/plan';
import type { Pieces } from '../pieces';
import { sizeOf } from '../shape';
import { orthogonalRows } from './orthogonal';

/** The value of an element by its index. */
type Draw = (index: number) => number;

/** Draws between two places where the work can be put down. */
const drawsOfPiece = 1 << 14;

/** Values of all learned tensors and running statistics of a network, by name. */
export function* initialValues({
  network,
  seed,
}: Pick<TrainingPlan, 'network' | 'seed'>): Pieces<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>();
  let ordinal = 0;
  for (const { tensors, state = [] } of network.layers) {
    for (const tensor of tensors) {
      values.set(tensor.name, yield* initialValuesOf(tensor, seed, ordinal));
      ordinal++;
    }
    for (const tensor of state) {
      values.set(tensor.name, yield* initialValuesOf(tensor, seed, 0));
    }
  }
  return values;
}

/** Of one tensor, rounded to float32; `ordinal` counts the network's tensors from 0. A bias takes the fans of its layer's weight. */
export function* initialValuesOf(tensor: TensorPlan, seed: number, ordinal: number): Pieces<Float32Array> {
  const values = new Float32Array(sizeOf(tensor.shape));
  yield* drawInitial(tensor, seed, ordinal, (part, first) => values.set(part, first));
  return values;
}

/** The same, a part at a time to `take`, for whoever has places of his own for them: the values from `first` on. */
export function* drawInitial(
  tensor: TensorPlan,
  seed: number,
  ordinal: number,
  take: (part: Float32Array, first: number) => void,
): Pieces<void> {
  const draw = yield* drawOf(tensor, seed, ordinal);
  const size = sizeOf(tensor.shape);
  const room = new Float32Array(Math.min(size, drawsOfPiece));
  for (let first = 0; first < size; first += drawsOfPiece) {
    const part = room.subarray(0, size - first);
    fill(part, draw, first);
    take(part, first);
    yield;
  }
}

/** A function of its own, into which V8 puts that of `draw`: it then makes no object of each number. In a generator it does. */
function fill(part: Float32Array, draw: Draw, first: number): void {
  for (let i = 0; i < part.length; i++) {
    part[i] = draw(first + i);
  }
}

function* drawOf({ initializer, shape, fanIn, fanOut }: TensorPlan, seed: number, ordinal: number): Pieces<Draw> {
  const p = initializer.parameters as Readonly<Record<string, number>>;
  const gaussian: Draw = (i) => normal(seed, purposes.initialise, ordinal, i);
  const between =
    (low: number, high: number): Draw =>
    (i) =>
      low + (high - low) * uniform(seed, purposes.initialise, ordinal, i);
  const symmetric = (bound: number): Draw => {
    return (i) => bound * (2 * uniform(seed, purposes.initialise, ordinal, i) - 1);
  };
  const scaled =
    (deviation: number): Draw =>
    (i) =>
      deviation * gaussian(i);
  switch (initializer.name) {
    case 'torch_default':
      return symmetric(1 / Math.sqrt(fanIn));
    case 'glorot_uniform':
      return symmetric(Math.sqrt(6 / (fanIn + fanOut)));
    case 'glorot_normal':
      return scaled(Math.sqrt(2 / (fanIn + fanOut)));
    case 'he_uniform':
      return symmetric(Math.sqrt(6 / fanIn));
    case 'he_normal':
      return scaled(Math.sqrt(2 / fanIn));
    case 'lecun_uniform':
      return symmetric(Math.sqrt(3 / fanIn));
    case 'lecun_normal':
      return scaled(Math.sqrt(1 / fanIn));
    case 'random_uniform':
      return between(p.minimum, p.maximum);
    case 'random_normal':
      return (i) => p.mean + p.stddev * gaussian(i);
    case 'truncated_normal':
      return (i) => p.mean + p.stddev * truncated(gaussian, i);
    case 'orthogonal': {
      // A filter is a row: [filters, channels·kh·kw].
      const rows = shape[0];
      const matrix = yield* orthogonalRows(
        gaussian,
        rows,
        shape.slice(1).reduce((size, length) => size * length, 1),
      );
      return (i) => p.gain * matrix[i];
    }
    case 'identity': {
      const columns = shape[1];
      return (i) => (Math.floor(i / columns) === i % columns ? 1 : 0);
    }
    case 'constant':
      return () => p.value;
    case 'zeros':
      return () => 0;
    case 'ones':
      return () => 1;
    default:
      throw new Error(
        `The reference backend has no initializer ${initializer.name}: check the spec before compiling it.`,
      );
  }
}

/** Drawn again beyond two standard deviations, one draw in 22: attempts are told apart by the index's upper word. */
function truncated(gaussian: Draw, index: number): number {
  for (let attempt = 0; ; attempt++) {
    const value = gaussian(index + attempt * 4294967296);
    if (Math.abs(value) <= 2) {
      return value;
    }
  }
}
