/**
 * The reference program: training as in a textbook. `trainStep` is one step: forward pass, error,
 * gradients, update. `docs/backpropagation.md` explains these four with numbers. All buffers are allocated
 * when the program is made.
 */
import type { TrainingPlan } from '../../spec/plan';
import type {
  CompileOptions,
  Divergence,
  FloatArray,
  Mode,
  Program,
  ProgramData,
  ProgramState,
  SampleSource,
  Tensor,
} from '../backend';
import { firstNonFinite } from '../divergence';
import { sizeOf } from '../shape';
import { stepByStep } from '../stepByStep';
import { inPrecision, withInputs } from '../trainingData';
import { clipGradients } from './clip';
import { initialValues } from './initialise';
import type { Stored } from './layer';
import { buildNetwork, type Network, type NetworkLayer, type TrainedTensor } from './network';
import { addPenalty } from './regularizer';
import { type NamedTensor, namesInOrder, nameTensors } from './tensors';

/** See `Program` for what each member promises. */
export class ReferenceProgram implements Program {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly threads = 1;
  learningRate: number;
  momentum: number | undefined;

  readonly #maxBatch: number;
  readonly #network: Network;
  readonly #layers: readonly NetworkLayer[];
  /** All learned tensors, and all tensors that are saved with them but not learned. */
  readonly #tensors: readonly TrainedTensor[];
  readonly #state: readonly Stored[];
  readonly #named: ReadonlyMap<string, NamedTensor>;
  /** Every buffer in which a phase leaves numbers for a later phase, each once. */
  readonly #working: readonly FloatArray[];
  #step = 0;
  /** Samples in the current batch. */
  #count = 0;
  #training = false;
  #lossValue = 0;
  /** True from `begin` in training mode to `endStep`: the next phase then depends on the working buffers. */
  #open = false;

