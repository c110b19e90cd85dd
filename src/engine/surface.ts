/** The network's outputs over a line (one input) or a grid (two inputs), with the data points. */
import { shownPoints } from '../common/limits';
import { type InputScale, scaleInput } from '../spec/inputScale';
import { decisionThreshold, outputsPerTarget } from '../spec/lossRules';
import type { Surface } from '../spec/measurements';
import { parts as partNames } from '../spec/spec';
import { unscaleTarget } from '../spec/targetScale';
import type { Backend, FloatArray, Program, ProgramData } from './backend';
import type { Moment } from './film/moment';
import { forwardBatches } from './forwardAll';
import { argmax } from './metrics';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

/** An input column. */
export interface InputAxis extends InputScale {
  readonly name: string;
}

/** The picture extends beyond the data on each side by this share of their range. */
const margin = 0.15;
const batch = 256;

/** The grid is compiled once. Each `measure` then costs a forward pass. */
export class SurfaceProbe {
  readonly #trainer: Trainer;
  readonly #backend: Backend;
  readonly #data: ProgramData;
  #program: Program | undefined;
  readonly #axes: Surface['axes'];
  readonly #points: Surface['points'];
  readonly #rows: Int32Array;
  readonly #outputSize: number;
  /** Outputs of each sample that are shown: the first ones, one for each target number. */
  readonly #shown: number;

  /** One or two axes; `resolution` is the number of grid points along each. */
  constructor(trainer: Trainer, backend: Backend, axes: readonly InputAxis[], resolution: number) {
    const n = axes.length;
    if (n < 1 || n > 2 || sizeOf(trainer.plan.network.inputShape) !== n) {
      throw new Error('Only a network of one or two inputs has a surface.');
    }
    this.#trainer = trainer;
    this.#outputSize = sizeOf(trainer.plan.network.outputShape);
    const points = pointsOf(trainer, axes);
    this.#points = someOf(points);
    this.#axes = axes.map(({ name }, axis) => ({ name, ...rangeOf(points.x, n, axis), count: resolution }));
    const inputs = gridInputs(axes, this.#axes);
    const count = inputs.length / n;
    const targetSize = this.#outputSize / outputsPerTarget(trainer.plan.network.loss);
    this.#shown = targetSize;
    const targets = new Float32Array(count * targetSize);
    this.#rows = Int32Array.from({ length: count }, (_, i) => i);
    this.#backend = backend;
    this.#data = { inputs, targets, samples: count, targetSize };
  }

  /**
   * Outputs of the network at a moment of the run, in evaluation mode and in the targets' own units; hinge's
   * −1 and 1 are mapped to 0 and 1.
   */
  measure(moment: Moment = this.#trainer): Surface {
    const { epoch, step } = moment.position;
    const program = this.#programAt(moment.weights());
    const size = this.#outputSize;
    const shown = this.#shown;
    const signed = decisionThreshold(this.#trainer.plan.network.loss) === 0;
    const scales = this.#trainer.data.units?.scales;
    const outputs = new Float32Array(this.#rows.length * shown);
    forwardBatches(program, this.#rows, batch, (from, count) => {
      const measured = program.outputs();
      for (let s = 0; s < count; s++) {
        for (let k = 0; k < shown; k++) {
          const output = measured[s * size + k];
          outputs[(from + s) * shown + k] = scales
            ? unscaleTarget(output, scales[k])
            : signed
              ? (output + 1) / 2
              : output;
        }
      }
    });
    return { epoch, step, axes: this.#axes, outputs, outputSize: shown, points: this.#points };
  }

  #programAt(weights: ReadonlyMap<string, FloatArray>): Program {
    if (this.#program) {
      for (const [name, values] of weights) {
        this.#program.write(name, values);
      }
      return this.#program;
    }
    const how = { maxBatch: Math.min(batch, this.#rows.length), initial: weights };
    this.#program = this.#backend.compile(this.#trainer.plan, this.#data, how);
    return this.#program;
  }
}

/** The axes of a picture over one or two inputs: from the data's lowest value to the highest, and beyond. */
export function gridAxes(trainer: Trainer, axes: readonly InputAxis[], resolution: number): Surface['axes'] {
  const { x } = pointsOf(trainer, axes);
  return axes.map(({ name }, axis) => ({ name, ...rangeOf(x, axes.length, axis), count: resolution }));
}

/** The network's inputs at each point of a line or a grid, the first axis changing fastest. */
export function gridInputs(scales: readonly InputScale[], axes: Surface['axes']): Float32Array {
  const n = axes.length;
  const points = axes.reduce((product, { count }) => product * count, 1);
  const inputs = new Float32Array(points * n);
  for (let i = 0; i < points; i++) {
    for (let axis = 0; axis < n; axis++) {
      const { low, high, count } = axes[axis];
      const place = axis === 0 ? i % count : Math.floor(i / axes[0].count);
      inputs[i * n + axis] = scaleInput(low + ((high - low) * place) / Math.max(1, count - 1), scales[axis]);
    }
  }
  return inputs;
}

function pointsOf(trainer: Trainer, axes: readonly InputAxis[]): Surface['points'] {
  const { inputs, units, targetSize } = trainer.data;
  const targets = units?.targets ?? trainer.data.targets;
  const n = axes.length;
  const total = partNames.reduce((sum, part) => sum + trainer.parts[part].length, 0);
  const x = new Float32Array(total * n);
  const target = new Float32Array(total);
  const part = new Uint8Array(total);
  let point = 0;
  partNames.forEach((name, code) => {
    for (const row of trainer.parts[name]) {
      for (let axis = 0; axis < n; axis++) {
        x[point * n + axis] = inputs[row * n + axis] * axes[axis].scale + axes[axis].shift;
      }
      target[point] = targetSize === 1 ? targets[row] : argmax(targets, row * targetSize, targetSize);
      part[point] = code;
      point++;
    }
  });
  return { x, target, part };
}

/** At most `shownPoints` of the points, evenly chosen: they are sent with every measurement. */
function someOf(points: Surface['points']): Surface['points'] {
  const stride = Math.ceil(points.target.length / shownPoints);
  if (stride <= 1) {
    return points;
  }
  const axes = points.x.length / points.target.length;
  return {
    x: points.x.filter((_, i) => Math.floor(i / axes) % stride === 0),
    target: points.target.filter((_, i) => i % stride === 0),
    part: points.part.filter((_, i) => i % stride === 0),
  };
}

function rangeOf(x: Float32Array, n: number, axis: number): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < x.length; i += n) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
  }
  const room = margin * (high - low || 1);
  return { low: low - room, high: high + room };
}
