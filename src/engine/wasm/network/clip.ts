/** Clips gradients, between the backward pass and the update. */
import { type FunctionBuilder, f32, f32x4, f64, type Local, type ModuleBuilder, type V128 } from '../../../assembler';
import { loadLanes } from '../lanes/runs';
import { type Kernel, type RangeKernel, rangeParameters } from '../layer';
import type { Arena, Region } from '../memory/arena';
import type { Range } from '../range';
import { eachNumber, sliceCount } from '../tensors/slices';
import { SquareSum } from './squares';

export interface ClipOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/**
 * In place: first every number is clipped to ±`clipValue`, then all are multiplied by min(1, c/(‖g‖ + 1e−6)),
 * with c = `clipNorm` and ‖g‖ the norm over all tensors, computed in float64. The padding of a layout is 0
 * and changes nothing.
 */
export function makeClip(
  module: ModuleBuilder,
  arena: Arena,
  gradients: readonly Region[],
  { clipValue, clipNorm }: ClipOptions,
): Kernel {
  const squares = new SquareSum(arena);
  const passes: { readonly kernel: RangeKernel; readonly slices: number }[] = [];
  const pass = (name: string, emit: (f: RangeKernel, gradient: Region) => void): void => {
    for (const [i, gradient] of gradients.entries()) {
      const kernel = module.function(`${name} ${i}`, { parameters: rangeParameters }, (f) => emit(f, gradient));
      passes.push({ kernel, slices: sliceCount(gradient.length) });
    }
  };
  if (clipValue !== undefined) {
    pass('bound', (f, gradient) => {
      const [most, least] = [f.let(f32x4.const(clipValue)), f.let(f32x4.const(-clipValue))];
      change(f, f.p, gradient, (g) => f32x4.pmax(f32x4.pmin(g, most), least));
    });
  }
  if (clipNorm !== undefined) {
    pass('largest', (f, gradient) => squares.emitLargest(f, f.p, gradient));
    pass('squares', (f, gradient) => squares.emitSquares(f, f.p, gradient));
    pass('shorten', (f, gradient) => {
      const scale = f.let(f64.div(clipNorm, f64.add(f64.sqrt(squares.emitTotal()), 1e-6)));
      f.if(f64.lt(scale, 1), () => {
        const factor = f.let(f32x4.splat(f32.demote_f64(scale)));
        change(f, f.p, gradient, (g) => f32x4.mul(g, factor));
      });
    });
  }
  return module.function('clip', {}, (f) => {
    squares.emitBegin(f);
    for (const { kernel, slices } of passes) {
      f.do(kernel, { from: 0, to: slices });
    }
  });
}

function change(f: FunctionBuilder, range: Range, { address, length }: Region, rule: (g: Local<'v128'>) => V128): void {
  const g = f.local('v128');
  eachNumber(f, range, length, (at, lanes) => {
    f.set(g, loadLanes(at, lanes, address));
    f.set(g, rule(g));
    f.storeLanes(at, g, lanes, address);
  });
}