  constructor(plan: TrainingPlan, data: SampleSource, options: CompileOptions) {
    this.plan = plan;
    this.data = inPrecision(withInputs(data), options.precision);
    this.learningRate = plan.training.optimizer.parameters.learning_rate as number;
    this.#maxBatch = options.maxBatch;
    this.#network = buildNetwork(plan, options, data.sampleWeights !== undefined);
    const { layers, targetSize, sampleWeights } = this.#network;
    if (data.targetSize !== targetSize) {
      throw new Error(`The data have ${data.targetSize} target numbers a sample, the network needs ${targetSize}.`);
    }
    this.#layers = layers;
    this.#tensors = layers.flatMap(({ tensors }) => tensors);
    this.#state = layers.flatMap(({ passes }) => passes.state ?? []);
    this.#named = nameTensors(this.#network, plan.network.inputShape);
    const lasting = new Set([...this.#lasting(), ...this.#memories()]);
    const buffers = new Set([
      ...[...this.#named.values()].map(({ values }) => values),
      ...layers.map(({ dOutput }) => dOutput),
      ...layers.flatMap(({ passes }) => passes.kept ?? []),
      ...(sampleWeights ? [sampleWeights] : []),
    ]);
    this.#working = [...buffers].filter((values) => !lasting.has(values));

    const initial = options.initial ?? initialValues(plan);
    for (const { plan: tensor, values } of [...this.#tensors.map(({ learned }) => learned), ...this.#state]) {
      const given = initial.get(tensor.name);
      if (!given) {
        throw new Error(`The initial values have no tensor ${tensor.name}: draw them for this network.`);
      }
      values.set(given);
    }
  }

  get step(): number {
    return this.#step;
  }

  /** Copies the samples of a batch into the network's input and target. */
  begin(rows: Int32Array, from: number, count: number, mode: Mode): void {
    if (count < 1 || count > this.#maxBatch) {
      throw new Error(`A batch of ${count} does not fit a program compiled for 1 to ${this.#maxBatch}.`);
    }
    this.#count = count;
    this.#training = mode === 'training';
    this.#open = this.#training;
    const { inputs, targets, sampleWeights } = this.data;
    const { input, target, targetSize, sampleWeights: batchWeights } = this.#network;
    const batch = rows.subarray(from, from + count);
    gather(input, inputs, batch, input.length / this.#maxBatch);
    gather(target, targets, batch, targetSize);
    if (batchWeights && sampleWeights) {
      gather(batchWeights, sampleWeights, batch, 1);
    }
  }

  /** Step 1, forward pass, for one layer: from its input to z and a = f(z). */
  forward(layer: number): void {
    this.#layers[layer].passes.forward(this.#count, this.#training, this.#step);
  }

  /** The beginning of step 2, error: the loss, and in training the error dL/da of the network's output. */
  loss(): number {
    this.#lossValue = this.#network.loss(this.#count, this.#training);
    return this.#lossValue;
  }

  /** Steps 2 and 3, error and gradients, for one layer: from dL/da to delta, dW, db and dL/d(input). */
  backward(layer: number): void {
    const { passes, tensors } = this.#layers[layer];
    passes.backward(this.#count);
    for (const { learned } of tensors) {
      if (learned.plan.regularizer) {
        addPenalty(learned, learned.plan.regularizer);
      }
    }
    this.#network.branches.join(layer, this.#count);
    // The first layer comes last: now every gradient is known.
    if (layer === 0) {
      const moving = this.#tensors.filter(({ learned }) => !learned.plan.isFrozen);
      const gradients = moving.map(({ learned }) => learned.gradient);
      clipGradients(gradients, this.plan.training);
    }
  }

  /** Step 4, update, for one layer: the optimizer changes each weight by its gradient. */
  update(layer: number): void {
    const { passes, tensors } = this.#layers[layer];
    const settings = { learningRate: this.learningRate, momentum: this.momentum, step: this.#step + 1 };
    for (const { learned, memoryValues } of tensors.filter(({ learned }) => !learned.plan.isFrozen)) {
      this.#network.optimizer.update(learned, memoryValues, settings);
    }
    passes.commit?.(this.#count);
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
    if (!Number.isFinite(loss)) {
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
    return this.#layers[this.#layers.length - 1].output;
  }

  findDivergence(): Divergence | undefined {
    const suspects = namesInOrder(this.#network).map(({ layer, tensor }) => ({
      layer,
      tensor,
      values: tensor === 'loss' ? Float64Array.of(this.#lossValue) : this.#valuesOf(this.#find(tensor)),
    }));
    const found = firstNonFinite(suspects);
    // `endStep` has already counted a step that is complete.
    const step = this.#open ? this.#step + 1 : Math.max(this.#step, 1);
    return found && { layer: found.layer, step, tensor: found.tensor };
  }

  tensors(): readonly string[] {
    return [...this.#named.keys()];
  }

  read(name: string): Tensor {
    const tensor = this.#find(name);
    const { shape, batched } = tensor;
    return { shape: batched ? [this.#count, ...shape] : shape, values: this.#valuesOf(tensor).slice() };
  }

  hold(name: string): () => FloatArray {
    const { values } = this.read(name);
    return () => values;
  }

  write(name: string, values: ArrayLike<number>): void {
    const tensors = [...this.#tensors.map(({ learned }) => learned), ...this.#state];
    const target = tensors.find(({ plan }) => plan.name === name)?.values;
    if (!target) {
      throw new Error(`No learned tensor is named ${name}.`);
    }
    if (values.length !== target.length) {
      throw new Error(`${name} has ${target.length} numbers, not ${values.length}.`);
    }
    target.set(values);
  }

  snapshot(): ProgramState {
    const copy = (arrays: readonly FloatArray[]): FloatArray[] => arrays.map((values) => values.slice());
    return {
      weights: copy(this.#lasting()),
      optimizer: copy(this.#memories()),
      step: this.#step,
      learningRate: this.learningRate,
      momentum: this.momentum,
      ...(this.#open && { batch: { count: this.#count, loss: this.#lossValue, buffers: copy(this.#working) } }),
    };
  }

  restore({ weights, optimizer, step, learningRate, momentum, batch }: ProgramState): void {
    const lasting = this.#lasting();
    const memories = this.#memories();
    if (weights.length !== lasting.length || optimizer.length !== memories.length) {
      throw new Error('The snapshot is of another network or optimizer: restore one taken from the same plan.');
    }
    copyAll(lasting, weights);
    copyAll(memories, optimizer);
    this.#step = step;
    this.learningRate = learningRate;
    this.momentum = momentum;
    this.#open = batch !== undefined;
    if (batch) {
      this.#count = batch.count;
      this.#lossValue = batch.loss;
      this.#training = true;
      copyAll(this.#working, batch.buffers);
    }
  }

  #find(name: string): NamedTensor {
    const tensor = this.#named.get(name);
    if (!tensor) {
      throw new Error(`No tensor is named ${name}; there are ${this.tensors().join(', ')}.`);
    }
    return tensor;
  }

  /** The numbers of a tensor: those of the current batch, or all where it has no batch axis. */
  #valuesOf({ values, shape, batched }: NamedTensor): FloatArray {
    return batched ? values.subarray(0, this.#count * sizeOf(shape)) : values;
  }

  /** Values of the learned tensors, then of the state. */
  #lasting(): readonly FloatArray[] {
    return [...this.#tensors.map(({ learned }) => learned.values), ...this.#state.map(({ values }) => values)];
  }

  #memories(): readonly FloatArray[] {
    return this.#tensors.flatMap(({ memoryValues }) => memoryValues);
  }
}

function copyAll(targets: readonly FloatArray[], sources: readonly FloatArray[]): void {
  for (const [i, source] of sources.entries()) {
    targets[i].set(source);
  }
}

/** Copies the given rows of `all`, each of `size` numbers, to `target`, one after the other. */
function gather(target: FloatArray, all: FloatArray, rows: Int32Array, size: number): void {
  for (let s = 0; s < rows.length; s++) {
    for (let i = 0; i < size; i++) {
      target[s * size + i] = all[rows[s] * size + i];
    }
  }
}
