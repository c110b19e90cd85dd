/**
 * Densities of the initialisers, relative to their maximum; for those without a density, the probabilities of
 * single values. For pictures only.
 */
import { exp, pow } from '../../common/math';
import { flatNumbers } from '../layers/values';
import type { NestedNumbers } from '../spec';
import { num } from './parameters';
import type { ParameterValues } from './types';

export interface Density {
  /** The horizontal range of the picture. */
  readonly low: number;
  readonly high: number;
  /** The jumps of the density. */
  readonly kinks: readonly number[];
  f(x: number): number;
}

/** Density of each number of a matrix with this fan-in and fan-out; undefined if it is discrete. */
export function densityOf(name: string, p: ParameterValues, fanIn: number, fanOut: number): Density | undefined {
  switch (name) {
    case 'torch_default':
      return uniform(-1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
    case 'glorot_uniform':
      return uniform(-Math.sqrt(6 / (fanIn + fanOut)), Math.sqrt(6 / (fanIn + fanOut)));
    case 'he_uniform':
      return uniform(-Math.sqrt(6 / fanIn), Math.sqrt(6 / fanIn));
    case 'lecun_uniform':
      return uniform(-Math.sqrt(3 / fanIn), Math.sqrt(3 / fanIn));
    case 'glorot_normal':
      return normal(0, Math.sqrt(2 / (fanIn + fanOut)));
    case 'he_normal':
      return normal(0, Math.sqrt(2 / fanIn));
    case 'lecun_normal':
      return normal(0, Math.sqrt(1 / fanIn));
    case 'random_uniform':
      return uniform(num(p, 'minimum'), num(p, 'maximum'));
    case 'random_normal':
      return normal(num(p, 'mean'), num(p, 'stddev'));
    case 'truncated_normal':
      return normal(num(p, 'mean'), num(p, 'stddev'), 2);
    case 'orthogonal':
      return ofUnitVector(Math.abs(num(p, 'gain')), Math.max(fanIn, fanOut));
    default:
      return undefined;
  }
}

/**
 * The possible values of each number of a square matrix, with their probabilities; undefined if the numbers
 * have a density.
 */
export function massesOf(
  name: string,
  p: ParameterValues,
  size: number,
): readonly (readonly [value: number, chance: number])[] | undefined {
  switch (name) {
    case 'constant':
      return [[num(p, 'value'), 1]];
    case 'values': {
      const values = flatNumbers(p.values as NestedNumbers);
      const counts = new Map<number, number>();
      for (const value of values) {
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [...counts].map(([value, count]) => [value, count / values.length] as const);
    }
    case 'zeros':
      return [[0, 1]];
    case 'ones':
      return [[1, 1]];
    case 'identity':
      return [
        [0, 1 - 1 / size],
        [1, 1 / size],
      ];
    default:
      return undefined;
  }
}

function uniform(low: number, high: number): Density {
  const room = (high - low) / 4;
  return { low: low - room, high: high + room, kinks: [low, high], f: (x) => (x >= low && x <= high ? 1 : 0) };
}

/** The density is 0 beyond `cut` standard deviations. */
function normal(mean: number, stddev: number, cut = Number.POSITIVE_INFINITY): Density {
  const f = (x: number): number => {
    const z = (x - mean) / stddev;
    return Math.abs(z) <= cut ? exp((-z * z) / 2) : 0;
  };
  const ends = Number.isFinite(cut) ? [mean - cut * stddev, mean + cut * stddev] : [];
  return { low: mean - 3.5 * stddev, high: mean + 3.5 * stddev, kinks: ends, f };
}

/** One number of a random vector of the given length in n dimensions: (1 − x²)^((n − 3)/2). */
function ofUnitVector(length: number, dimensions: number): Density {
  const room = (3.5 * length) / Math.sqrt(dimensions);
  return {
    low: -room,
    high: room,
    kinks: [],
    f: (x) => pow(Math.max(1 - (x / length) * (x / length), 0), (dimensions - 3) / 2),
  };
}
