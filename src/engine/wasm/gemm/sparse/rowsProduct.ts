/**
 * C [rows, N] = (bias or 0) + A [rows, K] · B as in `../rowsProduct`, but rows of A with many zeros are multiplied by what is left of them:
 *
 * ```
 *  for each four rows of A: count their zeros, and mark them         what is marked depends on nothing but these rows
 *  the dense product of the rows that are not marked
 *  for each 128 rows: the entries of those that are, in records
 *    for each group of panels of B
 *      for each block of K that fits the first cache
 *        for each record: the tile; C is where the sums rest between two blocks
 *
 *   record: │ byte of the row in C │ where its entries begin │ … of block 1 │ … of block 2 │ … │ where they end │
 * ```
 */
import { type FunctionBuilder, f64, type I32, i32, type Local } from '../../../../assembler';
import type { BatchBuffer, Region } from '../../memory';
import { type Panels, panelBytes } from '../panels';
import { beginCells, type Cell, emitRowsProduct, endCells, type RowsProduct } from '../rowsProduct';
import { emitCount, emitRowEntries, entryBytes, sparseShare } from './entries';
import { emitSparseTile, groupPanels } from './tile';

/** Rows whose entries are in memory at once. */
const chunkRows = 128;

/** Rows that are marked together: those of a tile. */
const markedRows = 4;

/** Bytes of a group's block: what a small first cache holds beside the entries. */
const blockBytes = 24 * 1024;

/** A product needs some width and depth for its zeros to be worth counting. */
export const worthCounting = ({ depth, columns }: Panels): boolean => depth >= 32 && columns >= 32;

export interface SparseRowsProduct extends RowsProduct {
  /** One i32 for each row of the batch: how many of its numbers are not 0. Written here. */
  readonly counts: Region;
  /** One i32 for each row of the batch, of which the first of every four is used. */
  readonly marks: Region;
  /** This thread's room: `rowListsLength` numbers. */
  readonly lists: Local<'i32'>;
}

const blockDepth = ({ width }: Panels): number => blockBytes / (groupPanels * width * 4);
const blockCount = (panels: Panels): number => Math.ceil(panels.depth / blockDepth(panels));
/** One more block begins where the last ends. */
const recordBytes = (panels: Panels): number => (blockCount(panels) + 2) * 4;

/** Numbers of the room for lists and records. */
export const rowListsLength = (panels: Panels, maxRows: number): number =>
  (Math.min(chunkRows, maxRows) * (panels.depth * entryBytes + recordBytes(panels))) / 4;

/** Numbers of the panels that `MadePanels` must have room for. */
export const madeLength = (panels: Panels): number => groupPanels * (panelBytes(panels) / 4);

/** For rows `[from, to)`; writes rubbish to rows up to the next multiple of the tile's. */
export function emitSparseRowsProduct(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: SparseRowsProduct,
): void {
  const { marks } = product;
  const sparseRows = emitMarks(f, from, to, product);
  f.if(i32.lt_s(sparseRows, i32.sub(to, from)), () => {
    const chosen = (row: Local<'i32'>) => i32.eqz(i32.load(i32.shl(row, 2), marks.address));
    emitRowsProduct(f, from, to, { ...product, chosen });
  });
  f.if(sparseRows, () => {
    f.parts(from, to, chunkRows, (first, end) => {
      const records = emitRecords(f, first, end, product);
      f.if(i32.lt_u(records.begin, records.end), () => emitGroups(f, records, product));
    });
  });
}

/** How many rows are in marked fours. */
function emitMarks(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { a: aAddress, panels, counts, marks }: SparseRowsProduct,
): Local<'i32'> {
  const { depth } = panels;
  const [marked, size, sparse] = [f.local('i32'), f.local('i32'), f.local('i32')];
  emitCounts(f, { from, to }, { address: aAddress, size: depth }, counts);
  f.set(marked, i32.const(0));
  f.parts(from, to, markedRows, (first, end) => {
    f.set(size, i32.sub(end, first));
    const most = f64.mul(f64.convert_i32_u(size), depth * sparseShare);
    f.set(sparse, f64.le(f64.convert_i32_u(emitTotal(f, counts, first, end)), most));
    f.storeI32(i32.shl(first, 2), sparse, marks.address);
    f.if(sparse, () => f.increase(marked, size));
  });
  return marked;
}

