import type { Ended, EpochRecord, Progress, Started } from '../../protocol/engine';

/** Reports a run as it proceeds. */
export interface TrainReport {
  stage(text: string): void;
  start(started: Started): void;
  epochs(records: readonly EpochRecord[]): void;
  progress(progress: Progress): void;
  end(ended: Ended): void;
  /** Ends an unfinished line. */
  close(): void;
}
