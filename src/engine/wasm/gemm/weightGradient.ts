/**
 * dB [K, N] = Xᵀ · D for a batch of samples s: dB[i, j] = Σ_s x[s, i]·delta[s, j], in the layout of B's panels, block by block, so that
 * the optimizer can take each block while it is in the first cache.
 *
 * ```
 *   x [S, K] ──pack──▶ strips of 4 inputs, sample after sample: xs[i/4][s][4]
 *   delta [S, N] ─pack─▶ panels of `width` outputs:              ds[j/width][s][width]
 *   for each block of strips
 *     for each panel of ds
 *       for each strip: the tile over s, stored
 *       the block is done: 256 inputs × `width` outputs, row after row
 * ```
 */
import { type FunctionBuilder, f32x4, i32, type Local, v128 } from '../../../assembler';
import { firstLanes } from '../lanes/runs';
import { batchCount } from '../memory/control';
import { emitPart } from '../threads/threadRange';
import { type Panels, paddedDepth, panelBytes, panelCount } from './panels';
import { emitTile, type TileShape, tileSums } from './tile';

/** Inputs of a strip: the rows of a tile. */
export const stripRows = 4;

/** Strips of a block: 64 × 4 inputs × 128 samples are 128 KiB, and stay in the second cache. */
const blockStrips = 64;

export interface WeightGradient {
  readonly tile: TileShape;
  readonly panels: Panels;
  /** Address of x [S, K]. */
  readonly x: number;
  /** This thread's room for the strips of a block: `stripsLength` numbers. */
  readonly strips: Local<'i32'>;
  /** Where `emitPack` has put delta. */
  readonly delta: number;
  readonly maxRows: number;
  readonly target: GradientTarget;
  readonly shares: Pick<GradientShares, 'strips' | 'panels'>;
}

/** How threads share the work: strips of inputs, or where they go by outputs panels of them, which stand for one share. */
export interface GradientShares {
  readonly count: number;
  readonly strips: number;
  readonly panels: number;
}

/** Shares that a gradient is cut into where it is large enough. */
const manyShares = 16;
/** Products of a share at most, and strips and panels: with more of them nothing is gained. */
const shareProducts = 8 * 1024 * 1024;
const [shareStrips, sharePanels] = [16, 4];

export function gradientShares(panels: Panels, maxRows: number): GradientShares {
  const [allStrips, allPanels] = [stripCount(panels), panelCount(panels)];
  const each = (all: number, most: number, products: number): number =>
    Math.max(1, Math.min(most, Math.floor(all / manyShares), Math.floor(shareProducts / products)));
  const strips = each(allStrips, shareStrips, stripRows * panels.columns * maxRows);
  const outputPanels = each(allPanels, sharePanels, panels.width * panels.depth * maxRows);
  const count = Math.max(Math.ceil(allStrips / strips), Math.ceil(allPanels / outputPanels));
  return { count, strips, panels: outputPanels };
}

/** Where the gradient goes. A place is a byte of the panels, counted from their first. */
export type GradientTarget =
  /** To panels at this address. */
  | { readonly panels: number }
  /** Block after block to this thread's room of `blockLength` numbers. */
  | {
      readonly scratch: Local<'i32'>;
      /** A block is done: its bytes at `gradient` belong to those at `place` of the panels. */
      readonly done: (block: { place: Local<'i32'>; gradient: Local<'i32'>; vectors: Local<'i32'> }) => void;
    };

/** Numbers that the strips of a block take. */
export const stripsLength = (panels: Panels, maxRows: number): number =>
  Math.min(blockStrips, stripCount(panels)) * stripRows * maxRows;

/** Numbers of a block's gradient. */
export const blockLength = (panels: Panels): number =>
  Math.min(blockStrips, stripCount(panels)) * stripRows * panels.width;

/** Strips of the inputs. */
export const stripCount = (panels: Panels): number => paddedDepth(panels) / stripRows;

/** For shares `[from, to)`. */
export function emitWeightGradient(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  gradient: WeightGradient,
): void {
  const { tile, panels, strips, delta, maxRows, target, shares } = gradient;
  const all = emitPart(f, from, to, shares.strips, stripCount(panels));
  const { width } = panels;
  const vectors = width / 4;
  const count = f.let(batchCount());
  const stripBytes = maxRows * stripRows * 4;
  const sums = tileSums(f, stripRows, vectors);
  const strip = f.local('i32');
  const [panel, a, b, place] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [write, vectorsOfBlock] = [f.local('i32'), f.local('i32')];
  const stripOfPanel = stripRows * width * 4;
  f.parts(all.from, all.to, blockStrips, (block, blockEnd) => {
    f.set(a, strips);
    f.range(strip, block, blockEnd, 1, () => {
      emitPackStrip(f, strip, a, count, gradient);
      f.increase(a, stripBytes);
    });
    f.set(b, i32.const(delta));
    f.range(panel, 0, panelCount(panels), 1, () => {
      f.set(a, strips);
      f.set(place, i32.add(i32.mul(panel, panelBytes(panels)), i32.mul(block, stripOfPanel)));
      f.set(write, 'scratch' in target ? target.scratch : i32.add(place, target.panels));
      f.range(strip, block, blockEnd, 1, () => {
        for (const sum of sums) {
          f.set(sum, f32x4.const(0));
        }
        emitTile(f, {
          sums,
          rows: stripRows,
          vectors,
          depth: count,
          unroll: tile.unroll,
          a,
          aRow: 4,
          aStep: stripRows * 4,
          b,
          bStep: width * 4,
        });
        for (const [i, sum] of sums.entries()) {
          f.storeV128(write, sum, i * 16);
        }
        f.increase(a, stripBytes);
        f.increase(write, stripOfPanel);
      });
      if ('scratch' in target) {
        f.set(vectorsOfBlock, i32.mul(i32.sub(blockEnd, block), stripOfPanel / 16));
        target.done({ place, gradient: target.scratch, vectors: vectorsOfBlock });
      }
      f.increase(b, maxRows * width * 4);
    });
  });
}

