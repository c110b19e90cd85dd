/** An activation as code. */
import type { FunctionBuilder, Local, V128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';

/** a = f(z) for each number on its own, four at a time. */
export interface ElementwiseKernel {
  readonly shape: 'elementwise';
  /** Whether it takes so few instructions that it is worth fusing with a matrix product. */
  readonly cheap: boolean;
  /** f(z); NaN for a NaN. */
  forward(f: FunctionBuilder, z: Local<'v128'>): V128;
  /** f′(z); `a` is f(z). */
  derivative(f: FunctionBuilder, z: Local<'v128'>, a: Local<'v128'>): V128;
}

/** A function of the whole vector of features. */
export interface VectorKernel {
  readonly shape: 'vector';
  forward(f: FunctionBuilder, z: Lanes, a: Lanes): void;
  /** dz = Jᵀ da */
  backward(f: FunctionBuilder, z: Lanes, a: Lanes, da: Lanes, dz: Lanes): void;
}

export type ActivationKernel = ElementwiseKernel | VectorKernel;
