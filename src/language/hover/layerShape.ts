/** A layer in its network: input and output shape, and number of parameters. */
import { flatLayers } from '../../spec/flatLayers';
import type { LayerPlan } from '../../spec/plan';
import { countOf, type PlanData, planNetwork } from '../../spec/planNetwork';
import { assumedData } from '../checking/assumedData';
import type { ParsedSpec } from '../reading/parse';
import type { Path } from '../yaml/tree';

export interface PlannedLayer {
  readonly layer: LayerPlan;
  /** Number of learned parameters; for a block, including the layers inside. */
  readonly parameters: number;
}

/**
 * The plan of the layer whose type is at the path; undefined where the file has errors or its data are
 * unknown.
 */
export function layerAt({ spec }: ParsedSpec, path: Path, facts: PlanData | undefined): PlannedLayer | undefined {
  const data = spec && (facts ?? assumedData(spec));
  if (!data) {
    return undefined;
  }
  // The layers of a block may be under its type or under `layers` there; a bare name has no key.
  const place = path.filter((step, depth) => depth < 2 || step !== 'layers').join('/');
  const flat = flatLayers(spec.layers);
  const index = flat.findIndex((each) => each.path.join('/') === place || each.path.slice(0, -1).join('/') === place);
  const layers = index < 0 ? undefined : planNetwork(spec, data).plan?.layers;
  if (!layers) {
    return undefined;
  }
  const own = layers.slice(index - flat[index].inside, index + 1);
  return { layer: layers[index], parameters: own.reduce((sum, each) => sum + countOf(each), 0) };
}

/** `[1, 8, 8] → [16, 8, 8]` */
export function shapesOf({ inputShape, outputShape }: LayerPlan): string {
  return `[${inputShape.join(', ')}] → [${outputShape.join(', ')}]`;
}
