import type { LayerInfo, Started } from '../../protocol/engine';
import type { ActivationCurve, Curves } from '../../protocol/panel';
import { activation } from '../../spec/catalogue';
import type { ParameterValues } from '../../spec/catalogue/types';
import { formulaOf } from '../../spec/formula';

const points = 101;

/** The curves of a network's activations over -5..5, by layer index, computed from the catalogue. */
export function curvesOf({ layers }: Started): Curves {
  const curves: Record<number, ActivationCurve> = {};
  for (const [index, layer] of layers.entries()) {
    const curve = curveOf(layer);
    if (curve) {
      curves[index] = curve;
    }
  }
  return curves;
}

function curveOf({ activation: named }: LayerInfo): ActivationCurve | undefined {
  const entry = named && activation(named.name);
  if (!entry) {
    return undefined;
  }
  const parameters = named.parameters as ParameterValues;
  const x = Float64Array.from({ length: points }, (_, i) => (i - 50) / 10);
  const own = entry.name === 'custom' && typeof parameters.formula === 'string' ? parameters.formula : undefined;
  const formula = own ?? entry.formula;
  const derivative = own === undefined ? entry.derivative : formulaOf(own).derivative;
  if (entry.shape === 'elementwise') {
    const f = x.map((value) => entry.f(value, parameters));
    return { x, f, df: x.map((value) => entry.df(value, parameters)), formula, derivative };
  }
  const size = entry.outputSize ? entry.outputSize(points) : points;
  if (size !== points) {
    // A gate has half as many outputs as inputs, so it has no curve over x.
    return undefined;
  }
  const f = new Float64Array(points);
  entry.forward(x, f, points, parameters);
  return { x, f, formula, derivative };
}
