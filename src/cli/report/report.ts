import type { Ended, EpochRecord, Progress, Started } from '../../protocol/engine';

/** How a run is told as it goes. */
export interface TrainReport {
  stage(text: string): void;
  start(started: Started): void;
  epochs(records: readonly EpochRecord[]): void;
  progress(progress: Progress): void;
  end(ended: Ended): void;
  /** Nothing more comes: an open line is ended. */
  close(): void;
}
