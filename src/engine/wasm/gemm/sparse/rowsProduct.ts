/**
 * C [rows, N] = (bias or 0) + A [rows, K] · B as in `../rowsProduct`, but without the products by zero in
 * rows of A with many zeros:
 *
 * ```
 *  list: for each four rows of A: mark them where enough of their numbers are 0
 *        list the entries of the marked rows, in streams: one for each cache tile along K
 *  multiply: the dense product of the rows that are not marked
 *    for each group of panels of B
 *      for each cache tile along K, with its stream
 *        for each marked row: the register tile; between two cache tiles the sums stay in C
 *
 *   stream 0: │ bounds of row 0 │ row 1 │ … ┊ entries of row 0 │ row 1 │ …    bounds: where entries begin
 *   stream 1: │ …
 * ```
 */
import { type FunctionBuilder, f64, type I32, i32, type Local } from '../../../../assembler';
import type { BatchBuffer, Region } from '../../memory/arena';
import type { Range } from '../../range';
import { type Panels, panelBytes } from '../panels';
import {
  beginCells,
  type Cell,
  emitCursor,
  emitRowsProduct,
  endCells,
  groupPanels,
  isMade,
  madeLength,
  type RowsProduct,
} from '../rowsProduct';
import { emitCount, emitRowEntries, entryBytes, sparseFraction } from './entries';
import { emitSparseTile } from './tile';

/** Rows whose entries are in memory at once, at most. */
const maxListedRows = 128;

/** Rows that are marked together: those of a register tile. */
const markedRows = 4;

/** Bytes of a group's cache tile: what a small first cache holds beside the entries. */
const tileBytes = 24 * 1024;

/** A product needs some width and depth for its zeros to be worth counting. */
export const worthCounting = ({ depth, columns }: Panels): boolean => depth >= 32 && columns >= 32;

export interface ListedRows extends Pick<RowsProduct, 'a' | 'panels'> {
  /** One i32 for each row of the batch: how many of its numbers are not 0. Written by these kernels. */
  readonly counts: Region;
  /** One i32 for each row of the batch; the first of every four is used. Written by these kernels. */
  readonly marks: Region;
}

export type SparseRowsProduct = RowsProduct & ListedRows;

/** Memory for the lists of one call of `emitRowLists`. */
export interface RowLists {
  readonly at: Local<'i32'>;
  /** Rows that it has room for. */
  readonly rows: number;
}

const tileDepth = ({ depth, width }: Panels): number => Math.min(depth, tileBytes / (groupPanels * width * 4));
const depthTileCount = (panels: Panels): number => Math.ceil(panels.depth / tileDepth(panels));
/** One bound more than rows: where the entries of the last row end. */
const boundsBytes = (rows: number): number => Math.ceil((rows + 1) / 4) * 16;
/** Bytes of a stream: bounds and entries. */
const streamBytes = (panels: Panels, rows: number): number => boundsBytes(rows) + rows * tileDepth(panels) * entryBytes;

/** Memory for the lists of `rows` rows. `room(n)` gives the address of n numbers. */
export const listRoom = (room: (length: number) => Local<'i32'>, panels: Panels, rows: number): RowLists => ({
  at: room((depthTileCount(panels) * streamBytes(panels, rows)) / 4),
  rows,
});

/** Rows that `emitSparseRowsProduct` lists at once. */
export const listedRows = (maxRows: number): number => Math.min(maxListedRows, maxRows);

/** Numbers of the memory for `MadePanels`. */
export const madeGroupLength = (panels: Panels): number =>
  Math.max(madeLength(panels), (groupPanels * panelBytes(panels)) / 4);

/**
 * Lists and multiplies rows `[from, to)`. Writes anything to the rows up to the next multiple of the tile's.
 * `lists`: room for `listedRows`.
 */
export function emitSparseRowsProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  lists: RowLists,
): void {
  emitMarks(f, from, to, product);
  const marked = emitUnmarkedProduct(f, from, to, product);
  f.if(marked, () => {
    f.subranges(from, to, lists.rows, (first, end) => {
      emitEntries(f, first, end, product, lists);
      emitGroups(f, first, end, product, lists);
    });
  });
}

