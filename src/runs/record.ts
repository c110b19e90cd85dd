/** A run as a fold over its events: the same for one that trains now and one read from disk. */
import { isBetter, type Ranking, usualRanking } from '../common/ranking';
import type { EndEvent, ErrorEvent, FoldEvent, RunEvent, StartEvent } from './events';

export type { Ranking } from '../common/ranking';

/** How a kept run stands. `interrupted`: whoever trained it has gone without ending it. */
export type KeptState = 'running' | 'completed' | 'stopped' | 'early_stopping' | 'diverged' | 'failed' | 'interrupted';

export interface BestEpoch {
  readonly tag: string;
  readonly value: number;
  readonly epoch: number;
}

export interface RunRecord {
  readonly state: KeptState;
  /** The start of the training under way, or of the last one. */
  readonly start?: StartEvent;
  /** Epochs and steps that are done, of this training. */
  readonly epoch: number;
  readonly step: number;
  /** The best epoch so far. Values that are not finite do not count. */
  readonly best?: BestEpoch;
  readonly folds: readonly FoldEvent[];
  /** Number of interventions. The log itself holds them, complete, so that the run can be replayed. */
  readonly interventions: number;
  readonly error?: ErrorEvent;
  readonly end?: EndEvent;
}

export const emptyRecord: RunRecord = { state: 'running', epoch: 0, step: 0, folds: [], interventions: 0 };

/**
 * The record after one more event. Epochs are ranked by `ranking`, by default by the validation loss, or
 * where there is none the loss.
 */
export function reduce(record: RunRecord, event: RunEvent, ranking?: Ranking): RunRecord {
  switch (event.event) {
    case 'start': {
      const { resumed } = event;
      // A resumed training has its best epoch before the checkpoint.
      const best = resumed ? record.best : undefined;
      const { epochs = 0, step = 0 } = resumed ?? {};
      return { ...record, state: 'running', start: event, epoch: epochs, step, best, error: undefined, end: undefined };
    }
    case 'epoch': {
      const { epoch, step } = event;
      return { ...record, epoch, step, best: better(record.best, event, ranking) };
    }
    case 'fold':
      return { ...record, folds: [...record.folds, event] };
    case 'set':
      return { ...record, interventions: record.interventions + 1 };
    case 'error':
      return { ...record, state: 'failed', error: event };
    case 'end':
      return { ...record, state: stateOf(event), end: event };
  }
}

function better(
  best: BestEpoch | undefined,
  { epoch, values }: Extract<RunEvent, { event: 'epoch' }>,
  ranking = usualRanking(values.map(([tag]) => tag)),
): BestEpoch | undefined {
  const { tag } = ranking;
  const value = values.find(([each]) => each === tag)?.[1];
  if (value === undefined || !Number.isFinite(value)) {
    return best;
  }
  const improves = best?.tag !== tag || isBetter(value, best.value, ranking);
  return improves ? { tag, value, epoch } : best;
}

function stateOf({ reason }: EndEvent): RunRecord['state'] {
  switch (reason) {
    case 'completed':
    case 'early_stopping':
    case 'diverged':
    case 'failed':
    case 'interrupted':
      return reason;
    default:
      return 'stopped';
  }
}
