/**
 * The parts of the batch that the gradient of the weights sums in registers before it adds the sums to its
 * totals: several samples of small planes, or some rows of a large one. Each lane then sums so few numbers
 * that no accuracy is lost. The bits depend on the sizes of these tiles.
 *
 * ```
 *   small planes      planes of many rows      long rows
 *   ▪▪ ▪▪ ▪▪ │ ▪▪     ▪ ▪ ▪ ▪ ▪ ▪              ▪ ▪ ▪ │ ▪ ▪ ▪ │ ▪ ▪ ▪ ▪
 *   ▪▪ ▪▪ ▪▪ │ ▪▪     ▪ ▪ ▪ ▪ ▪ ▪              ──────┼───────┼────────
 *   tile 0    1       ───────────              ▪ ▪ ▪ │ ▪ ▪ ▪ │ ▪ ▪ ▪ ▪
 *                     ▪ ▪ ▪ ▪ ▪ ▪
 * ```
 */
import { i32, type Local } from '../../../../assembler';
import type { RangeKernel } from '../../layer';
import { batchCount } from '../../memory/control';
import type { Range } from '../../range';
import type { Geometry } from './geometry';

/** Vectors of a tile: at least, so that adding to totals costs little; at most, for accuracy. */
const [minVectors, maxVectors] = [128, 2048];

/** Places of one round of the loop over a row; a segment is a multiple of them. */
const roundPlaces = 8;

export interface SumTiles {
  /** Segments of a row. */
  readonly segments: number;
  /** Rounds of the loop over each segment but the last. */
  readonly segmentRounds: number;
  /** Runs over the tiles of the batch. */
  each(f: RangeKernel, body: (tile: SumTile) => void): void;
}

export interface SumTile {
  /** Samples of the batch. */
  readonly samples: Range;
  /** Rows of places; all where omitted. */
  readonly rows?: Range;
  /** The segment of each row; omitted where there is only one. */
  readonly segment?: Local<'i32'>;
}

export function sumTilesOf({ vertical, horizontal }: Pick<Geometry, 'vertical' | 'horizontal'>): SumTiles {
  const rowVectors = Math.ceil(horizontal.places / 4);
  const segmentRounds = (maxVectors * 4) / roundPlaces;
  const segments = Math.max(1, Math.ceil(Math.floor(horizontal.places / roundPlaces) / segmentRounds));
  const rows = Math.max(1, Math.floor(maxVectors / rowVectors));
  const tilesOfSample = Math.ceil(vertical.places / rows) * segments;
  const tileSamples = tilesOfSample > 1 ? 1 : Math.ceil(minVectors / (rowVectors * vertical.places));

  function each(f: RangeKernel, body: (tile: SumTile) => void): void {
    const [first, end] = [f.local('i32'), f.local('i32')];
    const [tile, rest, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const segment = f.local('i32');
    const sampleTiles =
      tileSamples === 1 ? batchCount() : i32.div_u(i32.add(batchCount(), tileSamples - 1), tileSamples);
    const count = f.let(i32.mul(sampleTiles, tilesOfSample));
    f.range(tile, 0, count, 1, () => {
      f.set(first, tilesOfSample === 1 ? i32.mul(tile, tileSamples) : i32.div_u(tile, tilesOfSample));
      f.set(end, i32.add(first, tileSamples));
      f.if(i32.gt_s(end, batchCount()), () => f.set(end, batchCount()));
      const samples = { from: first, to: end };
      if (tilesOfSample === 1) {
        body({ samples });
        return;
      }
      f.set(rest, i32.rem_u(tile, tilesOfSample));
      f.set(from, i32.mul(segments === 1 ? rest : i32.div_u(rest, segments), rows));
      f.set(to, i32.add(from, rows));
      f.set(segment, i32.rem_u(rest, segments));
      body({ samples, rows: { from, to }, segment: segments === 1 ? undefined : segment });
    });
  }

  return { segments, segmentRounds, each };
}
