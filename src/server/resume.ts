/** Resumes from a checkpoint, which is checked as a whole before a new trainer takes over its state. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import {
  type Checkpoint,
  complete,
  damaged,
  decodeCheckpoint,
  type Fork,
  findNonFiniteTensor,
  findStateMismatch,
  forkState,
  notFinite,
  type Trainer,
} from '../engine';
import type { EpochRecord, StartOptions } from '../protocol/engine';
import { differenceOf } from '../spec/difference';
import { spansRun } from '../spec/schedules';
import type { Spec } from '../spec/spec';
import { thin } from './epochLog';

/** Earlier epochs are sent in at most this many groups, each thinned to its first, last and extremes. */
const maxGroups = 1024;

/** A checkpoint, and the spec of the resumed run. */
export interface Resumption {
  readonly checkpoint: Checkpoint;
  /** The spec with the seed of the checkpoint's run and the epochs that the resumed run is to have. */
  readonly spec: Spec;
  /** A fork, which takes over what fits; with the same spec as that of the checkpoint all of it. */
  readonly fork?: 'same' | 'other';
}

/** Checks the file against the spec. A problem is a sentence for the person. */
export function readResumption(
  bytes: Uint8Array,
  options: Pick<StartOptions, 'spec' | 'seed' | 'epochs' | 'backend' | 'inspect' | 'fork'>,
): Resumption | { readonly problem: string } {
  const file = decodeCheckpoint(bytes);
  if ('problem' in file) {
    return file;
  }
  const { spec, epochs, backend, inspect, fork } = options;
  if (fork) {
    return readFork(file.ok, options);
  }
  const { run, state } = file.ok;
  if (backend !== undefined && file.ok.backend !== backend) {
    return {
      problem: t(
        'The checkpoint was saved by the backend “{0}”, and this run uses “{1}”: they do not share their state. Resume it with {0}.',
        file.ok.backend,
        backend,
      ),
    };
  }
  const difference = differenceOf(run.spec, spec);
  if (difference) {
    const { where, first, second } = difference;
    return {
      problem: t(
        'The checkpoint is of another experiment: {0} is {1} in the checkpoint and {2} in the spec. Undo the change, or train anew.',
        where,
        first,
        second,
      ),
    };
  }
  const before = run.epochs ?? run.spec.training.epochs;
  const wanted = wantedEpochs(run, spec, epochs);
  const problem = inspect ? undefined : problemOfEpochs(state, before, wanted, spec);
  return problem === undefined
    ? {
        checkpoint: file.ok,
        spec: { ...spec, seed: run.seed ?? spec.seed, training: { ...spec.training, epochs: wanted } },
      }
    : { problem };
}

/** An edited number of epochs counts. Otherwise the run keeps the number that it was started with. */
function wantedEpochs(run: Checkpoint['run'], { training }: Spec, epochs: number | undefined): number {
  const edited = training.epochs !== run.spec.training.epochs;
  return epochs ?? (edited ? training.epochs : (run.epochs ?? training.epochs));
}

/** The start of a fork, whose spec may be another one. A seed or epochs that were edited count. */
function readFork(
  checkpoint: Checkpoint,
  { spec, seed, epochs, backend }: Pick<StartOptions, 'spec' | 'seed' | 'epochs' | 'backend'>,
): Resumption | { readonly problem: string } {
  const { run, state } = checkpoint;
  const { seed: ownSeed = run.spec.seed, epochs: before = run.spec.training.epochs } = run;
  const wanted = wantedEpochs(run, spec, epochs);
  const forked: Spec = {
    ...spec,
    seed: seed ?? (spec.seed === run.spec.seed ? ownSeed : spec.seed),
    training: { ...spec.training, epochs: wanted },
  };
  const { schedule } = spec.training;
  const isSame =
    differenceOf({ ...run.spec, seed: ownSeed }, forked) === undefined &&
    (backend === undefined || backend === checkpoint.backend) &&
    (wanted === before || !schedule || !spansRun(schedule));
  const problem = isSame ? problemOfEpochs(state, before, wanted, spec) : undefined;
  return problem === undefined ? { checkpoint, spec: forked, fork: isSame ? 'same' : 'other' } : { problem };
}

