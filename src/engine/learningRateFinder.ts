/**
 * The learning rate range test (Smith, 2015): a short training whose learning rate grows from step to step
 * until the loss diverges. The curve of the loss shows which rates are too small, and which too large.
 */
import { pow } from '../common/math';
import type { LearningRateCurve, LearningRateReport } from '../spec/measurements';
import type { Trainer } from './trainer';
import { SampleOrder } from './trainingData';

const steps = 300;
const [lowest, decades] = [1e-7, 8];

/** Share of the average before that a smoothed loss keeps. */
const kept = 0.9;
/** The test ends where the smoothed loss exceeds its lowest value by this many times that value. */
const tooMuch = 3;
/** The first steps have rates too small to teach anything: their losses tell how much batches differ. */
const quietSteps = 30;
/** A fall is one where it exceeds so many standard deviations of the smoothed loss. */
const certain = 4;
/** A fall by less than this share may be one of rounding. */
const leastShare = 1e-3;
/** The loss hardly falls where it loses less than this share: its lowest place is one of chance. */
const clearShare = 0.1;
/** The loss has come down once it has lost this share of all that it loses. */
const nearlyAll = 0.99;
/** A constant rate of the curve's own size is too large: on the curve it is there but for a moment. */
const divisors = { clear: 10, uncertain: 5 };

/**
 * Runs the test from the trainer's weights, on its scratch program: the run is not changed. There is no
 * schedule, no early stopping and no validation in it. `onProgress` is called after each step; it may ask for
 * the curve up to there.
 */
export function findLearningRate(
  trainer: Trainer,
  onProgress?: (done: number, total: number, curve: () => LearningRateCurve) => void,
): LearningRateReport {
  const { plan, parts } = trainer;
  const program = trainer.scratch();
  program.momentum = undefined;
  const order = new SampleOrder(plan, parts.train);
  const curve: Curve = { rates: [], losses: [], smoothed: [] };
  let average = 0;
  let best = Number.POSITIVE_INFINITY;
  let diverged = false;
  for (let step = 0; step < steps && !diverged; step++) {
    const batch = step % order.batches;
    if (batch === 0) {
      order.begin(1 + step / order.batches);
    }
    const rate = lowest * pow(10, (decades * step) / (steps - 1));
    program.learningRate = rate;
    const loss = program.trainStep(order.rows, order.fromOf(batch), order.countOf(batch));
    average = kept * average + (1 - kept) * loss;
    const smoothed = average / (1 - pow(kept, step + 1));
    curve.rates.push(rate);
    curve.losses.push(loss);
    curve.smoothed.push(smoothed);
    best = Math.min(best, smoothed);
    diverged = !(smoothed <= best + tooMuch * Math.abs(best));
    onProgress?.(step + 1, steps, () => curveOf(curve));
  }
  return {
    ...curveOf(curve),
    diverged,
    ...suggestionOf(curve),
  };
}

function curveOf({ rates, losses, smoothed }: Curve): LearningRateCurve {
  return {
    rates: Float64Array.from(rates),
    losses: Float64Array.from(losses),
    smoothed: Float64Array.from(smoothed),
  };
}

interface Curve {
  readonly rates: number[];
  readonly losses: number[];
  readonly smoothed: number[];
}

/**
 * A tenth of the rate at which the smoothed loss has come down. Where it hardly falls, a fifth of the largest
 * rate that does no harm.
 */
function suggestionOf({ rates, losses, smoothed }: Curve): Pick<LearningRateReport, 'verdict' | 'suggestion'> {
  const quiet = losses.slice(0, quietSteps);
  const start = quiet.reduce((sum, loss) => sum + loss, 0) / quietSteps;
  const variance = quiet.reduce((sum, loss) => sum + (loss - start) * (loss - start), 0) / quietSteps;
  // The standard deviation of an exponential average of independent losses.
  const noise = Math.sqrt((variance * (1 - kept)) / (1 + kept));
  const later = smoothed.slice(quietSteps);
  const fall = start - later.reduce((a, b) => Math.min(a, b), start);
  if (!(fall > Math.max(certain * noise, leastShare * Math.abs(start)))) {
    return { verdict: 'none' };
  }
  const verdict = fall < clearShare * Math.abs(start) ? 'uncertain' : 'clear';
  const index =
    verdict === 'clear'
      ? later.findIndex((loss) => loss <= start - nearlyAll * fall)
      : later.findLastIndex((loss) => loss <= start);
  const suggestion = Number((rates[quietSteps + index] / divisors[verdict]).toPrecision(2));
  return { verdict, suggestion };
}
