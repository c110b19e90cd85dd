/**
 * The part of a plane of places that a strip of the samples is of. Its units are rows, and of long rows stretches:
 *
 * ```
 *   rows of up to 48 places: strip 1 of 3        rows of 120 places: strip 1 of 3
 *     · · · · · · · ·                              · · · │ · · · │ · ·
 *     ▪ ▪ ▪ ▪ ▪ ▪ ▪ ▪                              · · · │ ▪ ▪ ▪ │ ▪ ▪
 *     · · · · · · · ·                              · · · │ · · · │ · ·
 * ```
 *
 * Of a layer of very many filters a row takes long; its planes are then taken share by share, which a strip may be cut between, too (see
 * `planeShares.ts`).
 */
import { i32, type Local } from '../../../../assembler';
import type { RangeKernel } from '../../layer';
import type { Span } from '../../span';
import { unitsOfWhole, wholesBefore } from '../../strip';

/** Places of a stretch: a whole number of tiles, whatever their width (see `rowCorrelation.ts`). */
export const stretchPlaces = 48;

export interface Part {
  /** Rows that have a share in it. */
  readonly rows: Span;
  /** Columns between which all lies that is computed for it; they may reach beyond those that there are. Left out: all. */
  readonly columns?: Span;
  /** Runs over the rows; of short ones all places belong to it, of others those of some stretches. */
  eachRow(row: Local<'i32'>, body: (stretches?: Span) => void): void;
}

/** Lanes that so many places fill, all or in part. */
export const lanesOf = (places: number): number => Math.ceil(places / 4) * 4;

/** Stretches of a row. */
export const stretchesOf = (places: number): number => Math.ceil(places / stretchPlaces);

/** Of a plane whose rows have so many places; the strip's units are stretches. */
export function partOf(f: RangeKernel, places: number, strip: Span): Part {
  const across = stretchesOf(places);
  if (across === 1) {
    return { rows: strip, eachRow: (row, body) => f.range(row, strip.from, strip.to, 1, body) };
  }

  const between: Span = {
    from: f.let(i32.div_u(strip.from, across)),
    to: wholesBefore(f, strip.to, across),
  };
  const columns: Span = { from: f.let(i32.const(0)), to: f.let(i32.const(across * stretchPlaces)) };
  f.if(i32.eq(i32.sub(between.to, between.from), 1), () => {
    const stretches = unitsOfWhole(f, strip, between.from, across);
    // A row's last tile may begin a little before the last stretch.
    f.set(columns.from, i32.sub(i32.mul(stretches.from, stretchPlaces), 4));
    f.set(columns.to, i32.mul(stretches.to, stretchPlaces));
  });
  return {
    rows: between,
    columns,
    eachRow: (row, body) => f.range(row, between.from, between.to, 1, () => body(unitsOfWhole(f, strip, row, across))),
  };
}

/** Of a run that begins in column `first` the vectors that hold the columns, and so many more behind them; they need not all be there. */
export function vectorsBetween(f: RangeKernel, columns: Span, more: number, first: number): Span {
  const from = f.let(i32.sub(columns.from, first));
  f.if(i32.lt_s(from, 0), () => f.set(from, i32.const(0)));
  const to = i32.add(columns.to, more - first);
  return { from: f.let(i32.shr_u(from, 2)), to: f.let(i32.shr_s(i32.add(to, 3), 2)) };
}
