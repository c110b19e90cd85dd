/** Derivatives by central differences in float64. */
import type { Regularizer } from '../spec/spec';
import type { FloatArray } from './backend';

/** The loss as a function of one weight of a tensor. */
export interface LossOfOne {
  readonly weights: FloatArray;
  /** The weight's index. */
  readonly i: number;
  /** The loss at the current values of `weights`. */
  lossAt(): number;
  /** On which side of each kink the network was at the latest loss. */
  sides(): Int32Array;
}

export interface Quotient {
  readonly value: number;
  /** How far rounding or a bend of the loss may have moved the value. Infinite where a loss is not finite. */
  readonly noise: number;
}

/** A quotient with its step. */
interface Step extends Quotient {
  readonly h: number;
}

/** Half the distance from 1 to the next float64: the relative error of one operation. */
const unitRoundoff = Number.EPSILON / 2;

/** h relative to max(1, |w|): the usual step, and finer ones where the loss bends within it. */
const steps = [1e-5, 1e-5 / 16, 1e-5 / 256, 1e-5 / 4096] as const;
/** A step 16 times smaller reduces the effect of a bend to 1/256; this leaves a margin. */
const bendRemainder = 1 / 64;
/** The scatter of the loss is measured at this many points on either side of w. */
const scatterPoints = 4;

/**
 * (L(w + h) − L(w − h))/2h, plus the same of the penalty, which the gradient includes and the loss does not.
 * Undefined where the network is on different sides of a kink at the two points. Afterwards the weight has
 * its old value.
 *
 * A quotient that does not suffice is computed again with a finer step. If rounding cannot explain the
 * change, the loss bends within the coarser step, as is common with large inputs; otherwise refining ends. If
 * none suffices, the noise of each is measured, and the least noisy is returned. `growth` is the relative
 * error of a loss as a multiple of that of one operation.
 */
export function differenceQuotient(
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
  suffices: (found: Quotient) => boolean,
): Quotient | undefined {
  const taken: Step[] = [];
  for (const step of steps) {
    const h = step * Math.max(1, Math.abs(loss.weights[loss.i]));
    const next = quotientOver(h, loss, growth, regularizer);
    if (!next) {
      break;
    }
    const before = taken.at(-1);
    taken.push(next);
    const change = before ? Math.abs(next.value - before.value) : 0;
    // Rounding may explain the whole change.
    if (before && !(change > next.noise)) {
      break;
    }
    const found = { value: next.value, noise: next.noise + change * bendRemainder };
    if (suffices(found)) {
      return found;
    }
  }
  const measured: Quotient[] = [];
  for (const { h, value, noise } of taken) {
    const scatter = scatterOver(h, loss);
    // Where numbers are large, a step may not change a bit of the loss. It then tells nothing.
    if (measured.length > 0 && scatter === 0) {
      break;
    }
    measured.push({ value, noise: Math.max(noise, scatter) });
  }
  return leastNoisy(measured);
}

/**
 * Goes from the finest step to coarser ones while the noise falls, as noise from rounding does. Where it
 * rises, the loss bends within the step. Coarser steps than that span many bends: low noise proves nothing.
 */
function leastNoisy(measured: readonly Quotient[]): Quotient | undefined {
  let best = measured.at(-1);
  for (const each of measured.slice(0, -1).reverse()) {
    if (best && !(each.noise < best.noise)) {
      break;
    }
    best = each;
  }
  return best;
}

function quotientOver(
  h: number,
  loss: LossOfOne,
  growth: number,
  regularizer: Regularizer | undefined,
): Step | undefined {
  const above = lossBeside(loss, h);
  const sides = loss.sides();
  const below = lossBeside(loss, -h);
  const others = loss.sides();
  if (!sides.every((side, k) => side === others[k])) {
    return undefined;
  }
  const value = (above - below) / (2 * h) + penaltyQuotient(regularizer, loss.weights[loss.i]);
  return {
    h,
    value,
    noise: finiteOrInfinite((growth * unitRoundoff * Math.max(Math.abs(above), Math.abs(below))) / h),
  };
}

/**
 * How much the losses between w − h and w + h scatter, as a change of the quotient. Where a layer divides by
 * a deviation of almost 0, rounding errors are far larger than the size of the loss suggests. The measure is
 * 12 times the largest third difference, which is near 0 for a smooth loss: more than the error from a bend
 * (the third derivative times h²/6), and more than that from ordinary rounding.
 */
function scatterOver(h: number, loss: LossOfOne): number {
  let differences: number[] = [];
  for (let k = -scatterPoints; k <= scatterPoints; k++) {
    differences.push(lossBeside(loss, (h * k) / scatterPoints));
  }
  for (let order = 1; order <= 3; order++) {
    differences = differences.slice(1).map((value, k) => value - differences[k]);
  }
  return finiteOrInfinite((12 * Math.max(...differences.map(Math.abs))) / h);
}

/** The loss where the weight is larger by `by`. */
function lossBeside({ weights, i, lossAt }: LossOfOne, by: number): number {
  const w = weights[i];
  weights[i] = w + by;
  const loss = lossAt();
  weights[i] = w;
  return loss;
}

/** Infinite for the noise of losses that are not finite. */
function finiteOrInfinite(noise: number): number {
  return Number.isNaN(noise) ? Number.POSITIVE_INFINITY : noise;
}

/** The quotient of the penalty. Its step reaches at most to 0, where |w| has a kink. */
function penaltyQuotient(regularizer: Regularizer | undefined, w: number): number {
  if (!regularizer) {
    return 0;
  }
  const { l1, l2 } = regularizer;
  const h = Math.min(1e-5 * Math.max(1, Math.abs(w)), Math.abs(w));
  const penalty = (value: number): number => l1 * Math.abs(value) + l2 * value * value;
  return h === 0 ? 0 : (penalty(w + h) - penalty(w - h)) / (2 * h);
}
