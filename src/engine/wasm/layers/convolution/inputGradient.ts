/**
 * dL/dx[c, y, x] = Σ_f Σ over taps (i, j) that reach (y, x) of W[f, c, i, j]·delta[f, r, q], with r·stride = y + before − i·dilation
 * and q likewise: again a correlation, of delta with the filters turned around. A stride s reaches the rows y + before ≡ ρ (mod s)
 * by the taps with i·dilation ≡ ρ alone, so that every remainder is a correlation of its own, without stride, and no product is by a
 * zero in between:
 *
 * ```
 *   stride 2, 3 taps:   y + before = 0 2 4 …  by i = 0, 2        1 3 5 …  by i = 1
 * ```
 *
 * Along the rows delta is copied with zeros at both sides, sample by sample: as much of it as the strip needs.
 */

import { f32x4, type I32, i32, type Local } from '../../../../assembler';
import type { Axis } from '../../../../spec/window';
import { type LayerBuild, type RangeKernel, rowBlock } from '../../layer';
import type { BatchBuffer } from '../../memory';
import type { Span } from '../../span';
import { eachRun, loadLanes } from '../lanes';
import type { Geometry } from './geometry';
import { linesInside } from './lines';
import { loopsOver } from './loops';
import { lanesOf, type Part, stretchPlaces, vectorsBetween } from './part';
import { eachShare, type PlaneShare } from './planeShares';
import { emitRow, tilingOf } from './rowCorrelation';
import { spreadPlane } from './source';

/** Positions along an axis that the same taps reach: `first` + t·stride for t < `count`; tap n is kernel entry `tap` + n·`tapStep`. */
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
    // Some positions no tap reaches: their error is 0.
    if (tap === undefined) {
      return { ...steps, taps: 0, tap: 0, place: 0 };
    }
    const place = (first + before - tap * dilation) / stride;
    return { ...steps, taps: Math.ceil((kernel - tap) / tapStep), tap, place };
  });
}

/** How far before a position, and behind it, the places lie that reach it. */
const reachOf = (phases: readonly Phase[]): { readonly before: number; readonly behind: number } => ({
  before: Math.min(0, ...phases.map(({ taps, place, placeStep }) => (taps > 0 ? place - (taps - 1) * placeStep : 0))),
  behind: Math.max(0, ...phases.map(({ place }) => place)),
});

/** Of a line of a filter with a row, or with as many places of each phase as a stretch holds: zeros beside the places count, too. */
const productsOfLine = (phases: readonly Phase[], most = Number.POSITIVE_INFINITY): number =>
  phases.reduce((sum, { taps, count }) => sum + taps * lanesOf(Math.min(count, most)), 0);

/** Products of a sample, those with zeros and of lanes without a place among them. */
export const returnedProducts = ({ vertical, horizontal, channels, groupFilters }: Geometry): number =>
  channels * groupFilters * vertical.kernel * vertical.places * productsOfLine(phasesOf(horizontal));

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** For the strip of samples `[from, to)`: writes dInput from `delta`. */
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
  const rowsRead = reachOf(verticals);
  const columnsRead = reachOf(horizontals);
  // Zeros that the row needs before its first place and behind its last one.
  const left = -columnsRead.before;
  const right = Math.max(0, ...horizontals.map(({ count, place }) => place + count - horizontal.places));
  const pitch = left + horizontal.places + right;
  const rowBytes = pitch * 4;
  const plane = spreadPlane(vertical.places * pitch);
  const planeBytes = plane * 4;
  const inputPlane = vertical.size * horizontal.size * 4;
  const kernelRow = horizontal.kernel * 4;
  // One sample at a time; threads, whose ranges begin elsewhere, have a copy of their own.
  const copyBytes = Math.ceil((filters * planeBytes) / 64 + 1) * 64;
  const copies = arena.bytes((maxRows / rowBlock) * copyBytes);

  const slot = f.let(i32.add(i32.mul(i32.div_u(from, rowBlock), copyBytes), copies));
  const [sample, group, t, base] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [x, w, out] = [0, 0, 0].map(() => f.local('i32'));
  // Every phase runs over these rows and columns; some of them lack the last one.
  const rowsOfPhases = Math.max(...verticals.map(({ count }) => count));
  const columnsOfPhases = Math.max(...horizontals.map(({ count }) => count));
  const planes = {
    groups,
    blocks: Math.max(...horizontals.map(({ count }) => tilingOf(groupChannels, count, tile).blocks)),
    rows: rowsOfPhases,
    places: columnsOfPhases,
    products:
      groupChannels *
      groupFilters *
      Math.min(vertical.kernel, vertical.places) *
      productsOfLine(horizontals, stretchPlaces),
  };
  eachShare(f, planes, (part, ownGroups, share) => {
    const copyDelta = deltaCopier(part);
    f.range(sample, from, to, 1, () => {
      copyDelta();
      f.range(group, ownGroups.from, ownGroups.to, 1, () => {
        for (const rows of verticals) {
          for (const columns of horizontals) {
            emitPhase(rows, columns, part, share);
          }
        }
      });
    });
  });

  /** Writes what comes before all samples; gives what copies a sample's places that reach the part. */
  function deltaCopier(part: Part): () => void {
    const [read, write, place, copy] = [0, 0, 0, 0].map(() => f.local('i32'));
    const value = f.local('v128');
    const first = f.let(i32.add(part.rows.from, rowsRead.before));
    f.if(i32.lt_s(first, 0), () => f.set(first, i32.const(0)));
    const end = f.let(i32.add(part.rows.to, rowsRead.behind));
    f.if(i32.gt_s(end, vertical.places), () => f.set(end, i32.const(vertical.places)));
    const count = f.let(i32.sub(end, first));
    const { before, behind } = columnsRead;
    const vectors = part.columns && vectorsBetween(f, part.columns, behind - before, -before);
    const copyRow = (): void => {
      const [from, to] = [f.let(place), f.let(copy)];
      if (vectors) {
        f.increase(to, i32.shl(vectors.from, 4));
      }
      const copyLanes = (at: Local<'i32'>, lanes: number): void => {
        f.set(value, loadLanes(at, lanes));
        f.storeLanes(to, value, lanes);
        f.increase(to, lanes * 4);
      };
      eachRun(f, from, horizontal.places, copyLanes, vectors);
      f.increase(place, horizontal.places * 4);
      f.increase(copy, rowBytes);
    };
    return () => {
      f.set(read, i32.add(i32.mul(sample, filters * places), i32.mul(first, horizontal.places)));
      f.set(read, i32.add(i32.shl(read, 2), delta));
      f.set(write, i32.add(i32.add(slot, i32.mul(first, rowBytes)), left * 4));
      f.repeat(filters, () => {
        f.set(place, read);
        f.set(copy, write);
        f.repeat(count, copyRow);
        f.increase(read, places * 4);
        f.increase(write, planeBytes);
      });
    };
  }

  function emitPhase(rows: Phase, columns: Phase, part: Part, share?: PlaneShare): void {
    const reached = rows.taps > 0 && columns.taps > 0;
    const emitRowOfPhase = (stretches?: Span): void => {
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
          share,
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
          stretches,
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
    };
    part.eachRow(t, (stretches) => {
      if (rows.count === rowsOfPhases) {
        emitRowOfPhase(stretches);
      } else {
        f.if(i32.lt_s(t, rows.count), () => emitRowOfPhase(stretches));
      }
    });
  }
}
