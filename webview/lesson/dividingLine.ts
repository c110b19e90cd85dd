/** A line by two of its points, which divides the plane of two inputs. */
import type { NamedTruthTable } from '../../src/protocol/lesson';

export type Point = readonly [x: number, y: number];

export interface Line {
  readonly from: Point;
  readonly to: Point;
  /** The answer is 1 on the left of the way from `from` to `to`; where this is true, on the right. */
  readonly isFlipped: boolean;
}

const centre = 0.5;
/** The two points are this far from the middle of the line. */
const reach = 0.8;
/** A line beyond the corners is shown at the edge. */
const farthest = 1;

/** The line of a unit, where w₁x₁ + w₂x₂ + b is 0. */
export function lineOf({ weights: [w1, w2], bias }: Pick<NamedTruthTable, 'weights' | 'bias'>): Line {
  const size = Math.hypot(w1, w2);
  // Without weights every direction is as good.
  const [n1, n2] = size > 0 ? [w1 / size, w2 / size] : [1, 0];
  // How far the line is from the centre of the square, in the direction in which the answer is 1.
  const distance = -(w1 * centre + w2 * centre + bias) / (size || 1e-9);
  const shown = Math.min(farthest, Math.max(-farthest, distance));
  const [x, y] = [centre + n1 * shown, centre + n2 * shown];
  return { from: [x - n2 * reach, y + n1 * reach], to: [x + n2 * reach, y - n1 * reach], isFlipped: false };
}

export function move(line: Line, end: 'from' | 'to', point: Point): Line {
  return { ...line, [end]: point };
}

/** 1 or 0. A point on the line has 0. */
export function answerOf({ from, to, isFlipped }: Line, [x, y]: Point): 0 | 1 {
  const left = (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0]);
  return (isFlipped ? -left : left) > 0 ? 1 : 0;
}

/** The rows of a truth table. */
export const corners: readonly Point[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

/** How many outputs of 00, 01, 10 and 11 it gets right. */
export function rightOf(outputs: readonly number[], line: Line): number {
  return corners.filter((corner, row) => answerOf(line, corner) === outputs[row]).length;
}
