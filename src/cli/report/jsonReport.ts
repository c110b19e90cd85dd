import { type FoldScore, spreadOf } from '../../common/foldScores';
import type { TagValues } from '../../common/tagValues';
import type { Ended, EpochRecord, Failure, Started } from '../../protocol/engine';
import { type Part, parts } from '../../spec/spec';
import type { CliIo } from '../io';
import { jsonLine } from '../json';
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

  start(started: Started): void {
    const { name, seed, parameters, samples, layers, engine, resumed, from } = started;
    this.#started = started;
    this.#write({
      event: 'start',
      ...this.#foldNumber,
      name,
      seed,
      parameters,
      samples: { train: samples.train, validation: samples.validation, test: samples.test },
      layers: layers.map((layer) => ({
        name: layer.name,
        type: layer.type,
        shape: layer.shape,
        parameters: layer.parameters,
      })),
      engine: { version: engine.version, backend: engine.backend, threads: engine.threads },
      ...(from && { from: { kind: from.kind, file: from.file, epoch: from.epoch } }),
      ...(resumed && { resumed: { epochs: resumed.epochs, step: resumed.step } }),
    });
  }

  epochs(records: readonly EpochRecord[]): void {
    // A single write: one for each line would take longer than an epoch of a small network.
    const lines = records.map(({ epoch, step, values }) =>
      jsonLine({ event: 'epoch', ...this.#foldNumber, epoch, step, ...Object.fromEntries(values) }),
    );
    this.#io.stdout.write(lines.join(''));
    this.#epoch = records.at(-1)?.epoch ?? this.#epoch;
  }

  fold(score: FoldScore): void {
    this.#folds.push(score);
    const { fold, reason, epochs, values, baseline } = score;
    this.#write({
      event: 'fold',
      fold,
      reason,
      epochs,
      values: Object.fromEntries(values.concat(baselineTags(baseline))),
    });
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

  end({ reason, epochs, seconds, final, kept, expect, divergence }: Ended, linear?: Ended['final']): void {
    this.#write({
      event: 'end',
      reason,
      epochs,
      ...(kept && { kept_epoch: kept.epoch }),
      seconds,
      final: {
        ...valuesByPart((part) => final[part]?.concat(baselineTags(this.#started?.baselines?.[part]))),
        ...this.#crossValidation,
      },
      ...(linear && { linear: valuesByPart((part) => linear[part]) }),
      expect: expect.map(({ text, ok, value }) => ({ text, ok, value })),
      ...(divergence && {
        message: divergence.message,
        layer: divergence.layer,
        step: divergence.step,
        tensor: divergence.tensor,
      }),
    });
  }

  endWithoutResult(reason: 'failed' | 'interrupted'): void {
    this.#write({ event: 'end', reason, epochs: this.#epoch, final: {}, expect: [] });
  }

  close(): void {}

  get #foldNumber(): { readonly fold?: number } {
    const fold = this.#started?.fold;
    return fold === undefined ? {} : { fold };
  }

  /** Over all folds; the scores of some would pass for those of all. */
  get #crossValidation(): object {
    if (this.#folds.length === 0 || this.#folds.length < (this.#started?.spec.training.crossValidation ?? 0)) {
      return {};
    }
    const spreads = [
      ...spreadOf(this.#folds),
      ...spreadOf(this.#folds, 'baseline').map(({ tag, ...rest }) => ({ tag: `baseline_${tag}`, ...rest })),
    ];
    return { cross_validation: Object.fromEntries(spreads.map(({ tag, mean, sd }) => [tag, { mean, sd }])) };
  }

  #write(event: object): void {
    this.#io.stdout.write(jsonLine(event));
  }
}

function baselineTags(values: TagValues = []): TagValues {
  return values.map(([tag, value]) => [`baseline_${tag}`, value] as const);
}

/** `{ train: { loss: … }, … }`, without the parts that have no values. */
function valuesByPart(valuesOf: (part: Part) => TagValues | undefined): object {
  const found = parts.map((part) => [part, valuesOf(part)] as const);
  return Object.fromEntries(found.flatMap(([part, values]) => (values ? [[part, Object.fromEntries(values)]] : [])));
}
