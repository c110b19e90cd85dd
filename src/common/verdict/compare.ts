/** A loss beside that of a constant answer. */
import { mayBeChance } from '../chance';
import { learnedShare } from './thresholds';
import type { Against } from './verdict';

/** Whether a loss is clearly below that of a constant answer. Losses may be negative. */
export function isBetter({ value, baseline }: Against): boolean {
  return value < baseline - (1 - learnedShare) * Math.abs(baseline);
}

/** Whether the loss is below, but other held-out rows might as well tell the opposite. */
export function isOpen(against: Against): boolean {
  const { value, baseline, error } = against;
  return isBetter(against) && error !== undefined && mayBeChance(baseline - value, error);
}
