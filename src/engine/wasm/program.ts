/** A compiled network's module with its memory, driven phase by phase or in whole steps; see `Program`. */
import type { TensorPlan, TrainingPlan } from '../../spec/plan';
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
import { drawInitial } from '../reference/initialise';
import { sizeOf } from '../shape';
import { stepByStep } from '../stepByStep';
import { type Kernel, type Layout, type RangeKernel, rowAlignment, type WasmTensor } from './layer';
import type { BatchBuffer, Region } from './memory/arena';
import { control } from './memory/control';
import { samplesInside } from './memory/samples';
import { layerCost } from './network/cost';
import type { Exports } from './network/exports';
import type { CompiledNetwork } from './network/network';
import { stepRegions } from './network/stepState';
import { nameBuffers, type Readable } from './tensors/readable';
import { suspects } from './tensors/suspects';
import { readTensor, writeTensor } from './tensors/tensor';
import type { ThreadPool } from './threads/pool';
import { type ThreadChoice, worthThreads } from './threads/threadChoice';

/** The compiled network on its memory. */
export interface ProgramInstance {
  readonly memory: WebAssembly.Memory;
  readonly exports: Exports;
}

export class WasmProgram implements Program {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  learningRate: number;
  momentum: number | undefined;

  readonly #network: CompiledNetwork;
  readonly #exports: Exports;
  readonly #floats: Float32Array;
  readonly #doubles: Float64Array;
  readonly #integers: Int32Array;
  readonly #tensors: readonly WasmTensor[];
  readonly #readable: ReadonlyMap<string, Readable>;
  readonly #outputs: Float32Array;
  /** Everything that the next phases of an open step read. */
  readonly #stepRegions: readonly Region[];
  readonly #maxBatch: number;
  #pool: ThreadPool | undefined;
  #choice: ThreadChoice | undefined;
  /** Multiply–adds of a sample. */
  readonly #cost: number;
  #step = 0;
  #count = 0;
  #lossValue = 0;
  #open = false;

  /** Before the program is used, `fill` and `copySamples` must be called. */
  constructor(
    plan: TrainingPlan,
    data: SampleSource,
    network: CompiledNetwork,
    { maxBatch }: CompileOptions,
    instance: ProgramInstance,
  ) {
    this.plan = plan;
    this.learningRate = plan.training.optimizer.parameters.learning_rate as number;
    this.#network = network;
    this.#maxBatch = maxBatch;
    this.#exports = instance.exports;
    const { buffer } = instance.memory;
    this.#floats = new Float32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#integers = new Int32Array(buffer);
    this.#tensors = network.layers.flatMap(({ layer }) => layer.tensors);
    this.#readable = nameBuffers(plan.network, network);
    const last = network.outputs[network.outputs.length - 1];
    this.#outputs = this.#view({ address: last.address, length: last.size * network.maxRows });
    this.#stepRegions = stepRegions(network);
    this.#cost = network.layers.reduce((sum, { layer }) => sum + layerCost(layer), 0);
    this.data = samplesInside(buffer, network.data, data);
  }

  /** Without a choice all threads take part wherever the work is worth it. */
  useThreads(pool: ThreadPool, choice?: ThreadChoice): void {
    this.#pool = pool;
    this.#choice = choice;
  }

  get threads(): number {
    return this.#pool?.size ?? 1;
  }

  get step(): number {
    return this.#step;
  }

  begin(rows: Int32Array, from: number, count: number, mode: Mode): void {
    this.#admit(count);
    this.#count = count;
    this.#open = mode === 'training';
    this.#integers[control.count / 4] = count;
    this.#integers[control.training / 4] = this.#open ? 1 : 0;
    this.#prepare(rows, from, count);
    if (this.#network.step.gather) {
      this.#exports.gather(0, 0, count);
    }
  }

  forward(layer: number): void {
    this.#setStep();
    this.#rows(this.#network.layers[layer].layer.forward);
  }

  loss(): number {
    const { pass, mean } = this.#network.loss;
    this.#rows(pass);
    this.#lossValue = this.#exports[mean.name]();
    return this.#lossValue;
  }

  backward(layer: number): void {
    const { layer: built, tensors } = this.#network.layers[layer];
    this.#rows(built.backward);
    this.#rows(this.#network.branches.join(layer));
    if (built.learning) {
      this.#slices(built.learning.gradients, built.learning.slices);
    }
    for (const { penalty, slices } of tensors) {
      this.#slices(penalty, slices);
    }
    // Layers go back to front: now every gradient is there.
    if (layer === 0) {
      this.#run(this.#network.clip);
    }
  }

