import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { printable } from '../../common/printable';
import type { Ended, EpochRecord, Failure, Progress, Started } from '../../protocol/engine';
import type { CliIo } from '../io';
import { type FileProblem, problemText } from '../problemOutput';
import { cutTo, short } from './format';
import type { TrainReport } from './report';

/** A report for people of one run among many: a single line at its end. */
export class RunLine implements TrainReport {
  readonly #io: CliIo;
  /** The number of the run and its values. */
  readonly #heading: string;
  #started: Started | undefined;
  #ended: Ended | undefined;
  #lineOpen = false;

  constructor(heading: string, io: CliIo) {
    this.#heading = heading;
    this.#io = io;
  }

  /** How the run ended; undefined where it was not trained. */
  get ended(): Ended | undefined {
    return this.#ended;
  }

  stage(): void {}

  fold(): void {}

  start(started: Started): void {
    this.#started = started;
  }

  epochs(records: readonly EpochRecord[]): void {
    const last = records.at(-1);
    const { stderr } = this.#io;
    if (last && stderr.isTTY) {
      const epochs = this.#started?.spec.training.epochs ?? 0;
      const line = `${this.#heading}  ${t('epoch {0}/{1}', last.epoch, epochs)}`;
      this.#lineOpen = true;
      // A terminal of unknown width reports 0.
      stderr.redraw(cutTo(printable(line), (stderr.columns || 80) - 1));
    }
  }

  progress(_: Progress): void {}

  problems(problems: readonly FileProblem[]): void {
    this.#line(t('not trained'));
    this.#io.stderr.write(problems.map(problemText).join(''));
  }

  failure({ message }: Failure): void {
    this.close();
    this.#io.stderr.write(`${printable(this.#heading.trim())}: ${message}\n`);
  }

  end(ended: Ended): void {
    const { reason, epochs, final, expect } = ended;
    this.#ended = ended;
    const part = final.validation ? 'validation' : 'train';
    const scores = (final[part] ?? []).map(([tag, value]) => `${part === 'train' ? '' : 'val_'}${tag} ${short(value)}`);
    const judged = expect.map(({ text, ok }) => `${ok ? '✓' : '✗'} ${printable(text)}`);
    const trained = counted(epochs, t('{0} epoch', epochs), t('{0} epochs', epochs));
    const fault = reason === 'diverged' ? [t('diverged')] : reason === 'stopped' ? [t('stopped')] : [];
    this.#line([...scores, trained, ...fault, ...judged].join('  '));
  }

  endWithoutResult(): void {
    this.close();
  }

  close(): void {
    if (this.#lineOpen) {
      this.#lineOpen = false;
      this.#io.stderr.redraw('');
    }
  }

  #line(text: string): void {
    this.close();
    this.#io.stdout.write(`${printable(this.#heading)}  ${text}\n`);
  }
}
