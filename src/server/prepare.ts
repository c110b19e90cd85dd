/** From what a host asks to a trainer that stands ready: data, plan, program. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { engineVersion } from '../common/version';
import { loadDataset } from '../data';
import type { Dataset } from '../data/dataset';
import type { DataFiles } from '../data/files';
import {
  type Backend,
  compileProgram,
  containerSteps,
  createWasmBackend,
  initialWeightSteps,
  needsTestEachEpoch,
  OutOfMemoryError,
  type Pieces,
  referenceBackend,
  type TakePieces,
  Trainer,
  type TrainerOptions,
} from '../engine';
import type { LayerInfo, ProblemMessage, Started, StartOptions } from '../protocol/engine';
import { activation as findActivation } from '../spec/catalogue';
import type { DataFacts } from '../spec/dataFacts';
import { layerKindOf } from '../spec/layers';
import { isLinearMap } from '../spec/linearity';
import { targetKindOf } from '../spec/lossRules';
import type { LayerPlan, NetworkPlan } from '../spec/plan';
import { type PlanIssue, planSteps } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import { weightedClasses } from '../spec/trainingFaults';
import { windowAxes } from '../spec/window';
import { fromDataProblem } from './dataProblemMessage';
import type { Machine } from './environment';
import { readResumption, resume } from './resume';

/** A run that stands ready. */
export interface Prepared {
  readonly spec: Spec;
  readonly specText: string;
  /** What the run was started with; of a resumed one, what the checkpoint's run was. */
  readonly source: Pick<StartOptions, 'spec' | 'specText' | 'fileName' | 'seed' | 'epochs'>;
  readonly trainer: Trainer;
  readonly backend: Backend;
  readonly dataset: Omit<Dataset, 'inputs' | 'targets'>;
  readonly started: Started;
}

export interface PrepareContext {
  readonly files: DataFiles;
  readonly onStage: (text: string) => void;
  /** Does long work so that messages come in between; undefined where the run was ended meanwhile. */
  readonly inChunks: TakePieces;
  readonly onBatch: TrainerOptions['onBatch'];
  readonly machine: Machine;
}

/** More threads than these seldom help a network that fits one machine. */
const mostThreads = 8;

export async function prepare(
  options: StartOptions,
  context: PrepareContext,
): Promise<Prepared | { readonly problems: readonly ProblemMessage[] } | undefined> {
  const { machine } = context;
  const resumption = options.resume && (await readCheckpoint(options.resume, options, context));
  if (options.resume && !resumption) {
    return undefined;
  }
  if (resumption && 'problem' in resumption) {
    return { problems: [ofCheckpoint(resumption.problem)] };
  }
  // A resumed run keeps the backend that its state is of.
  const name = options.backend ?? resumption?.checkpoint.backend;
  const backend = name === 'reference' ? referenceBackend : createWasmBackend(machine);
  const spec = resumption?.spec ?? withOverrides(options);
  context.onStage(stageOf(spec));
  await context.inChunks(breath());
  const targetKind = targetKindOf(spec.training.loss.name, spec.layers);
  const request = { data: spec.data, loss: spec.training.loss.name, targetKind, seed: spec.seed };
  const loaded = await loadDataset<undefined>(request, context.files, {
    take: context.inChunks,
    hasher: machine.makeHasher?.(),
  });
  if (!loaded) {
    return undefined;
  }
  if ('problems' in loaded) {
    return { problems: loaded.problems.map(fromDataProblem) };
  }
  const { dataset, facts } = loaded;
  const planning = await context.inChunks(planSteps(spec, facts));
  if (!planning) {
    return undefined;
  }
  const { plan, issues } = planning;
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (!plan || errors.length > 0) {
    return { problems: errors.map(fromIssue) };
  }
  const weights = options.init && (await context.inChunks(readInitialWeights(options.init, plan)));
  if (options.init && !weights) {
    return undefined;
  }
  if (weights && 'problem' in weights) {
    return { problems: [{ code: 'initial-weights', severity: 'error', message: weights.problem }] };
  }
  const count = formatCount(plan.parameterCount);
  const parameters = counted(plan.parameterCount, t('{0} parameter', count), t('{0} parameters', count));
  context.onStage(t('Preparing a network of {0}…', parameters));
  const trainingPlan = { network: plan, training: spec.training, seed: spec.seed };
  const { inputs, targets, ...rest } = dataset;
  const trainer = await makeTrainer(context, {
    plan: trainingPlan,
    data: { inputs, targets, samples: dataset.samples, targetSize: dataset.targetSize },
    parts: dataset.parts,
    backend,
    threads: options.threads ?? Math.min(machine.cores, mostThreads),
    classNames: weightedClasses(facts),
    // Else they are drawn when the program has its memory: what there is no room for is refused before.
    initial: weights?.ok,
    onBatch: context.onBatch,
    testEachEpoch: needsTestEachEpoch(spec.expect),
  });
  if (!trainer) {
    return undefined;
  }
  if ('problem' in trainer) {
    return { problems: [{ code: 'out-of-memory', severity: 'error', message: trainer.problem }] };
  }
  const resumed = resumption && (await context.inChunks(resume(trainer, resumption.checkpoint, dataset.hash)));
  if (resumption && !resumed) {
    trainer.dispose();
    return undefined;
  }
  if (resumed?.problem !== undefined) {
    trainer.dispose();
    return { problems: [ofCheckpoint(resumed.problem)] };
  }
  const warnings = [...(options.warnings ?? []), ...issues.map(fromIssue)];
  const started = describe({ spec, options, plan, trainer, dataset: rest, facts, warnings, backend });
  const source = sourceOf(options, resumption?.checkpoint.run.seed, spec);
  return { spec, specText: options.specText, source, trainer, backend, dataset: rest, started };
}

