/** The checkpoints of a kept run from which another run can be forked. */
import type { EpochEvent, RunEvent } from './events';
import { checkpointAt, milestonesIn } from './runCheckpoints';
import type { RunFiles } from './runFiles';
import { runFile } from './runWriter';

/** A checkpoint as a list shows it. */
export interface ForkPoint {
  readonly kind: 'last' | 'best' | 'milestone';
  /** Its path in the run's folder. */
  readonly file: string;
  readonly step: number;
  /** The last epoch that the log has before it, with its values. */
  readonly epoch: EpochEvent | undefined;
}

/** The last checkpoint, the best one, then milestones from the newest on. `stepOf` reads the step of one. */
export async function forkPoints(
  files: RunFiles,
  events: readonly RunEvent[],
  stepOf: (checkpoint: Uint8Array) => number | undefined,
): Promise<readonly ForkPoint[]> {
  const epochs = events.filter((event) => event.event === 'epoch' && event.fold === undefined) as EpochEvent[];
  const pointAt = (kind: ForkPoint['kind'], file: string, step: number): ForkPoint => {
    return { kind, file, step, epoch: epochs.findLast((epoch) => epoch.step <= step) };
  };
  const points: ForkPoint[] = [];
  for (const [kind, file] of [
    ['last', runFile.lastCheckpoint],
    ['best', runFile.bestCheckpoint],
  ] as const) {
    if (await files.stat(file)) {
      // A damaged file is told when it is chosen.
      points.push(pointAt(kind, file, stepOf(await files.read(file)) ?? 0));
    }
  }
  const milestones = await milestonesIn(files);
  return [...points, ...[...milestones].reverse().map(({ step }) => pointAt('milestone', checkpointAt(step), step))];
}
