/**
 * The lesson's walk through one training step: forward pass, error at the output, gradients layer by layer from back to front,
 * weight update. It runs on the trainer's scratch program with the run's weights and optimizer; the run is not changed.
 */
import { assertNever } from '../common/assertNever';
import { layerKindOf } from '../spec/layers';
import type { LayerPlan, NetworkPlan, TensorRole } from '../spec/plan';
import type { Program, Tensor } from './backend';
import { backwardLayer, beginBatch, forwardLayer, lossPieces, type Pieces, readTensor, updateLayer } from './pieces';
import { sizeOf } from './shape';
import { type Phase, phasesOf } from './steps';
import type { Trainer } from './trainer';

export interface WalkTensor extends Tensor {
  /** Its full name: `dense_1.weight`. */
  readonly name: string;
}

export interface WalkStep {
  readonly phase: Phase;
  /**
   * What the phase reads and writes, by role: `input`, `W`, `b`, `slope`, `z`, `a`; `output`, `target`; `delta` (dL/dz), `dW`, `db`,
   * `dslope`, `dInput`; `Wafter`, `bafter`, `slopeafter`, and the optimizer's memory after the update (`W.velocity`). A convolution has
   * `filters` for `W`, a normalisation `scale` and `shift` for `W` and `b`; the end of a block reads `skip`, the block's input.
   */
  readonly tensors: Readonly<Record<string, WalkTensor>>;
  readonly loss?: number;
}

export interface Walk {
  readonly steps: readonly WalkStep[];
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly samples: number;
  readonly trainSamples: number;
}

/** One sample of the train part by its index in it, or the batch that the run does next. */
export type WalkSubject = { readonly kind: 'sample'; readonly index: number } | { readonly kind: 'batch' };

/** The layer that cannot take a single sample, where there is one: batch normalisation of one number per feature. */
export function needsBatch({ layers }: NetworkPlan): string | undefined {
  const flat = (shape: readonly number[]): boolean => sizeOf(shape) === shape[0];
  return layers.find((layer) => layerKindOf(layer).normalizesOver === 'batch' && flat(layer.inputShape))?.name;
}

/** In pieces, between which the run does not go on. */
export function* walk(trainer: Trainer, subject: WalkSubject): Pieces<Walk> {
  const { epoch, step } = trainer.position;
  const { train } = trainer.parts;
  if (subject.kind === 'sample' && !(subject.index >= 0 && subject.index < train.length)) {
    throw new RangeError(`The train part has samples 0 to ${train.length - 1}, not ${subject.index}.`);
  }
  const rows = subject.kind === 'sample' ? Int32Array.of(train[subject.index]) : trainer.nextRows();
  const { learningRate } = trainer;
  const program = yield* trainer.scratchPieces();
  yield* beginBatch(program, rows, 0, rows.length, 'training');
  const steps: WalkStep[] = [];
  for (const phase of phasesOf(trainer.plan.network)) {
    yield;
    steps.push(yield* stepOf(program, phase));
  }
  return { steps, epoch, step, learningRate, samples: rows.length, trainSamples: train.length };
}

function* stepOf(program: Program, phase: Phase): Pieces<WalkStep> {
  switch (phase.kind) {
    case 'forward':
      return { phase, tensors: yield* forward(program, phase.layer) };
    case 'loss':
      return { phase, ...(yield* outputError(program)) };
    case 'backward':
      return { phase, tensors: yield* backward(program, phase.layer) };
    case 'update':
      return { phase, tensors: yield* update(program, phase.layer) };
    default:
      return assertNever(phase);
  }
}

function* forward(program: Program, index: number): Pieces<WalkStep['tensors']> {
  yield* forwardLayer(program, index);
  const { layers } = program.plan.network;
  const layer = layers[index];
  return yield* pick(program, {
    input: inputName(layers, index),
    ...skipRole(layers, layer),
    ...learnedRoles(layer, '', ''),
    z: `${layer.name}.z`,
    a: `${layer.name}.a`,
  });
}

/** δ of the output layer is dL/dz: where activation and loss are not computed together, its backward phase forms it. */
function* outputError(program: Program): Pieces<Pick<WalkStep, 'loss' | 'tensors'>> {
  const loss = yield* lossPieces(program);
  const { layers } = program.plan.network;
  const last = layers.length - 1;
  yield* backwardLayer(program, last);
  const { name } = layers[last];
  return {
    loss,
    tensors: yield* pick(program, { output: `${name}.a`, target: 'target', z: `${name}.z`, delta: `${name}.delta` }),
  };
}

function* backward(program: Program, index: number): Pieces<WalkStep['tensors']> {
  const { layers } = program.plan.network;
  if (index < layers.length - 1) {
    yield* backwardLayer(program, index);
  }
  const layer = layers[index];
  return yield* pick(program, {
    input: inputName(layers, index),
    z: `${layer.name}.z`,
    a: `${layer.name}.a`,
    ...learnedRoles(layer, '', ''),
    delta: `${layer.name}.delta`,
    ...learnedRoles(layer, 'd', '.gradient'),
    dInput: `${layer.name}.dInput`,
  });
}

function* update(program: Program, index: number): Pieces<WalkStep['tensors']> {
  const learned = learnedRoles(program.plan.network.layers[index], '', '');
  const gradients = learnedRoles(program.plan.network.layers[index], 'd', '.gradient');
  const before = yield* pick(program, { ...learned, ...gradients });
  yield* updateLayer(program, index);
  const after = Object.entries(yield* pick(program, learned)).map(
    ([role, tensor]) => [`${role}after`, tensor] as const,
  );
  const memories: Record<string, string> = {};
  for (const [role, name] of Object.entries(learned)) {
    for (const memory of ['velocity', 'first_moment', 'second_moment']) {
      memories[`${role}.${memory}`] = `${name}.${memory}`;
    }
  }
  return { ...before, ...Object.fromEntries(after), ...(yield* pick(program, memories)) };
}

function inputName(layers: readonly LayerPlan[], layer: number): string {
  return layer === 0 ? 'input' : `${layers[layer - 1].name}.a`;
}

/** Role to name of the layer's learned tensors. */
function learnedRoles(layer: LayerPlan, prefix: string, suffix: string): Record<string, string> {
  const roles: Record<string, string> = {};
  for (const { name, role } of layer.tensors) {
    roles[`${prefix}${symbols[role] ?? role}`] = `${name}${suffix}`;
  }
  return roles;
}

/** Roles that the walk writes as the lesson's letters. */
const symbols: Partial<Readonly<Record<TensorRole, string>>> = { weight: 'W', bias: 'b' };

/** The block's input, which its end adds. */
function skipRole(layers: readonly LayerPlan[], { skipFrom }: LayerPlan): Record<string, string> {
  return skipFrom === undefined ? {} : { skip: inputName(layers, skipFrom + 1) };
}

/** Reads those of the named tensors that the program has. */
function* pick(program: Program, roles: Readonly<Record<string, string>>): Pieces<Record<string, WalkTensor>> {
  const known = new Set(program.tensors());
  const tensors: Record<string, WalkTensor> = {};
  for (const [role, name] of Object.entries(roles)) {
    if (known.has(name)) {
      tensors[role] = { name, ...(yield* readTensor(program, name)) };
    }
  }
  return tensors;
}