function problemOfEpochs(
  { epoch, ended }: Checkpoint['state'],
  before: number,
  wanted: number,
  { training }: Spec,
): string | undefined {
  if (ended === 'early_stopping') {
    return t(
      'The run of the checkpoint stopped early at epoch {0}: early stopping would end it again at once. Train anew with other settings.',
      epoch,
    );
  }
  if (ended !== undefined && wanted <= epoch) {
    return complete(epoch, wanted);
  }
  if (wanted < epoch) {
    return t(
      'The checkpoint stands in epoch {0}, but the run is to have {1}. Raise the number of epochs.',
      epoch,
      wanted,
    );
  }
  if (wanted !== before && training.schedule && spansRun(training.schedule)) {
    return t(
      'The schedule “{0}” spans the whole run, so its {1} cannot become {2}. Keep {3}, or train anew.',
      training.schedule.name,
      epochsOf(before),
      wanted,
      before,
    );
  }
  return undefined;
}

/**
 * Restores the checkpoint's state in a trainer that has not begun. Returns a problem, as a sentence, where it
 * does not fit; the trainer is then unusable.
 */
export function resume(trainer: Trainer, { run, state }: Checkpoint, dataHash: string): string | undefined {
  if (run.dataHash !== dataHash) {
    return t(
      'The data have changed since the checkpoint was saved. Bring back the data it was trained on, or train anew.',
    );
  }
  const { history } = state;
  const missing =
    history.columns.length > 0 &&
    trainer.epochTags.find((tag) => tag.startsWith('test_') && !history.columns.some(([own]) => own === tag));
  if (missing) {
    return t(
      'The epochs of the checkpoint have no “{0}”, which the spec now expects. Take that expectation out.',
      missing,
    );
  }
  // Drops values of the test part that no expectation needs any more: later epochs will have none.
  const columns = history.columns.filter(([tag]) => !tag.startsWith('test_') || trainer.epochTags.includes(tag));
  const fitting = { ...state, history: { ...history, columns } };
  const mismatch = findStateMismatch(fitting, trainer);
  if (mismatch !== undefined) {
    return damaged(mismatch).problem;
  }
  const broken = findNonFiniteTensor(fitting, trainer);
  if (broken !== undefined) {
    return notFinite(broken);
  }
  trainer.restore(fitting);
  return undefined;
}

/**
 * Takes over into a trainer that has not begun what fits of the checkpoint: all of it, to the bit, where spec
 * and data are the same. The trainer is unusable after a problem.
 */
export function fork(
  trainer: Trainer,
  { checkpoint, fork: kind }: Resumption,
  dataHash: string,
): Omit<Fork, 'state'> | { readonly problem: string } {
  if (kind === 'same' && checkpoint.run.dataHash === dataHash) {
    const problem = resume(trainer, checkpoint, dataHash);
    return problem === undefined ? { kept: trainer.learnedNames, anew: [], goesOn: true } : { problem };
  }
  const forked = forkState(checkpoint, trainer);
  if ('problem' in forked) {
    return forked;
  }
  const { state, ...rest } = forked.ok;
  trainer.restore(state);
  return rest;
}

/** The epochs before the checkpoint. If they are many, the first, last and extremes of each group. */
export function earlierEpochs(trainer: Trainer): readonly EpochRecord[] {
  const { length } = trainer.history;
  const columns = trainer.epochTags
    .filter((tag) => !tag.startsWith('test_'))
    .map((tag) => [tag, trainer.history.valuesOf(tag, length)] as const)
    // The checkpoint may not have them.
    .filter(([, all]) => !all.every(Number.isNaN));
  if (columns.length === 0) {
    return [];
  }
  const records: EpochRecord[] = [];
  const groupSize = Math.ceil(length / maxGroups);
  for (let from = 0; from < length; from += groupSize) {
    const group: EpochRecord[] = [];
    for (let i = from; i < Math.min(from + groupSize, length); i++) {
      const values = columns.map(([tag, all]) => [tag, all[i]] as const);
      group.push({ epoch: i + 1, step: (i + 1) * trainer.batches, values });
    }
    records.push(...thin(group, 1));
  }
  return records;
}

function epochsOf(count: number): string {
  return counted(count, t('{0} epoch', count), t('{0} epochs', count));
}
