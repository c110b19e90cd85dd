/** How a kept run is started once more: from its last checkpoint, or from its beginning. */
import type { Intervention } from '../common/intervention';
import { isCount } from '../common/isCount';
import { KeptEpochs } from '../common/keptEpochs';
import { largestSeed } from '../common/random';
import { timeTag } from '../common/trainingTime';
import type { SetEvent } from './events';
import { forkPoints } from './forkPoints';
import type { RunHeader } from './header';
import { beginning, type KeptRun, type Position, seriesUpTo } from './readRun';
import { type RunFiles, readIfThere } from './runFiles';
import type { RunRepository } from './runRepository';
import { runFile } from './runWriter';

/** An intervention to be done again, with the bytes of the file that it needs. */
export type StoredIntervention = Intervention & { readonly bytes?: Uint8Array };

/** The options that the start of a run takes from its folder. */
export interface StartAgain {
  readonly resume?: Uint8Array;
  /** `resume` is the checkpoint from which the run was forked. */
  readonly fork?: boolean;
  readonly init?: Uint8Array;
  readonly seed?: number;
  readonly epochs?: number;
  readonly backend?: 'reference' | 'wasm';
  readonly replay: readonly StoredIntervention[];
  /** The film of a run that goes on. */
  readonly film?: { readonly file?: Uint8Array };
  /** Seconds that a run which goes on has trained up to its checkpoint. */
  readonly secondsBefore?: number;
  /** Whether the log has epochs that the engine tells only where it tells all. */
  readonly everyEpoch?: boolean;
}

type Problem = { readonly problem: string };

/** Reads the place of a checkpoint in its run, and its step alone. */
export interface CheckpointReader {
  placeOf(checkpoint: Uint8Array): Position | Problem;
  stepOf(checkpoint: Uint8Array): number | undefined;
}

/**
 * The start of a run that goes on from a checkpoint, by default the last one, or begins anew where it has
 * none. `placeOf` reads the place of a checkpoint in its run.
 */
export async function goOn(
  repository: RunRepository,
  { id, overrides, parent, seconds }: RunHeader,
  placeOf: (checkpoint: Uint8Array) => Position | Problem,
  checkpoint: string = runFile.lastCheckpoint,
): Promise<{ readonly start: StartAgain; readonly at: Position; readonly kept: KeptRun } | Problem> {
  const files = repository.folderOf(id);
  const resume = await readIfThere(files, checkpoint);
  const at = resume ? placeOf(resume) : beginning;
  if ('problem' in at) {
    return at;
  }
  const source = resume ? { resume } : await beginningOf(files, parent);
  const { seed, ...others } = readOverrides(overrides);
  const replay = await replayOf(files, await repository.interventionsAfter(id, at));
  const film = { file: source.resume && (await readIfThere(files, runFile.film)) };
  const kept = await repository.read(id);
  // Runs of older versions know only how long they took as a whole.
  const known = seriesUpTo(kept.series, at).all()[timeTag]?.y.at(-1) ?? seconds;
  const secondsBefore = resume ? known : 0;
  const start = { ...source, ...others, ...mayHaveSeed(source, seed), replay, film, secondsBefore };
  return { start, at, kept };
}

/**
 * The start of a run that is done again from its beginning. Undefined for one that went on from a checkpoint
 * of another run, where that is not kept.
 */
export async function repeat(
  repository: RunRepository,
  { id, overrides, parent }: RunHeader,
  kept: KeptRun,
): Promise<StartAgain | undefined> {
  const files = repository.folderOf(id);
  const { resumed } = kept.events.find((event) => event.event === 'start') ?? {};
  const source = await beginningOf(files, parent);
  if (resumed && !source.resume && resumed.step > 0) {
    return undefined;
  }
  const { seed, ...others } = readOverrides(overrides);
  const changes = kept.events.filter((event) => event.event === 'set');
  const start = { ...source, ...others, ...mayHaveSeed(source, seed) };
  const everyEpoch = source.resume !== undefined || hasOddEpochs(kept);
  return { ...start, replay: await replayOf(files, changes), everyEpoch };
}

/**
 * Whether the log has epochs that are there only because something followed them, a change by hand say. An
 * engine that is not asked for every epoch sends the others, and the last one.
 */
function hasOddEpochs({ events, record }: KeptRun): boolean {
  const epochs = events.filter((event) => event.event === 'epoch');
  const rule = new KeptEpochs();
  const odd = epochs.findIndex(({ epoch }) => !rule.keeps(epoch));
  return odd >= 0 && (odd < epochs.length - 1 || record.end?.reason === 'stopped');
}

/** The start of a run that is trained once more up to such a step: from the nearest checkpoint before it. */
export async function goOnTo(
  step: number,
  repository: RunRepository,
  header: RunHeader,
  kept: KeptRun,
  { placeOf, stepOf }: CheckpointReader,
): Promise<StartAgain | undefined | Problem> {
  const points = await forkPoints(repository.folderOf(header.id), kept.events, stepOf);
  const [nearest] = points.filter((point) => point.step <= step).sort((a, b) => b.step - a.step);
  if (!nearest) {
    return repeat(repository, header, kept);
  }
  const going = await goOn(repository, header, placeOf, nearest.file);
  return 'problem' in going ? going : going.start;
}

/** Interventions as the engine does them again, with the files that they need. */
export async function replayOf(
  files: RunFiles,
  interventions: readonly SetEvent[],
): Promise<readonly StoredIntervention[]> {
  return Promise.all(
    interventions.map(async ({ step, epochs, name, value, tensor, index }) => {
      if (typeof value === 'number') {
        return { step, epochs, kind: name, value, tensor, index };
      }
      // A log may have been changed by somebody else: no other file is read.
      const bytes = /^loaded-\d+\.safetensors$/.test(value) ? await readIfThere(files, value) : undefined;
      return { step, epochs, kind: name, file: value, bytes };
    }),
  );
}

/** The file from which a run began, if it did not begin from nothing. */
async function beginningOf(
  files: RunFiles,
  parent: RunHeader['parent'],
): Promise<Pick<StartAgain, 'init' | 'resume' | 'fork'>> {
  const resume = await readIfThere(files, runFile.origin);
  const init = resume ? undefined : await readIfThere(files, runFile.init);
  return { ...(resume && { resume, ...(parent && { fork: true }) }), ...(init && { init }) };
}

function readOverrides({
  seed,
  epochs,
  backend,
}: NonNullable<RunHeader['overrides']> = {}): Pick<StartAgain, 'seed' | 'epochs' | 'backend'> {
  return {
    ...(isCount(seed) && seed <= largestSeed && { seed }),
    ...(isCount(epochs) && { epochs }),
    ...((backend === 'reference' || backend === 'wasm') && { backend }),
  };
}

/** The folds of a cross-validation that the run was started with, whatever its spec asks for. */
export function foldsOf({ overrides }: Pick<RunHeader, 'overrides'>): number | undefined {
  const folds = overrides?.cross_validation;
  return isCount(folds) && folds >= 2 ? folds : undefined;
}

/** The seed that a run was started with; where it goes on from a checkpoint of its own, that knows it. */
function mayHaveSeed({ resume, fork }: Pick<StartAgain, 'resume' | 'fork'>, seed: number | undefined) {
  return seed !== undefined && (!resume || fork) ? { seed } : {};
}
