/** Points where a network has no derivative: kinks of activations and loss, ties in max pooling. */
import { activation } from '../spec/catalogue';
import { layerKindOf } from '../spec/layers';
import type { LayerPlan, NetworkPlan } from '../spec/plan';
import type { FloatArray, Program } from './backend';
import { type ElementwiseLayer, elementwiseLayers } from './health';
import { sizeOf } from './shape';

/** On which side of its kinks a part of the network is, for the current batch. */
type Sides = (program: Program) => Int32Array;

export class Kinks {
  readonly #parts: readonly Sides[];

  constructor({ layers, loss, outputShape }: NetworkPlan) {
    this.#parts = [
      ...elementwiseLayers(layers).flatMap(elementwiseSides),
      ...layers.flatMap(vectorSides),
      ...layers
        .filter((layer) => layerKindOf(layer).selectsMaximum)
        .map(
          ({ name }): Sides =>
            (program) =>
              Int32Array.from(program.read(`${name}.winner`).values),
        ),
      ...lossSides(loss.name, layers[layers.length - 1], sizeOf(outputShape)),
    ];
  }

  /**
   * For the current batch: for each pre-activation the number of kinks below it, for each pooling window the
   * index of its maximum, and so on.
   */
  sides(program: Program): Int32Array {
    const parts = this.#parts.map((part) => part(program));
    const sides = new Int32Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      sides.set(part, at);
      at += part.length;
    }
    return sides;
  }
}

function elementwiseSides({ plan, entry, parameters }: ElementwiseLayer): readonly Sides[] {
  const z = (program: Program): FloatArray => program.read(`${plan.name}.z`).values;
  if (entry.side) {
    return [(program) => Int32Array.from(z(program), (x) => entry.side?.(x, parameters) ?? 0)];
  }
  const kinks = entry.kinks?.(parameters) ?? [];
  return kinks.length > 0 ? [(program) => sidesOf(z(program), kinks)] : [];
}

function sidesOf(values: ArrayLike<number>, kinks: readonly number[]): Int32Array {
  const sides = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    for (const kink of kinks) {
      if (values[i] > kink) {
        sides[i]++;
      }
    }
  }
  return sides;
}

/** For an activation of the whole feature vector. */
function vectorSides({ name, activation: thing, outputShape }: LayerPlan): readonly Sides[] {
  const entry = thing && activation(thing.name);
  if (entry?.shape !== 'vector' || !entry.kinksAt) {
    return [];
  }
  if (entry.kinksAt === 'support') {
    return [(program) => sidesOf(program.read(`${name}.a`).values, [0])];
  }
  // The second half of a sample's pre-activations are the gates.
  const half = sizeOf(outputShape);
  return [
    (program) => sidesOf(program.read(`${name}.z`).values, [0]).map((side, i) => (i % (2 * half) < half ? 0 : side)),
  ];
}

/** For a loss whose derivative jumps. A sample has `size` outputs. */
function lossSides(loss: string, last: LayerPlan, size: number): readonly Sides[] {
  const sides = sidesByLoss[loss];
  if (!sides) {
    return [];
  }
  return [
    (program) => {
      const { values: outputs } = program.read(`${last.name}.a`);
      return sides(outputs, program.read('target').values, size);
    },
  ];
}

type LossSides = (outputs: ArrayLike<number>, targets: ArrayLike<number>, size: number) => Int32Array;

const sidesByLoss: Readonly<Record<string, LossSides>> = {
  mean_absolute_error: (o, t) => Int32Array.from(o, (value, i) => Number(value > t[i])),
  hinge: (o, t) => Int32Array.from(o, (value, i) => Number((2 * t[i] - 1) * value > 1)),
  // The strongest wrong class, and whether it is within the margin.
  categorical_hinge: (o, t, size) =>
    Int32Array.from({ length: o.length / size }, (_, sample) => {
      let [strongest, rival, right] = [0, Number.NEGATIVE_INFINITY, 0];
      for (let k = 0; k < size; k++) {
        const i = sample * size + k;
        right += t[i] * o[i];
        if ((1 - t[i]) * o[i] <= rival) {
          continue;
        }
        rival = (1 - t[i]) * o[i];
        strongest = k;
      }
      return 1 + rival - right > 0 ? 1 + strongest : 0;
    }),
};
