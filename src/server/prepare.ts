/** Prepares a run: from the host's options to a trainer with data, plan and program. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { describedColumns, shorten } from '../common/limits';
import type { Inherited, StartingPoint } from '../common/startingPoint';
import { engineVersion } from '../common/version';
import { type CheckedData, checkData, requestOf } from '../data';
import type { Dataset, EncodedData } from '../data/dataset';
import type { DataFiles } from '../data/files';
import {
  type Backend,
  baselinesOf,
  createWasmBackend,
  decodeWeights,
  Film,
  initialWeights,
  needsTestEachEpoch,
  OutOfMemoryError,
  type Replayed,
  referenceBackend,
  Trainer,
  type TrainerOptions,
} from '../engine';
import type { LayerInfo, ProblemMessage, Started, StartOptions } from '../protocol/engine';
import { activation as findActivation } from '../spec/catalogue';
import type { DataFacts } from '../spec/dataFacts';
import { layerKindOf } from '../spec/layers';
import { isLinearMap } from '../spec/linearity';
import type { LayerPlan, NetworkPlan } from '../spec/plan';
import { type PlanIssue, planNetwork } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import { weightedClasses } from '../spec/trainingFaults';
import { windowAxes } from '../spec/window';
import { fromDataProblem } from './dataProblemMessage';
import type { Machine } from './environment';
import { fork, type Resumption, readResumption, resume } from './resume';

/** A run that is ready to train. */
export interface Prepared {
  readonly spec: Spec;
  readonly specText: string;
  /** The options that the run was started with; for a resumed run, those of the checkpoint's run. */
  readonly source: Pick<StartOptions, 'spec' | 'specText' | 'fileName' | 'seed' | 'epochs'>;
  readonly trainer: Trainer;
  readonly backend: Backend;
  /** Only of the network itself, where it was asked for and the network is not too large. */
  readonly film?: Film;
  readonly dataset: Omit<Dataset, 'inputs' | 'targets' | 'units' | 'rowWeights'>;
  readonly started: Started;
}

export interface PrepareContext {
  readonly files: DataFiles;
  /** Sends the name of the next stage. Resolves once it has been sent: the work that follows blocks. */
  readonly enterStage: (text: string) => Promise<void>;
  readonly onBatch: TrainerOptions['onBatch'];
  readonly onIntervention?: TrainerOptions['onIntervention'];
  readonly machine: Machine;
}

/** More threads seldom help a network that fits one machine. */
const maxThreads = 8;

type Refused = { readonly problems: readonly ProblemMessage[] };

/** A run whose data and spec are checked. */
export interface Preparation {
  /** The number of folds to train before the network itself; 0 without a cross-validation. */
  readonly folds: number;
  /** Readies the training of a fold, counted from 1, or that of the spec's own split. */
  training(fold?: number): Prepared | Refused;
}

/** Shared by the trainings of a run. */
interface Shared {
  readonly options: StartOptions;
  readonly context: PrepareContext;
  readonly spec: Spec;
  readonly backend: Backend;
  readonly data: CheckedData;
  readonly resumption?: Resumption;
}

export async function prepare(options: StartOptions, context: PrepareContext): Promise<Preparation | Refused> {
  const { machine } = context;
  const resumption = options.resume && (await readCheckpoint(options.resume, options, context));
  if (resumption && 'problem' in resumption) {
    return { problems: [checkpointProblem(resumption.problem)] };
  }
  // A resumed run keeps the backend of its checkpoint, whose state no other one can read.
  const name = options.backend ?? resumption?.checkpoint.backend;
  const backend = name === 'reference' ? referenceBackend : createWasmBackend(machine);
  const spec = resumption?.spec ?? withOverrides(options);
  await context.enterStage(stageOf(spec));
  const folds = foldsOf(options, spec);
  const data = await checkData({ ...requestOf(spec), folds }, context.files, machine.makeHasher);
  if ('problems' in data) {
    return { problems: data.problems.map(fromDataProblem) };
  }
  const planned = planTraining(spec, data);
  if ('problems' in planned) {
    return planned;
  }
  for (const fold of data.folds.keys()) {
    const ofFold = planTraining(spec, data, fold + 1);
    if ('problems' in ofFold) {
      return ofFold;
    }
  }
  const { parameterCount } = planned.plan;
  const count = formatCount(parameterCount);
  const parameters = counted(parameterCount, t('{0} parameter', count), t('{0} parameters', count));
  await context.enterStage(t('Preparing a network of {0}…', parameters));
  // Without folds the table is let go before the network takes its memory, but for an array of numbers: its
  // inputs are encoded into that memory.
  const encoded = folds === undefined && data.encode();
  const shared = { options, context, spec, backend, data: encoded ? kept(data, encoded) : data, resumption };
  return { folds: folds ?? 0, training: (fold) => readyTraining(shared, fold) };
}

