/** Trains the runs of a sweep, as many at once as there are cores, each on one thread. */
import type { CancellationToken } from 'vscode';
import { isBetter } from '../../common/ranking';
import { finalValue, rankingOf, runAt, runText, type Sweep } from '../../language';
import type { WrittenValue } from '../../spec/spec';
import type { Run } from './run';
import type { RunManager, TrainRequest } from './runManager';

/** How one run of a sweep came out. */
export interface SweepResult {
  readonly index: number;
  /** By path, as the file writes both. */
  readonly values: Readonly<Record<string, WrittenValue>>;
  /** Id of the run. */
  readonly id: string;
  /** The final value of the tag that ranks; NaN where the run has none. */
  readonly value: number;
  /** Whether the run met every expectation. */
  readonly met: boolean;
}

export interface SweepOutcome {
  /** By index. Shorter than the sweep where it was cancelled. */
  readonly results: readonly SweepResult[];
  /** Undefined where no run has a finite value. */
  readonly best: SweepResult | undefined;
}

/**
 * Trains every run of the sweep. `report` is called after each with the outcome so far. Cancelling stops the
 * runs that train, and begins no other.
 */
export async function trainSweep(
  runs: RunManager,
  request: TrainRequest,
  sweep: Sweep,
  {
    id,
    parallel,
    token,
    report,
  }: {
    readonly id: string;
    readonly parallel: number;
    readonly token: CancellationToken;
    readonly report: (outcome: SweepOutcome) => void;
  },
): Promise<SweepOutcome> {
  const ranking = rankingOf(sweep);
  const { tag } = ranking;
  const training = new Set<Run>();
  const results: SweepResult[] = [];
  let best: SweepResult | undefined;
  let next = 0;
  const outcome = () => ({ results: [...results].sort((a, b) => a.index - b.index), best });
  const cancelled = token.onCancellationRequested(() => {
    for (const run of training) {
      run.endEngine();
    }
  });
  const work = async () => {
    while (next < sweep.count && !token.isCancellationRequested) {
      const index = next++;
      const { values, parsed } = runAt(sweep, index);
      if (!parsed.spec) {
        throw new Error('A run has errors that the check of the sweep did not find.');
      }
      const run = runs.trainBeside({
        ...request,
        spec: parsed.spec,
        specText: runText(sweep, index),
        threads: 1,
        sweep: { id, values },
        ranking,
      });
      training.add(run);
      await run.concluded;
      await runs.written(run);
      training.delete(run);
      run.dispose();
      if (token.isCancellationRequested) {
        return;
      }
      const result = {
        index,
        values,
        id: run.id,
        value: finalValue(run.details.ended?.final, tag),
        met: meetsAll(run),
      };
      results.push(result);
      if (Number.isFinite(result.value) && (best === undefined || isBetter(result.value, best.value, ranking))) {
        best = result;
      }
      report(outcome());
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(parallel, sweep.count) }, work));
  } finally {
    cancelled.dispose();
  }
  return outcome();
}

function meetsAll({ details: { ended } }: Run): boolean {
  return ended !== undefined && ended.reason !== 'diverged' && ended.expect.every(({ ok }) => ok);
}
