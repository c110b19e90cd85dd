/**
 * The gradient check: backpropagation against central differences, in float64, on a sample of the train part. The training
 * forward pass is used; its random draws are functions of the step and so the same in every pass.
 */
import { below, permutation, purposes } from '../common/random';
import type { Regularizer } from '../spec/spec';
import type { Backend, Program } from './backend';
import { elementwiseLayers } from './health';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

/** Samples in the check, learned numbers checked, and the work (samples × numbers checked × numbers of the network) at most. */
const mostSamples = 64;
const mostChecked = 256;
const mostWork = 2e8;
/** Gradients below this size are compared by their difference over it: 1e−11 of noise is no error. */
const floor = 1e-4;

/**
 * The largest relative error |a − n|/max(|a| + |n|, 1e−4) of gradients a against central differences n at the trainer's
 * weights. Small networks are checked in every learned number, large ones in a drawn sample. A number is passed over where
 * the difference steps over a kink of an activation: no derivative is approximated there. NaN where nothing could be compared.
 */
export function gradientCheck(trainer: Trainer, backend: Backend): number {
  const { network } = trainer.plan;
  if (network.parameterCount === 0) return 0;
  const { train } = trainer.parts;
  const affordable = Math.floor(mostWork / (network.parameterCount * 16));
  // A batch of one sample has no variance to normalise by.
  const samples = Math.min(train.length, Math.max(2, Math.min(mostSamples, affordable)));
  const rows = permutation(trainer.plan.seed, purposes.probe, 0, train.length)
    .subarray(0, samples)
    .map((i) => train[i]);
  const data = {
    ...trainer.data,
    inputs: Float64Array.from(trainer.data.inputs),
    targets: Float64Array.from(trainer.data.targets),
  };
  // Clipped gradients are not the loss's own.
  const training = { ...trainer.plan.training, clipValue: undefined, clipNorm: undefined };
  const program = backend.compile({ ...trainer.plan, training }, data, { precision: 'float64', maxBatch: samples });
  for (const [name, values] of trainer.weights()) program.write(name, values);

  forward(program, rows);
  program.loss();
  for (let layer = network.layers.length - 1; layer >= 0; layer--) program.backward(layer);

  const tensors = network.layers.flatMap((layer) => layer.tensors);
  const gradients = tensors.map(({ name }) => program.read(`${name}.gradient`).values);
  const total = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const checked = Math.max(1, Math.min(total, mostChecked, Math.floor(mostWork / (samples * network.parameterCount))));

  const chosen = choose(trainer.plan.seed, total, checked);

  let worst = Number.NaN;
  let first = 0;
  for (const [t, { name, shape, regularizer }] of tensors.entries()) {
    const after = first + sizeOf(shape);
    const own = chosen.filter((ordinal) => ordinal >= first && ordinal < after);
    const weights = program.read(name).values;
    for (const ordinal of own) {
      const i = ordinal - first;
      const slope = centralDifference(program, rows, name, weights, i);
      if (slope === undefined) continue;
      const numeric = slope + penaltyDifference(regularizer, weights[i]);
      const analytic = gradients[t][i];
      const error = Math.abs(analytic - numeric) / Math.max(Math.abs(analytic) + Math.abs(numeric), floor);
      if (Number.isNaN(error)) return error;
      worst = Number.isNaN(worst) ? error : Math.max(worst, error);
    }
    program.write(name, weights);
    first = after;
  }
  return worst;
}

/** All of `total` numbers where `count` reaches them, else `count` drawn ones (fewer where one is drawn twice), in order. */
function choose(seed: number, total: number, count: number): readonly number[] {
  if (count >= total) return Array.from({ length: total }, (_, i) => i);
  const drawn = new Set(Array.from({ length: count }, (_, i) => below(seed, purposes.probe, 1, i, total)));
  return [...drawn].sort((a, b) => a - b);
}

/** The same difference of the penalty alone, which the loss leaves out and the gradient holds; its bend at 0 is passed over. */
function penaltyDifference(regularizer: Regularizer | undefined, w: number): number {
  if (!regularizer) return 0;
  const { l1, l2 } = regularizer;
  const h = Math.min(1e-5 * Math.max(1, Math.abs(w)), Math.abs(w));
  const penalty = (value: number): number => l1 * Math.abs(value) + l2 * value * value;
  return h === 0 ? 0 : (penalty(w + h) - penalty(w - h)) / (2 * h);
}

/** (L(w + h) − L(w − h))/2h; undefined where a pre-activation is on different sides of a kink at the two points. */
function centralDifference(
  program: Program,
  rows: Int32Array,
  name: string,
  weights: Float32Array | Float64Array,
  i: number,
): number | undefined {
  const w = weights[i];
  const h = 1e-5 * Math.max(1, Math.abs(w));
  weights[i] = w + h;
  program.write(name, weights);
  forward(program, rows);
  const above = program.loss();
  const sidesAbove = sidesOfKinks(program);
  weights[i] = w - h;
  program.write(name, weights);
  forward(program, rows);
  const below = program.loss();
  const sidesBelow = sidesOfKinks(program);
  weights[i] = w;
  return sidesAbove === sidesBelow ? (above - below) / (2 * h) : undefined;
}

function forward(program: Program, rows: Int32Array): void {
  program.begin(rows, 0, rows.length, 'training');
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) program.forward(layer);
}

/** For every pre-activation, between which kinks of its activation it lies, and for every pooling window which value won. */
function sidesOfKinks(program: Program): string {
  let sides = '';
  for (const { plan, entry, parameters } of elementwiseLayers(program.plan.network.layers)) {
    const kinks = entry.kinks?.(parameters) ?? [];
    if (kinks.length === 0) continue;
    for (const z of program.read(`${plan.name}.z`).values) {
      let side = 0;
      for (const kink of kinks) if (z > kink) side++;
      sides += String.fromCharCode(48 + side);
    }
  }
  for (const { name, type } of program.plan.network.layers) {
    if (type === 'max_pooling2d') sides += `;${program.read(`${name}.winner`).values.join()}`;
  }
  return sides;
}
