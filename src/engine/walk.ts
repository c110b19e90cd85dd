/**
 * The lesson's walk through one training step: forward pass, error at the output, gradients layer by layer
 * from back to front, weight update, and the forward pass again. It runs on a scratch program; the run is not
 * changed. Of a past moment the memory of the optimizer is not known: the update is passed over where it
 * needs one.
 */
import { assertNever } from '../common/assertNever';
import { layerKindOf } from '../spec/layers';
import type { LayerPlan, NetworkPlan, TensorRole } from '../spec/plan';
import type { Program, Tensor } from './backend';
import { knowsUpdate, type Moment } from './film/moment';
import { sizeOf } from './shape';
import { type Phase, phasesOf } from './steps';

export interface WalkTensor extends Tensor {
  /** Its full name: `dense_1.weight`. */
  readonly name: string;
}

export interface WalkStep {
  readonly phase: Phase;
  /**
   * The tensors that the phase reads and writes, by role: `input`, `W`, `b`, `slope`, `z`, `a`; `output`,
   * `target`; `delta` (dL/dz), `dW`, `db`, `dslope`, `dInput`; `Wafter`, `bafter`, `slopeafter`, and the
   * optimizer's memory after the update (`W.velocity`). A convolution has `filters` for `W`, a normalisation
   * `scale` and `shift` for `W` and `b`. The end of a residual block reads `skip`, the block's input.
   */
  readonly tensors: Readonly<Record<string, WalkTensor>>;
  readonly loss?: number;
}

export interface Walk {
  readonly steps: readonly WalkStep[];
  /** The forward pass and the loss of the same samples with the new weights; empty where none are known. */
  readonly again: readonly WalkStep[];
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly samples: number;
  readonly trainSamples: number;
}

/** One sample of the train part, by its index there, or the run's next batch. */
export type WalkSubject = { readonly kind: 'sample'; readonly index: number } | { readonly kind: 'batch' };

/** Name of a layer that cannot take a single sample: batch normalisation of one number per feature. */
export function needsBatch({ layers }: NetworkPlan): string | undefined {
  const flat = (shape: readonly number[]): boolean => sizeOf(shape) === shape[0];
  return layers.find((layer) => layerKindOf(layer).normalizesOver === 'batch' && flat(layer.inputShape))?.name;
}

/** `inputs`: numbers in place of those of the sample, which the data keep. */
export function walk(moment: Moment, subject: WalkSubject, inputs?: readonly number[]): Walk {
  const { epoch, step } = moment.position;
  const { train } = moment.parts;
  if (subject.kind === 'sample' && !(subject.index >= 0 && subject.index < train.length)) {
    throw new RangeError(`The train part has samples 0 to ${train.length - 1}, not ${subject.index}.`);
  }
  const rows = subject.kind === 'sample' ? Int32Array.of(train[subject.index]) : moment.nextRows();
  const { learningRate } = moment;
  const program = moment.scratch();
  const first = rows[0] * (inputs?.length ?? 0);
  const given = program.data.inputs.slice(first, first + (inputs?.length ?? 0));
  program.data.inputs.set(inputs ?? [], first);
  try {
    return {
      ...walkSteps(moment, program, rows),
      epoch,
      step,
      learningRate,
      samples: rows.length,
      trainSamples: train.length,
    };
  } finally {
    // The program shares its samples with the run.
    program.data.inputs.set(given, first);
  }
}

function walkSteps(moment: Moment, program: Program, rows: Int32Array): Pick<Walk, 'steps' | 'again'> {
  program.begin(rows, 0, rows.length, 'training');
  const steps: WalkStep[] = [];
  const updates = knowsUpdate(moment, program);
  for (const phase of phasesOf(moment.plan.network)) {
    if (phase.kind !== 'update' || updates) {
      steps.push(stepOf(program, phase));
    }
  }
  return { steps, again: updates ? forwardAgain(program, rows) : [] };
}

function forwardAgain(program: Program, rows: Int32Array): readonly WalkStep[] {
  program.endStep();
  program.begin(rows, 0, rows.length, 'training');
  const { layers } = program.plan.network;
  const steps = layers.map((_, layer) => stepOf(program, { kind: 'forward', layer }));
  const name = layers[layers.length - 1].name;
  const loss = program.loss();
  return [
    ...steps,
    { phase: { kind: 'loss' }, loss, tensors: pick(program, { output: `${name}.a`, target: 'target' }) },
  ];
}

