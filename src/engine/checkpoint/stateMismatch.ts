/** Whether the state of a checkpoint fits a trainer. All of it is checked before any of it is restored. */
import type { FloatArray } from '../backend';
import type { TrainerState } from '../run';
import { areFinite } from '../safetensors';
import { phasesOf } from '../steps';
import type { Trainer } from '../trainer';
import { storedInOrder } from './tensorTable';

/**
 * The name of the first part of the state that does not fit the trainer: arrays of another number, length or
 * precision, a position that the run does not have, values that its plan does not have. Undefined where
 * `trainer.restore` accepts the state. The trainer must not have begun.
 */
export function findStateMismatch(state: TrainerState, trainer: Trainer): string | undefined {
  const own = trainer.blankState(state.program.batch !== undefined);
  return (
    mismatchOfArrays('weights', state.program.weights, own.program.weights) ??
    mismatchOfArrays('optimizer', state.program.optimizer, own.program.optimizer) ??
    mismatchOfArrays('buffer', state.program.batch?.buffers ?? [], own.program.batch?.buffers ?? []) ??
    mismatchOfMetrics(state, trainer) ??
    mismatchOfBest(state, trainer) ??
    mismatchOfHistory(state, trainer) ??
    mismatchOfPosition(state, trainer) ??
    ((state.program.momentum === undefined) === (own.program.momentum === undefined) ? undefined : 'momentum') ??
    ((state.rates.plateau === undefined) === (own.rates.plateau === undefined) ? undefined : 'plateau') ??
    ((state.watch === undefined) === (own.watch === undefined) ? undefined : 'watch')
  );
}

/**
 * For a state that fits: the name of a learned tensor or running statistic that is not finite, or of an array
 * of the optimizer's memory that holds a NaN. No step could go on from it. The memory may be infinite: a
 * squared gradient can leave the range of float32, and the run goes on.
 */
export function findNonFiniteTensor(
  { program, best = [], last = [] }: TrainerState,
  trainer: Trainer,
): string | undefined {
  for (const [i, { name }] of storedInOrder(trainer.plan.network).entries()) {
    if (program.weights[i] && !areFinite(program.weights[i])) {
      return name;
    }
  }
  for (const [i, name] of trainer.learnedNames.entries()) {
    for (const values of [best[i], last[i]]) {
      if (values && !areFinite(values)) {
        return name;
      }
    }
  }
  const broken = program.optimizer.findIndex((values) => values.some(Number.isNaN));
  return broken < 0 ? undefined : `optimizer.${broken}`;
}

function mismatchOfArrays(
  prefix: string,
  found: readonly FloatArray[],
  wanted: readonly FloatArray[],
): string | undefined {
  if (found.length !== wanted.length) {
    return `${prefix}.${Math.min(found.length, wanted.length)}`;
  }
  const at = found.findIndex(
    (values, i) => values.length !== wanted[i].length || values.BYTES_PER_ELEMENT !== wanted[i].BYTES_PER_ELEMENT,
  );
  return at < 0 ? undefined : `${prefix}.${at}`;
}

function mismatchOfMetrics({ metrics, batch }: TrainerState, trainer: Trainer): string | undefined {
  const seen = Math.min(batch * trainer.plan.training.batchSize, trainer.parts.train.length);
  const lengths = trainer.metricLengths(seen);
  if (metrics.length !== lengths.length) {
    return 'metric';
  }
  const at = metrics.findIndex((values, i) => values.length !== lengths[i]);
  return at < 0 ? undefined : `metric.${at}`;
}

/** Whether the last epoch is booked. */
function isBooked({ closing, ended }: TrainerState): boolean {
  return (ended ?? closing) !== undefined;
}

function mismatchOfBest(state: TrainerState, trainer: Trainer): string | undefined {
  const { best, last, watch } = state;
  const keeps = trainer.plan.training.earlyStopping?.restoreBest === true && watch !== undefined && watch.bestEpoch > 0;
  if ((best !== undefined) !== keeps) {
    return 'best';
  }
  if ((last !== undefined) !== (keeps && isBooked(state))) {
    return 'last';
  }
  const wanted = best || last ? [...trainer.weights().values()] : [];
  return (best && mismatchOfArrays('best', best, wanted)) ?? (last && mismatchOfArrays('last', last, wanted));
}

function mismatchOfHistory(state: TrainerState, trainer: Trainer): string | undefined {
  const { history, epoch } = state;
  if (history.length !== epoch - (isBooked(state) ? 0 : 1)) {
    return 'epochs';
  }
  // A lean state has none.
  const tags = history.length === 0 || history.columns.length === 0 ? [] : trainer.epochTags;
  const found = history.columns.map(([tag]) => tag);
  return found.length === tags.length && tags.every((tag, i) => found[i] === tag) ? undefined : 'tags';
}

function mismatchOfPosition(state: TrainerState, trainer: Trainer): string | undefined {
  const { epoch, batch, phase, program, closing, ended } = state;
  const { batches } = trainer;
  if (epoch < (ended ? 0 : 1)) {
    return 'epoch';
  }
  if (closing && ended) {
    return 'closing';
  }
  if (batch > batches || (isBooked(state) && batch !== (epoch === 0 ? 0 : batches))) {
    return 'batch';
  }
  if (phase >= phasesOf(trainer.plan.network).length || phase > 0 !== (program.batch !== undefined)) {
    return 'phase';
  }
  if (phase > 0 && batch === batches) {
    return 'phase';
  }
  if (program.batch && program.batch.count !== trainer.countOf(batch)) {
    return 'count';
  }
  return state.mass < 0 ? 'mass' : undefined;
}
