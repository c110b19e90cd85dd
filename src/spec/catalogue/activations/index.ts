/** The chapter of activations, in the order in which they are taught and listed. */
import { formulaOf } from '../../formula';
import type { ActivationEntry, ElementwiseActivation } from '../types';
import { rectifiers } from './rectifiers';
import { simple } from './simple';
import { smooth } from './smooth';
import { squashing } from './squashing';
import { distributions, gates } from './vectors';

/** The families by which people look for a function. */
export const families = ['squashing', 'rectifier', 'smooth', 'distribution', 'gate', 'shrinkage', 'other'] as const;
export type Family = (typeof families)[number];

const shrinkage = simple.filter((entry) => entry.name.endsWith('_shrink'));
const members: Readonly<Record<Family, readonly ActivationEntry[]>> = {
  squashing,
  rectifier: rectifiers,
  smooth,
  distribution: distributions,
  gate: gates,
  shrinkage,
  other: simple.filter((entry) => !shrinkage.includes(entry)),
};

export function familyOf(entry: ActivationEntry): Family {
  return families.find((family) => members[family].includes(entry)) ?? 'other';
}

/** The lesson's four come first, then the rest by family. */
const lesson = ['sigmoid', 'tanh', 'relu', 'softmax'];

const all = families.flatMap((family) => members[family]);

export const activations: readonly ActivationEntry[] = [
  ...lesson.flatMap((name) => all.filter((entry) => entry.name === name)),
  ...all.filter((entry) => !lesson.includes(entry.name)),
];

/** A custom formula. It is not in the list, since without its formula it has no curve. */
export const custom: ElementwiseActivation = {
  kind: 'activation',
  shape: 'elementwise',
  name: 'custom',
  aliases: [],
  parameters: [{ name: 'formula', type: 'formula', primary: true }],
  formula: 'f(x)',
  f: (x, p) => formulaOf(p.formula as string).f(x),
  df: (x, p) => formulaOf(p.formula as string).df(x),
  kinks: (p) => formulaOf(p.formula as string).kinks(),
  side: (x, p) => formulaOf(p.formula as string).side(x),
  saturation: 'none',
};

/**
 * The activation of exactly this name, with its kernels; those of `custom` read the formula in its
 * parameters.
 */
export function activation(name: string): ActivationEntry | undefined {
  return name === custom.name ? custom : activations.find((entry) => entry.name === name);
}
