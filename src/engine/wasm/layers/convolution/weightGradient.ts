/**
 * dW[f, k] = Σ over samples and places of delta[s, f, place]·x[s, place + tap k], and db[f] = Σ delta[s, f, place].
 *
 * Neighbouring places lie in the lanes. A share is two filters by four taps, or as many the other way; its sums stay in registers for
 * a block of samples, and are then added to the share's totals:
 *
 * ```
 *                            x + tap 0   x + tap 1   x + tap 2   x + tap 3
 *   delta[f]     places 0–3 │ sum[0, 0]   sum[0, 1]   sum[0, 2]   sum[0, 3]       for all rows of places of some samples
 *   delta[f + 1] places 0–3 │ sum[1, 0]   sum[1, 1]   sum[1, 2]   sum[1, 3]
 * ```
 *
 * At the end the four lanes of a total are summed, (0 + 2) + (1 + 3). No sum depends on how the shares are dealt out. Where the filters
 * do not come out even, the last share's overlap those of the share before, and give the same numbers.
 */
import { f32, f32x4, i32, type Local, type V128, v128 } from '../../../../assembler';
import type { LayerBuild, RangeKernel } from '../../layer';
import { beginSums, type Span, sampleSpan } from '../../span';
import { loadLanes } from '../lanes';
import type { Geometry } from './geometry';
import { linesInside } from './lines';
import type { Tap } from './loops';
import { type Pass, passesOver } from './passes';
import { chunksOf, tapsOf } from './shareTaps';
import type { Source } from './source';

/** Filters of a share by the taps of a chunk: with the operands, all sums have a register. */
const tileFilters = [0, 6, 4, 2, 2];

/** Vectors of places that a lane sums before the total takes it: few enough to lose no accuracy, enough to cost nothing. */
const blockVectors = 128;

export interface WeightGradient {
  /** Fills a kernel for shares `[from, to)`. */
  readonly emit: (f: RangeKernel) => void;
  readonly shares: number;
  /** Samples of a block, which is summed at once. */
  readonly spanRows: number;
}

export interface GradientAddresses {
  readonly delta: number;
  readonly weight: number;
  /** Left out: no bias. */
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
  const chunks = chunksOf(taps);
  const tall = Math.min(groupFilters, tileFilters[chunks[0].length]);
  const blocks = Math.ceil(groupFilters / tall);
  const tiles = groups * blocks * depth.count * lines * chunks.length;
  const passes = passesOver(horizontal.places, tile.panelWidth > 8);
  const parts = passes.flatMap(({ vectors }) => vectors).length;
  const totalBytes = tall * chunks[0].length * parts * 16;
  const totals = arena.bytes(tiles * totalBytes);
  const biasTotals = arena.bytes(filters * 16);
  const vectors = Math.ceil(horizontal.places / 4) * vertical.places;
  const block = Math.ceil(blockVectors / vectors);

  function emit(f: RangeKernel): void {
    const { from, to } = f.p;
    const span = sampleSpan(f);
    const last = f.let(to);
    if (bias !== undefined) {
      // The last share is the bias.
      f.if(i32.gt_s(to, tiles), () => {
        emitBias(f, span, bias);
        f.set(last, i32.const(tiles));
      });
    }
    const share = f.local('i32');
    const total = f.local('i32');
    const [first, end] = [f.local('i32'), f.local('i32')];
    const bytes = (shares: Local<'i32'>) => i32.mul(shares, totalBytes);
    f.if(i32.and(i32.eqz(span.from), i32.lt_s(from, last)), () =>
      f.fillMemory(i32.add(bytes(from), totals), 0, i32.mul(i32.sub(last, from), totalBytes)),
    );
    f.range(first, span.from, span.to, block, () => {
      f.set(end, i32.add(first, block));
      f.if(i32.gt_s(end, span.to), () => f.set(end, span.to));
      f.range(share, from, last, 1, () => {
        f.set(total, i32.add(bytes(share), totals));
        emitShare(f, share, total, first, end);
      });
    });
    f.range(share, from, last, 1, () => {
      f.set(total, i32.add(bytes(share), totals));
      emitResult(f, share, total);
    });
  }