  update(layer: number): void {
    this.#setStep();
    this.#run(this.#network.step.scalars);
    const { layer: built, tensors } = this.#network.layers[layer];
    for (const { update, slices } of tensors) {
      this.#slices(update, slices);
    }
    this.#run(built.commit);
  }

  endStep(): void {
    // A snapshot may have been restored since the last update, without the scalars.
    this.#setStep();
    this.#run(this.#network.step.scalars);
    this.#run(this.#network.step.end);
    this.#step++;
    this.#open = false;
  }

  trainStep(rows: Int32Array, from: number, count: number): number {
    this.#admit(count);
    this.#prepare(rows, from, count);
    this.#train(count, 1, true);
    return this.#lossValue;
  }

  trainSteps(rows: Int32Array, samples: number, steps: number, losses: Float64Array): number {
    const { data, step } = this.#network;
    const { batchSize } = this.plan.training;
    if (!step.gather) {
      return stepByStep(this, rows, samples, steps, losses);
    }
    this.#prepare(rows, 0, samples);
    const round = Math.ceil(samples / batchSize);
    // Every call but the last does whole epochs, so that the next one begins at the first batch.
    const most = Math.floor(data.lossRoom / round) * round;
    let done = 0;
    while (done < steps) {
      const wanted = Math.min(steps - done, most);
      const more = this.#train(samples, wanted, false);
      const written = Math.min(losses.length, done + more + (more < wanted ? 1 : 0));
      for (let i = done; i < written; i++) {
        losses[i] = this.#doubles[data.losses / 8 + i - done];
      }
      done += more;
      if (more < wanted) {
        break;
      }
    }
    return done;
  }

  outputs(): FloatArray {
    return this.#outputs;
  }

