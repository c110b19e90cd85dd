/** Numbers of many regions, and the sum of their squares. */
import { type Expr, type FunctionBuilder, f32, f32x4, f64, f64x2, i32, i64, type Local } from '../../assembler';
import { eachRun, loadLanes, widen } from './layers/lanes';
import type { Region } from './memory';

/** Four numbers after four; `g` is 0 in the lanes behind a region's end, and its first `lanes` numbers stand at `at`. */
export function eachOf(
  f: FunctionBuilder,
  regions: readonly Region[],
  body: (g: Local<'v128'>, at: Local<'i32'>, lanes: number) => void,
): void {
  const at = f.local('i32');
  const g = f.local('v128');
  for (const { address, length } of regions) {
    f.set(at, i32.const(address));
    eachRun(f, at, length, (place, lanes) => {
      f.set(g, loadLanes(place, lanes));
      body(g, place, lanes);
    });
  }
}

/** 2²⁹ numbers fill half of the largest memory. A network's own count would not do: its padding, and so the grids, differ between machines. */
const mostNumbers = 536870912;
/** Of the second grid to the first: 2²⁹ numbers of up to 2⁻⁵³, and a margin of 4. */
const finer = 2.384185791015625e-7;

/**
 * Σ g² in float64, the same to the bit in whatever order: how weights lie in memory differs between machines. A square has 48 bits and
 * is exact. From each the bits above a grid are taken that is so coarse that their sum, too, is exact, and from what is left the bits above
 * a second, finer grid (Demmel and Nguyen, 2013). m is the largest |g|, n ≤ 2²⁹ the count of numbers:
 *
 * ```
 *   C = 1.5 · 2^k, 2^k ≥ 2³⁰ m²    high = (g² + C) − C             Σ high: exact
 *   D = C · 2⁻²²                   low  = ((g² − high) + D) − D    Σ low: exact;  what is left is below n · 2⁻⁴³ m²
 * ```
 */
export function sumOfSquares(f: FunctionBuilder, regions: readonly Region[]): Expr<'f64'> {
  const largest = f.let(f32x4.const(0));
  eachOf(f, regions, (g) => f.set(largest, f32x4.pmax(largest, f32x4.abs(g))));
  const lanes = [0, 1, 2, 3].map((lane) => f32x4.extract_lane(largest, lane));
  const most = f.let(f64.promote_f32(f32.max(f32.max(lanes[0], lanes[1]), f32.max(lanes[2], lanes[3]))));
  const above = f64.mul(f64.mul(most, most), 4 * mostNumbers);
  // The exponent's bits alone: the power of two at or below.
  const power = f64.reinterpret_i64(i64.and(i64.reinterpret_f64(above), 0x7ff0_0000_0000_0000n));
  const c = f.let(f64x2.splat(f64.mul(power, 1.5)));
  const d = f.let(f64x2.mul(c, finer));
  const high = f.let(f64x2.const(0));
  const low = f.let(f64x2.const(0));
  eachOf(f, regions, (g) => {
    for (const half of widen(g)) {
      const wide = f.let(half);
      const square = f.let(f64x2.mul(wide, wide));
      const coarse = f.let(f64x2.sub(f64x2.add(square, c), c));
      const fine = f64x2.sub(f64x2.add(f64x2.sub(square, coarse), d), d);
      f.set(high, f64x2.add(high, coarse));
      f.set(low, f64x2.add(low, fine));
    }
  });
  const total = (lanes: Local<'v128'>): Expr<'f64'> =>
    f64.add(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
  return f64.add(total(high), total(low));
}
