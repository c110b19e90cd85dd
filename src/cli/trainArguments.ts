/** The arguments of `nnspec train`. */
import { basename } from 'node:path';
import { t } from '@vscode/l10n';
import { largestSeed } from '../common/random';
import type { StartOptions } from '../protocol/engine';
import { leastFolds, mostFolds } from '../spec/schema';
import { UsageError } from './errors';
import type { Arguments, OptionTypes } from './options';

export const trainOptions: OptionTypes = {
  json: 'boolean',
  baseline: 'boolean',
  'find-learning-rate': 'boolean',
  seed: 'string',
  epochs: 'string',
  'cross-validation': 'count',
  threads: 'string',
  backend: 'string',
  init: 'string',
  save: 'string',
  checkpoint: 'string',
  'checkpoint-every': 'string',
  resume: 'string',
  keep: 'boolean',
  python: 'string',
  jobs: 'string',
  'sweep-index': 'string',
};

/** A training: its spec and its options. */
export interface Training {
  readonly path: string;
  readonly json: boolean;
  /** Also trains the linear model. */
  readonly baseline: boolean;
  readonly seed?: number;
  readonly epochs?: number;
  /** Number of folds, instead of that of the spec. */
  /** In so many folds, or in those of the spec. */
  readonly crossValidation?: { readonly folds?: number };
  readonly threads?: number;
  readonly backend?: 'wasm' | 'reference';
  /** The Python that trains, for a spec that PyTorch trains. */
  readonly python?: string;
  readonly init?: string;
  readonly save?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: string;
  /** The run is a new one, which takes over what fits of the checkpoint. */
  readonly fork?: boolean;
  /** Name of the file that the weights come from, as it is told. */
  readonly from?: string;
  /** Interventions of an earlier run, done again. */
  readonly replay?: StartOptions['replay'];
  /** For a kept run that goes on. */
  readonly film?: StartOptions['film'];
  readonly secondsBefore?: number;
}

export interface TrainArguments extends Training {
  readonly keep: boolean;
  /** Runs of a sweep that are trained at the same time. */
  readonly jobs?: number;
  /** The only run of a sweep that is trained. */
  readonly sweepIndex?: number;
}

export function readTrainArguments(args: Arguments): TrainArguments {
  const resume = args.text('resume');
  const [path = resume, ...rest] = args.positionals;
  if (path === undefined || rest.length > 0) {
    throw new UsageError(t('Name one .nnspec file to train.'));
  }
  for (const other of ['init', 'seed']) {
    if (resume !== undefined && args.has(other)) {
      throw new UsageError(t('The option --{0} cannot stand beside --resume: the checkpoint settles it.', other));
    }
  }
  for (const start of ['init', 'resume']) {
    if (args.has(start) && args.has('cross-validation')) {
      throw new UsageError(
        t(
          'The option --cross-validation cannot stand beside --{0}: those weights have learned from every fold.',
          start,
        ),
      );
    }
  }
  if (args.has('jobs') && args.has('sweep-index')) {
    throw new UsageError(t('The option --{0} cannot stand beside --{1}.', 'jobs', 'sweep-index'));
  }
  if (args.has('checkpoint-every') && !args.has('checkpoint')) {
    throw new UsageError(t('The option --checkpoint-every needs --checkpoint FILE.'));
  }
  const file = resume ?? args.text('init');
  return {
    path,
    json: args.has('json'),
    baseline: args.has('baseline'),
    seed: args.integer('seed', 0, largestSeed),
    epochs: args.integer('epochs', 0, Number.MAX_SAFE_INTEGER),
    ...(args.has('cross-validation') && {
      crossValidation: { folds: args.integer('cross-validation', leastFolds, mostFolds) },
    }),
    threads: args.integer('threads', 1, 1024),
    backend: args.choice('backend', ['wasm', 'reference'] as const),
    python: args.text('python'),
    init: args.text('init'),
    save: args.text('save'),
    checkpoint: args.text('checkpoint'),
    checkpointEvery: args.integer('checkpoint-every', 1, Number.MAX_SAFE_INTEGER),
    resume,
    from: file === undefined ? undefined : basename(file),
    keep: args.has('keep'),
    jobs: args.integer('jobs', 1, 1024),
    sweepIndex: args.integer('sweep-index', 0, Number.MAX_SAFE_INTEGER),
  };
}
