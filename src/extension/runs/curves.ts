import type { LayerInfo, Started } from '../../protocol/engine';
import type { ActivationCurve, Curves } from '../../protocol/panel';
import { activation } from '../../spec/catalogue';
import type { ParameterValues } from '../../spec/catalogue/types';
import { formulaOf } from '../../spec/formula';

const points = 101;

/** The curves of a network's activations over -5..5, by layer index, computed from the catalogue. */
export function curvesOf({ layers }: Started): Curves {
  const curves: Record<number, ActivationCurve> = {};
  for (const [index, { activation: named }] of layers.entries()) {
    const curve = named && activationCurve(named, [-5, 5], points);
    if (curve) {
      curves[index] = curve;
    }
  }
  return curves;
}

/** The curve of an activation over a range, computed from the catalogue. */
export function activationCurve(
  named: NonNullable<LayerInfo['activation']>,
  [low, high]: readonly [number, number],
  points: number,
): ActivationCurve | undefined {
  const entry = activation(named.name);
  if (!entry) {
    return undefined;
  }
  const parameters = named.parameters as ParameterValues;
  const last = points - 1;
  // Written so that -5, -4.9, … are those numbers, and not some beside them.
  const x = Float64Array.from({ length: points }, (_, i) => (low * (last - i) + high * i) / last);
  const own = entry.name === 'custom' && typeof parameters.formula === 'string' ? parameters.formula : undefined;
  const formula = own ?? entry.formula;
  const derivative = own === undefined ? entry.derivative : formulaOf(own).derivative;
  if (entry.shape === 'elementwise') {
    const places = withBothSides(x, entry.kinks?.(parameters) ?? []);
    const sample = (of: (value: number) => number) => Float64Array.from(places, ({ near }) => of(near));
    return {
      x: Float64Array.from(places, ({ at }) => at),
      f: sample((value) => entry.f(value, parameters)),
      df: sample((value) => entry.df(value, parameters)),
      formula,
      derivative,
    };
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

/** Just beside a kink, where a slope has the value of its side. */
const beside = 1e-9;

/** Each x, and where to sample for it; a kink stands there twice, so that a jump is drawn as one. */
function withBothSides(
  grid: Float64Array,
  kinks: readonly number[],
): readonly { readonly at: number; readonly near: number }[] {
  const [low, high] = [grid[0], grid[grid.length - 1]];
  const inside = kinks.filter((kink) => kink > low && kink < high);
  const plain = Array.from(grid).filter((at) => !inside.includes(at));
  return [
    ...plain.map((at) => ({ at, near: at })),
    ...inside.flatMap((at) => [
      { at, near: at - beside },
      { at, near: at + beside },
    ]),
  ].sort((a, b) => a.near - b.near);
}
