import type { FoldScore } from '../../common/foldScores';
import type { Ended, EpochRecord, Failure, Progress, Started } from '../../protocol/engine';
import type { FileProblem } from '../problemOutput';

/** Reports a run as it proceeds. */
export interface TrainReport {
  stage(text: string): void;
  /** A training begins: that of a fold, or that of the network itself. */
  start(started: Started): void;
  /** A fold is trained to its end. */
  fold(score: FoldScore): void;
  epochs(records: readonly EpochRecord[]): void;
  progress(progress: Progress): void;
  /** The run cannot be begun. */
  problems(problems: readonly FileProblem[]): void;
  /** Training cannot go on, or a result could not be saved. */
  failure(failure: Failure): void;
  /** `linear` holds the values of the linear model, if one was trained for comparison. */
  end(ended: Ended, linear?: Ended['final']): void;
  /** The command ends without values: it has failed, or was interrupted before training began. */
  endWithoutResult(reason: 'failed' | 'interrupted'): void;
  /** Ends an unfinished line. */
  close(): void;
}
