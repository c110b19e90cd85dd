/** A host's requests about a network. None of them changes the run. */
import { t } from '@vscode/l10n';
import { formatCount } from '../common/formatCount';
import { shorten, shownClasses } from '../common/limits';
import {
  type Backend,
  confusionOf,
  constantsOf,
  encodeCheckpoint,
  encodeWeights,
  judge,
  needsBatch,
  probeActivations,
  probeGradients,
  SurfaceProbe,
  type Trainer,
  walk as walkTrainer,
} from '../engine';
import type { Ended, EngineRequests, Reply, Surface, Walk, WalkOptions } from '../protocol/engine';
import {
  type Confusion,
  isMeasurement,
  type Measurement,
  type Measurements,
  type Questions,
} from '../protocol/measurements';
import { FailureError, toFailure } from '../protocol/rpc';
import type { Expectation, Part } from '../spec/spec';
import type { Prepared } from './prepare';
import { viewOfWalk } from './tensorView';

const minResolution = 2;
const maxResolution = 400;

/** Measures the network of a training. */
export class Measurer {
  readonly #prepared: Prepared;
  /** By resolution: each grid is compiled once. */
  readonly #surfaces = new Map<number, SurfaceProbe>();
  readonly #measure: {
    readonly [Name in Measurement]: (question: Measurements[Name]['question']) => Measurements[Name]['answer'];
  } = {
    activations: () => probeActivations(this.#prepared.trainer),
    surface: ({ resolution }) => this.#surface(resolution),
    gradients: () => probeGradients(this.#prepared.trainer),
    confusion: ({ part }) => confusion(this.#prepared, part),
  };

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
  }

  /** One question that cannot be answered leaves the others their answers. */
  answer(questions: Questions): EngineRequests['measure']['result'] {
    const names = Object.keys(questions).filter(isMeasurement);
    return Object.fromEntries(names.map((name) => [name, this.#reply(name, questions[name])]));
  }

  #reply<Name extends Measurement>(name: Name, question: Questions[Name]): Reply<Measurements[Name]['answer']> {
    try {
      return { ok: this.#measure[name](question!) };
    } catch (error) {
      return { err: toFailure(error) };
    }
  }

  #surface(resolution: number): Surface {
    const { trainer, backend, dataset } = this.#prepared;
    const encodings = dataset.inputEncodings;
    const plain = encodings.every(({ type }) => type === 'number');
    if (!plain || encodings.length < 1 || encodings.length > 2) {
      throw new FailureError('no-surface', t('Only a network of one or two numeric inputs can be drawn.'));
    }
    if (!Number.isInteger(resolution) || resolution < minResolution || resolution > maxResolution) {
      throw new FailureError(
        'resolution',
        t('The resolution must be an integer from {0} to {1}.', minResolution, maxResolution),
      );
    }
    mustBeFew(dataset.targetSize);
    let probe = this.#surfaces.get(resolution);
    if (!probe) {
      const axes = encodings.map(({ column, shift, scale, limit }) => ({ name: column, shift, scale, limit }));
      probe = new SurfaceProbe(trainer, backend, axes, resolution);
      this.#surfaces.set(resolution, probe);
    }
    return probe.measure();
  }
}

function confusion({ trainer, dataset }: Prepared, part: Part): Confusion {
  const { kind, classNames } = dataset.targetEncoding;
  if (kind === 'numbers' || (kind === 'binary' && dataset.targetSize > 1)) {
    throw new FailureError('no-classes', t('There is no confusion matrix: the target is not one of several classes.'));
  }
  if (!Object.hasOwn(trainer.parts, part) || trainer.parts[part].length === 0) {
    throw new FailureError('empty-part', t('This part of the data is empty. Give it a share in data.split.'));
  }
  mustBeFew(dataset.targetSize);
  const { classes, counts } = confusionOf(trainer, part);
  return {
    part,
    classNames: (classNames ?? Array.from({ length: classes }, (_, i) => String(i))).map((name) => shorten(name)),
    counts,
  };
}

/** A matrix grows with the square of the number of classes, a picture by thousands of numbers for each. */
function mustBeFew(classes: number): void {
  if (classes > shownClasses) {
    throw new FailureError(
      'too-many-classes',
      t('There are {0} classes; up to {1} can be shown.', formatCount(classes), shownClasses),
    );
  }
}

export function walk({ trainer }: Prepared, { subject }: WalkOptions): Walk {
  const samples = trainer.parts.train.length;
  if (
    subject.kind === 'sample' &&
    !(Number.isInteger(subject.index) && subject.index >= 0 && subject.index < samples)
  ) {
    throw new FailureError('sample', t('The train part has samples 0 to {0}: choose one of them.', samples - 1));
  }
  const batched = needsBatch(trainer.plan.network);
  if (subject.kind === 'sample' && batched) {
    const message = t(
      '{0} normalises over a batch: one sample has no variance. Walk through the whole batch.',
      batched,
    );
    throw new FailureError('sample', message);
  }
  return viewOfWalk(walkTrainer(trainer, subject));
}

/** A weights file with all that is needed to predict. */
export function weightsFile({ trainer, dataset, specText, spec }: Prepared): Uint8Array {
  return encodeWeights(trainer.plan.network, trainer.weights(), {
    spec: specText,
    seed: spec.seed,
    dataHash: dataset.hash,
    inputs: dataset.inputEncodings,
    inputShape: dataset.inputShape,
    target: dataset.targetEncoding,
    constants: constantsOf(trainer),
    format: dataset.format,
  });
}

/** A file from which a run can be resumed. */
export function checkpointFile({ trainer, backend, dataset, source }: Prepared): Uint8Array {
  if (trainer.ended === 'diverged') {
    throw new FailureError(
      'diverged',
      t('The run has diverged: its weights are not finite, so there is nothing to go on from.'),
    );
  }
  const { spec, specText, fileName, seed, epochs } = source;
  const run = { spec, specText, fileName, seed, epochs, dataHash: dataset.hash };
  return encodeCheckpoint({ run, backend: backend.name, state: trainer.snapshot() });
}

/** Final values of a run that is over, and the judgements of its expectations. */
export function conclusion(
  trainer: Trainer,
  backend: Backend,
  expectations: readonly Expectation[],
): Pick<Ended, 'final' | 'expect' | 'kept'> {
  const final = trainer.evaluateAll();
  const { kept } = trainer;
  return { final, ...(kept && { kept }), expect: judge(expectations, trainer, backend, final) };
}
