/** A picture of the network: some of its units with their weights, and what they make of a sample. */
import type { InputScale } from '../spec/inputScale';
import type { InputRanges, LayerUnits, Learned, Surface, UnitsProbe, UnitsQuestion } from '../spec/measurements';
import { type LayerPlan, storedTensors, type TensorPlan } from '../spec/plan';
import type { Backend, FloatArray, Program, ProgramData } from './backend';
import type { Moment } from './film/moment';
import { backwardAll, forwardAll, forwardBatches } from './forwardAll';
import { sizeOf } from './shape';
import { gridAxes, gridInputs, type InputAxis } from './surface';
import type { Trainer } from './trainer';

/** Points of the grid at a time: at most so many, and so many outputs of the widest layer. */
const [mostPoints, mostOutputs] = [256, 2 ** 20];
/** A layer of more units has no responses: all its outputs would be copied to show a few. */
const mostResponding = 1024;
/** Longest side of a channel's picture; a larger one is thinned. */
const longestSide = 32;
/** The most inputs whose weights are all sent for a picture. */
const mostInputs = 1024;

/** Weights of an earlier moment, one tensor after another, to tell what has changed. */
export interface Earlier {
  readonly step: number;
  readonly values: Float32Array;
}

/** The program is compiled once. Each `measure` then costs a forward pass, and a backward pass of a batch. */
export class UnitsProber {
  readonly #trainer: Trainer;
  readonly #backend: Backend;
  readonly #axes: Surface['axes'] | undefined;
  readonly #ranges: InputRanges;
  readonly #data: ProgramData;
  /** Rows of the grid; the sample's row comes after them. */
  readonly #grid: Int32Array;
  #program: Program | undefined;

  /**
   * `axes`: one or two inputs whose responses are wanted; `resolution`: points along each. `scales`: of the
   * inputs, where each is a number of the file.
   */
  constructor(
    trainer: Trainer,
    backend: Backend,
    { axes, resolution, scales }: { axes?: readonly InputAxis[]; resolution: number; scales?: readonly InputScale[] },
  ) {
    this.#trainer = trainer;
    this.#backend = backend;
    this.#ranges = rangesOf(trainer, scales);
    this.#axes = axes && gridAxes(trainer, axes, resolution);
    const grid = axes && this.#axes ? gridInputs(axes, this.#axes) : new Float32Array();
    const size = sizeOf(trainer.plan.network.inputShape);
    const points = grid.length / size;
    const inputs = new Float32Array((points + 1) * size);
    inputs.set(grid);
    const { targetSize } = trainer.data;
    this.#data = { inputs, targets: new Float32Array((points + 1) * targetSize), samples: points + 1, targetSize };
    this.#grid = Int32Array.from({ length: points }, (_, i) => i);
  }

  measure(moment: Moment, question: UnitsQuestion, earlier: Earlier | undefined): UnitsProbe {
    const { epoch, step } = moment.position;
    const { plan, data, parts } = this.#trainer;
    const size = sizeOf(plan.network.inputShape);
    const row = parts.train[question.sample];
    const inputs = question.inputs ?? data.inputs.subarray(row * size, (row + 1) * size);
    const program = this.#programAt(moment.weights());
    const shown = question.layers.map((index) => plan.network.layers[index]);
    const responses = this.#responses(program, shown, question.units);
    // The program's own array: the grid's rows stay.
    program.data.inputs.set(inputs, this.#grid.length * size);
    forwardAll(program, Int32Array.of(this.#grid.length), 0, 1);
    const gradients = moment.scratch();
    const rows = moment.nextRows();
    forwardAll(gradients, rows, 0, rows.length, 'training');
    gradients.loss();
    backwardAll(gradients);
    const before = earlier && tensorsOf(this.#trainer, earlier.values);
    return {
      epoch,
      step,
      inputs: Float32Array.from(inputs.slice(0, mostInputs)),
      ranges: this.#ranges,
      target: question.inputs
        ? undefined
        : Float32Array.from(data.targets.subarray(row * data.targetSize, (row + 1) * data.targetSize)),
      since: earlier?.step,
      axes: this.#axes,
      layers: shown.map((layer, i) => ({
        ...unitsOf(layer, question.units, { program, gradients, before, size }),
        responses: responses[i],
      })),
    };
  }

  /** Outputs of the flat layers over the grid; undefined for the others. */
  #responses(program: Program, layers: readonly LayerPlan[], units: number): (Float32Array | undefined)[] {
    const points = this.#grid.length;
    const responses = layers.map(({ outputShape }) =>
      points > 0 && outputShape.length === 1 && outputShape[0] <= mostResponding
        ? new Float32Array(Math.min(units, outputShape[0]) * points)
        : undefined,
    );
    forwardBatches(program, this.#grid, this.#batch, (from, count) => {
      for (const [i, response] of responses.entries()) {
        if (!response) {
          continue;
        }
        const { values } = program.read(`${layers[i].name}.a`);
        const size = layers[i].outputShape[0];
        for (let unit = 0; unit < response.length / points; unit++) {
          for (let s = 0; s < count; s++) {
            response[unit * points + from + s] = values[s * size + unit];
          }
        }
      }
    });
    return responses;
  }

  get #batch(): number {
    const widest = Math.max(...this.#trainer.plan.network.layers.map(({ outputShape }) => sizeOf(outputShape)));
    return Math.max(1, Math.min(mostPoints, this.#data.samples, Math.floor(mostOutputs / widest)));
  }

  #programAt(weights: ReadonlyMap<string, FloatArray>): Program {
    if (this.#program) {
      for (const [name, values] of weights) {
        this.#program.write(name, values);
      }
      return this.#program;
    }
    this.#program = this.#backend.compile(this.#trainer.plan, this.#data, {
      maxBatch: this.#batch,
      initial: weights,
      scratch: true,
    });
    return this.#program;
  }
}

interface Measured {
  /** After the forward pass of the sample. */
  readonly program: Program;
  /** After the backward pass of a batch. */
  readonly gradients: Program;
  readonly before: ReadonlyMap<string, Float32Array> | undefined;
  /** Inputs of the network. */
  readonly size: number;
}

function rangesOf({ plan, data, parts }: Trainer, scales: readonly InputScale[] = []): InputRanges {
  const size = sizeOf(plan.network.inputShape);
  const count = Math.min(size, mostInputs);
  const low = new Float32Array(count).fill(Number.POSITIVE_INFINITY);
  const high = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const row of parts.train) {
    for (let i = 0; i < count; i++) {
      const value = data.inputs[row * size + i];
      low[i] = Math.min(low[i], value);
      high[i] = Math.max(high[i], value);
    }
  }
  return {
    low,
    high,
    shift: Float32Array.from(low, (_, i) => scales[i]?.shift ?? 0),
    scale: Float32Array.from(low, (_, i) => scales[i]?.scale ?? 1),
  };
}

