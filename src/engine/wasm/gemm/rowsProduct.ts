/**
 * C [rows, N] = (bias or 0) + A [rows, K] · B, for a range of rows; B lies in panels, A and C row after row
 * without gaps.
 *
 * ```
 *  for each panel of B
 *    for each cache tile of the panel                       (only where K is long)
 *      for each four rows of A: the register tile; between two cache tiles the sums stay in C
 * ```
 *
 * So a large B is read once for many rows. A small B is read again for every few rows.
 */
import { type FunctionBuilder, f32x4, type I32, i32, type Local, type V128, v128 } from '../../../assembler';
import { loadLanes } from '../lanes/runs';
import { rowAlignment } from '../layer';
import type { Range } from '../range';
import { type Panels, panelBytes, panelCount, panelsLength } from './panels';
import { emitTile, type TileShape, tileSums } from './tile';

/**
 * Bytes of a cache tile. That is more than the first cache holds, but a tile is read as one stream, and the
 * larger it is, the less often C is fetched.
 */
const tileBytes = 64 * 1024;

/** Bytes of the rows of A that are read again for each panel: they stay in the second cache. */
const rowsBytes = 512 * 1024;
/** Rows for which a panel is read, at least. */
const minRows = 64;

export interface RowsProduct {
  readonly tile: TileShape;
  /** Addresses of A and C. */
  readonly a: number;
  readonly c: number;
  /** The panels' address, or how they are made just before they are needed. */
  readonly b: I32 | MadePanels;
  readonly panels: Panels;
  /** Address of N numbers that the sums begin with; 0 where omitted. */
  readonly bias?: number;
  readonly finish?: Finish;
  /** Skips the tiles for which this is 0, by the tile's first row. */
  readonly chosen?: (row: Local<'i32'>) => I32;
  /** Panel groups to compute; all where omitted. */
  readonly groups?: Range;
}

/** Panels of a group, which is as wide as a tile of the sparse product. */
export const groupPanels = 4;

export const groupCount = (panels: Panels): number => Math.ceil(panelCount(panels) / groupPanels);

/** Panels that are made a few at a time, at the address `at`. */
export interface MadePanels {
  readonly at: Local<'i32'>;
  readonly make: (some: { first: Local<'i32'>; count: number }, at: Local<'i32'>) => void;
}

/** A result that is computed from each sum while it is in its register. */
export interface Finish {
  /** Address of the results, with rows as in C. */
  readonly to: number;
  /** `at` loads the numbers at the same offset in another buffer with rows as in C. */
  readonly emit: (sum: Local<'v128'>, at: (buffer: number) => V128) => V128;
}

/** Numbers of a B that stays in the first cache: then few rows of A and C are read and written at a time. */
const fewNumbers = 12 * 1024;
const rowsWithFew = 8;

const areFew = (panels: Panels): boolean => panelsLength(panels) <= fewNumbers;

/** Numbers of the memory for `MadePanels`. */
export const madeLength = (panels: Panels): number => (areFew(panels) ? panelsLength(panels) : panelBytes(panels) / 4);

export const isMade = (b: I32 | MadePanels): b is MadePanels => typeof b === 'object' && 'make' in b;

/** For rows `[from, to)`. Writes anything to the rows up to the next multiple of the tile's. */
export function emitRowsProduct(f: FunctionBuilder, from: Local<'i32'>, to: Local<'i32'>, product: RowsProduct): void {
  const { b, panels, groups } = product;
  // With groups only some panels are needed.
  const few = areFew(panels) && !groups;
  if (isMade(b) && !few) {
    emitPanels(f, from, to, product);
    return;
  }
  if (isMade(b)) {
    b.make({ first: f.let(i32.const(0)), count: panelCount(panels) }, b.at);
  }
  const inMemory = { ...product, b: isMade(b) ? b.at : b };
  const many = Math.max(minRows, Math.floor(rowsBytes / (panels.depth * 4 * rowAlignment)) * rowAlignment);
  f.subranges(from, to, few ? rowsWithFew : many, (first, end) => emitPanels(f, first, end, inMemory));
}

function emitPanels(f: FunctionBuilder, from: Local<'i32'>, to: Local<'i32'>, product: RowsProduct): void {
  const { b, panels } = product;
  const { width } = panels;
  const cursor = emitCursor(f, product, 1);
  const eachPanel = (lanes: number): void => {
    if (isMade(b)) {
      b.make({ first: cursor.number, count: 1 }, b.at);
    }
    emitDepthTiles(f, from, to, product, { ...cursor, lanes });
    f.increase(cursor.number, 1);
    f.increase(cursor.column, width * 4);
    if (!isMade(b)) {
      f.increase(cursor.panel, panelBytes(panels));
    }
  };
  f.repeat(cursor.whole, () => eachPanel(width));
  if (cursor.rest > 0) {
    cursor.atEnd(() => eachPanel(cursor.rest));
  }
}

/** The position of a loop over B's panels, one or several at a time. */
export interface Cursor {
  readonly number: Local<'i32'>;
  /** The panel's address, which stays the same for made panels. */
  readonly panel: Local<'i32'>;
  /** Byte of the panel's first column in a row of C. */
  readonly column: Local<'i32'>;
  /** Steps of the loop with all columns. */
  readonly whole: I32;
  /** Columns of the last step, if it has fewer; else 0. */
  readonly rest: number;
  /** Runs its body only if the loop reaches B's last panel. */
  readonly atEnd: (body: () => void) => void;
}