/** The problem: memory that is not there. */
async function makeTrainer(
  { inChunks }: PrepareContext,
  options: TrainerOptions,
): Promise<Trainer | { readonly problem: string } | undefined> {
  try {
    const program = await compileProgram(options, inChunks);
    return program && new Trainer({ ...options, program });
  } catch (error) {
    if (error instanceof OutOfMemoryError) {
      return { problem: error.message };
    }
    throw error;
  }
}

/** A resumed run keeps the seed it was started with, and has the epochs that count now. */
function sourceOf(options: StartOptions, seed: number | undefined, effective: Spec): Prepared['source'] {
  const { spec, specText, fileName } = options;
  if (!options.resume) {
    return { spec, specText, fileName, seed: options.seed, epochs: options.epochs };
  }
  const { epochs } = effective.training;
  return { spec, specText, fileName, seed, epochs: epochs === spec.training.epochs ? undefined : epochs };
}

function ofCheckpoint(message: string): ProblemMessage {
  return { code: 'checkpoint', severity: 'error', message };
}

/** Nothing to do: messages come in between. */
function* breath(): Pieces<void> {
  yield;
}

function withOverrides({ spec, seed, epochs }: StartOptions): Spec {
  const training = epochs === undefined ? spec.training : { ...spec.training, epochs };
  return { ...spec, seed: seed ?? spec.seed, training };
}

function* readInitialWeights(bytes: Uint8Array, plan: NetworkPlan): ReturnType<typeof initialWeightSteps> {
  const file = yield* containerSteps(bytes);
  return 'problem' in file ? file : yield* initialWeightSteps(file.ok, plan);
}

function readCheckpoint(bytes: Uint8Array, options: StartOptions, { onStage, inChunks }: PrepareContext) {
  onStage(t('Reading the checkpoint…'));
  return inChunks(readResumption(bytes, options));
}

function stageOf({ data }: Spec): string {
  return data.origin.kind === 'file' ? t('Reading {0}…', data.origin.path) : t('Preparing the data…');
}

function describe(parts: {
  spec: Spec;
  options: StartOptions;
  plan: NetworkPlan;
  trainer: Trainer;
  dataset: Omit<Dataset, 'inputs' | 'targets'>;
  facts: DataFacts;
  warnings: readonly ProblemMessage[];
  backend: Backend;
}): Started {
  const { spec, options, plan, trainer, dataset, facts, warnings, backend } = parts;
  const { classNames, kind } = dataset.targetEncoding;
  return {
    name: spec.name,
    seed: spec.seed,
    parameters: plan.parameterCount,
    samples: facts.parts,
    layers: plan.layers.map((layer) => layerInfo(layer, options.layerLines?.[layer.index])),
    linear: isLinearMap(spec.layers),
    engine: { version: engineVersion, backend: backend.name, threads: trainer.threads },
    spec,
    batches: trainer.batches,
    ...(options.resume && { resumed: { epochs: trainer.history.length, step: trainer.position.step } }),
    inputNames: dataset.inputNames,
    classNames,
    targetKind: kind,
    facts,
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
  return { name, type, forward, workedFormula, shape: outputShape, parameters, inputShape, activation, windows, line };
}

function fromIssue({ code, severity, message, path }: PlanIssue): ProblemMessage {
  return { code, severity, message, path };
}
