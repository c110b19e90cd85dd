/**
 * The heart of a convolution: one row of places of all outputs. Both passes are of this form:
 *
 *   out[m, q] = start[m] + Σ over depth c, lines i, taps j of w[m, c, i, j]·x[c, i, q + j]
 *
 * Neighbouring places lie in the lanes, so x is read as it lies in memory, and no patch is ever copied together:
 *
 * ```
 *                 x + tap:   q 0 1 2 3   q 4 5 6 7
 *                          ┌───────────┬───────────┐
 *   w[0, tap] ───▶ splat ─▶│ sum[0, 0] │ sum[0, 1] │     sums of a tile stay in registers
 *   w[1, tap] ───▶ splat ─▶│ sum[1, 0] │ sum[1, 1] │     over all of c, i and j
 *     …                    │     …     │           │
 * ```
 *
 * Each sum takes its products in ascending order of c, i, j: the tile's shape does not change a bit. Blocks of outputs, and
 * vectors of places, whose count does not come out even overlap, and compute the same twice.
 */
import { type FunctionBuilder, f32x4, i32, type Local, type V128, v128 } from '../../assembler';
import { type Loops, withFewerLoops } from './loops';

export interface RowCorrelation extends Loops {
  /** Outputs m, and the bytes of w from one to the next. */
  readonly outputs: number;
  readonly wOutput: number;
  /** Places of the row. */
  readonly places: number;
  /** Addresses of x at the first place and line, and of w[0] at the first line. */
  readonly x: Local<'i32'>;
  readonly w: Local<'i32'>;
  /** What the sum of output m = `first` + `row` begins with; `first` changes as the code runs. */
  readonly start: (first: Local<'i32'>, row: number) => V128;
  /** Takes the sums of output `first` + `row` at places `place` + `offset` … + `lanes` − 1. */
  readonly take: (at: TilePlace, sum: Local<'v128'>) => void;
}

export interface TilePlace {
  readonly first: Local<'i32'>;
  readonly row: number;
  readonly place: Local<'i32'>;
  readonly offset: number;
  readonly lanes: number;
}

/** A place's vector within a tile. */
interface Vector {
  readonly offset: number;
  readonly lanes: number;
}

/** Outputs of a tile by its number of vectors: with the operands, all sums have a register. */
const tileRows = [0, 8, 4, 3];

export function emitRow(f: FunctionBuilder, correlation: RowCorrelation): void {
  const { outputs, wOutput, places } = correlation;
  const loops = withFewerLoops(correlation, 9, 6);
  const vectors = vectorsOf(places);
  const across = Math.min(2, vectors.length);
  const blocks = Math.ceil(outputs / tileRows[across]);
  const rows = Math.ceil(outputs / blocks);
  const whole = Math.floor(Math.floor(places / 4) / across);
  const last = vectors.slice(whole * across);
  const lastPlace = last.length > 0 ? last[0].offset : 0;
  const rest = last.map(({ offset, lanes }) => ({ offset: offset - lastPlace, lanes }));
  const [block, first, place] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [x, w] = [f.local('i32'), f.local('i32')];
  f.range(block, 0, blocks * rows, rows, () => {
    f.set(first, block);
    if (outputs % rows > 0) f.if(i32.gt_s(first, outputs - rows), () => f.set(first, i32.const(outputs - rows)));
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
    if (rest.length === 0) return;
    f.increase(x, lastPlace * 4 - whole * across * 16);
    f.increase(place, lastPlace - whole * across * 4);
    tile(rest);
  });
}

/** The vectors that cover a row; the last one may overlap the one before. */
function vectorsOf(places: number): readonly Vector[] {
  if (places < 4) return [{ offset: 0, lanes: places }];
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
  const { depth, lines, taps, wOutput, start, take } = correlation;
  const sums = Array.from({ length: rows }, (_, row) => vectors.map(() => f.let(start(first, row))));
  const loaded = vectors.map(() => f.local('v128'));
  const factor = f.local('v128');
  const [xDepth, wDepth] = [f.let(tile.x), f.let(tile.w)];
  const [x, w] = [f.local('i32'), f.local('i32')];
  // Offsets in the code are not negative.
  const lowest = Math.min(0, ...taps.map((tap) => tap.x));
  f.increase(xDepth, lowest);
  f.repeat(depth.count, () => {
    f.set(x, xDepth);
    f.set(w, wDepth);
    f.repeat(lines.count, () => {
      for (const tap of taps) {
        for (const [v, { offset }] of vectors.entries()) f.set(loaded[v], v128.load(x, tap.x - lowest + offset * 4));
        for (let row = 0; row < rows; row++) {
          f.set(factor, v128.load32_splat(w, row * wOutput + tap.w));
          for (const [v, value] of loaded.entries()) {
            f.set(sums[row][v], f32x4.add(sums[row][v], f32x4.mul(factor, value)));
          }
        }
      }
      if (lines.count !== 1) {
        f.increase(x, lines.x);
        f.increase(w, lines.w);
      }
    });
    f.increase(xDepth, depth.x);
    f.increase(wDepth, depth.w);
  });
  for (let row = 0; row < rows; row++) {
    for (const [v, { offset, lanes }] of vectors.entries()) take({ first, row, place, offset, lanes }, sums[row][v]);
  }
}