  /** What a share stands for: which filter comes first, and where its taps lie. */
  function decode(f: RangeKernel, share: Local<'i32'>) {
    const rest = f.let(share);
    const digit = (base: number): Local<'i32'> => {
      if (base === 1) return f.let(i32.const(0));
      const value = f.let(i32.rem_u(rest, base));
      f.set(rest, i32.div_u(rest, base));
      return value;
    };
    const chunk = digit(chunks.length);
    const lineOf = digit(lines);
    const depthOf = digit(depth.count);
    const filter = f.let(i32.mul(digit(blocks), tall));
    if (groupFilters % tall > 0) {
      f.if(i32.gt_s(filter, groupFilters - tall), () => f.set(filter, i32.const(groupFilters - tall)));
    }
    f.set(filter, i32.add(filter, i32.mul(rest, groupFilters)));
    return { group: rest, filter, line: lineOf, depth: depthOf, chunk };
  }

  /** Adds the products of samples `[first, end)` to the share's totals. */
  function emitShare(
    f: RangeKernel,
    share: Local<'i32'>,
    total: Local<'i32'>,
    first: Local<'i32'>,
    end: Local<'i32'>,
  ): void {
    const at = decode(f, share);
    const base = f.let(i32.sub(i32.mul(at.line, vertical.dilation), vertical.before));
    const rows = linesInside(f, rowsOfPlaces, base, [
      -vertical.before,
      (lines - 1) * vertical.dilation - vertical.before,
    ]);
    // In every sample: the first row of places of the first filter, and what the first tap reads for it.
    const dStart = f.let(i32.add(i32.mul(at.filter, places), i32.mul(rows.first, horizontal.places)));
    f.set(dStart, i32.add(i32.shl(dStart, 2), delta));
    const xRow = i32.add(base, i32.mul(rows.first, vertical.stride));
    const xStart = f.let(i32.mul(i32.mul(at.group, groupChannels), planeBytes));
    f.set(xStart, i32.add(i32.add(xStart, i32.mul(at.depth, depth.x)), i32.mul(xRow, rowBytes)));
    f.increase(xStart, source.address);
    const [sample, d, x] = [f.local('i32'), f.local('i32'), f.local('i32')];
    eachChunk(f, at.chunk, (chunk) => {
      for (const pass of passes) {
        const sums = Array.from({ length: tall * chunk.length }, () => pass.vectors.map(() => f.let(f32x4.splat(0))));
        f.range(sample, first, end, 1, () => {
          f.set(d, i32.add(dStart, i32.mul(sample, filters * places * 4)));
          f.set(x, i32.add(xStart, i32.mul(sample, source.size * 4)));
          f.repeat(rows.count, () => emitRowOfPlaces(f, { d, x, chunk, sums, pass }));
        });
        for (const [n, ofTap] of sums.entries()) {
          const place = (k: number): number => (n * parts + pass.part + k) * 16;
          for (const [k, sum] of ofTap.entries()) f.set(sum, f32x4.add(v128.load(total, place(k)), sum));
          for (const [k, sum] of ofTap.entries()) f.storeV128(total, sum, place(k));
        }
      }
    });
  }

  /** The code of each chunk of taps, of which the share's runs. */
  function eachChunk(f: RangeKernel, chosen: Local<'i32'>, body: (chunk: readonly Tap[]) => void): void {
    for (const [n, chunk] of chunks.entries()) {
      if (chunks.length === 1) body(chunk);
      else f.if(i32.eq(chosen, n), () => body(chunk));
    }
  }

