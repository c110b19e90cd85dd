import type { FoldScore } from '../../common/foldScores';
import type { Failure } from '../../protocol/engine';
import { eventLine, type RunEvent } from '../../runs/events';
import type { CliIo } from '../io';
import { type FileProblem, problemJson } from '../problemOutput';
import { EventReport } from './eventReport';

/** One JSON object a line, the last of them an `end`. Fields and their order are public. */
export class JsonReport extends EventReport {
  readonly #io: Pick<CliIo, 'stdout' | 'stderr'>;

  constructor(io: Pick<CliIo, 'stdout' | 'stderr'>, folds?: readonly FoldScore[]) {
    super(folds);
    this.#io = io;
  }

  override problems(problems: readonly FileProblem[] = []): void {
    this.#io.stdout.write(problems.map(problemJson).join(''));
  }

  override failure(failure: Failure): void {
    super.failure(failure);
    // Whoever keeps standard output in a file still sees what went wrong.
    this.#io.stderr.write(`${failure.message}\n`);
  }

  /** In a single write: one for each line would take longer than an epoch of a small network. */
  protected tell(events: readonly RunEvent[]): void {
    this.#io.stdout.write(events.map(eventLine).join(''));
  }
}
