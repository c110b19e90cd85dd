/** A host's requests about a network. None of them changes the run. */
import { t } from '@vscode/l10n';
import type { FilmFrame } from '../common/filmFile';
import { formatCount } from '../common/formatCount';
import { shorten, shownClasses } from '../common/limits';
import {
  confusionOf,
  constantsOf,
  encodeCheckpoint,
  encodeWeights,
  evaluateAll,
  type InputAxis,
  judge,
  type Moment,
  needsBatch,
  PastMoment,
  probeActivations,
  probeGradients,
  rowLossesOf,
  SurfaceProbe,
  tensorTable,
  UnitsProber,
  walk as walkThrough,
} from '../engine';
import type {
  Ended,
  EngineRequests,
  GradientProbe,
  Reply,
  Surface,
  UnitsProbe,
  UnitsQuestion,
  Walk,
  WalkOptions,
} from '../protocol/engine';
import {
  type Confusion,
  type GradientHistory,
  isMeasurement,
  type Measurement,
  type Measurements,
  type Questions,
} from '../protocol/measurements';
import { FailureError, toFailure } from '../protocol/rpc';
import type { Part } from '../spec/spec';
import { mistakesOf } from './mistakes';
import type { Prepared } from './prepare';
import { viewOfWalk } from './tensorView';
import { verdictOf } from './verdict';

const minResolution = 2;
const maxResolution = 400;
/** The most layers, and units of each, that a picture of the network shows. */
const [shownLayers, shownUnits] = [24, 32];

