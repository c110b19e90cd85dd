/** Whether the state of a checkpoint can be a state of a trainer: looked at whole before anything of it is taken over. */
import { type Steps, searchInStretches } from '../../common/steps';
import { findMetric } from '../../spec/catalogue/metrics';
import type { FloatArray } from '../backend';
import type { Pieces } from '../pieces';
import type { TrainerState } from '../run';
import { finiteSteps } from '../safetensors';
import type { Trainer } from '../trainer';
import { derived } from './course';

export interface Misfit {
  /** Its name. */
  readonly part: string;
  /** Where the run would have another number or flag: what the state holds, and what it should. */
  readonly values?: { readonly found: unknown; readonly wanted: unknown };
}

/**
 * The first part of the state that cannot be the trainer's: arrays of another count, length or precision, a position that the run does not
 * have, a number that does not follow from the others. Undefined where `trainer.restore` may take it. The trainer must not have begun.
 */
export function* misfit(state: TrainerState, trainer: Trainer): Pieces<Misfit | undefined> {
  const own = yield* trainer.blankState(state.program.batch !== undefined);
  const part = misfitPart(state, own, trainer);
  if (part !== undefined) {
    return { part };
  }
  for (const [name, found, wanted] of yield* derived(state, trainer)) {
    if (!Object.is(found, wanted)) {
      return { part: name, values: { found, wanted } };
    }
  }
  return undefined;
}

function misfitPart(state: TrainerState, own: TrainerState, trainer: Trainer): string | undefined {
  return (
    misfitOfArrays('weights', state.program.weights, own.program.weights) ??
    misfitOfArrays('optimizer', state.program.optimizer, own.program.optimizer) ??
    misfitOfArrays('buffer', state.program.batch?.buffers ?? [], own.program.batch?.buffers ?? []) ??
    misfitOfMetrics(state, own, trainer) ??
    misfitOfBest(state, trainer) ??
    misfitOfHistory(state, trainer) ??
    misfitOfPosition(state, trainer) ??
    misfitOfInterventions(state) ??
    ((state.program.momentum === undefined) === (own.program.momentum === undefined) ? undefined : 'momentum') ??
    ((state.rates.plateau === undefined) === (own.rates.plateau === undefined) ? undefined : 'plateau') ??
    ((state.watch === undefined) === (own.watch === undefined) ? undefined : 'watch')
  );
}

/**
 * Of a state that fits: name of a learned tensor or running statistic that is not finite, or of an array of the optimizer's memory that holds
 * a NaN, so that no step could go on from it. Infinite a memory may be: a squared gradient can leave float32, and the run goes on.
 */
export function* brokenTensor(
  { program, best = [], last = [] }: TrainerState,
  trainer: Trainer,
): Steps<string | undefined> {
  const { layers } = trainer.plan.network;
  // In a program's state statistics stand behind all that is learned.
  const stored = [...layers.flatMap(({ tensors }) => tensors), ...layers.flatMap(({ state = [] }) => state)];
  for (const [i, { name }] of stored.entries()) {
    if (program.weights[i] && !(yield* finiteSteps(program.weights[i]))) {
      return name;
    }
  }
  for (const [i, name] of trainer.learnedNames.entries()) {
    for (const values of [best[i], last[i]]) {
      if (values && !(yield* finiteSteps(values))) {
        return name;
      }
    }
  }
  for (const [i, values] of program.optimizer.entries()) {
    if (yield* holdsNaN(values)) {
      return `optimizer.${i}`;
    }
  }
  return undefined;
}

function* holdsNaN(values: FloatArray): Steps<boolean> {
  const found = yield* searchInStretches(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (Number.isNaN(values[i])) {
        return i;
      }
    }
    return -1;
  });
  return found >= 0;
}

function misfitOfArrays(
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

/** A metric's sums have a length of their own; one that keeps every output has a length that grows with the samples seen. */
function misfitOfMetrics(state: TrainerState, own: TrainerState, trainer: Trainer): string | undefined {
  if (state.metrics.length !== own.metrics.length) {
    return 'metric';
  }
  const seen = Math.min(state.batch * trainer.plan.training.batchSize, trainer.parts.train.length);
  const at = state.metrics.findIndex((values, i) => {
    const kept = findMetric(trainer.plan.training.metrics[i].name)?.keepsOutputs;
    return values.length !== (kept ? seen * 2 * trainer.data.targetSize : own.metrics[i].length);
  });
  return at < 0 ? undefined : `metric.${at}`;
}

/** The last epoch is booked. */
function isBooked({ closing, ended }: TrainerState): boolean {
  return (ended ?? closing) !== undefined;
}

function misfitOfBest(state: TrainerState, trainer: Trainer): string | undefined {
  const { best, last, watch } = state;
  const keeps = trainer.plan.training.earlyStopping?.restoreBest === true && watch !== undefined && watch.bestEpoch > 0;
  if ((best !== undefined) !== keeps) {
    return 'best';
  }
  if ((last !== undefined) !== (keeps && isBooked(state))) {
    return 'last';
  }
  const wanted = best || last ? [...trainer.weights().values()] : [];
  return (best && misfitOfArrays('best', best, wanted)) ?? (last && misfitOfArrays('last', last, wanted));
}

function misfitOfHistory(state: TrainerState, trainer: Trainer): string | undefined {
  const { history, epoch } = state;
  if (history.length !== epoch - (isBooked(state) ? 0 : 1)) {
    return 'epochs';
  }
  const tags = history.length === 0 ? [] : trainer.epochTags;
  const found = history.columns.map(([tag]) => tag);
  return found.length === tags.length && tags.every((tag, i) => found[i] === tag) ? undefined : 'tags';
}

/** They are logged as they are made. */
function misfitOfInterventions({ interventions, program }: TrainerState): string | undefined {
  const steps = [0, ...interventions.map(({ step }) => step), program.step];
  return steps.some((step, i) => i > 0 && step < steps[i - 1]) ? 'interventions' : undefined;
}

function misfitOfPosition(state: TrainerState, trainer: Trainer): string | undefined {
  const { epoch, batch, phase, program, closing, ended } = state;
  const { batches } = trainer;
  if (epoch < 1) {
    return 'epoch';
  }
  if (closing && ended) {
    return 'closing';
  }
  if (batch > batches || (isBooked(state) && batch !== batches)) {
    return 'batch';
  }
  if (phase >= trainer.phaseCount || phase > 0 !== (program.batch !== undefined)) {
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