/** Lists rows `[from, to)`. */
export function emitRowLists(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  rows: ListedRows,
  lists: RowLists,
): void {
  emitMarks(f, from, to, rows);
  emitEntries(f, from, to, rows, lists);
}

/**
 * Multiplies the rows `[from, to)` that were listed. Writes anything to the rows up to the next multiple of
 * the tile's.
 */
export function emitListedRowsProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  lists: RowLists,
): void {
  const marked = emitUnmarkedProduct(f, from, to, product);
  f.if(marked, () => emitGroups(f, from, to, product, lists));
}

function emitMarks(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { a, panels: { depth }, counts, marks }: ListedRows,
): void {
  const size = f.local('i32');
  emitCounts(f, { from, to }, { address: a, size: depth }, counts);
  f.subranges(from, to, markedRows, (first, end) => {
    f.set(size, i32.sub(end, first));
    const most = f64.mul(f64.convert_i32_u(size), depth * sparseFraction);
    const isSparse = f64.le(f64.convert_i32_u(emitTotal(f, counts, first, end)), most);
    f.storeI32(i32.shl(first, 2), isSparse, marks.address);
  });
}

const markOf = ({ marks }: ListedRows, row: Local<'i32'>) =>
  i32.load(i32.shl(i32.and(row, -markedRows), 2), marks.address);

/** The dense product of the rows that are not marked. Returns whether there are marked ones. */
function emitUnmarkedProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
): Local<'i32'> {
  const [row, marked, unmarked] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.set(marked, i32.const(0));
  f.set(unmarked, i32.const(0));
  f.range(row, from, to, markedRows, () =>
    f.if(
      markOf(product, row),
      () => f.set(marked, i32.const(1)),
      () => f.set(unmarked, i32.const(1)),
    ),
  );
  f.if(unmarked, () => emitRowsProduct(f, from, to, { ...product, chosen: (of) => i32.eqz(markOf(product, of)) }));
  return marked;
}

function emitEntries(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  rows: ListedRows,
  lists: RowLists,
): void {
  const { depth, width } = rows.panels;
  const length = tileDepth(rows.panels);
  const stream = streamBytes(rows.panels, lists.rows);
  const streams = depthTileCount(rows.panels);
  const [row, a, offset, write] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const bounds = f.let(lists.at);
  const at = f.let(bounds);
  f.set(write, i32.add(lists.at, boundsBytes(lists.rows)));
  f.repeat(streams, () => {
    f.storeI32(at, write);
    f.increase(at, stream);
    f.increase(write, stream);
  });
  const listTile = (count: number): void => {
    f.set(write, i32.load(at));
    emitRowEntries(f, { from: a, length: count, write, offset, step: width * 4 });
    f.storeI32(at, write, 4);
    f.increase(at, stream);
  };
  f.range(row, from, to, 1, () => {
    f.set(at, bounds);
    f.if(
      markOf(rows, row),
      () => {
        f.set(a, i32.add(i32.mul(row, depth * 4), rows.a));
        f.set(offset, i32.const(0));
        f.repeat(Math.floor(depth / length), () => listTile(length));
        if (depth % length > 0) {
          listTile(depth % length);
        }
      },
      () =>
        f.repeat(streams, () => {
          f.storeI32(at, i32.load(at), 4);
          f.increase(at, stream);
        }),
    );
    f.increase(bounds, 4);
  });
}

/** Where a group of panels lies in B and in C. */
interface Group {
  readonly panel: Local<'i32'>;
  readonly column: Local<'i32'>;
  /** Columns within N. */
  readonly lanes: number;
}