function kept(data: CheckedData, encoded: EncodedData): CheckedData {
  return { ...data, encode: () => encoded };
}

/**
 * The folds that a run trains. One that goes on from a file trains none: the weights have learned from rows
 * that the folds would validate on.
 */
function foldsOf({ resume, init, inspect }: StartOptions, { training }: Spec): number | undefined {
  return resume || init || inspect ? undefined : training.crossValidation;
}

interface Planned {
  readonly plan: NetworkPlan;
  readonly issues: readonly PlanIssue[];
}

/** The network for all data, or for a fold, which may have fewer inputs and other batches. */
function planTraining(spec: Spec, { facts, folds, classNames }: CheckedData, fold?: number): Planned | Refused {
  const ofFold = fold === undefined ? undefined : folds[fold - 1];
  // Facts hold no long list of classes, but class_weight may name any of them.
  const { plan: found, issues } = planNetwork(spec, { ...facts, ...ofFold, classNames });
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (found && errors.length === 0) {
    return { plan: found, issues };
  }
  const problems = errors.map(fromIssue);
  return {
    problems: ofFold
      ? problems.map((each) => ({ ...each, message: t('Fold {0}: {1}', fold!, each.message) }))
      : problems,
  };
}

function readyTraining(shared: Shared, fold?: number): Prepared | Refused {
  const { options, context, spec, backend, data, resumption } = shared;
  const { facts, classNames } = data;
  const planned = planTraining(spec, data, fold);
  if ('problems' in planned) {
    return planned;
  }
  const { plan: network, issues } = planned;
  const dataset = data.encode(fold);
  const weights = options.init && readInitialWeights(options.init, network);
  if (weights && 'problem' in weights) {
    return { problems: [{ code: 'initial-weights', severity: 'error', message: weights.problem }] };
  }
  const replay = fold === undefined ? readReplay(options.replay ?? [], network) : [];
  if ('problem' in replay) {
    return { problems: [{ code: 'initial-weights', severity: 'error', message: replay.problem }] };
  }
  const trainingPlan = { network, training: spec.training, seed: spec.seed };
  const { inputs, targets, units, rowWeights, ...rest } = dataset;
  const film = options.film && fold === undefined ? Film.of(network) : undefined;
  const trainer = makeTrainer({
    plan: trainingPlan,
    data: { inputs, targets, units, rowWeights, samples: dataset.samples, targetSize: dataset.targetSize },
    parts: dataset.parts,
    backend,
    threads: options.threads ?? Math.min(context.machine.cores, maxThreads),
    classNames: weightedClasses({ ...facts, classNames }),
    // Undefined: drawn once the memory is allocated, so that a network too large for it is refused at once.
    initial: weights?.ok,
    onBatch: context.onBatch,
    replay,
    film,
    onIntervention: context.onIntervention,
    testEachEpoch: fold === undefined && needsTestEachEpoch(spec.expect),
  });
  if ('problem' in trainer) {
    return { problems: [{ code: 'out-of-memory', severity: 'error', message: trainer.problem }] };
  }
  const taken = resumption && takeOver(trainer, resumption, dataset.hash);
  if (taken && 'problem' in taken) {
    trainer.dispose();
    return { problems: [checkpointProblem(taken.problem)] };
  }
  if (options.film?.file) {
    film?.resume(options.film.file, options.inspect ? Number.MAX_SAFE_INTEGER : trainer.position.step);
  }
  const known = options.warnings ?? [];
  // The host may not have read the data.
  const doubts = (facts.warnings ?? []).filter(({ message }) => !known.some((each) => each.message === message));
  const inData = doubts.map((doubt) => ({ severity: 'warning' as const, ...doubt }));
  const warnings = [...known, ...inData, ...issues.map(fromIssue)];
  const from = startingPoint(options, trainer, resumption, taken?.inherited);
  const started = describe({ spec, options, from, network, trainer, dataset: rest, facts, warnings, backend, fold });
  const source = sourceOf(options, resumption, spec);
  return { spec, specText: options.specText, source, trainer, backend, film, dataset: rest, started };
}

/** Reads the weights of interventions that are done again. */
function readReplay(
  replay: NonNullable<StartOptions['replay']>,
  network: NetworkPlan,
): readonly Replayed[] | { readonly problem: string } {
  const read: Replayed[] = [];
  for (const { bytes, ...intervention } of replay) {
    const weights = bytes && readInitialWeights(bytes, network);
    if (weights && 'problem' in weights) {
      return weights;
    }
    read.push({ ...intervention, ...(weights && { weights: weights.ok }) });
  }
  return read;
}

/** Returns a problem where there is not enough memory. */
function makeTrainer(options: TrainerOptions): Trainer | { readonly problem: string } {
  try {
    return new Trainer(options);
  } catch (error) {
    if (error instanceof OutOfMemoryError) {
      return { problem: error.message };
    }
    throw error;
  }
}

