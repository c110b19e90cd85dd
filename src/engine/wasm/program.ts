/** The compiled program: a network's module with its memory, driven phase by phase or in whole steps. See `Program`. */
import type { TensorPlan, TrainingPlan } from '../../spec/plan';
import type {
  CompileOptions,
  Divergence,
  FloatArray,
  Mode,
  Program,
  ProgramData,
  ProgramState,
  Tensor,
} from '../backend';
import { firstNonFinite } from '../divergence';
import { complete, type Pieces } from '../pieces';
import { drawInitial } from '../reference/initialise';
import { sizeOf } from '../shape';
import { stepByStep } from '../stepByStep';
import { gatherBlocks } from './blocks';
import { control } from './control';
import type { Crew } from './crew';
import type { Exports } from './exports';
import { type Kernel, type Layout, type RangeKernel, rowBlock, type WasmTensor } from './layer';
import type { BatchBuffer, Region } from './memory';
import type { CompiledNetwork } from './network';
import { type KernelCalls, PhasePieces } from './phasePieces';
import { nameBuffers, type Readable } from './readable';
import { samplesInside } from './samples';
import { suspects } from './suspects';
import { readTensor, writeTensor } from './tensor';
import { type ThreadChoice, worthThreads } from './threadChoice';
import { workOfLayer } from './work';
import { workingRegions } from './working';

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
  /** Everything of an open step that its next phases read. */
  readonly #working: readonly Region[];
  readonly #maxBatch: number;
  #crew: Crew | undefined;
  #choice: ThreadChoice | undefined;
  readonly #work: number;
  readonly #pieces: PhasePieces;
  #step = 0;
  #count = 0;
  #lossValue = 0;
  #open = false;

  /** `fill` and `copySamples` are to follow before it is used. */
  constructor(
    plan: TrainingPlan,
    data: ProgramData,
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
    this.#working = workingRegions(network);
    this.#work = network.layers.reduce((sum, { layer }) => sum + workOfLayer(layer), 0);
    this.#pieces = new PhasePieces(network, this.#calls());
    this.data = samplesInside(buffer, network.data, data);
  }

  /** What the phases in pieces call. */
  #calls(): KernelCalls {
    const program = this;
    return {
      get count() {
        return program.#count;
      },
      get threads() {
        return program.threads;
      },
      run: (kernel) => this.#run(kernel),
      range: (kernel, from, to, unit) => this.#range(kernel, from, to, unit),
      strip: (strip, strips, kernel, from, to, unit) => {
        const { index, count } = control.strip;
        this.#integers[index / 4] = strip;
        this.#integers[count / 4] = strips > 1 ? strips : 0;
        this.#range(kernel, from, to, unit);
        this.#integers[count / 4] = 0;
      },
    };
  }

  /** Others who share the work; without a choice they always take part where it is worth it. */
  employ(crew: Crew, choice?: ThreadChoice): void {
    this.#crew = crew;
    this.#choice = choice;
  }

  get threads(): number {
    return this.#crew?.strength ?? 1;
  }

  get step(): number {
    return this.#step;
  }

  begin(rows: Int32Array, from: number, count: number, mode: Mode): void {
    complete(this.beginParts(rows, from, count, mode));
  }

  *beginParts(rows: Int32Array, from: number, count: number, mode: Mode): Pieces<void> {
    this.#admit(count);
    this.#pieces.begin(mode);
    this.#count = count;
    this.#open = mode === 'training';
    this.#integers[control.count / 4] = count;
    this.#integers[control.training / 4] = this.#open ? 1 : 0;
    const { data, step } = this.#network;
    if (step.gather) {
      this.#setOrder(rows, from, count);
    }
    for (const block of gatherBlocks(count, data.input.size + data.target.size)) {
      if (block.from > 0) {
        yield;
      }
      if (step.gather) {
        this.#exports.gather(0, block.from, block.to);
      } else {
        this.#copyRows(rows, from, block.from, block.to);
      }
    }
  }

  forward(layer: number): void {
    this.#setStep();
    this.#rows(this.#network.layers[layer].layer.forward);
  }

  *forwardParts(layer: number): Pieces<void> {
    this.#setStep();
    yield* this.#pieces.forward(layer);
  }

  loss(): number {
    this.#rows(this.#network.loss.pass);
    return this.#meanLoss();
  }

  *lossParts(): Pieces<number> {
    yield* this.#pieces.loss();
    return this.#meanLoss();
  }

  #meanLoss(): number {
    this.#lossValue = this.#exports[this.#network.loss.mean.name]();
    return this.#lossValue;
  }

  backward(layer: number): void {
    const { layer: built, tensors } = this.#network.layers[layer];
    this.#rows(built.backward);
    this.#rows(this.#network.branches.join(layer));
    this.#all(built.gradients, built.shares ?? 1);
    for (const { penalty, shares } of tensors) {
      this.#all(penalty, shares);
    }
    // The first layer comes last: now every gradient is there.
    if (layer === 0) {
      this.#run(this.#network.clip?.run);
    }
  }

  backwardParts(layer: number): Pieces<void> {
    return this.#pieces.backward(layer);
  }

  update(layer: number): void {
    complete(this.updateParts(layer));
  }

  *updateParts(layer: number): Pieces<void> {
    yield* this.#pieces.finishClipping();
    this.#setStep();
    this.#run(this.#network.step.scalars);
    yield* this.#pieces.update(layer);
  }

  endStep(): void {
    // After a snapshot between the last update and here nobody has computed them yet.
    this.#setStep();
    this.#run(this.#network.step.scalars);
    this.#run(this.#network.step.end);
    this.#step++;
    this.#open = false;
  }

  trainStep(rows: Int32Array, from: number, count: number): number {
    this.#admit(count);
    this.#stage(rows, from, count);
    this.#train(count, 1, true);
    return this.#lossValue;
  }

  trainSteps(rows: Int32Array, samples: number, steps: number, losses: Float64Array): number {
    const { data, step } = this.#network;
    const { batchSize } = this.plan.training;
    if (!step.gather) {
      return stepByStep(this, rows, samples, steps, losses);
    }
    this.#stage(rows, 0, samples);
    const round = Math.ceil(samples / batchSize);
    // A call ends with an epoch, so that the next begins at the first batch again.
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
    return complete(this.divergenceParts());
  }

  *divergenceParts(): Pieces<Divergence | undefined> {
    const batch = { count: this.#count, loss: this.#lossValue };
    const found = firstNonFinite(suspects(this.plan.network, this.#network, batch, (region) => this.#view(region)));
    // A step that is done was counted by endStep already.
    const step = this.#open ? this.#step + 1 : Math.max(this.#step, 1);
    return found && { layer: found.layer, step, tensor: found.tensor };
  }

  tensors(): readonly string[] {
    return [...this.#readable.keys()];
  }

  read(name: string): Tensor {
    return complete(this.readParts(name));
  }

  *readParts(name: string): Pieces<Tensor> {
    yield* this.#pieces.finishClipping();
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
        return { shape, values: yield* readTensor(this.#view(region), shape, layout) };
      }
      case 'single':
        return { shape: [1], values: this.#doubles.slice(readable.address / 8, readable.address / 8 + 1) };
    }
  }

  write(name: string, values: ArrayLike<number>): void {
    complete(this.writeParts(name, values));
  }

  *writeParts(name: string, values: ArrayLike<number>): Pieces<void> {
    const readable = this.#lastingNames().includes(name) ? this.#readable.get(name) : undefined;
    if (readable?.kind !== 'tensor') {
      throw new Error(`No learned tensor is named ${name}.`);
    }
    const length = sizeOf(readable.shape);
    if (values.length !== length) {
      throw new Error(`${name} has ${length} numbers, not ${values.length}.`);
    }
    yield* writeTensor(this.#view(readable.region), values, readable.layout);
  }

  snapshot(): ProgramState {
    return complete(this.snapshotParts());
  }

  *snapshotParts(): Pieces<ProgramState> {
    const weights = yield* this.#readAll(this.#lastingNames());
    const optimizer = yield* this.#readAll(this.#memoryNames());
    const gradients = this.#open
      ? yield* this.#readAll(this.#tensors.map(({ plan }) => `${plan.name}.gradient`))
      : undefined;
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
          buffers: [...gradients, ...this.#working.map((region) => this.#view(region).slice())],
        },
      }),
    };
  }

  *#readAll(names: readonly string[]): Pieces<FloatArray[]> {
    const found: FloatArray[] = [];
    for (const name of names) {
      found.push((yield* this.readParts(name)).values);
      yield;
    }
    return found;
  }

  restore(state: ProgramState): void {
    complete(this.restoreParts(state));
  }

  *restoreParts(state: ProgramState): Pieces<void> {
    this.#pieces.reset();
    const names = this.#lastingNames();
    const memories = this.#memoryNames();
    if (state.weights.length !== names.length || state.optimizer.length !== memories.length) {
      throw new Error('The snapshot is of another network or optimizer: restore one taken from the same plan.');
    }
    for (const [i, name] of names.entries()) {
      yield* this.#overwrite(name, state.weights[i]);
    }
    for (const [i, name] of memories.entries()) {
      yield* this.#overwrite(name, state.optimizer[i]);
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
      yield* this.#overwrite(`${plan.name}.gradient`, buffers[i]);
    }
    for (const [i, region] of this.#working.entries()) {
      this.#view(region).set(buffers[this.#tensors.length + i]);
    }
  }

  dispose(): void {
    this.#crew?.dispose();
  }

  #admit(count: number): void {
    if (count < 1 || count > this.#maxBatch) {
      throw new Error(`A batch of ${count} does not fit a program compiled for 1 to ${this.#maxBatch}.`);
    }
  }

  /** The rows of a batch to the order, or, where the samples lie outside, their numbers to the batch. */
  #stage(rows: Int32Array, from: number, count: number): void {
    if (this.#network.step.gather) {
      this.#setOrder(rows, from, count);
    } else {
      this.#copyRows(rows, from, 0, count);
    }
  }

  #setOrder(rows: Int32Array, from: number, count: number): void {
    const at = this.#network.data.order.address / 4;
    for (let s = 0; s < count; s++) {
      this.#integers[at + s] = rows[from + s];
    }
    this.#integers[control.arranged / 4] = 0;
  }

  /** The numbers of samples `[first, end)` of a batch, whose rows begin at `from`. */
  #copyRows(rows: Int32Array, from: number, first: number, end: number): void {
    const { data } = this.#network;
    const { inputs, targets, sampleWeights } = this.data;
    const copy = (buffer: BatchBuffer, all: FloatArray): void => {
      for (let s = first; s < end; s++) {
        const row = rows[from + s] * buffer.size;
        this.#floats.set(all.subarray(row, row + buffer.size), buffer.address / 4 + s * buffer.size);
      }
    };
    copy(data.input, inputs);
    copy(data.target, targets);
    if (data.sampleWeights === undefined || !sampleWeights) {
      return;
    }
    for (let s = first; s < end; s++) {
      this.#doubles[data.sampleWeights / 8 + s] = sampleWeights[rows[from + s]];
    }
  }

  /** Steps over the first `samples` of the order; the count of those done. */
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
      this.#crew?.start(threads, { kernel: -1, samples, steps, staged });
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
    // A tiny network's loop leaves nothing behind: whoever looks for the cause finds the batch as its phases make it.
    if (tiny && this.#open) {
      this.#replay(latest % inRound);
    }
    return done;
  }

  /** Forward pass and loss of a batch of the order, phase by phase. */
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
      this.#range(kernel, 0, this.#count, rowBlock);
    }
  }

  #all(kernel: RangeKernel | undefined, shares: number): void {
    if (kernel) {
      this.#range(kernel, 0, shares, 1);
    }
  }

  /** A kernel over a range, by all threads where it is worth it. */
  #range(kernel: RangeKernel, from: number, to: number, unit: number): void {
    const number = this.#network.portion?.numberOf.get(kernel);
    const threads = (this.#choice?.usesAll ?? true) ? this.#threadsFor(this.#count) : 1;
    if (number === undefined || threads === 1) {
      this.#exports[kernel.name](from, to);
      return;
    }
    this.#crew?.start(threads, { kernel: number, from, to, unit });
    this.#exports.portion(0, threads, number, from, to, unit);
  }

  /** Those that a batch of so many samples is worth waking. */
  #threadsFor(count: number): number {
    return this.#work * count >= worthThreads ? (this.#crew?.size ?? 1) : 1;
  }

  #run(kernel: Kernel | undefined): void {
    if (kernel) {
      this.#exports[kernel.name]();
    }
  }

  #view({ address, length }: Region): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + length);
  }

  /** The values that training begins with; where none are given, they are drawn to their places. */
  *fill(initial: CompileOptions['initial']): Pieces<void> {
    const { layers } = this.#network;
    for (const [ordinal, { plan, values, layout, memory }] of this.#tensors.entries()) {
      yield* this.#fill(plan, values, ordinal, initial, layout);
      for (const { sketch, region } of memory) {
        if (sketch.initial === 0) {
          continue;
        }
        if (sketch.single) {
          this.#doubles[region.address / 8] = sketch.initial;
        } else {
          this.#view(region).fill(sketch.initial);
        }
        yield;
      }
    }
    for (const { plan, values } of layers.flatMap(({ layer }) => layer.state ?? [])) {
      yield* this.#fill(plan, values, 0, initial);
    }
  }

  *#fill(
    plan: TensorPlan,
    region: Region,
    ordinal: number,
    initial: CompileOptions['initial'],
    layout?: Layout,
  ): Pieces<void> {
    const stored = this.#view(region);
    const take = (part: FloatArray, first: number): void => {
      for (let i = 0; i < part.length; i++) {
        stored[layout ? layout.place(first + i) : first + i] = part[i];
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
    yield* writeTensor(stored, values, layout);
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

  /** Any lasting number, or a gradient. */
  *#overwrite(name: string, values: FloatArray): Pieces<void> {
    const readable = this.#readable.get(name);
    if (!readable || readable.kind === 'batch') {
      throw new Error(`${name} is not kept from step to step.`);
    }
    if (readable.kind === 'single') {
      this.#doubles[readable.address / 8] = values[0];
    } else {
      yield* writeTensor(this.#view(readable.region), values, readable.layout);
    }
    yield;
  }
}
