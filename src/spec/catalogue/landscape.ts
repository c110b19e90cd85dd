/**
 * An optimizer on a landscape of two weights, for pictures: a long valley, twenty times as steep across as
 * along.
 *
 * ```
 *   L(x, y) = 0.1·(x − 4)² + 2·(y − 1)²
 * ```
 *
 * Plain descent zigzags across it or creeps along it, momentum overshoots, and rules with a step size for
 * each weight take the direct way.
 */
import { makeOptimizer } from '../optimizers';
import type { Thing } from '../spec';
import type { ParameterValues } from './types';

/** Curvatures of the two axes. */
export const curvature = { x: 0.2, y: 4 } as const;
export const minimum = { x: 4, y: 1 } as const;
export const start = { x: -1, y: -1 } as const;
/** The range of the picture; a path that leaves it by far has diverged. */
export const frame = { xLow: -2, xHigh: 7, yLow: -1.6, yHigh: 3.2 } as const;

/** A path that comes this close to the minimum has arrived. */
const near = 0.1;
/**
 * Possible lengths of a path. It is cut to the shortest that ends about as near the minimum as the whole.
 */
const lengths = [30, 60, 120, 250, 500, 1000, 2500, 5000] as const;
/** A path beyond this distance is taken to have diverged. */
const farthest = 1000;

export interface Path {
  /** `[x0, y0, x1, y1, …]`: the start, then the point after each step. */
  readonly points: readonly number[];
  readonly steps: number;
  /** The distance of the last point from the minimum. */
  readonly distance: number;
  readonly diverged: boolean;
}

/** The gradient of L at a point, written into `gradient`. */
function slope([x, y]: Float64Array, gradient: Float64Array): void {
  gradient[0] = curvature.x * (x - minimum.x);
  gradient[1] = curvature.y * (y - minimum.y);
}

/** The steps of an optimizer from the start; `parameters` are complete. */
export function pathOf(optimizer: Thing): Path {
  const rule = makeOptimizer(optimizer);
  const learningRate = optimizer.parameters.learning_rate as number;
  const values = Float64Array.of(start.x, start.y);
  const gradient = new Float64Array(2);
  const memory = rule.memories.map(({ initial = 0, single }) => new Float64Array(single ? 1 : 2).fill(initial));
  const points: number[] = [...values];
  const distances: number[] = [];
  for (let step = 1; step <= lengths[lengths.length - 1]; step++) {
    slope(values, gradient);
    rule.update({ values, gradient }, memory, { learningRate, step });
    const distance = fromMinimum(values);
    if (!(distance < farthest)) {
      return { points, steps: step, distance, diverged: true };
    }
    points.push(...values);
    distances.push(distance);
    if (lengths.some((length) => length === step) && hasArrived(distances)) {
      break;
    }
  }
  const steps = lengths.find((length) => isAsNear(distances, length)) ?? distances.length;
  return { points: points.slice(0, 2 * (steps + 1)), steps, distance: distances[steps - 1], diverged: false };
}

function fromMinimum([x, y]: Float64Array): number {
  return Math.sqrt((x - minimum.x) * (x - minimum.x) + (y - minimum.y) * (y - minimum.y));
}

/** Whether the path is close to the minimum during the last third of its steps. */
function hasArrived(distances: readonly number[]): boolean {
  return distances.slice(-Math.floor(distances.length / 3)).every((distance) => distance < near);
}

function isAsNear(distances: readonly number[], length: number): boolean {
  if (length > distances.length) {
    return false;
  }
  return distances[length - 1] <= Math.max(near, 1.05 * distances[distances.length - 1]);
}

/** A learning rate that suits a short path: the defaults suit networks, which take thousands of steps. */
export function landscapeRate(name: string, parameters: ParameterValues): number {
  switch (name) {
    case 'sgd':
      return parameters.momentum === 0 ? 0.4 : 0.05;
    case 'rmsprop':
      return 0.05;
    case 'adagrad':
    case 'adadelta':
      return 1;
    case 'rprop':
      return 0.1;
    // Not a divisor of the distance to the minimum, or the path would end exactly there.
    case 'lion':
      return 0.12;
    default:
      return 0.3;
  }
}