function stepOf(program: Program, phase: Phase): WalkStep {
  switch (phase.kind) {
    case 'forward':
      return { phase, tensors: forward(program, phase.layer) };
    case 'loss':
      return { phase, ...outputError(program) };
    case 'backward':
      return { phase, tensors: backward(program, phase.layer) };
    case 'update':
      return { phase, tensors: update(program, phase.layer) };
    default:
      return assertNever(phase);
  }
}

function forward(program: Program, index: number): WalkStep['tensors'] {
  program.forward(index);
  const { layers } = program.plan.network;
  const layer = layers[index];
  return pick(program, {
    input: inputName(layers, index),
    ...skipRole(layers, layer),
    ...learnedRoles(layer, '', ''),
    z: `${layer.name}.z`,
    a: `${layer.name}.a`,
  });
}

/** δ of the output layer is dL/dz, which its backward phase may have to compute: that phase is done here. */
function outputError(program: Program): Pick<WalkStep, 'loss' | 'tensors'> {
  const loss = program.loss();
  const { layers } = program.plan.network;
  const last = layers.length - 1;
  program.backward(last);
  const { name } = layers[last];
  return {
    loss,
    tensors: pick(program, { output: `${name}.a`, target: 'target', z: `${name}.z`, delta: `${name}.delta` }),
  };
}

function backward(program: Program, index: number): WalkStep['tensors'] {
  const { layers } = program.plan.network;
  if (index < layers.length - 1) {
    program.backward(index);
  }
  const layer = layers[index];
  return pick(program, {
    input: inputName(layers, index),
    z: `${layer.name}.z`,
    a: `${layer.name}.a`,
    ...learnedRoles(layer, '', ''),
    delta: `${layer.name}.delta`,
    ...learnedRoles(layer, 'd', '.gradient'),
    dInput: `${layer.name}.dInput`,
  });
}

function update(program: Program, index: number): WalkStep['tensors'] {
  const layer = program.plan.network.layers[index];
  const learned = learnedRoles(layer, '', '');
  const gradients = learnedRoles(layer, 'd', '.gradient');
  const before = pick(program, { ...learned, ...gradients });
  program.update(index);
  const after = Object.entries(pick(program, learned)).map(([role, tensor]) => [`${role}after`, tensor] as const);
  const memories: Record<string, string> = {};
  for (const [role, name] of Object.entries(learned)) {
    if (layer.tensors.some((tensor) => tensor.name === name && tensor.isFrozen)) {
      continue;
    }
    for (const memory of ['velocity', 'first_moment', 'second_moment']) {
      memories[`${role}.${memory}`] = `${name}.${memory}`;
    }
  }
  return { ...before, ...Object.fromEntries(after), ...pick(program, memories) };
}

function inputName(layers: readonly LayerPlan[], layer: number): string {
  return layer === 0 ? 'input' : `${layers[layer - 1].name}.a`;
}

/** Names of the layer's learned tensors by role. */
function learnedRoles(layer: LayerPlan, prefix: string, suffix: string): Record<string, string> {
  const roles: Record<string, string> = {};
  for (const { name, role } of layer.tensors) {
    roles[`${prefix}${symbols[role] ?? role}`] = `${name}${suffix}`;
  }
  return roles;
}

/** Roles that the walk writes as the lesson's letters. */
const symbols: Partial<Readonly<Record<TensorRole, string>>> = { weight: 'W', bias: 'b' };

/** The residual block's input, which the last layer of the block adds. */
function skipRole(layers: readonly LayerPlan[], { skipFrom }: LayerPlan): Record<string, string> {
  return skipFrom === undefined ? {} : { skip: inputName(layers, skipFrom + 1) };
}

/** Reads those of the named tensors that the program has. */
function pick(program: Program, roles: Readonly<Record<string, string>>): Record<string, WalkTensor> {
  const known = new Set(program.tensors());
  const tensors: Record<string, WalkTensor> = {};
  for (const [role, name] of Object.entries(roles)) {
    if (known.has(name)) {
      tensors[role] = { name, ...program.read(name) };
    }
  }
  return tensors;
}
