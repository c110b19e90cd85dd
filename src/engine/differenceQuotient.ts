/** The derivative by its definition, as far as float64 goes. */
import type { Regularizer } from '../spec/spec';
import type { FloatArray } from './backend';
import type { Pieces } from './pieces';

/** A loss as a function of one number of a tensor. */
export interface LossOfOne {
  readonly weights: FloatArray;
  /** Its index. */
  readonly i: number;
  /** Brings the weights to where the loss is computed. */
  write(): Pieces<void>;
  lossAt(): Pieces<number>;
  /** Which side of every kink the network is on, at the latest loss. */
  sides(): Int32Array;
}

export interface Quotient {
  readonly value: number;
  /** By so much the rounding of the two losses may have changed it; infinite where one of them is not finite. */
  readonly noise: number;
}

/** Half the distance from 1 to the next float64: the relative error of one operation. */
const unitRoundoff = Number.EPSILON / 2;

/** h as a share of max(1, |w|). */
const usualStep = 1e-5;
/** Where the loss bends within that step. */
const finerSteps = [usualStep / 16, usualStep / 256, usualStep / 4096] as const;
/** With a step 16 times as small a bend changes the quotient by 1/256 of what it did; this leaves a margin. */
const leftOfBend = 1 / 64;

/**
 * (L(w + h) − L(w − h))/2h, and of the penalty likewise, which the loss leaves out and the gradient holds; undefined where the network is on
 * different sides of a kink at the two points. A quotient that does not suffice is taken anew with a finer step, as long as that changes it by
 * more than rounding can: it was the slope of a chord across a bend, as large inputs make them. The number has its old value afterwards;
 * write it. `growth` is how many times the relative error of one operation a loss may have.
 */
export function* differenceQuotient(
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
  suffices: (found: Quotient) => boolean,
): Pieces<Quotient | undefined> {
  const over = (step: number): Pieces<Quotient | undefined> =>
    quotientOver(step * Math.max(1, Math.abs(loss.weights[loss.i])), loss, growth, regularizer);
  let found = yield* over(usualStep);
  for (const step of finerSteps) {
    if (!found || suffices(found)) return found;
    const next = yield* over(step);
    const change = next ? Math.abs(next.value - found.value) : 0;
    if (!next || !(change > next.noise)) return found;
    found = { value: next.value, noise: next.noise + change * leftOfBend };
  }
  return found;
}

function* quotientOver(
  h: number,
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
): Pieces<Quotient | undefined> {
  const { weights, i } = loss;
  const w = weights[i];
  function* at(value: number): Pieces<{ readonly loss: number; readonly sides: Int32Array }> {
    weights[i] = value;
    yield* loss.write();
    return { loss: yield* loss.lossAt(), sides: loss.sides() };
  }
  const above = yield* at(w + h);
  const below = yield* at(w - h);
  weights[i] = w;
  const smooth = above.sides.every((side, k) => side === below.sides[k]);
  if (!smooth) return undefined;
  const value = (above.loss - below.loss) / (2 * h) + penaltyQuotient(regularizer, w);
  const noise = (growth * unitRoundoff * Math.max(Math.abs(above.loss), Math.abs(below.loss))) / h;
  return { value, noise: Number.isNaN(noise) ? Number.POSITIVE_INFINITY : noise };
}

/** The bend of |w| at 0 is passed over. */
function penaltyQuotient(regularizer: Regularizer | undefined, w: number): number {
  if (!regularizer) return 0;
  const { l1, l2 } = regularizer;
  const h = Math.min(1e-5 * Math.max(1, Math.abs(w)), Math.abs(w));
  const penalty = (value: number): number => l1 * Math.abs(value) + l2 * value * value;
  return h === 0 ? 0 : (penalty(w + h) - penalty(w - h)) / (2 * h);
}
