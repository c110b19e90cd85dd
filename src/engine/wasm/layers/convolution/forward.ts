/**
 * z[s, f, r, q] = b[f] + Σ W[f, c, i, j]·x[s, c, r·stride − before + i·dilation, q·stride − before +
 * j·dilation], row by row.
 *
 * ```
 *  for each sample:  copy the input, where the source is a copy
 *    for each group, for each row r of places:  one row of its filters (`emitRow`)
 * ```
 */
import { f32x4, i32, type Local, v128 } from '../../../../assembler';
import type { TileShape } from '../../gemm/tile';
import type { RangeKernel } from '../../layer';
import type { Geometry } from './geometry';
import { linesInside } from './lines';
import { loopsOver } from './loops';
import { emitRow, type TileSum } from './rowCorrelation';
import type { Source } from './source';

export interface ForwardAddresses {
  readonly weight: number;
  /** Undefined where there is no bias. */
  readonly bias?: number;
}

/** For samples `[from, to)`; `store` takes sums whose places begin `offset` numbers behind byte `at` of z. */
export function emitForward(
  f: RangeKernel,
  geometry: Geometry,
  source: Source,
  { weight, bias }: ForwardAddresses,
  tile: TileShape,
  store: (at: Local<'i32'>, offset: number, sums: readonly TileSum[]) => void,
): void {
  const { vertical, horizontal, groups, groupChannels, groupFilters, filters, field, places } = geometry;
  const { from, to } = f.p;
  const [sample, group, row, base] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [plane, x, w, z, b] = [0, 0, 0, 0, 0].map(() => f.local('i32'));
  const rowBytes = source.pitch * 4;
  const planeBytes = source.plane * 4;
  const kernelRow = horizontal.kernel * 4;
  f.range(sample, from, to, 1, () => {
    source.copy?.emit(f, sample);
    f.range(group, 0, groups, 1, () => {
      f.set(plane, i32.add(i32.mul(sample, source.size * 4), i32.mul(group, groupChannels * planeBytes)));
      f.set(z, i32.mul(i32.add(i32.mul(sample, filters), i32.mul(group, groupFilters)), places * 4));
      f.set(b, i32.mul(group, groupFilters * 4));
      f.range(row, 0, vertical.places, 1, () => {
        f.set(base, i32.sub(i32.mul(row, vertical.stride), vertical.before));
        const lines = linesInside(f, { count: vertical.kernel, step: vertical.dilation, rows: vertical.size }, base, [
          -vertical.before,
          (vertical.places - 1) * vertical.stride - vertical.before,
        ]);
        f.set(x, i32.add(plane, i32.mul(i32.add(base, i32.mul(lines.first, vertical.dilation)), rowBytes)));
        f.increase(x, source.address);
        f.set(w, i32.add(i32.mul(group, groupFilters * field * 4), i32.mul(lines.first, kernelRow)));
        f.increase(w, weight);
        emitRow(
          f,
          {
            outputs: groupFilters,
            wOutput: field * 4,
            ...loopsOver(
              { count: groupChannels, x: planeBytes, w: vertical.kernel * kernelRow },
              { count: lines.count, x: vertical.dilation * rowBytes, w: kernelRow },
              Array.from({ length: horizontal.kernel }, (_, j) => ({ x: source.tap(j) * 4, w: j * 4 })),
            ),
            places: horizontal.places,
            x,
            w,
            start: (first, m) =>
              bias === undefined ? f32x4.splat(0) : v128.load32_splat(i32.add(b, i32.shl(first, 2)), bias + m * 4),
            target: (first, place) => i32.add(z, i32.add(i32.mul(first, places * 4), i32.shl(place, 2))),
            take: (at, m, sums) => store(at, m * places, sums),
          },
          tile,
        );
        f.increase(z, horizontal.places * 4);
      });
    });
  });
}