/** Measures the network of a training. */
export class Measurer {
  readonly #prepared: Prepared;
  /** By resolution: each grid is compiled once. */
  readonly #surfaces = new Map<number, SurfaceProbe>();
  /** By resolution. */
  readonly #units = new Map<number, UnitsProber>();
  /** Norms of the film's frames, so that each is measured once. */
  readonly #norms = new WeakMap<FilmFrame, GradientProbe>();
  readonly #measure: {
    readonly [Name in Measurement]: (
      moment: Moment,
      question: Measurements[Name]['question'],
    ) => Measurements[Name]['answer'];
  } = {
    activations: (moment) => probeActivations(moment),
    surface: (moment, { resolution }) => this.#surface(moment, resolution),
    units: (moment, question) => this.#unitsAt(moment, question),
    gradients: (moment) => probeGradients(moment),
    gradientHistory: () => this.#gradientHistory(),
    verdict: () => verdictOf(this.#prepared) ?? null,
    confusion: (moment, { part }) => confusion(this.#prepared, moment, part),
    mistakes: (moment, question) => {
      mustHaveRows(this.#prepared, question.part);
      return mistakesOf(this.#prepared, moment, question);
    },
  };

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
  }

  /** One question that cannot be answered leaves the others their answers. */
  answer({ questions, frame }: EngineRequests['measure']['params']): EngineRequests['measure']['result'] {
    const moment = this.#momentAt(frame);
    const names = Object.keys(questions).filter(isMeasurement);
    return Object.fromEntries(names.map((name) => [name, this.#reply(name, moment, questions[name])]));
  }

  /** The lesson's walk at a moment. */
  walk({ subject, frame, inputs }: WalkOptions): Walk {
    return walk(this.#momentAt(frame), subject, inputs);
  }

  /** The present moment, or that of the last frame up to this step. */
  #momentAt(step: number | undefined): Moment {
    const { trainer, film } = this.#prepared;
    if (step === undefined) {
      return trainer;
    }
    const frame = film?.at(step);
    if (!frame) {
      throw new FailureError('no-frame', t('The film has no frame of this moment.'));
    }
    return new PastMoment(trainer, frame);
  }

  #gradientHistory(): GradientHistory {
    const { trainer, film } = this.#prepared;
    const probes = (film?.frames ?? []).map((frame) => {
      const probe = this.#norms.get(frame) ?? probeGradients(new PastMoment(trainer, frame));
      this.#norms.set(frame, probe);
      return probe;
    });
    return {
      epochs: Float64Array.from(probes, ({ step }) => step / trainer.batches),
      layers: (probes[0]?.layers ?? []).map(({ layer }, i) => ({
        layer,
        norms: Float64Array.from(probes, ({ layers }) => layers[i].gradientNorm),
      })),
    };
  }

  #reply<Name extends Measurement>(
    name: Name,
    moment: Moment,
    question: Questions[Name],
  ): Reply<Measurements[Name]['answer']> {
    try {
      return { ok: this.#measure[name](moment, question!) };
    } catch (error) {
      return { err: toFailure(error) };
    }
  }

  #surface(moment: Moment, resolution: number): Surface {
    const { trainer, backend, dataset } = this.#prepared;
    const axes = this.#inputAxes();
    if (!axes) {
      throw new FailureError('no-surface', t('Only a network of one or two numeric inputs can be drawn.'));
    }
    mustResolve(resolution);
    mustBeFew(dataset.targetSize);
    let probe = this.#surfaces.get(resolution);
    if (!probe) {
      probe = new SurfaceProbe(trainer, backend, axes, resolution);
      this.#surfaces.set(resolution, probe);
    }
    return probe.measure(moment);
  }

  #unitsAt(moment: Moment, question: UnitsQuestion): UnitsProbe {
    const { trainer, backend, film } = this.#prepared;
    const { layers, units, resolution, sample, inputs } = question;
    mustResolve(resolution);
    const known = layers.every((layer) => layer < trainer.plan.network.layers.length);
    if (!known || layers.length > shownLayers || units > shownUnits) {
      throw new FailureError('units', t('Up to {0} units of {1} layers can be shown.', shownUnits, shownLayers));
    }
    mustBeSample(sample, trainer.parts.train.length);
    if (inputs) {
      mustFit(inputs, trainer.plan.network.inputShape);
    }
    let prober = this.#units.get(resolution);
    if (!prober) {
      const { inputEncodings: encodings, inputSize } = this.#prepared.dataset;
      const plain = encodings.length === inputSize && encodings.every(({ type }) => type === 'number');
      const scales = plain ? encodings : undefined;
      prober = new UnitsProber(trainer, backend, { axes: this.#inputAxes(), resolution, scales });
      this.#units.set(resolution, prober);
    }
    return prober.measure(moment, question, film?.at(moment.position.step - 1));
  }

  /** Undefined unless the network has one or two inputs that are numbers. */
  #inputAxes(): readonly InputAxis[] | undefined {
    const { inputEncodings: encodings, inputSize } = this.#prepared.dataset;
    const plain = encodings.every(({ type }) => type === 'number') && encodings.length === inputSize;
    return plain && encodings.length >= 1 && encodings.length <= 2
      ? encodings.map(({ column, shift, scale, limit }) => ({ name: column, shift, scale, limit }))
      : undefined;
  }
}

function mustResolve(resolution: number): void {
  if (!Number.isInteger(resolution) || resolution < minResolution || resolution > maxResolution) {
    throw new FailureError(
      'resolution',
      t('The resolution must be an integer from {0} to {1}.', minResolution, maxResolution),
    );
  }
}

/** Inputs by hand are as many as the network takes. */
function mustFit(inputs: readonly number[], inputShape: readonly number[]): void {
  const wanted = inputShape.reduce((product, side) => product * side, 1);
  if (inputs.length !== wanted) {
    throw new FailureError('inputs', t('The network takes {0} numbers, not {1}.', wanted, inputs.length));
  }
}

function mustBeSample(index: number, samples: number): void {
  if (!(Number.isInteger(index) && index >= 0 && index < samples)) {
    throw new FailureError('sample', t('The train part has samples 0 to {0}: choose one of them.', samples - 1));
  }
}

/** The loss of each row of a part, to compare two networks by. */
export function rowLosses({ trainer }: Prepared, part: Part): Float64Array | null {
  return trainer.data.sampleWeights ? null : rowLossesOf(trainer, part);
}

function confusion(prepared: Prepared, moment: Moment, part: Part): Confusion {
  const { dataset } = prepared;
  const { kind, classNames } = dataset.targetEncoding;
  if (kind === 'numbers' || (kind === 'binary' && dataset.targetSize > 1)) {
    throw new FailureError('no-classes', t('There is no confusion matrix: the target is not one of several classes.'));
  }
  mustHaveRows(prepared, part);
  mustBeFew(dataset.targetSize);
  const { classes, ...counted } = confusionOf(moment, part);
  return {
    part,
    classNames: (classNames ?? Array.from({ length: classes }, (_, i) => String(i))).map((name) => shorten(name)),
    ...counted,
  };
}

function mustHaveRows({ trainer }: Prepared, part: Part): void {
  if (!Object.hasOwn(trainer.parts, part) || trainer.parts[part].length === 0) {
    throw new FailureError('empty-part', t('This part of the data is empty. Give it a share in data.split.'));
  }
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

function walk(moment: Moment, subject: WalkOptions['subject'], inputs: WalkOptions['inputs']): Walk {
  const samples = moment.parts.train.length;
  if (subject.kind === 'sample') {
    mustBeSample(subject.index, samples);
  }
  if (inputs) {
    mustFit(inputs, moment.plan.network.inputShape);
  }
  const batched = needsBatch(moment.plan.network);
  if (subject.kind === 'sample' && batched) {
    const message = t(
      '{0} normalises over a batch: one sample has no variance. Walk through the whole batch.',
      batched,
    );
    throw new FailureError('sample', message);
  }
  return viewOfWalk(walkThrough(moment, subject, subject.kind === 'sample' ? inputs : undefined));
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

/** A file from which a run can be resumed: from its state now, or from an earlier one. */
export function checkpointFile(
  { trainer, backend, dataset, source }: Prepared,
  state = trainer.snapshot(),
): Uint8Array {
  if (state.ended === 'diverged') {
    throw new FailureError(
      'diverged',
      t('The run has diverged: its weights are not finite, so there is nothing to go on from.'),
    );
  }
  const { spec, specText, fileName, seed, epochs } = source;
  const run = { spec, specText, fileName, seed, epochs, dataHash: dataset.hash };
  return encodeCheckpoint({ run, backend: backend.name, tensors: tensorTable(trainer.plan), state });
}

/** Final values of a run that is over, the judgements of its expectations, and the verdict on it. */
export function conclusion(prepared: Prepared): Pick<Ended, 'final' | 'expect' | 'kept' | 'verdict'> {
  const { trainer, backend, spec } = prepared;
  const final = evaluateAll(trainer);
  const { kept } = trainer;
  const verdict = verdictOf(prepared, final);
  return {
    final,
    ...(kept && { kept }),
    expect: judge(spec.expect, trainer, backend, final),
    ...(verdict && { verdict }),
  };
}