  findDivergence(): Divergence | undefined {
    const batch = { count: this.#count, loss: this.#lossValue };
    const found = firstNonFinite(suspects(this.plan.network, this.#network, batch, (region) => this.#view(region)));
    // A finished step is counted already.
    const step = this.#open ? this.#step + 1 : Math.max(this.#step, 1);
    return found && { layer: found.layer, step, tensor: found.tensor };
  }

  tensors(): readonly string[] {
    return [...this.#readable.keys()];
  }

  read(name: string): Tensor {
    const readable = this.#readable.get(name);
    if (!readable) {
      throw new Error(`No tensor is named ${name}; there are ${this.tensors().join(', ')}.`);
    }
    switch (readable.kind) {
      case 'batch': {
        const { address, size } = readable.buffer;
        const values = this.#view({ address, length: size * this.#count }).slice();
        return { shape: [this.#count, ...readable.shape], values };
      }
      case 'tensor': {
        const { region, layout, shape } = readable;
        return { shape, values: readTensor(this.#view(region), shape, layout) };
      }
      case 'single':
        return { shape: [1], values: this.#doubles.slice(readable.address / 8, readable.address / 8 + 1) };
    }
  }

  hold(name: string): () => FloatArray {
    const readable = this.#readable.get(name);
    if (readable?.kind !== 'tensor') {
      throw new Error(`No learned tensor is named ${name}.`);
    }
    const { region, layout, shape } = readable;
    const held = this.#view(region).slice();
    return () => readTensor(held, shape, layout);
  }

  write(name: string, values: ArrayLike<number>): void {
    const readable = this.#lastingNames().includes(name) ? this.#readable.get(name) : undefined;
    if (readable?.kind !== 'tensor') {
      throw new Error(`No learned tensor is named ${name}.`);
    }
    const length = sizeOf(readable.shape);
    if (values.length !== length) {
      throw new Error(`${name} has ${length} numbers, not ${values.length}.`);
    }
    writeTensor(this.#view(readable.region), values, readable.layout);
  }

  snapshot(): ProgramState {
    const readAll = (names: readonly string[]): FloatArray[] => names.map((name) => this.read(name).values);
    const weights = readAll(this.#lastingNames());
    const optimizer = readAll(this.#memoryNames());
    const gradients = this.#open ? readAll(this.#tensors.map(({ plan }) => `${plan.name}.gradient`)) : undefined;
    return {
      weights,
      optimizer,
      step: this.#step,
      learningRate: this.learningRate,
      momentum: this.momentum,
      ...(gradients && {
        batch: {
          count: this.#count,
          loss: this.#lossValue,
          buffers: [...gradients, ...this.#stepRegions.map((region) => this.#view(region).slice())],
        },
      }),
    };
  }

  restore(state: ProgramState): void {
    const names = this.#lastingNames();
    const memories = this.#memoryNames();
    if (state.weights.length !== names.length || state.optimizer.length !== memories.length) {
      throw new Error('The snapshot is of another network or optimizer: restore one taken from the same plan.');
    }
    for (const [i, name] of names.entries()) {
      this.#overwrite(name, state.weights[i]);
    }
    for (const [i, name] of memories.entries()) {
      this.#overwrite(name, state.optimizer[i]);
    }
    this.#step = state.step;
    this.learningRate = state.learningRate;
    this.momentum = state.momentum;
    this.#open = state.batch !== undefined;
    if (!state.batch) {
      return;
    }
    this.#count = state.batch.count;
    this.#integers[control.count / 4] = this.#count;
    this.#integers[control.training / 4] = 1;
    this.#lossValue = state.batch.loss;
    const { buffers } = state.batch;
    for (const [i, { plan }] of this.#tensors.entries()) {
      this.#overwrite(`${plan.name}.gradient`, buffers[i]);
    }
    for (const [i, region] of this.#stepRegions.entries()) {
      this.#view(region).set(buffers[this.#tensors.length + i]);
    }
  }

  dispose(): void {
    this.#pool?.dispose();
  }

  #admit(count: number): void {
    if (count < 1 || count > this.#maxBatch) {
      throw new Error(`A batch of ${count} does not fit a program compiled for 1 to ${this.#maxBatch}.`);
    }
  }

  /** Makes the rows the order of the next steps, or copies their samples to the batch. */
  #prepare(rows: Int32Array, from: number, count: number): void {
    if (this.#network.step.gather) {
      this.#setOrder(rows, from, count);
    } else {
      this.#copyRows(rows, from, count);
    }
  }

  #setOrder(rows: Int32Array, from: number, count: number): void {
    const at = this.#network.data.order.address / 4;
    for (let s = 0; s < count; s++) {
      this.#integers[at + s] = rows[from + s];
    }
    this.#integers[control.arranged / 4] = 0;
  }

  /** Copies the samples of `rows[from]` and the rows after it to the batch. */
  #copyRows(rows: Int32Array, from: number, count: number): void {
    const { data } = this.#network;
    const { inputs, targets, sampleWeights } = this.data;
    const copy = (buffer: BatchBuffer, all: FloatArray): void => {
      for (let s = 0; s < count; s++) {
        const row = rows[from + s] * buffer.size;
        this.#floats.set(all.subarray(row, row + buffer.size), buffer.address / 4 + s * buffer.size);
      }
    };
    copy(data.input, inputs);
    copy(data.target, targets);
    if (data.sampleWeights === undefined || !sampleWeights) {
      return;
    }
    for (let s = 0; s < count; s++) {
      this.#doubles[data.sampleWeights / 8 + s] = sampleWeights[rows[from + s]];
    }
  }

  /** Trains `steps` steps on the first `samples` rows of the order. Returns how many were done. */
  #train(samples: number, steps: number, alone: boolean): number {
    const { step, tiny } = this.#network;
    const staged = (tiny ? alone : !step.gather) ? 1 : 0;
    this.#integers[control.training / 4] = 1;
    this.#setStep();
    this.#open = true;
    const { batchSize } = this.plan.training;
    const most = this.#threadsFor(Math.min(samples, batchSize));
    const choice = most > 1 ? this.#choice : undefined;
    const threads = !choice || choice.begin() ? most : 1;
    if (threads > 1) {
      this.#pool?.start(threads, { kernel: -1, samples, steps, staged });
    }
    this.#exports.train(0, threads, samples, steps, staged);
    const done = this.#integers[control.done / 4];
    choice?.end(done);
    const latest = Math.min(done, steps - 1);
    const inRound = Math.ceil(samples / batchSize);
    this.#count = Math.min(batchSize, samples - (latest % inRound) * batchSize);
    this.#lossValue = this.#doubles[this.#network.data.losses / 8 + latest];
    this.#step += done;
    this.#open = done < steps;
    // A tiny network's loop keeps its numbers in locals. The phases compute them again, so that the one that
    // is not finite can be found.
    if (tiny && this.#open) {
      this.#replay(latest % inRound);
    }
    return done;
  }

  /** Computes forward pass and loss of a batch of the order again, phase by phase. */
  #replay(batch: number): void {
    const from = batch * this.plan.training.batchSize;
    this.#integers[control.count / 4] = this.#count;
    this.#exports.gather(from, 0, this.#count);
    for (let layer = 0; layer < this.#network.layers.length; layer++) {
      this.forward(layer);
    }
    this.loss();
  }

  #setStep(): void {
    this.#doubles[control.step / 8] = this.#step;
    this.#doubles[control.learningRate / 8] = this.learningRate;
    this.#doubles[control.momentum / 8] = this.momentum ?? Number.NaN;
  }

  #rows(kernel: RangeKernel | undefined): void {
    if (kernel) {
      this.#range(kernel, 0, this.#count, rowAlignment);
    }
  }

  #slices(kernel: RangeKernel | undefined, slices: number): void {
    if (kernel) {
      this.#range(kernel, 0, slices, 1);
    }
  }

  /** Runs a kernel over a range, with all threads where that is worth it. */
  #range(kernel: RangeKernel, from: number, to: number, unit: number): void {
    const number = this.#network.parallelFor?.numberOf.get(kernel);
    const threads = (this.#choice?.usesAll ?? true) ? this.#threadsFor(this.#count) : 1;
    if (number === undefined || threads === 1) {
      this.#exports[kernel.name](from, to);
      return;
    }
    this.#pool?.start(threads, { kernel: number, from, to, unit });
    this.#exports.parallelFor(0, threads, number, from, to, unit);
  }

  /** Threads that are worth waking for `count` samples. */
  #threadsFor(count: number): number {
    return this.#cost * count >= worthThreads ? (this.#pool?.available ?? 1) : 1;
  }

  #run(kernel: Kernel | undefined): void {
    if (kernel) {
      this.#exports[kernel.name]();
    }
  }

  #view({ address, length }: Region): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + length);
  }

  /** Sets the values that training begins with; draws them where none are given. */
  fill(initial: CompileOptions['initial']): void {
    const { layers } = this.#network;
    for (const [ordinal, { plan, values, layout, memory }] of this.#tensors.entries()) {
      this.#fill(plan, values, ordinal, initial, layout);
      for (const { sketch, region } of memory) {
        if (sketch.initial === 0) {
          continue;
        }
        if (sketch.single) {
          this.#doubles[region.address / 8] = sketch.initial;
        } else {
          this.#view(region).fill(sketch.initial);
        }
      }
    }
    for (const { plan, values } of layers.flatMap(({ layer }) => layer.state ?? [])) {
      this.#fill(plan, values, 0, initial);
    }
  }

  #fill(plan: TensorPlan, region: Region, ordinal: number, initial: CompileOptions['initial'], layout?: Layout): void {
    const stored = this.#view(region);
    const take = (part: FloatArray, first: number): void => {
      for (let i = 0; i < part.length; i++) {
        stored[layout ? layout.offsetOf(first + i) : first + i] = part[i];
      }
    };
    if (!initial) {
      drawInitial(plan, this.plan.seed, ordinal, take);
      return;
    }
    const values = initial.get(plan.name);
    if (!values) {
      throw new Error(`The initial values have no tensor ${plan.name}: draw them for this network.`);
    }
    writeTensor(stored, values, layout);
  }

  #lastingNames(): readonly string[] {
    return [
      ...this.#tensors.map(({ plan }) => plan.name),
      ...this.#network.layers.flatMap(({ layer }) => (layer.state ?? []).map(({ plan }) => plan.name)),
    ];
  }

  #memoryNames(): readonly string[] {
    return this.#tensors.flatMap(({ plan, memory }) => memory.map(({ sketch }) => `${plan.name}.${sketch.name}`));
  }

  /** Sets a tensor that lasts from step to step, or a gradient. */
  #overwrite(name: string, values: FloatArray): void {
    const readable = this.#readable.get(name);
    if (!readable || readable.kind === 'batch') {
      throw new Error(`${name} is not kept from step to step.`);
    }
    if (readable.kind === 'single') {
      this.#doubles[readable.address / 8] = values[0];
    } else {
      writeTensor(this.#view(readable.region), values, readable.layout);
    }
  }
}
