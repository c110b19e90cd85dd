/**
 * One row of places of all outputs: the inner loops of a convolution. Both passes have this form:
 *
 *   out[m, q] = start[m] + Σ over depth c, lines i, taps j of w[m, c, i, j]·x[c, i, q + j]
 *
 * Neighbouring places lie in the lanes, so x is read as it lies in memory:
 *
 * ```
 *                 x + tap:   q 0 1 2 3   q 4 5 6 7
 *                          ┌───────────┬───────────┐
 *   w[0, tap] ───▶ splat ─▶│ sum[0, 0] │ sum[0, 1] │     sums of a tile stay in registers
 *   w[1, tap] ───▶ splat ─▶│ sum[1, 0] │ sum[1, 1] │     over all of c, i and j
 *     …                    │     …     │           │
 * ```
 *
 * Each sum takes its products in ascending order of c, i, j, so the tile's shape does not change a bit. Where
 * tiles do not divide the outputs or the places evenly, the last ones overlap those before and compute the
 * same numbers twice.
 */
import { type Expr, type FunctionBuilder, f32x4, i32, type Local, type V128, v128 } from '../../../../assembler';
import type { TileShape } from '../../gemm/tile';
import { type Loops, rolled, type Tap } from './loops';

export interface RowCorrelation extends Loops {
  /** Outputs m, and the bytes of w from one to the next. */
  readonly outputs: number;
  readonly wOutput: number;
  /** Places of the row. */
  readonly places: number;
  /** Addresses of x at the first place and line, and of w[0] at the first line. */
  readonly x: Local<'i32'>;
  readonly w: Local<'i32'>;
  /** The initial value of the sum of output m = `first` + `row`; `first` is known at run time. */
  readonly start: (first: Local<'i32'>, row: number) => V128;
  /**
   * The address of output `first` at place `place`; the rest of the tile lies at constant distances from it.
   */
  readonly target: (first: Local<'i32'>, place: Local<'i32'>) => Expr<'i32'>;
  /** Stores the sums of the output that lies `row` outputs from the target. */
  readonly take: (target: Local<'i32'>, row: number, sums: readonly TileSum[]) => void;
}

/** Four places of a tile, from `offset` on; only the first `lanes` are stored. */
interface Vector {
  readonly offset: number;
  readonly lanes: number;
}

export interface TileSum extends Vector {
  readonly sum: Local<'v128'>;
}

/**
 * Outputs of a tile for each number of vectors: all sums and operands fit the registers. `wide`: two vectors
 * become one of twice the width, so that there is room for more.
 */
const tileRows = { plain: [0, 7, 4, 2], wide: [0, 8, 8, 4] } as const;

/**
 * ```
 *  for each tile's outputs
 *    for each tile of the row:  for each c: for each i: for each j:  one step of the tile;  then take
 * ```
 */
export function emitRow(f: FunctionBuilder, correlation: RowCorrelation, machine: TileShape): void {
  const { outputs, wOutput, places } = correlation;
  const loops = rolled(correlation);
  const { vectors, across, down } = tilingOf(outputs, places, machine);
  const rows = Math.ceil(outputs / down);
  const whole = Math.floor(Math.floor(places / 4) / across);
  const last = vectors.slice(whole * across);
  const lastPlace = last.length > 0 ? last[0].offset : 0;
  const rest = last.map(({ offset, lanes }) => ({ offset: offset - lastPlace, lanes }));
  const [output, first, place] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [x, w] = [f.local('i32'), f.local('i32')];
  f.range(output, 0, down * rows, rows, () => {
    f.set(first, output);
    if (outputs % rows > 0) {
      f.if(i32.gt_s(first, outputs - rows), () => f.set(first, i32.const(outputs - rows)));
    }
    f.set(w, i32.add(correlation.w, i32.mul(first, wOutput)));
    f.set(x, correlation.x);
    f.set(place, i32.const(0));
    const tile = (tileVectors: readonly Vector[]): void =>
      emitTile(f, { ...correlation, ...loops }, { rows, vectors: tileVectors, x, w, first, place });
    f.repeat(whole, () => {
      tile(vectors.slice(0, across));
      f.increase(x, across * 16);
      f.increase(place, across * 4);
    });
    if (rest.length === 0) {
      return;
    }
    f.increase(x, lastPlace * 4 - whole * across * 16);
    f.increase(place, lastPlace - whole * across * 4);
    tile(rest);
  });
}

/** How tiles cover a row: its vectors, the vectors of a tile, and the number of tiles for all outputs. */
function tilingOf(outputs: number, places: number, machine: TileShape) {
  const vectors = vectorsOf(places);
  const wide = machine.panelWidth > 8;
  const across = !wide && vectors.length % 3 === 0 ? 3 : Math.min(2, vectors.length);
  return { vectors, across, down: Math.ceil(outputs / tileRows[wide ? 'wide' : 'plain'][across]) };
}

/** The vectors that cover a row; the last one may overlap the one before. */
function vectorsOf(places: number): readonly Vector[] {
  if (places < 4) {
    return [{ offset: 0, lanes: places }];
  }
  return Array.from({ length: Math.ceil(places / 4) }, (_, v) => ({ offset: Math.min(v * 4, places - 4), lanes: 4 }));
}

interface Tile {
  readonly rows: number;
  readonly vectors: readonly Vector[];
  readonly x: Local<'i32'>;
  readonly w: Local<'i32'>;
  readonly first: Local<'i32'>;
  readonly place: Local<'i32'>;
}

function emitTile(f: FunctionBuilder, correlation: RowCorrelation, tile: Tile): void {
  const { rows, vectors, first, place } = tile;
  const { depth, lines, columns, taps, wOutput, start, target, take } = correlation;
  const sums = Array.from({ length: rows }, (_, row) => {
    const begin = f.let(start(first, row));
    return vectors.map(() => f.let(begin));
  });
  const loaded = vectors.map(() => f.local('v128'));
  const factor = f.local('v128');
  const [xDepth, wDepth] = [f.let(tile.x), f.let(tile.w)];
  const [x, w] = [f.local('i32'), f.local('i32')];
  // Offsets of loads must not be negative.
  const lowest = Math.min(0, ...taps.map((tap) => tap.x));
  f.increase(xDepth, lowest);
  const emitTap = (tap: Tap): void => {
    for (const [v, { offset }] of vectors.entries()) {
      f.set(loaded[v], v128.load(x, tap.x - lowest + offset * 4));
    }
    for (let row = 0; row < rows; row++) {
      f.set(factor, v128.load32_splat(w, row * wOutput + tap.w));
      for (const [v, value] of loaded.entries()) {
        f.set(sums[row][v], f32x4.add(sums[row][v], f32x4.mul(factor, value)));
      }
    }
  };
  f.repeat(depth.count, () => {
    f.set(x, xDepth);
    f.set(w, wDepth);
    f.repeat(lines.count, () => {
      f.repeat(columns.count, () => {
        for (const tap of taps) {
          emitTap(tap);
        }
        f.increase(x, columns.x);
        f.increase(w, columns.w);
      });
      f.increase(x, lines.x - columns.count * columns.x);
      f.increase(w, lines.w - columns.count * columns.w);
    });
    f.increase(xDepth, depth.x);
    f.increase(wDepth, depth.w);
  });
  const at = f.let(target(first, place));
  for (let row = 0; row < rows; row++) {
    take(
      at,
      row,
      vectors.map((vector, v) => ({ ...vector, sum: sums[row][v] })),
    );
  }
}
