/** Densities of the initialisers, as a share of their highest value; for pictures only. */
import { exp } from '../../common/math';
import { num } from './parameters';
import type { ParameterValues } from './types';

export interface Density {
  /** Where the picture begins and ends. */
  readonly low: number;
  readonly high: number;
  /** Where the density jumps. */
  readonly kinks: readonly number[];
  f(x: number): number;
}

/** Undefined where the values are not drawn independently from one density: constants, identity, orthogonal. */
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
    default:
      return undefined;
  }
}

function uniform(low: number, high: number): Density {
  const room = (high - low) / 4;
  return { low: low - room, high: high + room, kinks: [low, high], f: (x) => (x >= low && x <= high ? 1 : 0) };
}

/** Beyond `cut` standard deviations there is nothing. */
function normal(mean: number, stddev: number, cut = Number.POSITIVE_INFINITY): Density {
  const f = (x: number): number => {
    const z = (x - mean) / stddev;
    return Math.abs(z) <= cut ? exp((-z * z) / 2) : 0;
  };
  const ends = Number.isFinite(cut) ? [mean - cut * stddev, mean + cut * stddev] : [];
  return { low: mean - 3.5 * stddev, high: mean + 3.5 * stddev, kinks: ends, f };
}
