/**
 * What the gradient of the weights sums at once, before its totals take the sums: samples of small planes, or a part of a large one, so that a
 * lane sums few enough numbers to lose no accuracy.
 *
 * ```
 *   small planes      planes of many rows      long rows
 *   ▪▪ ▪▪ ▪▪ │ ▪▪     ▪ ▪ ▪ ▪ ▪ ▪              ▪ ▪ ▪ │ ▪ ▪ ▪ │ ▪ ▪ ▪ ▪
 *   ▪▪ ▪▪ ▪▪ │ ▪▪     ▪ ▪ ▪ ▪ ▪ ▪              ──────┼───────┼────────
 *   unit 0    1       ───────────              ▪ ▪ ▪ │ ▪ ▪ ▪ │ ▪ ▪ ▪ ▪
 *                     ▪ ▪ ▪ ▪ ▪ ▪
 * ```
 */
import { i32, type Local } from '../../../../assembler';
import type { RangeKernel } from '../../layer';
import { batchCount } from '../../memory/control';
import type { Range } from '../../range';
import type { Geometry } from './geometry';

/** Vectors of places of a unit: of small planes at least, enough to make the totals cost nothing; of large ones at most. */
const [leastVectors, mostVectors] = [128, 2048];

/** Places that a turn of the loop over a row takes: a stretch is a whole number of them. */
const turnPlaces = 8;

export interface Units {
  /** Stretches that a row is cut into, and the turns of each but the last. */
  readonly stretches: number;
  readonly stretchTurns: number;
  /** Runs over the units of the batch. */
  each(f: RangeKernel, body: (unit: Unit) => void): void;
}

export interface Unit {
  /** Samples of the batch. */
  readonly samples: Range;
  /** Rows of places; left out: all. */
  readonly rows?: Range;
  /** Which of the stretches; left out where there is but one. */
  readonly stretch?: Local<'i32'>;
}

export function unitsOf({ vertical, horizontal }: Pick<Geometry, 'vertical' | 'horizontal'>): Units {
  const rowVectors = Math.ceil(horizontal.places / 4);
  const stretchTurns = (mostVectors * 4) / turnPlaces;
  const stretches = Math.max(1, Math.ceil(Math.floor(horizontal.places / turnPlaces) / stretchTurns));
  const rows = Math.max(1, Math.floor(mostVectors / rowVectors));
  const parts = Math.ceil(vertical.places / rows) * stretches;
  const block = parts > 1 ? 1 : Math.ceil(leastVectors / (rowVectors * vertical.places));

  function each(f: RangeKernel, body: (unit: Unit) => void): void {
    const [first, end] = [f.local('i32'), f.local('i32')];
    const [unit, rest, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const stretch = f.local('i32');
    const blocks = block === 1 ? batchCount() : i32.div_u(i32.add(batchCount(), block - 1), block);
    const units = f.let(i32.mul(blocks, parts));
    f.range(unit, 0, units, 1, () => {
      f.set(first, parts === 1 ? i32.mul(unit, block) : i32.div_u(unit, parts));
      f.set(end, i32.add(first, block));
      f.if(i32.gt_s(end, batchCount()), () => f.set(end, batchCount()));
      const samples = { from: first, to: end };
      if (parts === 1) {
        body({ samples });
        return;
      }
      f.set(rest, i32.rem_u(unit, parts));
      f.set(from, i32.mul(stretches === 1 ? rest : i32.div_u(rest, stretches), rows));
      f.set(to, i32.add(from, rows));
      f.set(stretch, i32.rem_u(rest, stretches));
      body({ samples, rows: { from, to }, stretch: stretches === 1 ? undefined : stretch });
    });
  }

  return { stretches, stretchTurns, each };
}
