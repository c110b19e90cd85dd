/** The sum of the squares of many numbers. */
import { type Expr, type FunctionBuilder, f32, f32x4, f64, f64x2, i32, i64, v128 } from '../../../assembler';
import { loadLanes, widen } from '../lanes/runs';
import type { Arena, Region } from '../memory/arena';
import type { Range } from '../range';
import { eachNumber } from '../tensors/slices';

/**
 * 2²⁹ numbers fill half of the largest memory. With the count of a network's own numbers the grids would
 * differ between machines, as its padding does.
 */
const maxNumbers = 536870912;
/** Ratio of the second grid to the first: 2²⁹ numbers of up to 2⁻⁵³, and a margin of 4. */
const finer = 2.384185791015625e-7;

/**
 * Σ g² in float64, with the same bits in any order, since how weights lie in memory differs between machines.
 * A square has 48 bits and is exact. The bits of each square above a coarse grid are summed, exactly; of the
 * remainder the bits above a second, finer grid (Demmel and Nguyen, 2013). m is the largest |g|, n ≤ 2²⁹ the
 * count of numbers:
 *
 * ```
 *   C = 1.5 · 2^k, 2^k ≥ 2³⁰ m²    high = (g² + C) − C             Σ high: exact
 *   D = C · 2⁻²²                   low  = ((g² − high) + D) − D    Σ low: exact;  the rest: below n · 2⁻⁴³ m²
 * ```
 *
 * Two passes over slices of each region, in any order: the first for m, the second for the sums.
 */
export class SquareSum {
  readonly #largest: number;
  readonly #high: number;
  readonly #low: number;

  constructor(arena: Arena) {
    [this.#largest, this.#high, this.#low] = [0, 0, 0].map(() => arena.bytes(16));
  }

  /** Before the first slice. */
  emitBegin(f: FunctionBuilder): void {
    for (const address of [this.#largest, this.#high, this.#low]) {
      f.storeV128(i32.const(0), f.let(v128.const32([0, 0, 0, 0])), address);
    }
  }

  emitLargest(f: FunctionBuilder, range: Range, { address, length }: Region): void {
    const largest = f.let(v128.load(i32.const(0), this.#largest));
    eachNumber(f, range, length, (at, lanes) =>
      f.set(largest, f32x4.pmax(largest, f32x4.abs(loadLanes(at, lanes, address)))),
    );
    f.storeV128(i32.const(0), largest, this.#largest);
  }

  emitSquares(f: FunctionBuilder, range: Range, { address, length }: Region): void {
    const largest = f.let(v128.load(i32.const(0), this.#largest));
    const lanes = [0, 1, 2, 3].map((lane) => f32x4.extract_lane(largest, lane));
    const most = f.let(f64.promote_f32(f32.max(f32.max(lanes[0], lanes[1]), f32.max(lanes[2], lanes[3]))));
    const above = f64.mul(f64.mul(most, most), 4 * maxNumbers);
    // Only the bits of the exponent: the largest power of two that is not above it.
    const power = f64.reinterpret_i64(i64.and(i64.reinterpret_f64(above), 0x7ff0_0000_0000_0000n));
    const c = f.let(f64x2.splat(f64.mul(power, 1.5)));
    const d = f.let(f64x2.mul(c, finer));
    const high = f.let(v128.load(i32.const(0), this.#high));
    const low = f.let(v128.load(i32.const(0), this.#low));
    const g = f.local('v128');
    eachNumber(f, range, length, (at, lanes) => {
      f.set(g, loadLanes(at, lanes, address));
      for (const half of widen(g)) {
        const wide = f.let(half);
        const square = f.let(f64x2.mul(wide, wide));
        const coarse = f.let(f64x2.sub(f64x2.add(square, c), c));
        const fine = f64x2.sub(f64x2.add(f64x2.sub(square, coarse), d), d);
        f.set(high, f64x2.add(high, coarse));
        f.set(low, f64x2.add(low, fine));
      }
    });
    f.storeV128(i32.const(0), high, this.#high);
    f.storeV128(i32.const(0), low, this.#low);
  }

  /** After the last slice. */
  emitTotal(): Expr<'f64'> {
    const total = (address: number): Expr<'f64'> =>
      f64.add(f64.load(i32.const(0), address), f64.load(i32.const(8), address));
    return f64.add(total(this.#high), total(this.#low));
  }
}
