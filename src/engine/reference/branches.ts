/**
 * Where a residual block begins, dL/d(input) is a sum: the error that comes back through the block's layers,
 * and the error that comes directly from the block's end.
 */
import type { LayerPlan } from '../../spec/plan';
import type { FloatArray } from '../backend';
import { sizeOf } from '../shape';

/**
 * The buffers for dL/d(input) of every layer. Usually it is dL/d(output) of the layer before. The first layer
 * of a block writes to a buffer of its own instead, and `join` then adds the errors of the blocks that begin
 * there.
 */
export class Branches {
  readonly #errors: readonly FloatArray[];
  /** For each layer that begins blocks: its own buffer, and the layers that end those, innermost first. */
  readonly #starts = new Map<number, { readonly size: number; readonly own: FloatArray; readonly ends: number[] }>();

  /** `errors[i]` is dL/d(output) of layer i; `makeBuffer` takes the size of one sample. */
  constructor(layers: readonly LayerPlan[], errors: readonly FloatArray[], makeBuffer: (size: number) => FloatArray) {
    this.#errors = errors;
    for (const { index, skipFrom } of layers) {
      // dL/d(input) of the network itself is never read.
      if (skipFrom === undefined || skipFrom < 0) {
        continue;
      }
      const start = this.#starts.get(skipFrom + 1);
      if (start) {
        start.ends.push(index);
      } else {
        const size = sizeOf(layers[skipFrom + 1].inputShape);
        this.#starts.set(skipFrom + 1, { size, own: makeBuffer(size), ends: [index] });
      }
    }
  }

  /** The buffer where a layer writes dL/d(input); undefined for the first layer. */
  errorOfInput(layer: number): FloatArray | undefined {
    return layer === 0 ? undefined : (this.#starts.get(layer)?.own ?? this.#errors[layer - 1]);
  }

  /** After a layer's backward pass: dL/d(input) = own + Σ dL/d(output) of the blocks that begin there. */
  join(layer: number, count: number): void {
    const start = this.#starts.get(layer);
    if (!start) {
      return;
    }
    const total = this.#errors[layer - 1];
    for (let i = 0; i < count * start.size; i++) {
      let sum = start.own[i];
      for (const end of start.ends) {
        sum += this.#errors[end][i];
      }
      total[i] = sum;
    }
  }
}
