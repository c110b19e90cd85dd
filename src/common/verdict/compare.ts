/** A loss beside that of a constant answer. */
import { mayBeChance } from '../chance';
import { learnedShare, measuredShare } from './thresholds';
import type { Against } from './verdict';

/** Whether a loss is clearly below that of a constant answer. */
export function isBetter(against: Against): boolean {
  return against.error === undefined ? isBelow(against, learnedShare) : isLower(against) && !isOpen(against);
}

/** Whether a loss is below, but other held-out rows might as well tell the opposite. */
export function isOpen(against: Against): boolean {
  const { value, baseline, error } = against;
  return error !== undefined && isLower(against) && mayBeChance(baseline - value, error);
}

function isLower(against: Against): boolean {
  return isBelow(against, measuredShare);
}

/** Whether a loss is below a share of that of a constant answer. Losses may be negative. */
function isBelow({ value, baseline }: Against, share: number): boolean {
  return value < baseline - (1 - share) * Math.abs(baseline);
}
