/**
 * Code that the normalising layers have in common. For a set of N numbers with mean μ and variance σ², x̂ =
 * (x − μ)/√(σ² + ε). With the error g of x̂, dL/dx = (g − mean g − x̂·mean(g·x̂))/√(σ² + ε).
 *
 * Sums run in float64. A mean is kept as two float32 numbers, high + low, which together hold 48 bits of it:
 * x − high is exact where x is near the mean, so that a mean far from 0 costs no accuracy.
 */
import {
  type Expr,
  type F32x4,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  type I32,
  type V128,
} from '../../../../assembler';
import type { LayerBuild, WasmTensor } from '../../layer';
import type { Arena } from '../../memory/arena';
import { makeTensor } from '../../tensors/tensor';

/** Addresses of one float32 number for each set. */
export interface Moments {
  readonly high: number;
  readonly low: number;
  /** 1/√(σ² + ε) */
  readonly inverse: number;
}

export const momentsOf = (arena: Arena, sets: number): Moments & { readonly kept: ReturnType<Arena['floats']>[] } => {
  const kept = [0, 1, 2].map(() => arena.floats(sets));
  const [high, low, inverse] = kept.map(({ address }) => address);
  return { high, low, inverse, kept };
};

/** Stores the mean of the set at byte `at`. */
export function storeMean(f: FunctionBuilder, { high, low }: Moments, at: I32, mean: Expr<'f64'>): void {
  const whole = f.let(mean);
  f.storeF32(at, f32.demote_f64(whole), high);
  f.storeF32(at, f32.demote_f64(f64.sub(whole, f64.promote_f32(f32.load(at, high)))), low);
}

export function storeInverse(
  f: FunctionBuilder,
  { inverse }: Moments,
  at: I32,
  variance: Expr<'f64'>,
  epsilon: number,
): void {
  f.storeF32(at, f32.demote_f64(f64.div(1, f64.sqrt(f64.add(variance, epsilon)))), inverse);
}

/** x − μ */
export const centred = (x: V128, high: F32x4, low: F32x4): V128 => f32x4.sub(f32x4.sub(x, high), low);

export function scaleAndShift(build: LayerBuild): {
  tensors: readonly WasmTensor[];
  scale: WasmTensor;
  shift: WasmTensor;
} {
  const tensors = build.plan.tensors.map((plan) => makeTensor(build, plan));
  const find = (suffix: string) => tensors.find(({ plan }) => plan.name === `${build.plan.name}.${suffix}`);
  const [scale, shift] = [find('weight'), find('bias')];
  if (!scale || !shift) {
    throw new Error(`The plan of ${build.plan.name} lacks weight or bias: plan the network again.`);
  }
  return { tensors, scale, shift };
}
