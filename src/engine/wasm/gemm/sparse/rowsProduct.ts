/**
 * C [rows, N] = (bias or 0) + A [rows, K] · B as in `../rowsProduct`, but rows of A with many zeros are multiplied by what is left of them:
 *
 * ```
 *  list: for each four rows of A: count their zeros, and mark them   what is marked depends on nothing but these rows
 *        the entries of the rows that are marked, each row in a slot of its own
 *  multiply: the dense product of the rows that are not marked
 *    for each group of panels of B
 *      for each block of K that fits the first cache
 *        for each slot: the tile; C is where the sums rest between two blocks
 *
 *   slot: │ byte of the row in C, or −1 │ where its entries begin │ … of block 1 │ … │ where they end │ entries │
 * ```
 */
import { type FunctionBuilder, f64, type I32, i32, type Local } from '../../../../assembler';
import type { BatchBuffer, Region } from '../../memory';
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
import { emitCount, emitRowEntries, entryBytes, sparseShare } from './entries';
import { emitSparseTile } from './tile';

/** Rows whose entries are in memory at once where a thread lists rows for itself. */
const chunkRows = 128;

/** Rows that are marked together: those of a tile. */
const markedRows = 4;

/** Bytes of a group's block: what a small first cache holds beside the entries. */
const blockBytes = 24 * 1024;

/** A product needs some width and depth for its zeros to be worth counting. */
export const worthCounting = ({ depth, columns }: Panels): boolean => depth >= 32 && columns >= 32;

export interface ListedRows extends Pick<RowsProduct, 'a' | 'panels'> {
  /** One i32 for each row of the batch: how many of its numbers are not 0. Written here. */
  readonly counts: Region;
  /** One i32 for each row of the batch, of which the first of every four is used. Written here. */
  readonly marks: Region;
}

export type SparseRowsProduct = RowsProduct & ListedRows;

/** Rows in slots: that of `firstRow` begins at `at`. */
export interface RowSlots {
  readonly at: I32;
  readonly firstRow: I32;
}

const blockDepth = ({ width }: Panels): number => blockBytes / (groupPanels * width * 4);
const blockCount = (panels: Panels): number => Math.ceil(panels.depth / blockDepth(panels));
/** One more block begins where the last ends. */
const recordBytes = (panels: Panels): number => (blockCount(panels) + 2) * 4;
const slotBytes = (panels: Panels): number => recordBytes(panels) + panels.depth * entryBytes;

/** Numbers of the slots of so many rows. */
export const slotsLength = (panels: Panels, rows: number): number => (rows * slotBytes(panels)) / 4;

/** Numbers of the slots that `emitSparseRowsProduct` needs. */
export const rowListsLength = (panels: Panels, maxRows: number): number =>
  slotsLength(panels, Math.min(chunkRows, maxRows));

/** Numbers that `MadePanels` must have room for. */
export const madeGroupLength = (panels: Panels): number =>
  Math.max(madeLength(panels), (groupPanels * panelBytes(panels)) / 4);

/** Both, for rows `[from, to)`; writes rubbish to rows up to the next multiple of the tile's. `lists`: this thread's room of `rowListsLength`. */
export function emitSparseRowsProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  lists: Local<'i32'>,
): void {
  emitMarks(f, from, to, product);
  const marked = emitUnmarkedProduct(f, from, to, product);
  f.if(marked, () => {
    f.parts(from, to, chunkRows, (first, end) => {
      const slots = { at: lists, firstRow: first };
      emitEntries(f, first, end, product, slots);
      emitGroups(f, first, end, product, slots);
    });
  });
}

/** Lists rows `[from, to)`. */
export function emitRowLists(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  rows: ListedRows,
  slots: RowSlots,
): void {
  emitMarks(f, from, to, rows);
  emitEntries(f, from, to, rows, slots);
}

/** Multiplies rows `[from, to)`, which are listed; writes rubbish to rows up to the next multiple of the tile's. */
export function emitListedRowsProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  slots: RowSlots,
): void {
  const marked = emitUnmarkedProduct(f, from, to, product);
  f.if(marked, () => emitGroups(f, from, to, product, slots));
}

function emitMarks(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { a, panels: { depth }, counts, marks }: ListedRows,
): void {
  const size = f.local('i32');
  emitCounts(f, { from, to }, { address: a, size: depth }, counts);
  f.parts(from, to, markedRows, (first, end) => {
    f.set(size, i32.sub(end, first));
    const most = f64.mul(f64.convert_i32_u(size), depth * sparseShare);
    const isSparse = f64.le(f64.convert_i32_u(emitTotal(f, counts, first, end)), most);
    f.storeI32(i32.shl(first, 2), isSparse, marks.address);
  });
}

/** The dense product of the rows that are not marked; whether any are. */
function emitUnmarkedProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
): Local<'i32'> {
  const [row, marked, unmarked] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const mark = (of: Local<'i32'>) => i32.load(i32.shl(of, 2), product.marks.address);
  f.set(marked, i32.const(0));
  f.set(unmarked, i32.const(0));
  f.range(row, from, to, markedRows, () =>
    f.if(
      mark(row),
      () => f.set(marked, i32.const(1)),
      () => f.set(unmarked, i32.const(1)),
    ),
  );
  f.if(unmarked, () => emitRowsProduct(f, from, to, { ...product, chosen: (of) => i32.eqz(mark(of)) }));
  return marked;
}

