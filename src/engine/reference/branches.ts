/** Where a block begins, the error of its input is a sum: what comes back through its layers, and what goes past them. */
import type { LayerPlan } from '../../spec/plan';
import type { FloatArray } from '../backend';
import { type Pieces, rangePieces } from '../pieces';
import { sizeOf } from '../shape';

/**
 * Buffers for dL/d(input) of every layer. As a rule it is the error of the layer before. A layer that begins a block writes
 * to a buffer of its own, and `join` then adds the blocks' errors to it.
 */
export class Branches {
  readonly #errors: readonly FloatArray[];
  readonly #own: ReadonlyMap<number, FloatArray>;
  /** By the first layer of blocks, those blocks' indices, innermost first. */
  readonly #blocks: ReadonlyMap<number, readonly number[]>;
  readonly #sizes: readonly number[];

  /** `errors[i]` is dL/d(output) of layer i; `batchOf` makes a buffer for a batch of that many numbers a sample. */
  constructor(layers: readonly LayerPlan[], errors: readonly FloatArray[], batchOf: (size: number) => FloatArray) {
    this.#errors = errors;
    this.#sizes = layers.map(({ inputShape }) => sizeOf(inputShape));
    const blocks = new Map<number, number[]>();
    for (const { index, skipFrom } of layers) {
      // Nobody reads the error of the network's input.
      if (skipFrom === undefined || skipFrom < 0) {
        continue;
      }
      blocks.set(skipFrom + 1, [...(blocks.get(skipFrom + 1) ?? []), index]);
    }
    this.#blocks = blocks;
    this.#own = new Map([...blocks.keys()].map((first) => [first, batchOf(this.#sizes[first])]));
  }

  /** Where a layer writes dL/d(input); undefined for the first layer. */
  errorOfInput(layer: number): FloatArray | undefined {
    return layer === 0 ? undefined : (this.#own.get(layer) ?? this.#errors[layer - 1]);
  }

  /** After a layer's backward pass: the error of the layer before it, where blocks begin here. */
  *join(layer: number, count: number): Pieces<void> {
    const own = this.#own.get(layer);
    const blocks = this.#blocks.get(layer);
    if (!own || !blocks) {
      return;
    }
    const parts = [own, ...blocks.map((block) => this.#errors[block])];
    yield* rangePieces(count * this.#sizes[layer], 1, (from, to) => addUp(parts, this.#errors[layer - 1], from, to));
  }
}

function addUp(parts: readonly FloatArray[], sum: FloatArray, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    let value = parts[0][i];
    for (let k = 1; k < parts.length; k++) {
      value += parts[k][i];
    }
    sum[i] = value;
  }
}
