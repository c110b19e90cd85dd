/** Where a network bends: the kinks of its activations, and the windows of its max pooling. */
import type { LayerPlan } from '../spec/plan';
import type { Program } from './backend';
import { elementwiseLayers } from './health';

export class Kinks {
  readonly #activations: readonly { readonly name: string; readonly kinks: readonly number[] }[];
  readonly #pools: readonly string[];

  constructor(layers: readonly LayerPlan[]) {
    this.#activations = elementwiseLayers(layers)
      .map(({ plan, entry, parameters }) => ({ name: plan.name, kinks: entry.kinks?.(parameters) ?? [] }))
      .filter(({ kinks }) => kinks.length > 0);
    this.#pools = layers.filter(({ type }) => type === 'max_pooling2d').map(({ name }) => name);
  }

  /** For every pre-activation of the current batch, above how many kinks it lies; for every pooling window, which value won. */
  sides(program: Program): Int32Array {
    const parts = [
      ...this.#activations.map(({ name, kinks }) => sidesOf(program.read(`${name}.z`).values, kinks)),
      ...this.#pools.map((name) => Int32Array.from(program.read(`${name}.winner`).values)),
    ];
    const sides = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      sides.set(part, at);
      at += part.length;
    }
    return sides;
  }
}

function sidesOf(values: ArrayLike<number>, kinks: readonly number[]): Int32Array {
  const sides = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) for (const kink of kinks) if (values[i] > kink) sides[i]++;
  return sides;
}
