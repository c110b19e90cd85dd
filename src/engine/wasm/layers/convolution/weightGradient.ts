/**
 * dW[f, k] = Σ over samples and places of delta[s, f, place]·x[s, place + tap k], and db[f] = Σ delta[s, f,
 * place].
 *
 * Neighbouring places lie in the lanes. A slice is two filters by four taps, or more filters by fewer taps.
 * Its sums stay in registers for a part of the batch (see `sumTiles.ts`), and are then added to the slice's
 * totals:
 *
 * ```
 *                            x + tap 0   x + tap 1   x + tap 2   x + tap 3
 *   delta[f]     places 0–3 │ sum[0, 0]   sum[0, 1]   sum[0, 2]   sum[0, 3]    over the places of a sum tile
 *   delta[f + 1] places 0–3 │ sum[1, 0]   sum[1, 1]   sum[1, 2]   sum[1, 3]
 * ```
 *
 * At the end the four lanes of a total are summed, (0 + 2) + (1 + 3). No sum depends on how threads divide
 * the slices. Where the filters do not divide evenly, those of the last slice overlap those of the slice
 * before, and give the same numbers.
 */
import { f32, f32x4, type I32, i32, type Local, type V128, v128 } from '../../../../assembler';
import { loadLanes } from '../../lanes/runs';
import type { LayerBuild, RangeKernel } from '../../layer';
import { batchCount } from '../../memory/control';
import type { Range } from '../../range';
import type { Geometry } from './geometry';
import { linesInside } from './lines';
import type { Tap } from './loops';
import { type Pass, passesOver } from './rowPasses';
import type { Source } from './source';
import { type SumTile, sumTilesOf } from './sumTiles';
import { tapsOf, tapTilesOf } from './tapTiles';

/** Filters of a slice for each number of taps: all sums and operands fit the registers. */
const tileFilters = [0, 6, 4, 2, 2];

export interface WeightGradient {
  /** Writes a kernel for slices `[from, to)`. */
  readonly emit: (f: RangeKernel) => void;
  readonly slices: number;
}

export interface GradientAddresses {
  readonly delta: number;
  readonly weight: number;
  /** Undefined where there is no bias. */
  readonly bias?: number;
}

