import type { FoldScore } from '../../common/foldScores';
import { jsonLine } from '../../common/jsonLine';
import type { Ended, EpochRecord, Failure, Started } from '../../protocol/engine';
import { endEvent, epochEvent, foldEvent, startEvent } from '../../protocol/runEvents';
import { eventObject, type RunEvent } from '../../runs/events';
import type { CliIo } from '../io';
import { type FileProblem, problemJson } from '../problemOutput';
import type { TrainReport } from './report';

/**
 * One JSON object a line: `start`, one `epoch` for each, `end`. Before them each fold of a cross-validation
 * has its own `start`, its epochs and a `fold`, all with its number. An `error` may come anywhere before
 * `end`, which is the last line whatever happens. Fields and their order are public.
 */
export class JsonReport implements TrainReport {
  readonly #io: Pick<CliIo, 'stdout' | 'stderr'>;
  /** Number of the last epoch that was reported. */
  #epoch = 0;
  #started: Started | undefined;
  readonly #folds: FoldScore[] = [];

  constructor(io: Pick<CliIo, 'stdout' | 'stderr'>) {
    this.#io = io;
  }

  stage(): void {}

  start(started: Started, run?: string): void {
    this.#started = started;
    this.#write(startEvent(started, run));
  }

  epochs(records: readonly EpochRecord[]): void {
    // A single write: one for each line would take longer than an epoch of a small network.
    const lines = records.map((record) => jsonLine(eventObject(epochEvent(record, this.#started?.fold))));
    this.#io.stdout.write(lines.join(''));
    this.#epoch = records.at(-1)?.epoch ?? this.#epoch;
  }

  fold(score: FoldScore): void {
    this.#folds.push(score);
    this.#write(foldEvent(score));
  }

  progress(): void {}

  problems(problems: readonly FileProblem[]): void {
    this.#io.stdout.write(problems.map(problemJson).join(''));
  }

  failure({ code, message }: Failure): void {
    this.#write({ event: 'error', code, message });
    // Whoever keeps standard output in a file still sees what went wrong.
    this.#io.stderr.write(`${message}\n`);
  }

  end(ended: Ended, linear?: Ended['final']): void {
    this.#write(endEvent(ended, this.#started, this.#folds, linear));
  }

  endWithoutResult(reason: 'failed' | 'interrupted'): void {
    this.#write({ event: 'end', reason, epochs: this.#epoch, final: {}, expect: [] });
  }

  close(): void {}

  #write(event: RunEvent): void {
    this.#io.stdout.write(jsonLine(eventObject(event)));
  }
}
