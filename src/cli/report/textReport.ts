import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { counted } from '../../common/counted';
import { type FoldScore, type Spread, spreadOf } from '../../common/foldScores';
import { verdictOnRun } from '../../common/linearVerdict';
import { printable } from '../../common/printable';
import { describeInherited, describeStart } from '../../common/startingPoint';
import type { TagValues } from '../../common/tagValues';
import { verdictLines } from '../../common/verdict/words';
import type { Ended, EpochRecord, Failure, Progress, Started } from '../../protocol/engine';
import type { LinearScores } from '../../protocol/runEvents';
import { parts } from '../../spec/spec';
import type { CliIo } from '../io';
import { type FileProblem, problemText } from '../problemOutput';
import { cutTo, duration, short, table } from './format';
import type { TrainReport } from './report';

/** Maximum number of progress lines if the output is not a terminal. */
const progressLines = 10;

/**
 * A report for people: progress on one line of a terminal, or on a few lines elsewhere; at the end a table
 * and the expectations.
 */
export class TextReport implements TrainReport {
  readonly #io: CliIo;
  #epochs = 0;
  #started: Started | undefined;
  readonly #folds: FoldScore[];
  #latest: EpochRecord | undefined;
  /** Index of the latest progress line. */
  #line = -1;
  #lineOpen = false;

  /** `folds` are the scores that a run has which goes on. */
  constructor(io: CliIo, folds: readonly FoldScore[] = []) {
    this.#io = io;
    this.#folds = [...folds];
  }

  stage(text: string): void {
    this.#draw(text);
  }

  start(started: Started): void {
    this.close();
    this.#started = started;
    const { name, seed, samples, fold, layers, parameters, spec, resumed, from } = started;
    this.#latest = undefined;
    this.#epochs = spec.training.epochs;
    const { stdout } = this.#io;
    if (fold !== undefined) {
      const folds = spec.training.crossValidation ?? 0;
      if (fold === 1) {
        stdout.write(`${t('{0}: cross-validation with {1} folds, seed {2}', printable(name), folds, seed)}\n`);
      }
      return;
    }
    const learned = counted(parameters, t('{0} parameter', parameters), t('{0} parameters', parameters));
    stdout.write(`${t('{0}: {1}, seed {2}', printable(name), learned, seed)}\n`);
    const counts = parts.filter((part) => samples[part] > 0).map((part) => `${part} ${samples[part]}`);
    stdout.write(`${t('Samples: {0}', counts.join(', '))}\n`);
    stdout.write(
      table(layers.map((layer) => [layer.name, layer.type, `[${layer.shape.join(', ')}]`, String(layer.parameters)])),
    );
    if (from) {
      stdout.write(`${printable(describeStart(from))}\n`);
      stdout.write(from.inherited ? `${printable(describeInherited(from.inherited))}\n` : '');
    }
    if (resumed && (resumed.step > 0 || !from?.inherited)) {
      stdout.write(`${t('Goes on from a checkpoint. Epochs done: {0}, steps: {1}', resumed.epochs, resumed.step)}\n`);
    }
  }

  fold(score: FoldScore): void {
    this.close();
    this.#folds.push(score);
    const { fold, epochs, values } = score;
    const scores = values.map(([tag, value]) => `${tag} ${short(value)}`);
    const trained = counted(epochs, t('{0} epoch', epochs), t('{0} epochs', epochs));
    this.#io.stdout.write(`  ${[t('fold {0}/{1}', fold, this.#wantedFolds), ...scores, trained].join('  ')}\n`);
  }