export function weightGradient(
  { arena, tile }: LayerBuild,
  geometry: Geometry,
  source: Source,
  { delta, weight, bias }: GradientAddresses,
): WeightGradient {
  const { vertical, horizontal, groups, groupChannels, groupFilters, filters, field, places } = geometry;
  const rowBytes = source.pitch * 4;
  const planeBytes = source.plane * 4;
  const rowsOfPlaces = { count: vertical.places, step: vertical.stride, rows: vertical.size };
  const { taps, lines, line, depth } = tapsOf(geometry, source);
  const tapTiles = tapTilesOf(taps);
  const tall = Math.min(groupFilters, tileFilters[tapTiles[0].length]);
  const filterTiles = Math.ceil(groupFilters / tall);
  const tiles = groups * filterTiles * depth.count * lines * tapTiles.length;
  const passes = passesOver(horizontal.places, tile.panelWidth > 8);
  /** Totals of a filter and a tap. */
  const totalCount = passes.flatMap(({ vectors }) => vectors).length;
  const totalBytes = tall * tapTiles[0].length * totalCount * 16;
  const totals = arena.bytes(tiles * totalBytes);
  const biasTotals = arena.bytes(filters * 16);
  const sumTiles = sumTilesOf(geometry);

  function emit(f: RangeKernel): void {
    const { from, to } = f.p;
    const last = f.let(to);
    if (bias !== undefined) {
      // The last slice is the bias.
      f.if(i32.gt_s(to, tiles), () => {
        emitBias(f, bias);
        f.set(last, i32.const(tiles));
      });
    }
    const slice = f.local('i32');
    const total = f.local('i32');
    const bytes = (slices: Local<'i32'>) => i32.mul(slices, totalBytes);
    f.if(i32.lt_s(from, last), () =>
      f.fillMemory(i32.add(bytes(from), totals), 0, i32.mul(i32.sub(last, from), totalBytes)),
    );
    sumTiles.each(f, (tile) =>
      f.range(slice, from, last, 1, () => {
        f.set(total, i32.add(bytes(slice), totals));
        emitSlice(f, slice, total, tile);
      }),
    );
    f.range(slice, from, last, 1, () => {
      f.set(total, i32.add(bytes(slice), totals));
      emitResult(f, slice, total);
    });
  }

  /** The group, first filter and taps of a slice. */
  function decode(f: RangeKernel, slice: Local<'i32'>) {
    const rest = f.let(slice);
    const digit = (base: number): Local<'i32'> => {
      if (base === 1) {
        return f.let(i32.const(0));
      }
      const value = f.let(i32.rem_u(rest, base));
      f.set(rest, i32.div_u(rest, base));
      return value;
    };
    const tapTile = digit(tapTiles.length);
    const lineOf = digit(lines);
    const depthOf = digit(depth.count);
    const filter = f.let(i32.mul(digit(filterTiles), tall));
    if (groupFilters % tall > 0) {
      f.if(i32.gt_s(filter, groupFilters - tall), () => f.set(filter, i32.const(groupFilters - tall)));
    }
    f.set(filter, i32.add(filter, i32.mul(rest, groupFilters)));
    return { group: rest, filter, line: lineOf, depth: depthOf, tapTile };
  }

  /** Adds the products of a sum tile to the slice's totals. */
  function emitSlice(f: RangeKernel, slice: Local<'i32'>, total: Local<'i32'>, tile: SumTile): void {
    const at = decode(f, slice);
    const base = f.let(i32.sub(i32.mul(at.line, vertical.dilation), vertical.before));
    const inside = linesInside(f, rowsOfPlaces, base, [
      -vertical.before,
      (lines - 1) * vertical.dilation - vertical.before,
    ]);
    const rows = tile.rows ? rowsOfBoth(f, inside, tile.rows) : inside;
    // In every sample: the first row of places of the first filter, and what the first tap reads for it.
    const dStart = f.let(i32.add(i32.mul(at.filter, places), i32.mul(rows.first, horizontal.places)));
    f.set(dStart, i32.add(i32.shl(dStart, 2), delta));
    const xRow = i32.add(base, i32.mul(rows.first, vertical.stride));
    const xStart = f.let(i32.mul(i32.mul(at.group, groupChannels), planeBytes));
    f.set(xStart, i32.add(i32.add(xStart, i32.mul(at.depth, depth.x)), i32.mul(xRow, rowBytes)));
    f.increase(xStart, source.address);
    const [sample, d, x] = [f.local('i32'), f.local('i32'), f.local('i32')];
    eachTapTile(f, at.tapTile, (taps) =>
      eachPass(f, tile, (pass, times, before) => {
        const sums = Array.from({ length: tall * taps.length }, () => pass.vectors.map(() => f.let(f32x4.splat(0))));
        f.range(sample, tile.samples.from, tile.samples.to, 1, () => {
          f.set(d, i32.add(i32.add(dStart, i32.mul(sample, filters * places * 4)), before));
          f.set(x, i32.add(i32.add(xStart, i32.mul(sample, source.size * 4)), before));
          f.repeat(rows.count, () => emitRowOfPlaces(f, { d, x, taps, sums, pass, times }));
        });
        for (const [n, ofTap] of sums.entries()) {
          const offsetOf = (k: number): number => (n * totalCount + pass.total + k) * 16;
          for (const [k, sum] of ofTap.entries()) {
            f.set(sum, f32x4.add(v128.load(total, offsetOf(k)), sum));
          }
          for (const [k, sum] of ofTap.entries()) {
            f.storeV128(total, sum, offsetOf(k));
          }
        }
      }),
    );
  }

  /** The passes over the tile's rows of places: how often each runs, and after how many bytes of a row. */
  function eachPass(f: RangeKernel, { segment }: SumTile, body: (pass: Pass, times: I32, before: I32) => void): void {
    for (const pass of passes) {
      const { times, step } = pass;
      if (!segment) {
        body(pass, times, 0);
      } else if (step > 1) {
        const skipped = f.let(i32.mul(segment, sumTiles.segmentRounds));
        const left = f.let(i32.sub(times, skipped));
        f.if(i32.gt_s(left, sumTiles.segmentRounds), () => f.set(left, i32.const(sumTiles.segmentRounds)));
        body(pass, left, f.let(i32.mul(skipped, step * 16)));
      } else {
        // The end of the row belongs to the last segment.
        f.if(i32.eq(segment, sumTiles.segments - 1), () => body(pass, times, 0));
      }
    }
  }

  /** Writes the code for each tile of taps; the chosen one runs. */
  function eachTapTile(f: RangeKernel, chosen: Local<'i32'>, body: (taps: readonly Tap[]) => void): void {
    for (const [n, tapTile] of tapTiles.entries()) {
      if (tapTiles.length === 1) {
        body(tapTile);
      } else {
        f.if(i32.eq(chosen, n), () => body(tapTile));
      }
    }
  }

  /** The pass's vectors of a row of places or of its segment. `d` and `x` move on to the next row, if any. */
  function emitRowOfPlaces(
    f: RangeKernel,
    row: {
      readonly d: Local<'i32'>;
      readonly x: Local<'i32'>;
      readonly taps: readonly Tap[];
      readonly sums: readonly (readonly Local<'v128'>[])[];
      readonly pass: Pass;
      readonly times: I32;
    },
  ): void {
    const { d, x, taps, sums, pass, times } = row;
    const { vectors, step, lanes } = pass;
    const errors = Array.from({ length: tall }, () => vectors.map(() => f.local('v128')));
    const values = vectors.map(() => f.local('v128'));
    const emitStep = (count: number): void => {
      for (const [m, error] of errors.entries()) {
        for (const [k, v] of vectors.entries()) {
          f.set(error[k], loadLanes(d, count, m * places * 4 + v * 16));
        }
      }
      for (const [n, tap] of taps.entries()) {
        for (const [k, v] of vectors.entries()) {
          f.set(values[k], loadLanes(x, count, tap.x + v * 16));
        }
        for (const [m, error] of errors.entries()) {
          for (const [k, sum] of sums[m * taps.length + n].entries()) {
            f.set(sum, f32x4.add(sum, f32x4.mul(error[k], values[k])));
          }
        }
      }
    };
    f.repeat(times, () => {
      emitStep(4);
      f.increase(d, step * 16);
      f.increase(x, step * 16);
    });
    if (lanes > 0) {
      emitStep(lanes);
    }
    // A segment has no next row.
    if (typeof times !== 'number') {
      return;
    }
    f.increase(d, horizontal.places * 4 - times * step * 16);
    f.increase(x, vertical.stride * rowBytes - times * step * 16);
  }

  /** Stores the slice's gradients: the lanes of its totals summed. */
  function emitResult(f: RangeKernel, slice: Local<'i32'>, total: Local<'i32'>): void {
    const at = decode(f, slice);
    const write = f.let(i32.add(i32.mul(at.filter, field * 4), i32.mul(at.depth, depth.w)));
    f.set(write, i32.add(i32.add(write, i32.mul(at.line, line.w)), weight));
    eachTapTile(f, at.tapTile, (taps) => {
      for (let m = 0; m < tall; m++) {
        for (const [n, tap] of taps.entries()) {
          const totalOf = (k: number): V128 => v128.load(total, ((m * taps.length + n) * totalCount + k) * 16);
          const sum = f.let(totalOf(0));
          for (let k = 1; k < totalCount; k++) {
            f.set(sum, f32x4.add(sum, totalOf(k)));
          }
          f.storeF32(write, sumOfLanes(f, sum), m * field * 4 + tap.w);
        }
      }
    });
  }

  /** Sums each plane of delta in four sums, each of every fourth vector. */
  function emitBias(f: RangeKernel, address: number): void {
    const planes = f.let(i32.mul(batchCount(), filters));
    const [plane, total, filter] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const d = f.let(i32.const(delta));
    const sums = Array.from({ length: 4 }, () => f.local('v128'));
    const whole = Math.floor(places / 4);
    const add = (n: number, lanes: number): void =>
      f.set(sums[n % 4], f32x4.add(sums[n % 4], loadLanes(d, lanes, n * 16)));
    f.fillMemory(i32.const(biasTotals), 0, filters * 16);
    f.set(total, i32.const(0));
    f.range(plane, 0, planes, 1, () => {
      for (const sum of sums) {
        f.set(sum, f32x4.splat(0));
      }
      f.repeat(whole >> 2, () => {
        for (let n = 0; n < 4; n++) {
          add(n, 4);
        }
        f.increase(d, 64);
      });
      for (let n = 0; n < whole % 4; n++) {
        add(n, 4);
      }
      if (places % 4 > 0) {
        add(whole % 4, places % 4);
      }
      f.increase(d, places * 4 - (whole >> 2) * 64);
      const [a, b, c, e] = sums;
      const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, e));
      f.storeV128(total, f.let(f32x4.add(v128.load(total, biasTotals), sum)), biasTotals);
      f.increase(total, 16);
      f.if(i32.eq(total, filters * 16), () => f.set(total, i32.const(0)));
    });
    f.range(filter, 0, filters, 1, () => {
      const sum = f.let(v128.load(i32.shl(filter, 4), biasTotals));
      f.storeF32(i32.shl(filter, 2), sumOfLanes(f, sum), address);
    });
  }

  return { emit, slices: tiles + (bias === undefined ? 0 : 1) };
}

/** The rows of places that are in both. */
function rowsOfBoth(
  f: RangeKernel,
  inside: { readonly first: I32; readonly count: I32 },
  { from, to }: Range,
): { readonly first: Local<'i32'>; readonly count: Local<'i32'> } {
  const first = f.let(i32.add(inside.first, 0));
  const end = f.let(i32.add(first, inside.count));
  f.if(i32.lt_s(first, from), () => f.set(first, from));
  f.if(i32.gt_s(end, to), () => f.set(end, to));
  return { first, count: f.let(i32.sub(end, first)) };
}

/** (0 + 2) + (1 + 3) */
function sumOfLanes(f: RangeKernel, value: Local<'v128'>) {
  const pairs = f.let(f32x4.add(value, v128.shuffle32(value, value, [2, 3, 2, 3])));
  return f32.add(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
