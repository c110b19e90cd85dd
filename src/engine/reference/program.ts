/** The reference program: plain loops over typed arrays, one kernel object per layer, everything allocated at compile time. */
import { inStretches } from '../../common/steps';
import { activation } from '../../spec/catalogue';
import { layerKindOf } from '../../spec/layers';
import { outputsPerTarget } from '../../spec/lossRules';
import { makeOptimizer, type Optimizer } from '../../spec/optimizers';
import { outputActivation } from '../../spec/outputActivation';
import type { TrainingPlan } from '../../spec/plan';
import type {
  CompileOptions,
  Divergence,
  FloatArray,
  Mode,
  Precision,
  Program,
  ProgramData,
  ProgramState,
  Tensor,
} from '../backend';
import { firstGuilty, type Suspect } from '../divergence';
import { complete, copyPieces, type Pieces, pieceNumbers, pieceWeights } from '../pieces';
import { sizeOf } from '../shape';
import { stepByStep } from '../stepByStep';
import { Branches } from './branches';
import { clipGradients, clipPieces } from './clip';
import { initialValues } from './initialise';
import { floats, type Layer, type Learned, type Stored } from './layer';
import { type Loss, makeLoss } from './losses';
import { makeLayer } from './makeLayer';
import { type Memory, makeMemory } from './memory';
import { unitPieces } from './ranged';
import { addPenalty } from './regularizer';

interface Slot {
  readonly learned: Learned;
  readonly memory: readonly Memory[];
  /** The arrays of `memory`. */
  readonly arrays: readonly FloatArray[];
}

/** A readable buffer: numbers of a sample, or of the whole tensor where it has no batch axis. */
interface Readable {
  readonly values: FloatArray;
  readonly shape: readonly number[];
  readonly batched: boolean;
}

/** See `Program` for what each member promises. */
export class ReferenceProgram implements Program {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly threads = 1;
  learningRate: number;
  momentum: number | undefined;

  readonly #maxBatch: number;
  readonly #layers: readonly Layer[];
  readonly #slots: readonly Slot[];
  readonly #slotsOfLayer: readonly (readonly Slot[])[];
  readonly #gradients: readonly FloatArray[];
  readonly #state: readonly Stored[];
  readonly #branches: Branches;
  readonly #optimizer: Optimizer;
  /** Of the update under way; one object, so that a step allocates nothing. */
  readonly #settings: { learningRate: number; momentum: number | undefined; step: number };
  readonly #loss: Loss;
  readonly #input: FloatArray;
  readonly #target: FloatArray;
  /** Of the current batch; undefined where all samples count alike. */
  readonly #sampleWeights: Float64Array | undefined;
  /** `#signals[i]` is the output of layer i, `#errors[i]` its dL/d(output). */
  readonly #signals: readonly FloatArray[];
  readonly #readable: ReadonlyMap<string, Readable>;
  /** Every buffer that a phase reads from an earlier one; each once. */
  readonly #working: readonly FloatArray[];
  #step = 0;
  #count = 0;
  #training = false;
  #lossValue = 0;
  /** True from `begin` in training mode to `endStep`: the next phase depends on the working buffers. */
  #open = false;
  /** What is left of the limits to the gradients of a step in pieces. */
  #clipping?: Pieces<void>;

