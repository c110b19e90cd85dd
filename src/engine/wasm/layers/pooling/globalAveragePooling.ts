/**
 * a[s, c] = mean of x[s, c, ·, ·]; every place gets 1/(H·W) of the error. Sums are float64, one for each
 * place modulo 4:
 *
 * ```
 *   x: │ 0 1 2 3 │ 4 5 6 7 │ 8 9 · · │     sums (0, 1) and (2, 3); the mean is ((0 + 2) + (1 + 3)) / size
 * ```
 */
import { f32, f32x4, f64, f64x2, i32, type Local } from '../../../../assembler';
import { addWide, eachRun, loadLanes, sumOfWide, wideSums } from '../../lanes/runs';
import type { LayerBuild, RangeKernel, WasmLayer } from '../../layer';
import { rangeKernel } from '../range';

export function makeGlobalAveragePooling(build: LayerBuild): WasmLayer {
  const { input, output, dInput, dOutput } = build;
  const planes = output.size;
  const size = input.size / planes;

  const forward = rangeKernel(build, 'forward');
  const sums = wideSums(forward);
  const value = forward.local('v128');
  eachPlane(forward, planes, size, (at, out) => {
    for (const sum of sums) {
      forward.set(sum, f64x2.splat(0));
    }
    eachRun(forward, at, size, (address, lanes) => {
      forward.set(value, loadLanes(address, lanes, input.address));
      addWide(forward, sums, value);
    });
    forward.storeF32(out, f32.demote_f64(f64.div(sumOfWide(sums), size)), output.address);
  });

  const backward = rangeKernel(build, 'backward');
  if (dInput) {
    const share = backward.local('v128');
    eachPlane(backward, planes, size, (at, out) => {
      backward.set(share, f32x4.splat(f32.div(f32.load(out, dOutput.address), size)));
      eachRun(backward, at, size, (address, lanes) => backward.storeLanes(address, share, lanes, dInput.address));
    });
  }
  return { tensors: [], forward, backward };
}

/**
 * For every plane of samples `[from, to)` the byte offsets of its first number in the input, which may
 * change, and of its number in the output.
 */
function eachPlane(
  f: RangeKernel,
  planes: number,
  size: number,
  body: (at: Local<'i32'>, out: Local<'i32'>) => void,
): void {
  const { from, to } = f.p;
  const at = f.let(i32.mul(from, planes * size * 4));
  const out = f.local('i32');
  f.range(out, i32.mul(from, planes * 4), i32.mul(to, planes * 4), 4, () => body(at, out));
}
