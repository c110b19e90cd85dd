/**
 * Learning-rate schedules, with PyTorch's formulas: step k, counted from 0, uses `rate(k)`. η is the
 * optimizer's own learning rate.
 */
import { cos, pow } from '../common/math';
import type { Thing } from './spec';

export interface ScheduleContext {
  /** η. */
  readonly learningRate: number;
  /** Steps of the whole run. */
  readonly steps: number;
}

export interface Schedule {
  rate(step: number): number;
  /** For schedules that change the momentum (or beta_1) too. */
  momentum?(step: number): number;
}

const { PI: pi } = Math;

/** With a `warmup` of N steps the rate of step k is further multiplied by (k + 1)/N, up to 1. */
export function makeSchedule(thing: Thing, context: ScheduleContext): Schedule {
  const schedule = withoutWarmUp(thing, context);
  const warmup = thing.parameters.warmup as number;
  if (warmup === 0) {
    return schedule;
  }
  return { ...schedule, rate: (k) => schedule.rate(k) * Math.min((k + 1) / warmup, 1) };
}

/** Whether the schedule depends on the number of steps of the whole run. */
export function spansRun({ name, parameters }: Thing): boolean {
  if (name === 'one_cycle') {
    return true;
  }
  return ['cosine', 'linear', 'polynomial'].includes(name) && (parameters.steps ?? undefined) === undefined;
}

/**
 * For `reduce_on_plateau`: the factor of the learning rate in an epoch (from 0) if no epoch after the first
 * improves.
 */
export function shareOnPlateau(factor: number, patience: number, epoch: number): number {
  return pow(factor, Math.floor(Math.max(epoch - 1, 0) / (patience + 1)));
}

function withoutWarmUp(
  { name, parameters }: Thing,
  { learningRate: rate, steps: runSteps }: ScheduleContext,
): Schedule {
  const number = (key: string): number => parameters[key] as number;
  const steps = (parameters.steps ?? runSteps) as number;
  switch (name) {
    case 'step':
      return { rate: (k) => rate * pow(number('gamma'), Math.floor(k / number('every'))) };
    case 'multi_step': {
      const at = Float64Array.from(parameters.at as readonly number[]).sort();
      return { rate: (k) => rate * pow(number('gamma'), countUpTo(at, k)) };
    }
    case 'exponential':
      return { rate: (k) => rate * pow(number('gamma'), k) };
    case 'cosine':
      return { rate: (k) => halfWave(rate, number('minimum'), k / steps) };
    case 'cosine_restarts':
      return { rate: (k) => halfWave(rate, number('minimum'), restarted(k, number('first'), number('factor'))) };
    case 'linear': {
      const [start, end] = [number('start'), number('end')];
      return { rate: (k) => rate * (start + (end - start) * Math.min(k / steps, 1)) };
    }
    case 'polynomial': {
      const end = number('end');
      return { rate: (k) => (rate - end) * pow(1 - Math.min(k / steps, 1), number('power')) + end };
    }
    case 'one_cycle':
      return oneCycle(parameters, runSteps);
    case 'cyclic':
      return { rate: (k) => cyclic(parameters, k) };
    case 'reduce_on_plateau':
      return { rate: () => rate };
    default:
      throw new Error(`The engine has no schedule ${name}: check the spec before training.`);
  }
}

/** The number of entries of a sorted list that are at most `limit`. */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] <= limit) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

/** Falls from `high` at 0 to `low` at 1 along a cosine, and rises again beyond. */
function halfWave(high: number, low: number, at: number): number {
  return low + ((high - low) * (1 + cos(pi * at))) / 2;
}

/**
 * The position of step k in its period, from 0 to 1; each period is `factor` times as long as the one before.
 */
function restarted(k: number, first: number, factor: number): number {
  if (factor === 1) {
    return (k % first) / first;
  }
  let begin = 0;
  let length = first;
  while (k >= begin + length) {
    begin += length;
    length *= factor;
  }
  return (k - begin) / length;
}

/** PyTorch's limits of the momentum in `one_cycle`. */
const [lowMomentum, highMomentum] = [0.85, 0.95];

/**
 * Up from maximum/div to the maximum over a share of the run, then down to maximum/div/final_div. The
 * momentum moves the other way.
 */
function oneCycle(parameters: Thing['parameters'], steps: number): Schedule {
  const number = (key: string): number => parameters[key] as number;
  const maximum = number('maximum');
  const first = maximum / number('div');
  const last = first / number('final_div');
  const top = number('share') * steps - 1;
  const end = steps - 1;
  const along = (k: number, from: number, peak: number, to: number): number => {
    const step = Math.min(k, end);
    // A rise shorter than a step is skipped.
    if (top > 0 && step <= top) {
      return halfWave(from, peak, step / top);
    }
    return halfWave(peak, to, end > top ? (step - top) / (end - top) : 1);
  };
  return {
    rate: (k) => along(k, first, maximum, last),
    ...(parameters.cycle_momentum === true && { momentum: (k) => along(k, highMomentum, lowMomentum, highMomentum) }),
  };
}

/** Triangles between base and maximum; with triangular2 each is half as high as the one before. */
function cyclic(parameters: Thing['parameters'], k: number): number {
  const number = (key: string): number => parameters[key] as number;
  const [base, maximum, up, down] = ['base', 'maximum', 'up', 'down'].map(number);
  const cycle = Math.floor(k / (up + down));
  const within = k - cycle * (up + down);
  const height = within <= up ? within / up : (up + down - within) / down;
  return base + (maximum - base) * height * (parameters.mode === 'triangular2' ? pow(2, -cycle) : 1);
}
