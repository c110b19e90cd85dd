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
  /** By so much rounding, or a bend of the loss, may have changed it; infinite where a loss is not finite. */
  readonly noise: number;
}

/** With the h that it was taken with. */
interface Taken extends Quotient {
  readonly h: number;
}

/** Half the distance from 1 to the next float64: the relative error of one operation. */
const unitRoundoff = Number.EPSILON / 2;

/** h as a share of max(1, |w|): the usual one, and finer ones for where the loss bends within it. */
const steps = [1e-5, 1e-5 / 16, 1e-5 / 256, 1e-5 / 4096] as const;
/** With a step 16 times as small a bend changes the quotient by 1/256 of what it did; this leaves a margin. */
const leftOfBend = 1 / 64;
/** Points on either side of w at which the scatter of the loss is measured. */
const scatterPoints = 4;

/**
 * (L(w + h) − L(w − h))/2h, and of the penalty likewise, which the loss leaves out and the gradient holds; undefined where the network is on
 * different sides of a kink at the two points. A quotient that does not suffice is taken anew with a finer step, as long as that changes it by
 * more than rounding can: it was the slope of a chord across a bend, as large inputs make them. Where none suffices, the noise of each is
 * measured, and the steadiest remains. The number has its old value afterwards; write it. `growth` is how many times the relative
 * error of one operation a loss may have.
 */
export function* differenceQuotient(
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
  suffices: (found: Quotient) => boolean,
): Pieces<Quotient | undefined> {
  const taken: Taken[] = [];
  for (const step of steps) {
    const h = step * Math.max(1, Math.abs(loss.weights[loss.i]));
    const next = yield* quotientOver(h, loss, growth, regularizer);
    if (!next) {
      break;
    }
    const before = taken.at(-1);
    taken.push(next);
    const change = before ? Math.abs(next.value - before.value) : 0;
    // Rounding may be all that is left.
    if (before && !(change > next.noise)) {
      break;
    }
    const found = { value: next.value, noise: next.noise + change * leftOfBend };
    if (suffices(found)) {
      return found;
    }
  }
  const measured: Quotient[] = [];
  for (const { h, value, noise } of taken) {
    const scatter = yield* scatterOver(h, loss);
    // A step so fine that it is lost beside large numbers changes no bit of the loss: that says nothing.
    if (measured.length > 0 && scatter === 0) {
      break;
    }
    measured.push({ value, noise: Math.max(noise, scatter) });
  }
  return steadiest(measured);
}

/**
 * From the finest step on the coarser ones as long as the noise falls, as that of rounding does. Where it rises the loss bends within the
 * step; what falls beyond that is a chord across many bends.
 */
function steadiest(measured: readonly Quotient[]): Quotient | undefined {
  let best = measured.at(-1);
  for (const each of measured.slice(0, -1).reverse()) {
    if (best && !(each.noise < best.noise)) {
      break;
    }
    best = each;
  }
  return best;
}

function* quotientOver(
  h: number,
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
): Pieces<Taken | undefined> {
  const above = yield* lossBeside(loss, h);
  const sides = loss.sides();
  const below = yield* lossBeside(loss, -h);
  const others = loss.sides();
  if (!sides.every((side, k) => side === others[k])) {
    return undefined;
  }
  const value = (above - below) / (2 * h) + penaltyQuotient(regularizer, loss.weights[loss.i]);
  return { h, value, noise: known((growth * unitRoundoff * Math.max(Math.abs(above), Math.abs(below))) / h) };
}

/**
 * What the losses between w − h and w + h scatter by, as a change of the quotient: from their largest third difference, of which a smooth loss
 * has next to none. Where a layer divides by a deviation of almost 0, rounding is far larger than the size of the loss tells. Twelvefold it is
 * more than what a bend changes (the third derivative times h²/6), and than what normal noise ever does.
 */
function* scatterOver(h: number, loss: LossOfOne): Pieces<number> {
  let differences: number[] = [];
  for (let k = -scatterPoints; k <= scatterPoints; k++) {
    differences.push(yield* lossBeside(loss, (h * k) / scatterPoints));
  }
  for (let order = 1; order <= 3; order++) {
    differences = differences.slice(1).map((value, k) => value - differences[k]);
  }
  return known((12 * Math.max(...differences.map(Math.abs))) / h);
}

/** The loss where the number is larger by `by`. */
function* lossBeside({ weights, i, write, lossAt }: LossOfOne, by: number): Pieces<number> {
  const w = weights[i];
  weights[i] = w + by;
  yield* write();
  const loss = yield* lossAt();
  weights[i] = w;
  return loss;
}

/** Noise of losses that are not finite is infinite. */
function known(noise: number): number {
  return Number.isNaN(noise) ? Number.POSITIVE_INFINITY : noise;
}

/** The bend of |w| at 0 is passed over. */
function penaltyQuotient(regularizer: Regularizer | undefined, w: number): number {
  if (!regularizer) {
    return 0;
  }
  const { l1, l2 } = regularizer;
  const h = Math.min(1e-5 * Math.max(1, Math.abs(w)), Math.abs(w));
  const penalty = (value: number): number => l1 * Math.abs(value) + l2 * value * value;
  return h === 0 ? 0 : (penalty(w + h) - penalty(w - h)) / (2 * h);
}