  /** `fill` is to follow before it is used. */
  constructor(plan: TrainingPlan, data: ProgramData, options: CompileOptions) {
    const { network, training } = plan;
    const precision = options.precision ?? 'float32';
    this.plan = plan;
    this.#maxBatch = options.maxBatch;
    this.data = narrow(data, precision);
    this.learningRate = training.optimizer.parameters.learning_rate as number;
    this.#settings = { learningRate: this.learningRate, momentum: undefined, step: 1 };
    this.#optimizer = makeOptimizer(training.optimizer, training.schedule?.parameters.cycle_momentum === true);

    const inputSize = sizeOf(network.inputShape);
    const outputSize = sizeOf(network.outputShape);
    const targetSize = outputSize / outputsPerTarget(network.loss);
    if (data.targetSize !== targetSize) {
      throw new Error(`The data have ${data.targetSize} target numbers a sample, the network needs ${targetSize}.`);
    }
    const batchOf = (size: number): FloatArray => floats(precision, options.maxBatch * size);
    this.#input = batchOf(inputSize);
    this.#target = batchOf(targetSize);
    this.#sampleWeights = data.sampleWeights && new Float64Array(options.maxBatch);
    this.#signals = network.layers.map((layer) => batchOf(sizeOf(layer.outputShape)));
    const errors = network.layers.map((layer) => batchOf(sizeOf(layer.outputShape)));
    const last = network.layers.length - 1;
    if (network.fusedLayer !== undefined && network.fusedLayer !== last) {
      throw new Error('Only the last layer can be computed together with the loss: plan the network again.');
    }
    this.#branches = new Branches(network.layers, errors, batchOf);
    this.#layers = network.layers.map((layer, i) =>
      makeLayer({
        plan: layer,
        seed: plan.seed,
        maxBatch: options.maxBatch,
        precision,
        activation: layer.activation && activation(layer.activation.name),
        fused: network.fusedLayer === i,
        input: i === 0 ? this.#input : this.#signals[i - 1],
        output: this.#signals[i],
        skip: layer.skipFrom === undefined ? undefined : (this.#signals[layer.skipFrom] ?? this.#input),
        dInput: this.#branches.errorOfInput(i),
        dOutput: errors[i],
      }),
    );
    this.#slotsOfLayer = this.#layers.map((layer) =>
      layer.learned.map((learned) => {
        const memory = makeMemory(this.#optimizer, learned, precision);
        return { learned, memory, arrays: memory.map(({ values }) => values) };
      }),
    );
    this.#slots = this.#slotsOfLayer.flat();
    this.#gradients = this.#slots.map(({ learned }) => learned.gradient);
    this.#state = this.#layers.flatMap(({ state }) => state ?? []);
    const fused = network.fusedLayer !== undefined;
    const head = this.#layers[last];
    const logits = fused ? head.z : this.#signals[last];
    const error = fused ? head.delta : errors[last];
    if (!logits || !error) {
      throw new Error('The fused layer has no activation: plan the network again.');
    }
    this.#loss = makeLoss(
      network.loss,
      { fused, activation: outputActivation(network.layers)?.thing.name },
      { outputs: this.#signals[last], targets: this.#target, logits, error, size: outputSize },
      this.#sampleWeights,
    );
    this.#readable = this.#nameBuffers(errors);
    const lasting = new Set([
      ...this.#slots.flatMap(({ learned, memory }) => [learned.values, ...memory.map((m) => m.values)]),
      ...this.#state.map(({ values }) => values),
    ]);
    const all = [...this.#readable.values()].map(({ values }) => values);
    const kept = [
      ...this.#layers.flatMap((layer) => layer.kept ?? []),
      ...(this.#sampleWeights ? [this.#sampleWeights] : []),
    ];
    this.#working = [...new Set([...all, ...errors, ...kept])].filter((values) => !lasting.has(values));
  }

  get step(): number {
    return this.#step;
  }

  /** What training begins with; where no values are given, they are drawn. */
  *fill(given: CompileOptions['initial']): Pieces<void> {
    const initial = given ?? (yield* initialValues(this.plan));
    for (const { plan, values } of [...this.#slots.map(({ learned }) => learned), ...this.#state]) {
      const own = initial.get(plan.name);
      if (!own) {
        throw new Error(`The initial values have no tensor ${plan.name}: draw them for this network.`);
      }
      yield* copyPieces(values, own);
    }
    for (const { values, initial } of this.#slots.flatMap(({ memory }) => memory)) {
      if (initial === 0) {
        continue;
      }
      yield* inStretches(values.length, (from, to) => values.fill(initial, from, to), pieceNumbers);
    }
  }

  begin(rows: Int32Array, from: number, count: number, mode: Mode): void {
    complete(this.beginParts(rows, from, count, mode));
  }

  *beginParts(rows: Int32Array, from: number, count: number, mode: Mode): Pieces<void> {
    if (count < 1 || count > this.#maxBatch) {
      throw new Error(`A batch of ${count} does not fit a program compiled for 1 to ${this.#maxBatch}.`);
    }
    this.#count = count;
    this.#training = mode === 'training';
    this.#open = this.#training;
    this.#clipping = undefined;
    const { inputs, targets, sampleWeights } = this.data;
    const own = rows.subarray(from, from + count);
    yield* gather(this.#input, inputs, own, this.#input.length / this.#maxBatch);
    yield* gather(this.#target, targets, own, this.data.targetSize);
    if (this.#sampleWeights && sampleWeights) {
      yield* gather(this.#sampleWeights, sampleWeights, own, 1);
    }
  }

  forward(layer: number): void {
    this.#layers[layer].forward(this.#count, this.#training, this.#step);
  }

  *forwardParts(layer: number): Pieces<void> {
    const own = this.#layers[layer];
    if (own.forwardParts) {
      yield* own.forwardParts(this.#count, this.#training, this.#step);
    } else {
      own.forward(this.#count, this.#training, this.#step);
    }
  }

  loss(): number {
    return complete(this.lossParts());
  }

  *lossParts(): Pieces<number> {
    this.#lossValue = yield* this.#loss(this.#count, this.#training);
    return this.#lossValue;
  }

  backward(layer: number): void {
    this.#layers[layer].backward(this.#count);
    for (const { learned } of this.#slotsOfLayer[layer]) {
      if (learned.plan.regularizer) {
        addPenalty(learned, learned.plan.regularizer);
      }
    }
    complete(this.#branches.join(layer, this.#count));
    // The first layer comes last: now every gradient is there.
    if (layer === 0) {
      clipGradients(this.#gradients, this.plan.training);
    }
  }

  *backwardParts(layer: number): Pieces<void> {
    const own = this.#layers[layer];
    if (own.backwardParts) {
      yield* own.backwardParts(this.#count);
    } else {
      own.backward(this.#count);
    }
    for (const { learned } of this.#slotsOfLayer[layer]) {
      const { regularizer } = learned.plan;
      const { length } = learned.values;
      for (let from = 0; regularizer && from < length; from += pieceWeights) {
        addPenalty(learned, regularizer, from, Math.min(from + pieceWeights, length));
        yield;
      }
    }
    yield* this.#branches.join(layer, this.#count);
    if (layer === 0) {
      this.#clipping = clipPieces(this.#gradients, this.plan.training);
    }
  }

  /** What is done twice to a gradient must not be done anew: once begun the limits to gradients are brought to their end. */
  *#finishClipping(): Pieces<void> {
    if (this.#clipping) {
      yield* this.#clipping;
    }
    this.#clipping = undefined;
  }

  update(layer: number): void {
    complete(this.#finishClipping());
    const slots = this.#slotsOfLayer[layer];
    this.#set();
    for (let i = 0; i < slots.length; i++) {
      this.#optimizer.update(slots[i].learned, slots[i].arrays, this.#settings);
    }
    this.#layers[layer].commit?.();
  }

  *updateParts(layer: number): Pieces<void> {
    yield* this.#finishClipping();
    this.#set();
    const settings = { ...this.#settings };
    for (const { learned, memory, arrays } of this.#slotsOfLayer[layer]) {
      const { values, gradient } = learned;
      // What there is once for the whole tensor changes once a step, not with each piece.
      const singles = memory
        .filter(({ single }) => single)
        .map((each) => ({ each: each.values, before: each.values[0] }));
      for (let from = 0; from < values.length; from += pieceWeights) {
        const part = (array: FloatArray): FloatArray => array.subarray(from, from + pieceWeights);
        for (const { each, before } of singles) {
          each[0] = before;
        }
        this.#optimizer.update(
          { values: part(values), gradient: part(gradient) },
          arrays.map((array, i) => (memory[i].single ? array : part(array))),
          settings,
        );
        yield;
      }
    }
    this.#layers[layer].commit?.();
  }

  /** What the optimizer is to know of the step. */
  #set(): void {
    this.#settings.learningRate = this.learningRate;
    this.#settings.momentum = this.momentum;
    this.#settings.step = this.#step + 1;
  }

  endStep(): void {
    this.#step++;
    this.#open = false;
  }

  trainStep(rows: Int32Array, from: number, count: number): number {
    this.begin(rows, from, count, 'training');
    const last = this.#layers.length - 1;
    for (let layer = 0; layer <= last; layer++) {
      this.forward(layer);
    }
    const loss = this.loss();
    if (loss - loss !== 0) {
      return loss;
    }
    for (let layer = last; layer >= 0; layer--) {
      this.backward(layer);
    }
    for (let layer = 0; layer <= last; layer++) {
      this.update(layer);
    }
    this.endStep();
    return loss;
  }

  trainSteps(rows: Int32Array, samples: number, steps: number, losses: Float64Array): number {
    return stepByStep(this, rows, samples, steps, losses);
  }

  outputs(): FloatArray {
    return this.#signals[this.#signals.length - 1];
  }

  findDivergence(): Divergence | undefined {
    return complete(this.divergenceParts());
  }

  *divergenceParts(): Pieces<Divergence | undefined> {
    const found = yield* firstGuilty(this.#suspects());
    // A step that is done was counted by endStep already.
    const step = this.#open ? this.#step + 1 : Math.max(this.#step, 1);
    return found && { layer: found.layer, step, tensor: found.tensor };
  }

  /** What may not be finite, in the order in which it would be computed. */
  *#suspects(): Generator<Suspect> {
    const names = this.plan.network.layers.map(({ name }) => name);
    const batch = (layer: string, kind: string, values: FloatArray): Suspect => ({
      layer,
      tensor: `${layer}.${kind}`,
      values: values.subarray(0, (values.length / this.#maxBatch) * this.#count),
    });
    for (const [i, { z }] of this.#layers.entries()) {
      const layer = names[i];
      for (const { learned } of this.#slotsOfLayer[i]) {
        yield { layer, tensor: learned.plan.name, values: learned.values };
      }
      if (z) {
        yield batch(layer, 'z', z);
      }
      yield batch(layer, 'a', this.#signals[i]);
    }
    const last = names.length - 1;
    yield { layer: names[last], tensor: 'loss', values: Float64Array.of(this.#lossValue) };
    for (let i = last; i >= 0; i--) {
      const layer = names[i];
      const { delta } = this.#layers[i];
      if (delta) {
        yield batch(layer, 'delta', delta);
      }
      for (const { learned, memory } of this.#slotsOfLayer[i]) {
        yield { layer, tensor: `${learned.plan.name}.gradient`, values: learned.gradient };
        for (const { name, values } of memory) {
          yield { layer, tensor: name, values };
        }
      }
    }
  }

  tensors(): readonly string[] {
    return [...this.#readable.keys()];
  }

  read(name: string): Tensor {
    return complete(this.readParts(name));
  }

  *readParts(name: string): Pieces<Tensor> {
    yield* this.#finishClipping();
    const buffer = this.#readable.get(name);
    if (!buffer) {
      throw new Error(`No tensor is named ${name}; there are ${this.tensors().join(', ')}.`);
    }
    if (!buffer.batched) {
      return { shape: buffer.shape, values: yield* copyOf(buffer.values) };
    }
    const values = buffer.values.subarray(0, this.#count * sizeOf(buffer.shape));
    return { shape: [this.#count, ...buffer.shape], values: yield* copyOf(values) };
  }

  write(name: string, values: ArrayLike<number>): void {
    complete(this.writeParts(name, values));
  }

  *writeParts(name: string, values: ArrayLike<number>): Pieces<void> {
    const tensor = [...this.#slots.map(({ learned }) => learned), ...this.#state].find(
      (each) => each.plan.name === name,
    );
    if (!tensor) {
      throw new Error(`No learned tensor is named ${name}.`);
    }
    const target = tensor.values;
    if (values.length !== target.length) {
      throw new Error(`${name} has ${target.length} numbers, not ${values.length}.`);
    }
    yield* inStretches(target.length, (from, to) => writeNumbers(target, values, from, to), pieceWeights);
  }

  snapshot(): ProgramState {
    return complete(this.snapshotParts());
  }

  *snapshotParts(): Pieces<ProgramState> {
    yield* this.#finishClipping();
    const weights = yield* copiesOf(this.#lasting());
    const optimizer = yield* copiesOf(this.#slots.flatMap(({ arrays }) => arrays));
    const buffers = this.#open ? yield* copiesOf(this.#working) : undefined;
    return {
      weights,
      optimizer,
      step: this.#step,
      learningRate: this.learningRate,
      momentum: this.momentum,
      ...(buffers && { batch: { count: this.#count, loss: this.#lossValue, buffers } }),
    };
  }

  restore(state: ProgramState): void {
    complete(this.restoreParts(state));
  }

  *restoreParts(state: ProgramState): Pieces<void> {
    this.#clipping = undefined;
    const memories = this.#slots.flatMap(({ memory }) => memory);
    if (state.weights.length !== this.#lasting().length || state.optimizer.length !== memories.length) {
      throw new Error('The snapshot is of another network or optimizer: restore one taken from the same plan.');
    }
    for (const [i, values] of this.#lasting().entries()) {
      yield* copyPieces(values, state.weights[i]);
    }
    for (const [i, { values }] of memories.entries()) {
      yield* copyPieces(values, state.optimizer[i]);
    }
    this.#step = state.step;
    this.learningRate = state.learningRate;
    this.momentum = state.momentum;
    this.#open = state.batch !== undefined;
    if (state.batch) {
      this.#count = state.batch.count;
      this.#lossValue = state.batch.loss;
      this.#training = true;
      for (const [i, values] of state.batch.buffers.entries()) {
        yield* copyPieces(this.#working[i], values);
      }
    }
  }

  /** Values of the learned tensors, then of the state. */
  #lasting(): readonly FloatArray[] {
    return [...this.#slots.map(({ learned }) => learned.values), ...this.#state.map(({ values }) => values)];
  }

  #nameBuffers(errors: readonly FloatArray[]): ReadonlyMap<string, Readable> {
    const { network } = this.plan;
    const names = new Map<string, Readable>();
    const add = (name: string, values: FloatArray, shape: readonly number[], batched: boolean): void => {
      names.set(name, { values, shape, batched });
    };
    add('input', this.#input, network.inputShape, true);
    add('target', this.#target, [this.data.targetSize], true);
    network.layers.forEach((layer, i) => {
      const { z, delta, zSize, winner, state } = this.#layers[i];
      for (const { learned, memory } of this.#slotsOfLayer[i]) {
        add(learned.plan.name, learned.values, learned.plan.shape, false);
        add(`${learned.plan.name}.gradient`, learned.gradient, learned.plan.shape, false);
        for (const { name, values, shape } of memory) {
          add(name, values, shape, false);
        }
      }
      for (const { plan, values } of state ?? []) {
        add(plan.name, values, plan.shape, false);
      }
      const zShape = layerKindOf(layer).isActivation ? layer.inputShape : (this.#layers[i].zShape ?? [zSize ?? 0]);
      if (z && delta) {
        add(`${layer.name}.z`, z, zShape, true);
        add(`${layer.name}.delta`, delta, zShape, true);
      }
      add(`${layer.name}.a`, this.#signals[i], layer.outputShape, true);
      if (winner) {
        add(`${layer.name}.winner`, winner.values, winner.shape, true);
      }
      if (i > 0) {
        add(`${layer.name}.dInput`, errors[i - 1], layer.inputShape, true);
      }
    });
    return names;
  }
}

/** The data as the program holds them; shared with the caller where they are as narrow already. */
function narrow(data: ProgramData, precision: Precision): ProgramData {
  if (precision === 'float64') {
    return data;
  }
  const single = (values: FloatArray): FloatArray =>
    values instanceof Float32Array ? values : Float32Array.from(values);
  return { ...data, inputs: single(data.inputs), targets: single(data.targets) };
}

/** Samples of `size` numbers each, those of `rows`, one behind the other. */
function gather(target: FloatArray, all: FloatArray, rows: Int32Array, size: number): Pieces<void> {
  return unitPieces(rows.length, size, (s, from, to) => {
    for (let i = s * size + from, at = rows[s] * size + from; i < s * size + to; i++, at++) {
      target[i] = all[at];
    }
  });
}

function* copiesOf(arrays: readonly FloatArray[]): Pieces<FloatArray[]> {
  const copies: FloatArray[] = [];
  for (const array of arrays) {
    copies.push(yield* copyOf(array));
  }
  return copies;
}

function* copyOf(values: FloatArray): Pieces<FloatArray> {
  const copy = values instanceof Float64Array ? new Float64Array(values.length) : new Float32Array(values.length);
  yield* copyPieces(copy, values);
  return copy;
}

function writeNumbers(target: FloatArray, values: ArrayLike<number>, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    target[i] = values[i];
  }
}
