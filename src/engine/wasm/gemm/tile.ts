/**
 * The register tile, the inner loop of every matrix product. It holds `rows` × `vectors` sums in registers
 * and runs over the depth once:
 *
 * ```
 *                 b: vectors of 4 columns
 *               ┌────────┬────────┬───
 *               │ b[k,0] │ b[k,1] │ …
 *               └────────┴────────┴───
 *   a[0,k] ───▶   sum00     sum01        sum[r, x] += a[r, k] · b[k, x]   for k = 0, 1, 2, …
 *   a[1,k] ───▶   sum10     sum11
 *     …
 * ```
 *
 * Each sum takes its products in ascending order of k, one after the other: neither the tile's shape nor the
 * unrolling changes a bit.
 */
import { type FunctionBuilder, f32x4, type I32, i32, type Local, v128 } from '../../../assembler';

/** Which register tile is fastest depends on the machine. It changes no bit of the results. */
export interface TileShape {
  /** Divides `rowAlignment`, since the last tile of a batch may reach beyond the batch's end. */
  readonly rows: number;
  /** Columns of a panel: 8 or 16. */
  readonly panelWidth: number;
  /** Steps of k in one round of the loop. */
  readonly unroll: number;
}

export interface TileOperands {
  readonly sums: readonly Local<'v128'>[];
  readonly rows: number;
  readonly vectors: number;
  readonly depth: I32;
  readonly unroll: number;
  /** Address of a[0, 0], and the bytes from row to row and from k to k. */
  readonly a: Local<'i32'>;
  readonly aRow: number;
  readonly aStep: number;
  /** Address of b[0, 0], and the bytes from k to k; the vectors of a k lie side by side. */
  readonly b: Local<'i32'>;
  readonly bStep: number;
}

/** Adds the products to the sums; `a` and `b` keep their values. */
export function emitTile(f: FunctionBuilder, operands: TileOperands): void {
  const { sums, rows, vectors, depth, unroll, aRow, aStep, bStep } = operands;
  const a = f.let(operands.a);
  const b = f.let(operands.b);
  const columns = Array.from({ length: vectors }, () => f.local('v128'));
  const value = f.local('v128');
  const step = (k: number): void => {
    for (let x = 0; x < vectors; x++) {
      f.set(columns[x], v128.load(b, k * bStep + x * 16));
    }
    for (let r = 0; r < rows; r++) {
      f.set(value, v128.load32_splat(a, r * aRow + k * aStep));
      for (let x = 0; x < vectors; x++) {
        const sum = sums[r * vectors + x];
        f.set(sum, f32x4.add(sum, f32x4.mul(value, columns[x])));
      }
    }
  };
  const round = (steps: number): void => {
    for (let k = 0; k < steps; k++) {
      step(k);
    }
    f.increase(a, steps * aStep);
    f.increase(b, steps * bStep);
  };
  if (typeof depth === 'number') {
    f.repeat(Math.floor(depth / unroll), () => round(unroll));
    if (depth % unroll > 0) {
      round(depth % unroll);
    }
    return;
  }
  if (unroll === 1) {
    f.repeat(depth, () => round(1));
    return;
  }
  const shift = 31 - Math.clz32(unroll);
  f.repeat(i32.shr_u(depth, shift), () => round(unroll));
  f.repeat(i32.and(depth, unroll - 1), () => round(1));
}

/** `rows` × `vectors` locals for the sums. */
export function tileSums(f: FunctionBuilder, rows: number, vectors: number): readonly Local<'v128'>[] {
  return Array.from({ length: rows * vectors }, () => f.local('v128'));
}
