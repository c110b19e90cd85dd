/** Runs of consecutive numbers, four at a time, and sums of them in float64. */
import { type Expr, type FunctionBuilder, f64, f64x2, type Local, type V128, v128 } from '../../../assembler';

/** Goes over `length` numbers from `at` on, four at a time and then the rest; `at` moves behind them. */
export function eachRun(
  f: FunctionBuilder,
  at: Local<'i32'>,
  length: number,
  body: (at: Local<'i32'>, lanes: number) => void,
): void {
  const rest = length % 4;
  f.repeat(Math.floor(length / 4), () => {
    body(at, 4);
    f.increase(at, 16);
  });
  if (rest > 0) {
    body(at, rest);
    f.increase(at, rest * 4);
  }
}

/** Loads the first `lanes` numbers; the lanes beyond are 0. */
export function loadLanes(address: Local<'i32'>, lanes: number, offset = 0): V128 {
  switch (lanes) {
    case 1:
      return v128.load32_zero(address, offset);
    case 2:
      return v128.load64_zero(address, offset);
    case 3:
      return v128.and(v128.load(address, offset), firstLanes(3));
    default:
      return v128.load(address, offset);
  }
}

/** Loads `lanes` numbers, `stride` apart; the lanes beyond are 0. */
export function loadStrided(address: Local<'i32'>, stride: number, lanes: number, offset = 0): V128 {
  if (stride === 1) {
    return loadLanes(address, lanes, offset);
  }
  let value: V128 = v128.load32_zero(address, offset);
  for (let lane = 1; lane < lanes; lane++) {
    value = v128.load32_lane(address, value, lane, offset + lane * stride * 4);
  }
  return value;
}

/** A mask of the first lanes. */
export const firstLanes = (lanes: number): V128 =>
  v128.const32([lanes > 0 ? -1 : 0, lanes > 1 ? -1 : 0, lanes > 2 ? -1 : 0, lanes > 3 ? -1 : 0]);

/** A float64 sum for each of four lanes: those of lanes 0 and 1, and those of lanes 2 and 3. */
export type WideSums = readonly [Local<'v128'>, Local<'v128'>];

export const wideSums = (f: FunctionBuilder): WideSums => [f.local('v128'), f.local('v128')];

export function clearWide(f: FunctionBuilder, sums: WideSums): void {
  for (const sum of sums) {
    f.set(sum, f64x2.const(0));
  }
}

/** Converts four float32 lanes to float64: the lower two and the upper two. */
export const widen = (value: V128): readonly [V128, V128] => [
  f64x2.promote_low_f32x4(value),
  f64x2.promote_low_f32x4(v128.shuffle32(value, value, [2, 3, 2, 3])),
];

export function addWide(f: FunctionBuilder, sums: WideSums, value: Local<'v128'>): void {
  const halves = widen(value);
  for (const [k, sum] of sums.entries()) {
    f.set(sum, f64x2.add(sum, halves[k]));
  }
}

/** sums += a·b, the products in float64. */
export function addWideProduct(f: FunctionBuilder, sums: WideSums, a: Local<'v128'>, b: Local<'v128'>): void {
  const [first, second] = [widen(a), widen(b)];
  for (const [k, sum] of sums.entries()) {
    f.set(sum, f64x2.add(sum, f64x2.mul(first[k], second[k])));
  }
}

/** (0 + 2) + (1 + 3) */
export function sumOfWide([low, high]: WideSums): Expr<'f64'> {
  const pair = f64x2.add(low, high);
  return f64.add(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1));
}