  /** The pass's vectors of a row of places; `d` and `x` move on to the next row. */
  function emitRowOfPlaces(
    f: RangeKernel,
    row: {
      readonly d: Local<'i32'>;
      readonly x: Local<'i32'>;
      readonly chunk: readonly Tap[];
      readonly sums: readonly (readonly Local<'v128'>[])[];
      readonly pass: Pass;
    },
  ): void {
    const { d, x, chunk, sums, pass } = row;
    const { vectors, step, times, lanes } = pass;
    const errors = Array.from({ length: tall }, () => vectors.map(() => f.local('v128')));
    const values = vectors.map(() => f.local('v128'));
    const emitStep = (count: number): void => {
      for (const [m, error] of errors.entries()) {
        for (const [k, v] of vectors.entries()) f.set(error[k], loadLanes(d, count, m * places * 4 + v * 16));
      }
      for (const [n, tap] of chunk.entries()) {
        for (const [k, v] of vectors.entries()) f.set(values[k], loadLanes(x, count, tap.x + v * 16));
        for (const [m, error] of errors.entries()) {
          for (const [k, sum] of sums[m * chunk.length + n].entries()) {
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
    if (lanes > 0) emitStep(lanes);
    f.increase(d, horizontal.places * 4 - times * step * 16);
    f.increase(x, vertical.stride * rowBytes - times * step * 16);
  }

  /** The share's gradients: the lanes of its totals summed. */
  function emitResult(f: RangeKernel, share: Local<'i32'>, total: Local<'i32'>): void {
    const at = decode(f, share);
    const place = f.let(i32.add(i32.mul(at.filter, field * 4), i32.mul(at.depth, depth.w)));
    f.set(place, i32.add(i32.add(place, i32.mul(at.line, line.w)), weight));
    eachChunk(f, at.chunk, (chunk) => {
      for (let m = 0; m < tall; m++) {
        for (const [n, tap] of chunk.entries()) {
          const totalOf = (part: number): V128 => v128.load(total, ((m * chunk.length + n) * parts + part) * 16);
          const sum = f.let(totalOf(0));
          for (let part = 1; part < parts; part++) f.set(sum, f32x4.add(sum, totalOf(part)));
          f.storeF32(place, sumOfLanes(f, sum), m * field * 4 + tap.w);
        }
      }
    });
  }

  /** Sample by sample four sums of a plane, of every fourth vector each. */
  function emitBias(f: RangeKernel, span: Span, address: number): void {
    const [filter, d, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const sums = Array.from({ length: 4 }, () => f.local('v128'));
    const all = f.local('v128');
    const whole = Math.floor(places / 4);
    const add = (n: number, lanes: number): void =>
      f.set(sums[n % 4], f32x4.add(sums[n % 4], loadLanes(d, lanes, n * 16)));
    f.range(filter, 0, filters, 1, () => {
      const total = f.let(i32.shl(filter, 4));
      beginSums(f, span, [all], f32x4.splat(0), () => v128.load(total, biasTotals));
      f.set(d, i32.add(i32.mul(filter, places * 4), delta));
      f.set(end, i32.add(d, i32.mul(span.to, filters * places * 4)));
      f.increase(d, i32.mul(span.from, filters * places * 4));
      f.while(i32.lt_s(d, end), () => {
        for (const sum of sums) f.set(sum, f32x4.splat(0));
        f.repeat(whole >> 2, () => {
          for (let n = 0; n < 4; n++) add(n, 4);
          f.increase(d, 64);
        });
        for (let n = 0; n < whole % 4; n++) add(n, 4);
        if (places % 4 > 0) add(whole % 4, places % 4);
        f.increase(d, filters * places * 4 - (whole >> 2) * 64);
        const [a, b, c, e] = sums;
        f.set(all, f32x4.add(all, f32x4.add(f32x4.add(a, b), f32x4.add(c, e))));
      });
      f.storeV128(total, all, biasTotals);
      f.storeF32(i32.shl(filter, 2), sumOfLanes(f, all), address);
    });
  }

  return { emit, shares: tiles + (bias === undefined ? 0 : 1), spanRows: block };
}

/** (0 + 2) + (1 + 3) */
function sumOfLanes(f: RangeKernel, value: Local<'v128'>) {
  const pairs = f.let(f32x4.add(value, v128.shuffle32(value, value, [2, 3, 2, 3])));
  return f32.add(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}
