/** Finds an activation's code by its name. */
import type { ActivationEntry, ParameterValues } from '../../../spec/catalogue/types';
import { distributions } from './distributions';
import { formulaKernel } from './formula';
import { gates } from './gates';
import type { ActivationKernel, ElementwiseKernel, VectorKernel } from './kernel';
import { rectifiers } from './rectifiers';
import { simple } from './simple';
import { smooth } from './smooth';
import { squashing } from './squashing';

const elementwise: Readonly<Record<string, (p: ParameterValues) => ElementwiseKernel>> = {
  ...rectifiers,
  ...squashing,
  ...smooth,
  ...simple,
  custom: (p) => formulaKernel(p.formula as string),
};
const vectors: Readonly<Record<string, VectorKernel>> = { ...distributions, ...gates };

/**
 * The kernel of an activation with all its parameters. As in the catalogue, prelu has the slope with which
 * learning begins, rrelu the mean slope.
 */
export function activationKernel({ name, shape }: ActivationEntry, parameters: ParameterValues): ActivationKernel {
  const kernel = shape === 'vector' ? vectors[name] : elementwise[name]?.(parameters);
  if (!kernel) {
    throw new Error(`The wasm backend has no activation ${name}: check the spec before compiling it.`);
  }
  return kernel;
}