function emitGroups(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  lists: RowLists,
): void {
  const { b, panels } = product;
  const { width } = panels;
  const { number, panel, column, whole, rest, atEnd } = emitCursor(f, product, groupPanels);
  const eachGroup = (lanes: number): void => {
    if (isMade(b)) {
      b.make({ first: number, count: Math.ceil(lanes / width) }, b.at);
    }
    emitDepthTiles(f, { from, to }, product, { panel, column, lanes }, lists);
    f.increase(number, groupPanels);
    f.increase(column, groupPanels * width * 4);
    if (!isMade(b)) {
      f.increase(panel, groupPanels * panelBytes(panels));
    }
  };
  f.repeat(whole, () => eachGroup(groupPanels * width));
  if (rest > 0) {
    atEnd(() => eachGroup(rest));
  }
}

/** All cache tiles but the last run the same code, in which the first is distinguished at run time. */
function emitDepthTiles(
  f: FunctionBuilder,
  rows: Range,
  product: SparseRowsProduct,
  group: Group,
  lists: RowLists,
): void {
  const last = depthTileCount(product.panels) - 1;
  const bounds = f.let(lists.at);
  if (last === 0) {
    emitDepthTile(f, rows, product, group, bounds);
    return;
  }
  const depthTile = f.local('i32');
  const sumsOnly = { ...product, finish: undefined };
  f.range(depthTile, 0, last, 1, () => {
    emitDepthTile(f, rows, sumsOnly, group, bounds, depthTile);
    f.increase(bounds, streamBytes(product.panels, lists.rows));
  });
  emitDepthTile(f, rows, product, group, bounds, depthTile);
}

/**
 * `bounds`: address of the first row's bounds in the stream. `depthTile`: number of the tile; undefined where
 * it is the only one.
 */
function emitDepthTile(
  f: FunctionBuilder,
  { from, to }: Range,
  product: SparseRowsProduct,
  { panel, column, lanes }: Group,
  bounds: Local<'i32'>,
  depthTile?: Local<'i32'>,
): void {
  const { c: cAddress, bias, finish } = product;
  const { columns, width } = product.panels;
  const cells: (Cell & { readonly inRow: number })[] = [];
  for (let first = 0; first < lanes; first += 4) {
    const p = Math.floor(first / width);
    cells.push({
      sum: f.local('v128'),
      lanes: Math.min(4, lanes - first),
      column: first * 4,
      offset: first * 4,
      inRow: p * panelBytes(product.panels) + (first - p * width) * 4,
    });
  }
  const sums = cells.map(({ sum, inRow }) => ({ sum, offset: inRow }));
  const [row, end] = [f.local('i32'), f.local('i32')];
  const at = f.let(bounds);
  const entry = f.let(i32.load(at));
  const c = f.let(i32.add(i32.add(i32.mul(from, columns * 4), column), cAddress));
  f.range(row, from, to, 1, () => {
    f.set(end, i32.load(at, 4));
    f.if(markOf(product, row), () => {
      beginCells(f, cells, { bias, column, c, resume: depthTile });
      emitSparseTile(f, { sums, entry, end, b: panel });
      endCells(f, cells, { c, cAddress, finish });
    });
    f.increase(at, 4);
    f.increase(c, columns * 4);
  });
}

/** Counts the numbers that are not 0 in each of the rows `[from, to)`. */
export function emitCounts(
  f: FunctionBuilder,
  { from, to }: Range,
  { address, size }: BatchBuffer,
  counts: Region,
): void {
  const row = f.local('i32');
  const at = f.let(i32.add(i32.mul(from, size * 4), address));
  f.range(row, from, to, 1, () => {
    f.storeI32(i32.shl(row, 2), emitCount(f, at, size), counts.address);
    f.increase(at, size * 4);
  });
}

/** The sum of the counts of rows `[from, to)`. */
export function emitTotal(f: FunctionBuilder, counts: Region, from: I32, to: Local<'i32'>): Local<'i32'> {
  const [row, total] = [f.local('i32'), f.local('i32')];
  f.set(total, i32.const(0));
  f.range(row, from, to, 1, () => f.increase(total, i32.load(i32.shl(row, 2), counts.address)));
  return total;
}
