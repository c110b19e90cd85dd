/**
 * Initial values of learned tensors. Each draw depends on (seed, tensor, element) alone and is rounded to
 * float32 in every precision, so that a run in float64 starts from the same weights.
 */
import { normal, purposes, uniform } from '../../common/random';
import { flatNumbers } from '../../spec/layers/values';
import type { TensorPlan, TrainingPlan } from '../../spec/plan';
import type { NestedNumbers } from '../../spec/spec';
import { sizeOf } from '../shape';
import { orthogonalRows } from './orthogonal';

/** The value of an element by its index. */
type Draw = (index: number) => number;

/** This many numbers are drawn at a time, so that a large tensor needs no second copy in memory. */
const chunkSize = 1 << 14;

/** Values of all learned tensors and running statistics of a network, by name. */
export function initialValues({ network, seed }: Pick<TrainingPlan, 'network' | 'seed'>): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  let ordinal = 0;
  for (const { tensors, state = [] } of network.layers) {
    for (const tensor of tensors) {
      values.set(tensor.name, initialValuesOf(tensor, seed, ordinal));
      ordinal++;
    }
    for (const tensor of state) {
      values.set(tensor.name, initialValuesOf(tensor, seed, 0));
    }
  }
  return values;
}

/**
 * Values of one tensor; `ordinal` counts the learned tensors of the network from 0. A bias has the fan-in and
 * fan-out of its layer's weight.
 */
export function initialValuesOf(tensor: TensorPlan, seed: number, ordinal: number): Float32Array {
  const values = new Float32Array(sizeOf(tensor.shape));
  drawInitial(tensor, seed, ordinal, (chunk, first) => values.set(chunk, first));
  return values;
}

/** The same for a caller that stores the values itself: `take` gets each chunk and its first index. */
export function drawInitial(
  tensor: TensorPlan,
  seed: number,
  ordinal: number,
  take: (chunk: Float32Array, first: number) => void,
): void {
  const draw = makeDraw(tensor, seed, ordinal);
  const size = sizeOf(tensor.shape);
  const buffer = new Float32Array(Math.min(size, chunkSize));
  for (let first = 0; first < size; first += chunkSize) {
    const chunk = buffer.subarray(0, size - first);
    for (let i = 0; i < chunk.length; i++) {
      chunk[i] = draw(first + i);
    }
    take(chunk, first);
  }
}

function makeDraw({ initializer, shape, fanIn, fanOut }: TensorPlan, seed: number, ordinal: number): Draw {
  const p = initializer.parameters as Readonly<Record<string, number>>;
  const gaussian: Draw = (i) => normal(seed, purposes.initialise, ordinal, i);
  const flat: Draw = (i) => uniform(seed, purposes.initialise, ordinal, i);
  /** Uniform in ±bound. */
  const symmetric = (bound: number): Draw => {
    return (i) => bound * (2 * flat(i) - 1);
  };
  /** Normal with mean 0. */
  const scaled = (deviation: number): Draw => {
    return (i) => deviation * gaussian(i);
  };
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
      return (i) => p.minimum + (p.maximum - p.minimum) * flat(i);
    case 'random_normal':
      return (i) => p.mean + p.stddev * gaussian(i);
    case 'truncated_normal':
      return (i) => p.mean + p.stddev * truncated(gaussian, i);
    case 'orthogonal': {
      // A filter is a row: [filters, channels·kh·kw].
      const matrix = orthogonalRows(gaussian, shape[0], sizeOf(shape.slice(1)));
      return (i) => p.gain * matrix[i];
    }
    case 'identity': {
      const columns = shape[1];
      return (i) => (Math.floor(i / columns) === i % columns ? 1 : 0);
    }
    case 'constant':
      return () => p.value;
    case 'values': {
      const values = flatNumbers(initializer.parameters.values as NestedNumbers);
      return (i) => values[i];
    }
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

/** Repeats a draw beyond two standard deviations (one in 22). Each attempt has an index of its own. */
function truncated(gaussian: Draw, index: number): number {
  for (let attempt = 0; ; attempt++) {
    const value = gaussian(index + attempt * 4294967296);
    if (Math.abs(value) <= 2) {
      return value;
    }
  }
}
