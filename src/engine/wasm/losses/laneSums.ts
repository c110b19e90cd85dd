import { type Expr, type FunctionBuilder, f64, f64x2, type Local, type V128 } from '../../../assembler';

/**
 * A batch's sum in float64, in an order that does not depend on threads: lane i sums samples i, i + 4, …; the
 * total is (L0 + L1) + (L2 + L3).
 */
export class LaneSums {
  readonly #f: FunctionBuilder;
  /** L0 and L1, L2 and L3. */
  readonly #low: Local<'v128'>;
  readonly #high: Local<'v128'>;

  constructor(f: FunctionBuilder) {
    this.#f = f;
    this.#low = f.let(f64x2.const(0));
    this.#high = f.let(f64x2.const(0));
  }

  /** Adds the next four samples, in two vectors. */
  add(low: V128, high: V128): void {
    this.#f.set(this.#low, f64x2.add(this.#low, low));
    this.#f.set(this.#high, f64x2.add(this.#high, high));
  }

  total(): Expr<'f64'> {
    const pair = (lanes: Local<'v128'>): Expr<'f64'> =>
      f64.add(f64x2.extract_lane(lanes, 0), f64x2.extract_lane(lanes, 1));
    return f64.add(pair(this.#low), pair(this.#high));
  }
}
