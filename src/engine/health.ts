/** Dead and saturated units: measured on the pre-activations of samples in evaluation mode. */
import { activation } from '../spec/catalogue';
import type { ElementwiseActivation, ParameterValues } from '../spec/catalogue/types';
import type { LayerPlan } from '../spec/plan';
import type { FloatArray, Program } from './backend';
import { forwardBatches } from './forwardAll';
import type { Trainer } from './trainer';

/** A unit counts as saturated where |f′| is below this share of its largest value. */
const saturatedBelow = 0.05;

export interface ElementwiseLayer {
  readonly index: number;
  readonly plan: LayerPlan;
  readonly entry: ElementwiseActivation;
  readonly parameters: ParameterValues;
}

/** The layers with an elementwise activation, in order. */
export function elementwiseLayers(layers: readonly LayerPlan[]): readonly ElementwiseLayer[] {
  return layers.flatMap((plan) => {
    const entry = plan.activation && activation(plan.activation.name);
    if (!plan.activation || entry?.shape !== 'elementwise') {
      return [];
    }
    return [{ index: plan.index, plan, entry, parameters: plan.activation.parameters }];
  });
}

/** The largest |f′| over -5..5, on the grid that plots use. */
function largestSlope({ entry, parameters }: ElementwiseLayer): number {
  let largest = 0;
  for (let i = -50; i <= 50; i++) {
    largest = Math.max(largest, Math.abs(entry.df(i / 10, parameters)));
  }
  return largest;
}

/** Share of the values of z whose |f′| is under 5 % of its largest. */
export function saturatedShare(layer: ElementwiseLayer, z: FloatArray): number {
  const limit = saturatedBelow * largestSlope(layer);
  let saturated = 0;
  for (let i = 0; i < z.length; i++) {
    if (Math.abs(layer.entry.df(z[i], layer.parameters)) < limit) {
      saturated++;
    }
  }
  return z.length === 0 ? 0 : saturated / z.length;
}

/** Sets `alive[unit]` to 1 where f′ is not 0 for some sample of z `[samples, units]`. */
function markAlive(layer: ElementwiseLayer, z: FloatArray, alive: Uint8Array): void {
  const units = alive.length;
  for (let i = 0; i < z.length; i++) {
    if (layer.entry.df(z[i], layer.parameters) !== 0) {
      alive[i % units] = 1;
    }
  }
}

/** Share of the units of z `[samples, units]` whose f′ is 0 for every sample. */
export function deadShare(layer: ElementwiseLayer, z: FloatArray, samples: number): number {
  const alive = new Uint8Array(z.length / samples);
  markAlive(layer, z, alive);
  return deadAmong(alive) / alive.length;
}

/**
 * For each layer with relu or the like, by its index: its units, and how many of them pass no gradient for
 * any of these rows.
 */
export function deadByLayer(
  program: Program,
  rows: Int32Array,
  size: number,
): ReadonlyMap<number, { readonly units: number; readonly dead: number }> {
  const layers = elementwiseLayers(program.plan.network.layers).filter(({ entry }) => entry.saturation === 'dead');
  const alive = new Map<number, Uint8Array>();
  forwardBatches(program, rows, size, (_, count) => {
    for (const layer of layers) {
      const { values } = program.read(`${layer.plan.name}.z`);
      let marks = alive.get(layer.index);
      if (!marks) {
        marks = new Uint8Array(values.length / count);
        alive.set(layer.index, marks);
      }
      markAlive(layer, values, marks);
    }
  });
  return new Map([...alive].map(([index, marks]) => [index, { units: marks.length, dead: deadAmong(marks) }]));
}

/** Share of the units of relu and the like whose gradient is 0 for every sample of the train part. */
export function deadUnits(trainer: Trainer): number {
  const layers = [...deadByLayer(trainer.scratch(), trainer.parts.train, trainer.maxBatch).values()];
  const units = layers.reduce((sum, layer) => sum + layer.units, 0);
  return units === 0 ? 0 : layers.reduce((sum, { dead }) => sum + dead, 0) / units;
}

function deadAmong(alive: Uint8Array): number {
  return alive.reduce((count, mark) => count + (mark === 0 ? 1 : 0), 0);
}
