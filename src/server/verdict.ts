/** The verdict on a run, from its course and from what is measured of its network. */
import { errorOfDifference } from '../common/chance';
import { valueOfTag } from '../common/tagValues';
import type { Course } from '../common/verdict/facts';
import { isRestless, judgeRun } from '../common/verdict/judge';
import type { Against, Verdict } from '../common/verdict/verdict';
import {
  constantLosses,
  fallsShort,
  forwardWork,
  measureNetwork,
  OutOfMemoryError,
  rowLossesOf,
  type Trainer,
} from '../engine';
import type { Ended, Started } from '../protocol/engine';
import type { Prepared } from './prepare';

/**
 * Judges a run at its current weights: with its final values if it is over, else by its last epoch. Undefined
 * where no layer learns, and for a fold, whose network is only measured.
 */
export function verdictOf({ trainer, spec, started }: Prepared, final?: Ended['final']): Verdict | undefined {
  if (started.parameters === 0 || started.fold !== undefined) {
    return undefined;
  }
  const course = courseOf(trainer, started, final, final !== undefined && fallsShort(spec.expect, final));
  if (!course.against && !course.diverged) {
    return undefined;
  }
  return judgeRun(course, () => measured(trainer, () => measureNetwork(trainer, started.linear, isRestless(course))));
}

function courseOf(trainer: Trainer, started: Started, final: Ended['final'] | undefined, missed: boolean): Course {
  const { divergence, history, kept } = trainer;
  const { baselines = {} } = started;
  const epochs = kept?.epoch ?? history.length;
  const losses = history.valuesOf('loss', epochs);
  const trained = valueOfTag('loss', final);
  return {
    over: final !== undefined,
    halted: trainer.ended === 'early_stopping',
    ...(divergence && { diverged: { step: divergence.step, layer: divergence.layer } }),
    against: against(),
    missed,
    // One epoch has no course; the loss after it shows whether it falls.
    losses: losses.length === 1 && trained !== undefined ? Float64Array.of(losses[0], trained) : losses,
    baseline: valueOfTag('loss', baselines) ?? Number.NaN,
    heldOut: history.valuesOf('val_loss', epochs),
  };

  function against(): Against | undefined {
    const { samples } = started;
    const tag = samples.validation > 0 ? 'val_loss' : samples.test > 0 && final ? 'test_loss' : 'loss';
    const value = final ? valueOfTag(tag, final) : history.valuesOf(tag, epochs).at(-1);
    const baseline = valueOfTag(tag, baselines);
    // A constant answers a single sample perfectly: there is nothing to compare with.
    if (samples.train <= 1 || value === undefined || !Number.isFinite(value) || baseline === undefined) {
      return undefined;
    }
    const part = samples.validation > 0 ? 'validation' : 'test';
    const error = final && tag !== 'loss' ? errorOn(trainer, part) : undefined;
    return { tag, value, baseline, ...(error !== undefined && { rows: samples[part], error }) };
  }
}

/** Multiplications of the forward pass that take less than about a second. */
const mostWork = 1e9;

/**
 * The standard error of the difference to a constant answer. Undefined of a single row, where the rows have
 * weights, and where it would take long.
 */
function errorOn(trainer: Trainer, part: 'validation' | 'test'): number | undefined {
  const { length } = trainer.parts[part];
  if (length < 2 || length * forwardWork(trainer.plan.network) > mostWork || trainer.data.sampleWeights) {
    return undefined;
  }
  return measured(trainer, () => errorOfDifference(rowLossesOf(trainer, part), constantLosses(trainer, part)));
}

/** Larger networks are judged by their course alone: measuring them might take more memory than there is. */
const mostParameters = 1 << 25;

function measured<Result>(trainer: Trainer, measure: () => Result): Result | undefined {
  if (trainer.plan.network.parameterCount > mostParameters) {
    return undefined;
  }
  try {
    return measure();
  } catch (error) {
    if (error instanceof OutOfMemoryError) {
      return undefined;
    }
    throw error;
  }
}