function unitsOf(
  layer: LayerPlan,
  units: number,
  { program, gradients, before, size }: Measured,
): Omit<LayerUnits, 'responses'> {
  const { index, name, inputShape, outputShape, tensors } = layer;
  const count = Math.min(units, outputShape[0]);
  const isFlat = outputShape.length === 1;
  const first = (values: ArrayLike<number>): Float32Array => Float32Array.from({ length: count }, (_, i) => values[i]);
  const readable = new Set(program.tensors());
  const tensor = (role: TensorPlan['role']) => tensors.find((each) => each.role === role);
  const learned = (plan: TensorPlan, pick: (values: ArrayLike<number>) => Float32Array): Learned => {
    const { values } = program.read(plan.name);
    const old = before?.get(plan.name);
    return {
      values: pick(values),
      gradients: pick(gradients.read(`${plan.name}.gradient`).values),
      changes: old && pick(values.map((value, i) => value - old[i])),
    };
  };
  const inputs = sizeOf(inputShape);
  const matrix = tensor('weight');
  const weight = matrix?.shape.length === 2 && matrix.shape[1] === inputs ? matrix : undefined;
  const [bias, filters] = [tensor('bias'), tensor('filters')];
  const columns = Math.min(units, inputs);
  const all = program.read(`${name}.a`).values;
  return {
    layer: index,
    count,
    z: isFlat && readable.has(`${name}.z`) ? first(program.read(`${name}.z`).values) : undefined,
    ...(isFlat ? { a: first(all) } : channels(all, outputShape, count)),
    weight: weight && { columns, ...learned(weight, block(count, inputs, columns)) },
    bias: bias && learned(bias, first),
    filters: filters && {
      shape: [count, ...filters.shape.slice(1)],
      values: Float32Array.from(program.read(filters.name).values.slice(0, count * sizeOf(filters.shape.slice(1)))),
    },
    pattern:
      weight && columns < inputs && inputs === size && inputs <= mostInputs
        ? block(count, inputs, inputs)(program.read(weight.name).values)
        : undefined,
  };
}

/** Picks the first rows and columns of a matrix. */
function block(rows: number, size: number, columns: number): (values: ArrayLike<number>) => Float32Array {
  return (values) =>
    Float32Array.from({ length: rows * columns }, (_, i) => values[Math.floor(i / columns) * size + (i % columns)]);
}

/** Pictures of channels, thinned where they are large. A sequence is one row high. */
function channels(values: FloatArray, shape: readonly number[], count: number): Pick<LayerUnits, 'a' | 'picture'> {
  const [height, width] = shape.length === 3 ? [shape[1], shape[2]] : [1, sizeOf(shape.slice(1))];
  const stride = Math.ceil(Math.max(height, width) / longestSide);
  const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
  const a = new Float32Array(count * rows * columns);
  for (let i = 0; i < a.length; i++) {
    const [channel, place] = [Math.floor(i / (rows * columns)), i % (rows * columns)];
    const [row, column] = [Math.floor(place / columns), place % columns];
    a[i] = values[channel * height * width + row * stride * width + column * stride];
  }
  return { a, picture: [rows, columns] };
}

function tensorsOf({ plan }: Trainer, values: Float32Array): ReadonlyMap<string, Float32Array> {
  let at = 0;
  return new Map(
    plan.network.layers.flatMap(storedTensors).map(({ name, shape }) => {
      const from = at;
      at += sizeOf(shape);
      return [name, values.subarray(from, at)];
    }),
  );
}