/** Restores the state of the checkpoint, or what fits of it in a fork. */
function takeOver(
  trainer: Trainer,
  resumption: Resumption,
  dataHash: string,
): { readonly inherited?: Inherited } | { readonly problem: string } {
  if (resumption.fork) {
    const forked = fork(trainer, resumption, dataHash);
    return 'problem' in forked ? forked : { inherited: forked };
  }
  const problem = resume(trainer, resumption.checkpoint, dataHash);
  return problem === undefined ? {} : { problem };
}

function startingPoint(
  { from, resume: checkpoint }: StartOptions,
  trainer: Trainer,
  resumption: Resumption | undefined,
  inherited: Inherited | undefined,
): StartingPoint | undefined {
  if (from === undefined) {
    return undefined;
  }
  return inherited && resumption
    ? { kind: 'fork', file: from, epoch: resumption.checkpoint.state.history.length, inherited }
    : { kind: checkpoint ? 'checkpoint' : 'weights', file: from, epoch: trainer.history.length };
}

/** A resumed run keeps the seed it was started with, and takes the current number of epochs. */
function sourceOf(options: StartOptions, resumption: Resumption | undefined, effective: Spec): Prepared['source'] {
  const { spec, specText, fileName } = options;
  if (!resumption) {
    return { spec, specText, fileName, seed: options.seed, epochs: options.epochs };
  }
  const { epochs } = effective.training;
  const { run } = resumption.checkpoint;
  const seed = resumption.fork ? (effective.seed === spec.seed ? undefined : effective.seed) : run.seed;
  return { spec, specText, fileName, seed, epochs: epochs === spec.training.epochs ? undefined : epochs };
}

function checkpointProblem(message: string): ProblemMessage {
  return { code: 'checkpoint', severity: 'error', message };
}

function withOverrides({ spec, seed, epochs }: StartOptions): Spec {
  const training = epochs === undefined ? spec.training : { ...spec.training, epochs };
  return { ...spec, seed: seed ?? spec.seed, training };
}

export function readInitialWeights(bytes: Uint8Array, plan: NetworkPlan): ReturnType<typeof initialWeights> {
  const file = decodeWeights(bytes);
  return 'problem' in file ? file : initialWeights(file.ok, plan);
}

async function readCheckpoint(bytes: Uint8Array, options: StartOptions, { enterStage }: PrepareContext) {
  await enterStage(t('Reading the checkpoint…'));
  return readResumption(bytes, options);
}

function stageOf({ data }: Spec): string {
  const { origin } = data;
  return 'path' in origin ? t('Reading {0}…', origin.path) : t('Preparing the data…');
}

function describe(parts: {
  spec: Spec;
  options: StartOptions;
  from: StartingPoint | undefined;
  network: NetworkPlan;
  trainer: Trainer;
  dataset: Prepared['dataset'];
  facts: DataFacts;
  warnings: readonly ProblemMessage[];
  backend: Backend;
  fold: number | undefined;
}): Started {
  const { spec, options, from, network, trainer, dataset, facts, warnings, backend, fold } = parts;
  const ofFold = fold !== undefined && {
    fold,
    samples: { train: trainer.parts.train.length, validation: trainer.parts.validation.length, test: 0 },
  };
  return {
    name: spec.name,
    seed: spec.seed,
    parameters: network.parameterCount,
    samples: facts.parts,
    ...ofFold,
    layers: network.layers.map((layer) => layerInfo(layer, options.layerLines?.[layer.index])),
    linear: isLinearMap(spec.layers),
    engine: { version: engineVersion, backend: backend.name, threads: trainer.threads },
    spec,
    batches: trainer.batches,
    dataHash: dataset.hash,
    ...(options.resume && { resumed: { epochs: trainer.history.length, step: trainer.position.step } }),
    ...(from && { from }),
    inputNames: dataset.inputNames.slice(0, describedColumns).map((name) => shorten(name)),
    classNames: facts.classNames,
    targetKind: facts.targetKind,
    facts,
    baselines: baselinesOf(trainer),
    warnings,
  };
}

function layerInfo(layer: LayerPlan, line: number | undefined): LayerInfo {
  const { name, type, inputShape, outputShape, tensors } = layer;
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0);
  const { forward, workedFormula, weights } = layerKindOf(layer);
  const activation = layer.activation && {
    ...layer.activation,
    ofWholeVector: findActivation(layer.activation.name)?.shape === 'vector',
  };
  const windows = weights === 'filters' ? windowAxes(inputShape.slice(1), layer.parameters) : undefined;
  const isFrozen = tensors.length > 0 && tensors.every((tensor) => tensor.isFrozen);
  const shapes = { shape: outputShape, inputShape };
  return { name, type, forward, workedFormula, ...shapes, parameters, isFrozen, activation, windows, line };
}

function fromIssue({ code, severity, message, path }: PlanIssue): ProblemMessage {
  return { code, severity, message, path };
}
