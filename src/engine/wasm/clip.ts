/** Limits to gradients, between the backward pass and the update. */
import { type FunctionBuilder, f32, f32x4, f64, type Local, type ModuleBuilder, type V128 } from '../../assembler';
import type { Kernel } from './layer';
import type { Region } from './memory';
import { eachOf, sumOfSquares } from './squares';

export interface ClipOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/**
 * In place: first every number into ±`clipValue`, then all of them together times min(1, c/(‖g‖ + 1e−6)), c = `clipNorm` and ‖g‖ the norm
 * over all tensors, taken in float64. Numbers of a layout that belong to no weight are 0 and change nothing.
 */
export function makeClip(
  module: ModuleBuilder,
  gradients: readonly Region[],
  { clipValue, clipNorm }: ClipOptions,
): Kernel {
  const f = module.function('clip');
  if (clipValue !== undefined) {
    const [most, least] = [f.let(f32x4.const(clipValue)), f.let(f32x4.const(-clipValue))];
    change(f, gradients, (g) => f32x4.pmax(f32x4.pmin(g, most), least));
  }
  if (clipNorm !== undefined) {
    const scale = f.let(f64.div(clipNorm, f64.add(f64.sqrt(sumOfSquares(f, gradients)), 1e-6)));
    f.if(f64.lt(scale, 1), () => {
      const factor = f.let(f32x4.splat(f32.demote_f64(scale)));
      change(f, gradients, (g) => f32x4.mul(g, factor));
    });
  }
  return f;
}

function change(f: FunctionBuilder, regions: readonly Region[], rule: (g: Local<'v128'>) => V128): void {
  eachOf(f, regions, (g, at, lanes) => {
    f.set(g, rule(g));
    f.storeLanes(at, g, lanes);
  });
}