  epochs(records: readonly EpochRecord[]): void {
    this.#latest = records.at(-1) ?? this.#latest;
    for (const record of this.#isLive || this.#started?.fold !== undefined ? [] : records) {
      const line = Math.floor((record.epoch * progressLines) / this.#epochs);
      if (line > this.#line) {
        this.#line = line;
        this.#io.stdout.write(`${this.#epochText(record)}\n`);
      }
    }
  }

  progress({ state, rate, secondsLeft }: Progress): void {
    if (state !== 'running' || !this.#latest) {
      return;
    }
    const left = secondsLeft === undefined ? [] : [t('{0} left', duration(secondsLeft))];
    const steps = Math.round(rate);
    const speed = rate > 0 ? [counted(steps, t('{0} step/s', steps), t('{0} steps/s', steps))] : [];
    this.#draw([this.#epochText(this.#latest), ...speed, ...left].join('  '));
  }

  problems(problems: readonly FileProblem[]): void {
    this.close();
    this.#io.stderr.write(problems.map(problemText).join(''));
  }

  failure({ message }: Failure): void {
    this.close();
    this.#io.stderr.write(`${message}\n`);
  }

  endWithoutResult(): void {
    this.close();
  }

  end({ reason, epochs, seconds, final, kept, expect, verdict }: Ended, linear?: LinearScores): void {
    this.close();
    const { stdout } = this.#io;
    stdout.write(
      this.#epochs === 0 && reason === 'completed'
        ? `${t('Evaluated without training.')}\n`
        : `${reasonText(reason)} ${t('Epochs: {0}, time: {1}', epochs, duration(seconds))}\n`,
    );
    if (kept) {
      stdout.write(`${t('The weights of epoch {0} were kept, the best one.', kept.epoch)}\n`);
    }
    const inFold = this.#started?.fold !== undefined;
    if (inFold) {
      stdout.write(`${t('Folds that were scored: {0} of {1}', this.#folds.length, this.#wantedFolds)}\n`);
    }
    const listed = parts.filter((part) => final[part]);
    const tags = (final.train ?? this.#folds[0]?.values ?? []).map(([tag]) => tag);
    if (tags.length > 0) {
      const row = (name: string, values: TagValues | undefined) => {
        const known = new Map(values);
        return known.size === 0 ? [] : [[name, ...tags.map((tag) => short(known.get(tag) ?? Number.NaN))]];
      };
      const body = listed.flatMap((part) => [
        ...row(part, final[part]),
        ...row(`  ${t('linear model')}`, linear?.final[part]),
        ...row(`  ${t('baseline')}`, this.#started?.baselines?.[part]),
      ]);
      const spread = (name: string, found: readonly Spread[]) => {
        const known = new Map(found.map((each) => [each.tag, spreadText(each)]));
        return known.size === 0 ? [] : [[name, ...tags.map((tag) => known.get(tag) ?? '')]];
      };
      const folds = [
        ...spread(t('cross-validation'), spreadOf(this.#folds)),
        ...spread(`  ${t('linear model')}`, spreadOf(linear?.folds ?? [])),
        ...spread(`  ${t('baseline')}`, spreadOf(this.#folds, 'baseline')),
      ];
      stdout.write(table([['', ...tags], ...body, ...folds]));
    }
    if (this.#started?.facts.targetMoments?.some(({ wild }) => wild) && tags.includes('mean_absolute_error')) {
      stdout.write(
        `${t('A few targets lie far from all others and decide every squared error, r2 as well. Go by mean_absolute_error.')}\n`,
      );
    }
    const comparison =
      linear && this.#started && !this.#started.linear
        ? verdictOnRun(final, linear.final, this.#started.samples, linear.error)
        : undefined;
    if (comparison !== undefined) {
      stdout.write(`${comparison}\n`);
    }
    for (const { text, ok, value } of expect) {
      stdout.write(`${ok ? '✓' : '✗'} ${printable(text)}  (${short(value)})\n`);
    }
    stdout.write((verdict ? verdictLines(verdict, short) : []).map((line) => `${printable(line)}\n`).join(''));
  }

  close(): void {
    if (this.#lineOpen) {
      this.#lineOpen = false;
      this.#io.stderr.redraw('');
    }
  }

  get #isLive(): boolean {
    return this.#io.stderr.isTTY;
  }

  get #wantedFolds(): number {
    return this.#started?.spec.training.crossValidation ?? 0;
  }

  #epochText({ epoch, values }: EpochRecord): string {
    const fold = this.#started?.fold;
    return [
      ...(fold === undefined ? [] : [t('fold {0}/{1}', fold, this.#wantedFolds)]),
      t('epoch {0}/{1}', epoch, this.#epochs),
      ...values.map(([tag, value]) => `${tag} ${short(value)}`),
    ].join('  ');
  }

  /** Overwrites the line, cut to the terminal's width: a longer line would scroll. */
  #draw(text: string): void {
    if (!this.#isLive) {
      return;
    }
    // A terminal of unknown width reports 0.
    const room = (this.#io.stderr.columns || 80) - 1;
    const cut = cutTo(printable(text), room);
    this.#lineOpen = true;
    this.#io.stderr.redraw(cut);
  }
}

/** `0.312 ± 0.021`: mean and standard deviation over the folds. */
function spreadText({ mean, sd }: Spread): string {
  return Number.isNaN(sd) ? short(mean) : `${short(mean)} ± ${short(sd)}`;
}

function reasonText(reason: Ended['reason']): string {
  switch (reason) {
    case 'completed':
      return t('Training is complete.');
    case 'stopped':
      return t('Training was stopped.');
    case 'early_stopping':
      return t('Training stopped early: the watched value no longer improved.');
    case 'diverged':
      return t('Training diverged.');
    default:
      return assertNever(reason);
  }
}