interface Records {
  readonly begin: Local<'i32'>;
  readonly end: Local<'i32'>;
}

function emitRecords(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { a: aAddress, panels, marks, lists }: SparseRowsProduct,
): Records {
  const { depth, columns, width } = panels;
  const length = blockDepth(panels);
  const row = f.local('i32');
  const a = f.local('i32');
  const begin = f.let(lists);
  const end = f.let(begin);
  const write = f.let(i32.add(lists, i32.mul(i32.sub(to, from), recordBytes(panels))));
  const place = f.local('i32');
  const emitBlock = (count: number): void => {
    f.storeI32(end, write);
    f.increase(end, 4);
    emitRowEntries(f, { from: a, length: count, write, place, step: width * 4 });
  };
  f.range(row, from, to, 1, () => {
    f.if(i32.load(i32.shl(i32.and(row, -markedRows), 2), marks.address), () => {
      f.set(a, i32.add(i32.mul(row, depth * 4), aAddress));
      f.set(place, i32.const(0));
      f.storeI32(end, i32.mul(row, columns * 4));
      f.increase(end, 4);
      f.repeat(Math.floor(depth / length), () => emitBlock(length));
      if (depth % length > 0) emitBlock(depth % length);
      f.storeI32(end, write);
      f.increase(end, 4);
    });
  });
  return { begin, end };
}

/** Where a group of panels stands in B and in C. */
interface Group {
  readonly panel: Local<'i32'>;
  readonly column: Local<'i32'>;
  /** Columns that count. */
  readonly lanes: number;
}

function emitGroups(f: FunctionBuilder, records: Records, product: SparseRowsProduct): void {
  const { b, panels } = product;
  const { columns, width } = panels;
  const groupColumns = groupPanels * width;
  const number = f.local('i32');
  const column = f.local('i32');
  const panel = typeof b === 'number' ? f.let(i32.const(b)) : b.at;
  const at = f.local('i32');
  const eachGroup = (lanes: number): void => {
    if (typeof b === 'number') {
      emitBlocks(f, records, product, { panel, column, lanes });
      f.increase(panel, groupPanels * panelBytes(panels));
    } else {
      f.set(at, b.at);
      f.repeat(Math.ceil(lanes / width), () => {
        b.make(number, at);
        f.increase(number, 1);
        f.increase(at, panelBytes(panels));
      });
      emitBlocks(f, records, product, { panel, column, lanes });
    }
    f.increase(column, groupColumns * 4);
  };
  f.set(number, i32.const(0));
  f.set(column, i32.const(0));
  const whole = Math.floor(columns / groupColumns);
  f.repeat(whole, () => eachGroup(groupColumns));
  if (columns % groupColumns > 0) eachGroup(columns % groupColumns);
}

/** All blocks but the last share one piece of code, in which the first is told apart at run time. */
function emitBlocks(f: FunctionBuilder, records: Records, product: SparseRowsProduct, group: Group): void {
  const last = blockCount(product.panels) - 1;
  if (last === 0) {
    emitBlock(f, records, product, group, undefined);
    return;
  }
  const block = f.local('i32');
  const sumsOnly = { ...product, finish: undefined };
  f.range(block, 0, last * 4, 4, () => emitBlock(f, records, sumsOnly, group, block));
  emitBlock(f, records, product, group, block);
}

/** `block`: four times its number; left out where there is but one. */
function emitBlock(
  f: FunctionBuilder,
  { begin, end }: Records,
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
  const record = f.let(begin);
  const [c, entry, stop, at] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const bytes = recordBytes(panels);
  f.while(i32.lt_u(record, end), () => {
    f.set(c, i32.add(i32.add(i32.load(record), column), cAddress));
    beginCells(f, cells, { bias, column, c, goOn: block });
    f.set(at, block ? i32.add(record, block) : record);
    f.set(entry, i32.load(at, 4));
    f.set(stop, i32.load(at, 8));
    emitSparseTile(f, { sums, entry, end: stop, b: panel });
    endCells(f, cells, { c, cAddress, finish });
    f.increase(record, bytes);
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
