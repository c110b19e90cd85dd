import type { FoldScore } from '../../common/foldScores';
import type { Ended, EpochRecord, Failure, Progress, Started } from '../../protocol/engine';
import type { LinearScores } from '../../protocol/runEvents';
import type { CliIo } from '../io';
import type { FileProblem } from '../problemOutput';

/** Reports a run as it proceeds. */
export interface TrainReport {
  stage(text: string): void;
  /** A training begins: that of a fold, or that of the network itself. `run` is the id of a kept run. */
  start(started: Started, run?: string): void;
  /** A fold is trained to its end. */
  fold(score: FoldScore): void;
  epochs(records: readonly EpochRecord[]): void;
  progress(progress: Progress): void;
  /** The run cannot be begun. */
  problems(problems: readonly FileProblem[]): void;
  /** Training cannot go on, or a result could not be saved. */
  failure(failure: Failure): void;
  /** `linear`: the linear model, if one was trained for comparison. */
  end(ended: Ended, linear?: LinearScores): void;
  /** The command ends without values: it has failed, or was interrupted before training began. */
  endWithoutResult(reason: 'failed' | 'interrupted'): void;
  /** Ends an unfinished line. */
  close(): void;
}

/** Tells both reports. */
export function both(one: TrainReport, other: TrainReport): TrainReport {
  const each = (tell: (report: TrainReport) => void) => {
    tell(one);
    tell(other);
  };
  return {
    stage: (text) => each((report) => report.stage(text)),
    start: (started, run) => each((report) => report.start(started, run)),
    fold: (score) => each((report) => report.fold(score)),
    epochs: (records) => each((report) => report.epochs(records)),
    progress: (progress) => each((report) => report.progress(progress)),
    problems: (problems) => each((report) => report.problems(problems)),
    failure: (failure) => each((report) => report.failure(failure)),
    end: (ended, linear) => each((report) => report.end(ended, linear)),
    endWithoutResult: (reason) => each((report) => report.endWithoutResult(reason)),
    close: () => each((report) => report.close()),
  };
}

/** Shows sentences beside a report. */
export function sayBeside(report: TrainReport, { stderr }: Pick<CliIo, 'stderr'>): (sentence: string) => void {
  return (sentence) => {
    report.close();
    stderr.write(`${sentence}\n`);
  };
}