function emitEntries(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { a: aAddress, panels, marks }: ListedRows,
  slots: RowSlots,
): void {
  const { depth, columns, width } = panels;
  const length = blockDepth(panels);
  const [row, a, place, end, write] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const slot = f.let(slotOf(panels, slots, from));
  const emitBlock = (count: number): void => {
    f.storeI32(end, write);
    f.increase(end, 4);
    emitRowEntries(f, { from: a, length: count, write, place, step: width * 4 });
  };
  f.range(row, from, to, 1, () => {
    f.if(
      i32.load(i32.shl(i32.and(row, -markedRows), 2), marks.address),
      () => {
        f.set(a, i32.add(i32.mul(row, depth * 4), aAddress));
        f.set(place, i32.const(0));
        f.storeI32(slot, i32.mul(row, columns * 4));
        f.set(end, i32.add(slot, 4));
        f.set(write, i32.add(slot, recordBytes(panels)));
        f.repeat(Math.floor(depth / length), () => emitBlock(length));
        if (depth % length > 0) emitBlock(depth % length);
        f.storeI32(end, write);
      },
      () => f.storeI32(slot, -1),
    );
    f.increase(slot, slotBytes(panels));
  });
}

const slotOf = (panels: Panels, { at, firstRow }: RowSlots, row: Local<'i32'>) =>
  i32.add(i32.mul(i32.sub(row, firstRow), slotBytes(panels)), at);

/** Where a group of panels stands in B and in C. */
interface Group {
  readonly panel: Local<'i32'>;
  readonly column: Local<'i32'>;
  /** Columns that count. */
  readonly lanes: number;
}

interface Slots {
  readonly begin: Local<'i32'>;
  readonly end: Local<'i32'>;
}

function emitGroups(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
  slots: RowSlots,
): void {
  const { b, panels } = product;
  const { width } = panels;
  const rows = { begin: f.let(slotOf(panels, slots, from)), end: f.let(slotOf(panels, slots, to)) };
  const { number, panel, column, whole, rest, atEnd } = emitCursor(f, product, groupPanels);
  const eachGroup = (lanes: number): void => {
    if (isMade(b)) b.make({ first: number, count: Math.ceil(lanes / width) }, b.at);
    emitBlocks(f, rows, product, { panel, column, lanes });
    f.increase(number, groupPanels);
    f.increase(column, groupPanels * width * 4);
    if (!isMade(b)) f.increase(panel, groupPanels * panelBytes(panels));
  };
  f.repeat(whole, () => eachGroup(groupPanels * width));
  if (rest > 0) atEnd(() => eachGroup(rest));
}

/** All blocks but the last share one piece of code, in which the first is told apart at run time. */
function emitBlocks(f: FunctionBuilder, rows: Slots, product: SparseRowsProduct, group: Group): void {
  const last = blockCount(product.panels) - 1;
  if (last === 0) {
    emitBlock(f, rows, product, group, undefined);
    return;
  }
  const block = f.local('i32');
  const sumsOnly = { ...product, finish: undefined };
  f.range(block, 0, last * 4, 4, () => emitBlock(f, rows, sumsOnly, group, block));
  emitBlock(f, rows, product, group, block);
}

/** `block`: four times its number; left out where there is but one. */
function emitBlock(
  f: FunctionBuilder,
  { begin, end }: Slots,
  { c: cAddress, bias, panels, finish }: SparseRowsProduct,
  { panel, column, lanes }: Group,
  block: Local<'i32'> | undefined,
): void {
  const { width } = panels;
  const cells: (Cell & { readonly inRow: number })[] = [];
  for (let first = 0; first < lanes; first += 4) {
    const p = Math.floor(first / width);
    cells.push({
      sum: f.local('v128'),
      lanes: Math.min(4, lanes - first),
      column: first * 4,
      offset: first * 4,
      inRow: p * panelBytes(panels) + (first - p * width) * 4,
    });
  }
  const sums = cells.map(({ sum, inRow }) => ({ sum, offset: inRow }));
  const slot = f.let(begin);
  const [c, entry, stop, at] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  f.while(i32.lt_u(slot, end), () => {
    f.set(c, i32.load(slot));
    f.if(i32.ge_s(c, 0), () => {
      f.increase(c, i32.add(column, cAddress));
      beginCells(f, cells, { bias, column, c, goOn: block });
      f.set(at, block ? i32.add(slot, block) : slot);
      f.set(entry, i32.load(at, 4));
      f.set(stop, i32.load(at, 8));
      emitSparseTile(f, { sums, entry, end: stop, b: panel });
      endCells(f, cells, { c, cAddress, finish });
    });
    f.increase(slot, slotBytes(panels));
  });
}

/** Counts, in rows `[from, to)`, what is not 0. */
export function emitCounts(
  f: FunctionBuilder,
  { from, to }: { from: Local<'i32'>; to: Local<'i32'> },
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