export function emitCursor(f: FunctionBuilder, { b, panels, groups }: RowsProduct, panelsAtOnce: number): Cursor {
  const columns = panelsAtOnce * panels.width;
  const wholes = Math.floor(panels.columns / columns);
  const rest = panels.columns - wholes * columns;
  const ofGroup = groupPanels / panelsAtOnce;
  const number = f.let(groups ? i32.mul(groups.from, groupPanels) : i32.const(0));
  const column = f.let(i32.mul(number, panels.width * 4));
  const panel = isMade(b) ? b.at : f.let(i32.add(i32.mul(number, panelBytes(panels)), b));
  if (!groups) {
    return { number, column, panel, whole: wholes, rest, atEnd: (body) => body() };
  }
  const end = f.let(i32.mul(groups.to, ofGroup));
  const isLast = f.let(i32.gt_s(end, wholes));
  f.if(isLast, () => f.set(end, i32.const(wholes)));
  const whole = f.let(i32.sub(end, i32.mul(groups.from, ofGroup)));
  return { number, column, panel, whole, rest, atEnd: (body) => f.if(isLast, body) };
}

/** A cache tile of a panel. */
interface DepthTile {
  /** First k; undefined where the tile is the whole panel. */
  readonly start: Local<'i32'> | undefined;
  readonly depth: number;
}

/** All cache tiles but the last run the same code, in which the first is distinguished at run time. */
function emitDepthTiles(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  product: RowsProduct,
  place: PanelPlace,
): void {
  const { depth, width } = product.panels;
  const tileDepth = tileBytes / (width * 4);
  if (depth <= tileDepth) {
    emitPanel(f, from, to, product, { start: undefined, depth }, place);
    return;
  }
  const start = f.local('i32');
  const last = Math.floor((depth - 1) / tileDepth) * tileDepth;
  const sumsOnly = { ...product, finish: undefined };
  f.range(start, 0, last, tileDepth, () => emitPanel(f, from, to, sumsOnly, { start, depth: tileDepth }, place));
  f.set(start, i32.const(last));
  emitPanel(f, from, to, product, { start, depth: depth - last }, place);
}

interface PanelPlace {
  /** The panel's address, and the byte of its first column in a row of C. */
  readonly panel: Local<'i32'>;
  readonly column: Local<'i32'>;
  /** Columns within N. */
  readonly lanes: number;
}

function emitPanel(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { tile, a: aAddress, c: cAddress, bias, panels, finish, chosen }: RowsProduct,
  depthTile: DepthTile,
  { panel, column, lanes }: PanelPlace,
): void {
  const { rows, unroll } = tile;
  const { depth, columns, width } = panels;
  const vectors = Math.ceil(lanes / 4);
  const sums = tileSums(f, rows, vectors);
  const [aRow, cRow] = [depth * 4, columns * 4];
  const row = f.local('i32');
  const a = f.let(i32.add(i32.mul(from, aRow), aAddress));
  const c = f.let(i32.add(i32.add(i32.mul(from, cRow), column), cAddress));
  const b = f.let(panel);
  if (depthTile.start) {
    f.increase(a, i32.shl(depthTile.start, 2));
    f.increase(b, i32.mul(depthTile.start, width * 4));
  }
  const cells: Cell[] = sums.map((sum, i) => {
    const [r, x] = [Math.floor(i / vectors), i % vectors];
    return { sum, lanes: Math.min(4, lanes - x * 4), column: x * 16, offset: r * cRow + x * 16 };
  });
  const tiles = (): void => {
    beginCells(f, cells, { bias, column, c, resume: depthTile.start });
    emitTile(f, { sums, rows, vectors, depth: depthTile.depth, unroll, a, aRow, aStep: 4, b, bStep: width * 4 });
    endCells(f, cells, { c, cAddress, finish });
  };
  f.range(row, from, to, rows, () => {
    if (chosen) {
      f.if(chosen(row), tiles);
    } else {
      tiles();
    }
    f.increase(a, rows * aRow);
    f.increase(c, rows * cRow);
  });
}

/** A vector of sums: `column` bytes from the tile's left edge, `offset` bytes from its first sum in C. */
export interface Cell {
  readonly sum: Local<'v128'>;
  readonly lanes: number;
  readonly column: number;
  readonly offset: number;
}

/**
 * Where `resume` is not 0 the sums continue from C. Otherwise they begin with the bias (with 0 for −0) or 0.
 */
export function beginCells(
  f: FunctionBuilder,
  cells: readonly Cell[],
  { bias, column, c, resume }: { bias?: number; column: Local<'i32'>; c: Local<'i32'>; resume?: Local<'i32'> },
): void {
  const begin = (): void => {
    for (const cell of cells) {
      f.set(cell.sum, bias === undefined ? f32x4.const(0) : f32x4.add(v128.load(column, bias + cell.column), 0));
    }
  };
  const continueSums = (): void => {
    for (const { sum, offset } of cells) {
      f.set(sum, v128.load(c, offset));
    }
  };
  if (resume) {
    f.if(resume, continueSums, begin);
  } else {
    begin();
  }
}

export function endCells(
  f: FunctionBuilder,
  cells: readonly Cell[],
  { c, cAddress, finish }: { c: Local<'i32'>; cAddress: number; finish?: Finish },
): void {
  for (const { sum, lanes, offset } of cells) {
    f.storeLanes(c, sum, lanes, offset);
  }
  if (!finish) {
    return;
  }
  // All are computed before the first is stored, so that an engine can pair neighbours.
  const start = f.let(i32.sub(c, cAddress));
  const results = cells.map(({ sum, lanes, offset }) => {
    const at = (buffer: number): V128 => loadLanes(start, lanes, buffer + offset);
    return f.let(finish.emit(sum, at));
  });
  for (const [i, { lanes, offset }] of cells.entries()) {
    f.storeLanes(start, results[i], lanes, finish.to + offset);
  }
}
