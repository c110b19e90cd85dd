/** The phases of a step in pieces of a few milliseconds, between which a run can be stopped. */
import type { Mode } from '../backend';
import type { Pieces } from '../pieces';
import { gradientBlocks, rowBlocks, shareBlocks, stripsOf } from './blocks';
import { type Kernel, passesOf, type RangeKernel, rowBlock, type WasmLayer } from './layer';
import type { CompiledNetwork } from './network';
import { shareLength } from './shares';
import { workOfLayer } from './work';

/** Multiply–add pairs that a number of a layer's pass over rows counts for beside its products: an activation takes about so long. */
const valueProducts = 16;

/** Pairs that an output counts for in the pass of the loss. */
const lossProducts = 64;

/** How many times as long kernels may take in the first batch of a mode, in code that the host has not optimised yet. */
const firstSlowness = 4;

/** Calls kernels on the network's memory. */
export interface KernelCalls {
  /** Rows of the open batch. */
  readonly count: number;
  /** Those that share a range. */
  readonly threads: number;
  run(kernel: Kernel | undefined): void;
  /** A kernel over `[from, to)`, of which threads take whole numbers of `unit`. */
  range(kernel: RangeKernel, from: number, to: number, unit: number): void;
  /** As `range`, on one strip of `strips`; of one, on all there is. */
  strip(strip: number, strips: number, kernel: RangeKernel, from: number, to: number, unit: number): void;
}

/** Each phase does what its namesake of `Program` does, with the same bits. */
export class PhasePieces {
  readonly #network: CompiledNetwork;
  readonly #calls: KernelCalls;
  /** What is left of the limits to the gradients of the open step. */
  #clipping?: Pieces<void>;
  /** Modes of which a batch has begun, and what the work of the current one's passes is to be multiplied with. */
  readonly #begun = new Set<Mode>();
  #slowness = firstSlowness;

  constructor(network: CompiledNetwork, calls: KernelCalls) {
    this.#network = network;
    this.#calls = calls;
  }

  /** A batch of this mode begins. */
  begin(mode: Mode): void {
    this.reset();
    this.#slowness = this.#begun.has(mode) ? 1 : firstSlowness;
    this.#begun.add(mode);
  }

  /** The open step is given up. */
  reset(): void {
    this.#clipping = undefined;
  }

  *forward(layer: number): Pieces<void> {
    const { layer: built } = this.#network.layers[layer];
    const work = this.#workOfRow(layer, built.products?.forward);
    for (const pass of passesOf(built, 'forward')) {
      yield* this.#rows(pass, work, built);
    }
  }

  *loss(): Pieces<void> {
    const work = lossProducts * this.#sizeOfOutput(this.#network.layers.length - 1);
    yield* this.#rows(this.#network.loss.pass, work, { inStrips: true });
  }

  *backward(layer: number): Pieces<void> {
    const { layer: built, tensors } = this.#network.layers[layer];
    const work = this.#workOfRow(layer);
    const workBack = this.#workOfRow(layer, built.products?.backward);
    for (const pass of passesOf(built, 'backward')) {
      yield* this.#rows(pass, workBack, built);
    }
    yield* this.#rows(this.#network.branches.join(layer), work, { inStrips: true });
    yield* this.#gradients(built, work);
    for (const { tensor, penalty, shares } of tensors) {
      yield* this.#shares(penalty, shares, tensor.values.length);
    }
    // The first layer comes last: now every gradient is there.
    if (layer === 0) {
      this.#clipping = this.#clip();
    }
  }

  /** After `finishClipping`, and the scalars of the step. */
  *update(layer: number): Pieces<void> {
    const { layer: built, tensors } = this.#network.layers[layer];
    for (const { tensor, update, shares } of tensors) {
      yield* this.#shares(update, shares, tensor.values.length);
    }
    this.#calls.run(built.commit);
  }

  /** What is done twice to a gradient must not be done anew: once begun the limits to gradients are brought to their end. */
  *finishClipping(): Pieces<void> {
    if (this.#clipping) {
      yield* this.#clipping;
    }
    this.#clipping = undefined;
  }

  *#clip(): Pieces<void> {
    const { clip } = this.#network;
    this.#calls.run(clip?.begin);
    for (const { kernel, shares } of clip?.passes ?? []) {
      yield* this.#shares(kernel, shares, shares * shareLength);
    }
  }

  /** A pass over the shares of a tensor of so many numbers. */
  *#shares(kernel: RangeKernel | undefined, shares: number, length: number): Pieces<void> {
    if (!kernel) {
      return;
    }
    for (const { from, to } of shareBlocks(shares, length, this.#calls.threads)) {
      this.#calls.range(kernel, from, to, 1);
      yield;
    }
  }

  *#gradients(layer: WasmLayer, work: number): Pieces<void> {
    const { gradients } = layer;
    if (!gradients) {
      return;
    }
    const { count, threads } = this.#calls;
    const row = { work: work * this.#slowness, most: valueProducts * (layer.z?.size ?? 0) * this.#slowness };
    for (const { from, to, strip, strips } of gradientBlocks(count, row, threads, layer)) {
      this.#calls.strip(strip, strips, gradients, from, to, 1);
      yield;
    }
  }

  /** A pass over the rows of the batch, a few of them at a time; or where those take long, their strips, if the pass knows of such. */
  *#rows(
    kernel: RangeKernel | undefined,
    work: number,
    { inStrips = false, stripRows }: Pick<WasmLayer, 'inStrips' | 'stripRows'> = {},
  ): Pieces<void> {
    if (!kernel) {
      return;
    }
    const { count, threads } = this.#calls;
    const slow = work * this.#slowness;
    for (const block of rowBlocks(count, slow, threads, stripRows)) {
      const strips = inStrips ? stripsOf(block, slow, threads) : 1;
      for (let strip = 0; strip < strips; strip++) {
        this.#calls.strip(strip, strips, kernel, block.from, block.to, rowBlock);
        yield;
      }
    }
  }

  /** Of a layer's pass over one row: its products, and its numbers on either side. */
  #workOfRow(layer: number, products = workOfLayer(this.#network.layers[layer].layer)): number {
    const { layer: built } = this.#network.layers[layer];
    const inputs = layer === 0 ? this.#network.data.input.size : this.#sizeOfOutput(layer - 1);
    return products + valueProducts * (this.#sizeOfOutput(layer) + (built.reads ?? inputs));
  }

  #sizeOfOutput(layer: number): number {
    return this.#network.outputs[layer].size;
  }
}
