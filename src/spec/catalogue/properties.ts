/** Properties by which activations are compared, computed from their kernels. */
import type { ActivationEntry, ElementwiseActivation, ParameterValues } from './types';

export const properties = [
  'bounded',
  'zero_centred',
  'monotonic',
  'smooth',
  'saturates',
  'dies',
  'vector',
  'parameters',
  'learned',
  'random',
] as const;
export type Property = (typeof properties)[number];

const far = 1e4;

export function propertiesOf(entry: ActivationEntry, p: ParameterValues): readonly Property[] {
  const found = new Set<Property>();
  if (entry.parameters.length > 0) {
    found.add('parameters');
  }
  if (entry.shape === 'vector') {
    found.add('vector');
    return properties.filter((property) => found.has(property));
  }
  const grid = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
  const values = grid.map((x) => entry.f(x, p));
  if ([-far, far].every((x) => Math.abs(entry.f(x, p)) < far / 100)) {
    found.add('bounded');
  }
  if (entry.f(0, p) === 0 && values.some((y) => y < 0) && values.some((y) => y > 0)) {
    found.add('zero_centred');
  }
  if (values.every((y, i) => i === 0 || y >= values[i - 1] - 1e-12)) {
    found.add('monotonic');
  }
  if ((entry.kinks?.(p) ?? []).every((kink) => isUnbroken(entry, p, kink))) {
    found.add('smooth');
  }
  if (entry.saturation === 'saturated') {
    found.add('saturates');
  }
  if (entry.saturation === 'dead') {
    found.add('dies');
  }
  if (entry.extra === 'learned_slope') {
    found.add('learned');
  }
  if (entry.extra === 'random_slope') {
    found.add('random');
  }
  return properties.filter((property) => found.has(property));
}

/** Whether f and f′ are continuous at a kink, as at that of elu, where only the slope of f′ jumps. */
function isUnbroken({ f, df }: ElementwiseActivation, p: ParameterValues, kink: number): boolean {
  const beside = 1e-9 * Math.max(1, Math.abs(kink));
  return [f, df].every((of) => Math.abs(of(kink + beside, p) - of(kink - beside, p)) < 1e-6);
}

/** Whether its derivative is 0 everywhere, so that backpropagation cannot train what comes before it. */
export function isUntrainable(entry: ActivationEntry): boolean {
  return entry.shape === 'elementwise' && entry.hasZeroDerivative === true;
}

/** Whether it is flat on both sides: large inputs of either sign have almost no gradient. */
export function isFlatOnBothSides(entry: ActivationEntry): boolean {
  return entry.shape === 'elementwise' && entry.saturation === 'saturated' && !entry.range?.includes('∞');
}
