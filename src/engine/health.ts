/** Dead and saturated units: measured on the pre-activations of samples in evaluation mode. */
import { activation } from '../spec/catalogue';
import type { ElementwiseActivation, ParameterValues } from '../spec/catalogue/types';
import type { LayerPlan } from '../spec/plan';
import type { FloatArray } from './backend';
import { forwardPieces, type Pieces, readTensor } from './pieces';
import type { Trainer } from './trainer';

/** The share of the largest |f′| under which a unit counts as saturated. */
const saturatedBelow = 0.05;

export interface ElementwiseLayer {
  readonly index: number;
  readonly plan: LayerPlan;
  readonly entry: ElementwiseActivation;
  readonly parameters: ParameterValues;
}

/** Layers with an elementwise activation, first to last. */
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
export function largestSlope({ entry, parameters }: ElementwiseLayer): number {
  let largest = 0;
  for (let i = -50; i <= 50; i++) {
    largest = Math.max(largest, Math.abs(entry.df(i / 10, parameters)));
  }
  return largest;
}

/** Share of unit-sample pairs of z whose |f′| is under 5 % of its largest. */
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

/** For each unit of z [samples, units] whether f′ was other than 0 for some sample; adds to `alive`. */
export function markAlive(layer: ElementwiseLayer, z: FloatArray, alive: Uint8Array): void {
  const units = alive.length;
  for (let i = 0; i < z.length; i++) {
    if (layer.entry.df(z[i], layer.parameters) !== 0) {
      alive[i % units] = 1;
    }
  }
}

/** Share of the units of z [samples, units] that no sample keeps alive. */
export function deadShare(layer: ElementwiseLayer, z: FloatArray, samples: number): number {
  const alive = new Uint8Array(z.length / samples);
  markAlive(layer, z, alive);
  return alive.filter((mark) => mark === 0).length / alive.length;
}

/** Units of relu and its kin whose gradient is 0 for every sample of the train part, as a share of all such units. */
export function* deadUnits(trainer: Trainer): Pieces<number> {
  const layers = elementwiseLayers(trainer.plan.network.layers).filter(({ entry }) => entry.saturation === 'dead');
  const program = yield* trainer.scratchPieces();
  const alive = new Map<number, Uint8Array>();
  const rows = trainer.parts.train;
  for (let from = 0; from < rows.length; from += trainer.maxBatch) {
    const count = Math.min(trainer.maxBatch, rows.length - from);
    yield* forwardPieces(program, rows, from, count);
    for (const layer of layers) {
      const { values } = yield* readTensor(program, `${layer.plan.name}.z`);
      let marks = alive.get(layer.index);
      if (!marks) {
        marks = new Uint8Array(values.length / count);
        alive.set(layer.index, marks);
      }
      markAlive(layer, values, marks);
    }
  }
  let units = 0;
  let dead = 0;
  for (const marks of alive.values()) {
    units += marks.length;
    for (const mark of marks) {
      if (mark === 0) {
        dead++;
      }
    }
  }
  return units === 0 ? 0 : dead / units;
}