/** x[·, 4·strip … 4·strip+3] to `target`; inputs beyond K become 0. */
function emitPackStrip(
  f: FunctionBuilder,
  strip: Local<'i32'>,
  target: Local<'i32'>,
  count: Local<'i32'>,
  { panels, x }: WeightGradient,
): void {
  const { depth } = panels;
  const from = f.let(i32.add(i32.shl(strip, 4), x));
  const to = f.let(target);
  const copy = (rest: number): void => {
    f.repeat(count, () => {
      const loaded = v128.load(from);
      f.storeV128(to, rest === 0 ? loaded : v128.and(loaded, firstLanes(rest)));
      f.increase(from, depth * 4);
      f.increase(to, stripRows * 4);
    });
  };
  const rest = depth % stripRows;
  if (rest === 0) {
    copy(0);
  } else {
    f.if(
      i32.eq(strip, Math.floor(depth / stripRows)),
      () => copy(rest),
      () => copy(0),
    );
  }
}

/**
 * Rows `[from, to)` of a matrix [S, N] to blocks of `width` columns, sample after sample: [j/width][s][width]; columns beyond N stay 0. Of
 * delta, blocks as wide as the weight's panels.
 */
export function emitPack(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  { columns, width, source, packed, maxRows }: Packing,
): void {
  const row = f.local('i32');
  const read = f.let(i32.add(i32.mul(from, columns * 4), source));
  const vector = f.local('v128');
  const target = f.let(i32.add(i32.mul(from, width * 4), packed));
  const blockStep = maxRows * width * 4;
  const whole = Math.floor(columns / width);
  const [column, write] = [f.local('i32'), f.local('i32')];
  f.range(row, from, to, 1, () => {
    f.set(write, target);
    if (whole > 0) {
      f.set(column, read);
      f.repeat(whole, () => {
        for (let x = 0; x < width / 4; x++) {
          f.storeV128(write, v128.load(column, x * 16), x * 16);
        }
        f.increase(column, width * 4);
        f.increase(write, blockStep);
      });
    }
    const rest = columns - whole * width;
    for (let x = 0; x * 4 < rest; x++) {
      f.set(vector, v128.load(read, whole * width * 4 + x * 16));
      f.storeLanes(write, vector, Math.min(4, rest - x * 4), x * 16);
    }
    f.increase(read, columns * 4);
    f.increase(target, width * 4);
  });
}

export interface Packing {
  /** N. */
  readonly columns: number;
  /** A multiple of 4. */
  readonly width: number;
  /** Addresses of the matrix and of `packedLength` numbers. */
  readonly source: number;
  readonly packed: number;
  readonly maxRows: number;
}

/** Numbers of a matrix in blocks. */
export const packedLength = ({ columns, width, maxRows }: Pick<Packing, 'columns' | 'width' | 'maxRows'>): number =>
  Math.ceil(columns / width) * width * maxRows;

/** db[j] = Σ_s delta[s, j] from the packed delta, to `target`, whose last vector may reach into its region's slack. */
export function emitBiasGradient(
  f: FunctionBuilder,
  { panels, packed, maxRows, target }: { panels: Panels; packed: number; maxRows: number; target: number },
): void {
  const vectors = panels.width / 4;
  const sums = tileSums(f, 1, vectors);
  const count = f.let(batchCount());
  const [panel, from] = [f.local('i32'), f.local('i32')];
  const place = f.let(i32.const(target));
  f.range(panel, 0, panelCount(panels), 1, () => {
    f.set(from, i32.add(i32.mul(panel, maxRows * panels.width * 4), packed));
    for (const sum of sums) {
      f.set(sum, f32x4.const(0));
    }
    f.repeat(count, () => {
      for (let x = 0; x < vectors; x++) {
        f.set(sums[x], f32x4.add(sums[x], v128.load(from, x * 16)));
      }
      f.increase(from, panels.width * 4);
    });
    for (let x = 0; x < vectors; x++) {
      f.storeV128(place, sums[x], x * 16);
    }
    f.increase(place, panels.width * 4);
  });
}
