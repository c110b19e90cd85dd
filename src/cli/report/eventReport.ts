import type { FoldScore } from '../../common/foldScores';
import type { Ended, EpochRecord, Failure, Started } from '../../protocol/engine';
import { endEvent, epochEvent, foldEvent, type LinearScores, startEvent } from '../../protocol/runEvents';
import type { RunEvent } from '../../runs/events';
import type { TrainReport } from './report';

/**
 * Reports by the public events of a run: `start`, one `epoch` for each, `end`. Before them each fold of a
 * cross-validation has its own `start`, its epochs and a `fold`, all with its number. An `error` may come
 * anywhere before `end`, which is the last one whatever happens.
 */
export abstract class EventReport implements TrainReport {
  /** Number of the last epoch that was reported. */
  #epoch = 0;
  #started: Started | undefined;
  readonly #folds: FoldScore[];

  /** `folds` are the scores that a run has which goes on. */
  constructor(folds: readonly FoldScore[] = []) {
    this.#folds = [...folds];
  }

  protected abstract tell(events: readonly RunEvent[]): void;

  stage(): void {}

  start(started: Started, run?: string): void {
    this.#started = started;
    this.tell([startEvent(started, run)]);
  }

  epochs(records: readonly EpochRecord[]): void {
    this.tell(records.map((record) => epochEvent(record, this.#started?.fold)));
    this.#epoch = records.at(-1)?.epoch ?? this.#epoch;
  }

  fold(score: FoldScore): void {
    this.#folds.push(score);
    this.tell([foldEvent(score)]);
  }

  progress(): void {}

  problems(): void {}

  failure({ code, message }: Failure): void {
    this.tell([{ event: 'error', code, message }]);
  }

  end(ended: Ended, linear?: LinearScores): void {
    this.tell([endEvent(ended, this.#started, this.#folds, linear)]);
  }

  endWithoutResult(reason: 'failed' | 'interrupted'): void {
    this.tell([{ event: 'end', reason, epochs: this.#epoch, final: {}, expect: [] }]);
  }

  close(): void {}
}
