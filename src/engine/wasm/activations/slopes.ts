/**
 * Rectifiers whose layer determines the slope on the negative side: a = z for z > 0, else s·z. prelu learns
 * s, a tensor [1]; rrelu draws it for each element.
 */

import { f32, f32x4, i32, i32x4, type Local, type V128, v128 } from '../../../assembler';
import { purposes } from '../../../common/random';
import { num } from '../../../spec/catalogue/parameters';
import type { ParameterValues } from '../../../spec/catalogue/types';
import { addWideProduct, clearWide, sumOfWide, wideSums } from '../lanes/runs';
import type { ActivationPass, LayerBuild, WasmTensor } from '../layer';
import { elementOf, mapVectors, rangeKernel } from '../layers/range';
import { beginDraws, emitUniform } from '../math/random';
import type { BatchBuffer } from '../memory/arena';
import { batchCount, isTraining } from '../memory/control';
import { sloped, slopeOf } from './rectifiers';

export function learnedSlope(
  build: LayerBuild,
  z: BatchBuffer,
  delta: BatchBuffer,
  { values, gradient }: WasmTensor,
): ActivationPass {
  const { module, plan, output: a, dOutput } = build;
  const forward = rangeKernel(build, 'activate');
  const s = forward.let(v128.load32_splat(i32.const(values.address)));
  mapVectors(forward, z.size, [a.address], (at, offset) => {
    const input = forward.let(v128.load(at, z.address + offset));
    return [sloped(input, s)];
  });

  const backward = rangeKernel(build, 'differentiate');
  const slope = backward.let(v128.load32_splat(i32.const(values.address)));
  mapVectors(backward, z.size, [delta.address], (at, offset) => {
    const input = backward.let(v128.load(at, z.address + offset));
    return [f32x4.mul(v128.load(at, dOutput.address + offset), slopeOf(input, slope))];
  });

  // ds = Σ over z ≤ 0 of dL/da · z, in float64: number i of the batch goes to lane sum i mod 4.
  const gradients = module.function(`${plan.name}.slopeGradient`);
  const sums = wideSums(gradients);
  clearWide(gradients, sums);
  const left = gradients.let(i32.mul(batchCount(), z.size));
  const at = gradients.let(i32.const(0));
  gradients.repeat(i32.shr_u(i32.add(left, 3), 2), () => {
    const input = gradients.let(v128.load(at, z.address));
    const error = gradients.let(v128.load(at, dOutput.address));
    // Numbers behind the batch's end may be anything.
    const present = i32x4.lt_s(v128.const32([0, 1, 2, 3]), i32x4.splat(left));
    const counted = gradients.let(v128.andnot(present, f32x4.gt(input, 0)));
    addWideProduct(gradients, sums, gradients.let(v128.and(error, counted)), gradients.let(v128.and(input, counted)));
    gradients.increase(at, 16);
    gradients.set(left, i32.sub(left, 4));
  });
  gradients.storeF32(gradient.address, f32.demote_f64(sumOfWide(sums)));
  return { forward, backward, gradients };
}

/** The slope is drawn from U(lower, upper) for each element in training; in evaluation it is the mean. */
export function randomSlope(build: LayerBuild, z: BatchBuffer, delta: BatchBuffer, p: ParameterValues): ActivationPass {
  const { plan, seed, arena, maxRows, output: a, dOutput } = build;
  const [lower, upper] = [num(p, 'lower'), num(p, 'upper')];
  const slopes = arena.floats(maxRows * z.size);
  const forward = rangeKernel(build, 'activate');
  const draws = beginDraws(forward, seed, purposes.slope, plan.index);
  const pass = (slopeAt: (at: Local<'i32'>, offset: number) => V128): void =>
    mapVectors(forward, z.size, [slopes.address, a.address], (at, offset) => {
      const input = forward.let(v128.load(at, z.address + offset));
      const slope = forward.let(slopeOf(input, slopeAt(at, offset)));
      return [slope, f32x4.mul(input, slope)];
    });
  forward.if(
    isTraining(),
    () =>
      pass((at, offset) => {
        const u = emitUniform(forward, draws.emit(elementOf(at, offset)));
        return f32x4.add(f32x4.mul(u, upper - lower), lower);
      }),
    () => pass(() => f32x4.const((lower + upper) / 2)),
  );

  const backward = rangeKernel(build, 'differentiate');
  mapVectors(backward, z.size, [delta.address], (at, offset) => [
    f32x4.mul(v128.load(at, dOutput.address + offset), v128.load(at, slopes.address + offset)),
  ]);
  return { forward, backward, kept: [slopes] };
}
