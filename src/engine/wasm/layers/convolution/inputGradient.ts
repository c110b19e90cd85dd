/**
 * dL/dx[c, y, x] = Σ_f Σ over taps (i, j) that reach (y, x) of W[f, c, i, j]·delta[f, r, q], with r·stride =
 * y + before − i·dilation and q likewise: a correlation of delta with the reversed filters. With a stride s,
 * only taps with i·dilation ≡ ρ (mod s) reach the rows with y + before ≡ ρ. So each remainder ρ is a
 * correlation of its own, without stride and without products by zeros:
 *
 * ```
 *   stride 2, 3 taps:   y + before = 0 2 4 …  from taps 0, 2        1 3 5 …  from tap 1
 * ```
 *
 * Along the rows delta is copied with zeros at both sides, sample by sample.
 */

import { f32x4, type I32, i32 } from '../../../../assembler';
import type { Axis } from '../../../../spec/window';
import { eachRun, loadLanes } from '../../lanes/runs';
import { type LayerBuild, type RangeKernel, rowAlignment } from '../../layer';
import type { BatchBuffer } from '../../memory/arena';
import type { Geometry } from './geometry';
import { linesInside } from './lines';
import { loopsOver } from './loops';
import { emitRow } from './rowCorrelation';
import { spreadPlane } from './source';

/**
 * Positions along an axis that the same taps reach: `first` + t·stride for t < `count`; tap n is kernel entry
 * `tap` + n·`tapStep`.
 */
interface Phase {
  readonly first: number;
  readonly count: number;
  readonly taps: number;
  readonly tap: number;
  readonly tapStep: number;
  /** Position t is reached by tap n from place t + `place` − n·`placeStep`. */
  readonly place: number;
  readonly placeStep: number;
}

function phasesOf({ size, kernel, stride, dilation, before }: Axis): readonly Phase[] {
  const common = greatestDivisor(stride, dilation);
  const tapStep = stride / common;
  return Array.from({ length: Math.min(stride, size) }, (_, first) => {
    const remainder = (first + before) % stride;
    const tap = Array.from({ length: Math.min(tapStep, kernel) }, (_, i) => i).find(
      (i) => (i * dilation) % stride === remainder,
    );
    const steps = { first, count: Math.ceil((size - first) / stride), tapStep, placeStep: dilation / common };
    // No tap reaches these positions: their error is 0.
    if (tap === undefined) {
      return { ...steps, taps: 0, tap: 0, place: 0 };
    }
    const place = (first + before - tap * dilation) / stride;
    return { ...steps, taps: Math.ceil((kernel - tap) / tapStep), tap, place };
  });
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** For samples `[from, to)`: writes dInput from `delta`. */
export function emitInputGradient(
  f: RangeKernel,
  { arena, maxRows, tile }: LayerBuild,
  geometry: Geometry,
  weight: number,
  delta: number,
  dInput: BatchBuffer,
): void {
  const { vertical, horizontal, groups, groupChannels, groupFilters, filters, field, places } = geometry;
  const { from, to } = f.p;
  const { stride } = horizontal;
  const verticals = phasesOf(vertical);
  const horizontals = phasesOf(horizontal);
  // Zeros that the row needs before its first place and behind its last one.
  const left = Math.max(0, ...horizontals.map(({ taps, place, placeStep }) => (taps - 1) * placeStep - place));
  const right = Math.max(0, ...horizontals.map(({ count, place }) => place + count - horizontal.places));
  const pitch = left + horizontal.places + right;
  const rowBytes = pitch * 4;
  const plane = spreadPlane(vertical.places * pitch);
  const planeBytes = plane * 4;
  const inputPlane = vertical.size * horizontal.size * 4;
  const kernelRow = horizontal.kernel * 4;
  // One sample at a time. The copy's address depends on where the range begins, so that each thread has its
  // own.
  const copyBytes = Math.ceil((filters * planeBytes) / 64 + 1) * 64;
  const copies = arena.bytes((maxRows / rowAlignment) * copyBytes);

  const slot = f.let(i32.add(i32.mul(i32.div_u(from, rowAlignment), copyBytes), copies));
  const [sample, group, t, base] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [x, w, out] = [0, 0, 0].map(() => f.local('i32'));
  f.range(sample, from, to, 1, () => {
    copyDelta();
    f.range(group, 0, groups, 1, () => {
      for (const rows of verticals) {
        for (const columns of horizontals) {
          emitPhase(rows, columns);
        }
      }
    });
  });

  /** Copies delta of a sample. */
  function copyDelta(): void {
    const [read, write] = [f.local('i32'), f.local('i32')];
    const value = f.local('v128');
    f.set(read, i32.add(i32.mul(sample, filters * places * 4), delta));
    const plane = f.let(i32.add(slot, left * 4));
    f.repeat(filters, () => {
      f.set(write, plane);
      f.repeat(vertical.places, () => {
        const to = f.let(write);
        eachRun(f, read, horizontal.places, (at, lanes) => {
          f.set(value, loadLanes(at, lanes));
          f.storeLanes(to, value, lanes);
          f.increase(to, lanes * 4);
        });
        f.increase(write, rowBytes);
      });
      f.increase(plane, planeBytes);
    });
  }

  function emitPhase(rows: Phase, columns: Phase): void {
    const reached = rows.taps > 0 && columns.taps > 0;
    f.range(t, 0, rows.count, 1, () => {
      f.set(base, i32.add(t, rows.place));
      const lines = linesInside(f, { count: rows.taps, step: -rows.placeStep, rows: vertical.places }, base, [
        rows.place,
        rows.place + rows.count - 1,
      ]);
      const row: I32 = i32.sub(base, i32.mul(lines.first, rows.placeStep));
      f.set(x, i32.add(slot, i32.mul(group, groupFilters * planeBytes)));
      f.set(x, i32.add(x, i32.mul(row, rowBytes)));
      f.increase(x, (left + columns.place) * 4);
      f.set(w, i32.mul(group, groupFilters * field * 4));
      f.set(w, i32.add(w, i32.mul(i32.add(i32.mul(lines.first, rows.tapStep), rows.tap), kernelRow)));
      f.increase(w, weight + columns.tap * 4);
      f.set(out, i32.add(i32.mul(sample, dInput.size * 4), i32.mul(group, groupChannels * inputPlane)));
      f.set(out, i32.add(out, i32.mul(t, vertical.stride * horizontal.size * 4)));
      f.increase(out, dInput.address + (rows.first * horizontal.size + columns.first) * 4);
      emitRow(
        f,
        {
          outputs: groupChannels,
          wOutput: vertical.kernel * kernelRow,
          ...loopsOver(
            { count: reached ? groupFilters : 0, x: planeBytes, w: field * 4 },
            { count: lines.count, x: -rows.placeStep * rowBytes, w: rows.tapStep * kernelRow },
            Array.from({ length: columns.taps }, (_, n) => ({
              x: -n * columns.placeStep * 4,
              w: n * columns.tapStep * 4,
            })),
          ),
          places: columns.count,
          x,
          w,
          start: () => f32x4.splat(0),
          target: (first, place) => i32.add(out, i32.add(i32.mul(first, inputPlane), i32.mul(place, stride * 4))),
          take(at, m, sums) {
            for (const { sum, offset, lanes } of sums) {
              const start = m * inputPlane + offset * stride * 4;
              if (stride === 1) {
                f.storeLanes(at, sum, lanes, start);
              } else {
                for (let lane = 0; lane < lanes; lane++) {
                  f.storeLane(at, sum, lane, start + lane * stride * 4);
                }
              }
            }
          },
        },
        tile,
      );
    });
  }
}
