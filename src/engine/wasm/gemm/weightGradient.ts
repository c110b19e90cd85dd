/**
 * dB [K, N] = Xᵀ · D for a batch of samples s: dB[i, j] = Σ_s x[s, i]·delta[s, j], in the layout of B's
 * panels. It is computed cache tile by cache tile, so that the optimizer can take each tile while it is in
 * the first cache.
 *
 * ```
 *   x [S, K] ──pack──▶ panels of 4 inputs, sample after sample:  xs[i/4][s][4]
 *   delta [S, N] ─pack─▶ panels of `width` outputs:              ds[j/width][s][width]
 *   for each 64 panels of xs
 *     for each panel of ds
 *       for each of the 64 panels: the register tile over s, stored
 *       a cache tile is done: 256 inputs × `width` outputs, row after row
 * ```
 */
import { type FunctionBuilder, f32x4, i32, type Local, v128 } from '../../../assembler';
import { firstLanes } from '../lanes/runs';
import { batchCount } from '../memory/control';
import { emitSliceRange } from '../threads/threadRange';
import { type Panels, paddedDepth, panelBytes, panelCount } from './panels';
import { emitTile, type TileShape, tileSums } from './tile';

/** Inputs of a panel of x: the rows of a register tile. */
export const inputPanelWidth = 4;

/** Panels of x in a cache tile: 64 × 4 inputs × 128 samples are 128 KiB, and stay in the second cache. */
const tilePanels = 64;

export interface WeightGradient {
  readonly tile: TileShape;
  readonly panels: Panels;
  /** Address of x [S, K]. */
  readonly x: number;
  /** This thread's memory for the packed inputs of a cache tile: `packedInputsLength` numbers. */
  readonly packedInputs: Local<'i32'>;
  /** Address of delta as packed by `emitPack`. */
  readonly delta: number;
  readonly maxRows: number;
  readonly target: GradientTarget;
  /** Panels of a slice. */
  readonly slice: Pick<GradientSlices, 'inputPanels' | 'outputPanels'>;
}

/**
 * Slices of the work. Each covers `inputPanels` panels of inputs or, where the sparse product goes by
 * outputs, `outputPanels` panels of outputs.
 */
export interface GradientSlices {
  readonly count: number;
  readonly inputPanels: number;
  readonly outputPanels: number;
}

/** Slices that a large gradient is divided into. */
const enoughSlices = 16;
/** Multiply–adds of a slice at most. */
const maxSliceProducts = 8 * 1024 * 1024;
/** Panels of a slice at most: more of them gain nothing. */
const [maxInputPanels, maxOutputPanels] = [16, 4];

export function gradientSlices(panels: Panels, maxRows: number): GradientSlices {
  const [allInputPanels, allOutputPanels] = [inputPanelCount(panels), panelCount(panels)];
  const each = (all: number, most: number, products: number): number =>
    Math.max(1, Math.min(most, Math.floor(all / enoughSlices), Math.floor(maxSliceProducts / products)));
  const inputPanels = each(allInputPanels, maxInputPanels, inputPanelWidth * panels.columns * maxRows);
  const outputPanels = each(allOutputPanels, maxOutputPanels, panels.width * panels.depth * maxRows);
  const count = Math.max(Math.ceil(allInputPanels / inputPanels), Math.ceil(allOutputPanels / outputPanels));
  return { count, inputPanels, outputPanels };
}

/** Where the gradient goes. */
export type GradientTarget =
  /** Panels at this address. */
  | { readonly panels: number }
  /** This thread's memory of `gradientTileLength` numbers, for one cache tile after the other. */
  | {
      readonly scratch: Local<'i32'>;
      /**
       * Called when a tile is done: its bytes at `gradient` belong `offset` bytes behind the first panel's
       * beginning.
       */
      readonly done: (tile: { offset: Local<'i32'>; gradient: Local<'i32'>; vectors: Local<'i32'> }) => void;
    };

/** Numbers of the packed inputs of a cache tile. */
export const packedInputsLength = (panels: Panels, maxRows: number): number =>
  Math.min(tilePanels, inputPanelCount(panels)) * inputPanelWidth * maxRows;

/** Numbers of a cache tile's gradient. */
export const gradientTileLength = (panels: Panels): number =>
  Math.min(tilePanels, inputPanelCount(panels)) * inputPanelWidth * panels.width;

/** Panels of the inputs. */
export const inputPanelCount = (panels: Panels): number => paddedDepth(panels) / inputPanelWidth;

/** For slices `[from, to)`. */
export function emitWeightGradient(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  gradient: WeightGradient,
): void {
  const { tile, panels, packedInputs, delta, maxRows, target, slice } = gradient;
  const all = emitSliceRange(f, from, to, slice.inputPanels, inputPanelCount(panels));
  const { width } = panels;
  const vectors = width / 4;
  const count = f.let(batchCount());
  const inputPanelBytes = maxRows * inputPanelWidth * 4;
  const sums = tileSums(f, inputPanelWidth, vectors);
  const inputPanel = f.local('i32');
  const [panel, a, b, offset] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [write, tileVectors] = [f.local('i32'), f.local('i32')];
  const outputBytes = inputPanelWidth * width * 4;
  f.subranges(all.from, all.to, tilePanels, (first, end) => {
    f.set(a, packedInputs);
    f.range(inputPanel, first, end, 1, () => {
      emitPackInputs(f, inputPanel, a, count, gradient);
      f.increase(a, inputPanelBytes);
    });
    f.set(b, i32.const(delta));
    f.range(panel, 0, panelCount(panels), 1, () => {
      f.set(a, packedInputs);
      f.set(offset, i32.add(i32.mul(panel, panelBytes(panels)), i32.mul(first, outputBytes)));
      f.set(write, 'scratch' in target ? target.scratch : i32.add(offset, target.panels));
      f.range(inputPanel, first, end, 1, () => {
        for (const sum of sums) {
          f.set(sum, f32x4.const(0));
        }
        emitTile(f, {
          sums,
          rows: inputPanelWidth,
          vectors,
          depth: count,
          unroll: tile.unroll,
          a,
          aRow: 4,
          aStep: inputPanelWidth * 4,
          b,
          bStep: width * 4,
        });
        for (const [i, sum] of sums.entries()) {
          f.storeV128(write, sum, i * 16);
        }
        f.increase(a, inputPanelBytes);
        f.increase(write, outputBytes);
      });
      if ('scratch' in target) {
        f.set(tileVectors, i32.mul(i32.sub(end, first), outputBytes / 16));
        target.done({ offset, gradient: target.scratch, vectors: tileVectors });
      }
      f.increase(b, maxRows * width * 4);
    });
  });
}

/** Packs x[·, 4·panel … 4·panel+3] to `target`; inputs beyond K become 0. */
function emitPackInputs(
  f: FunctionBuilder,
  inputPanel: Local<'i32'>,
  target: Local<'i32'>,
  count: Local<'i32'>,
  { panels, x }: WeightGradient,
): void {
  const { depth } = panels;
  const from = f.let(i32.add(i32.shl(inputPanel, 4), x));
  const to = f.let(target);
  const copy = (rest: number): void => {
    f.repeat(count, () => {
      const loaded = v128.load(from);
      f.storeV128(to, rest === 0 ? loaded : v128.and(loaded, firstLanes(rest)));
      f.increase(from, depth * 4);
      f.increase(to, inputPanelWidth * 4);
    });
  };
  const rest = depth % inputPanelWidth;
  if (rest === 0) {
    copy(0);
  } else {
    f.if(
      i32.eq(inputPanel, Math.floor(depth / inputPanelWidth)),
      () => copy(rest),
      () => copy(0),
    );
  }
}

/**
 * Packs rows `[from, to)` of a matrix [S, N] to panels of `width` columns, sample after sample:
 * [j/width][s][width]. Columns beyond N stay 0. The panels of delta are as wide as those of the weight.
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
  const panelStep = maxRows * width * 4;
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
        f.increase(write, panelStep);
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

/** Numbers of a packed matrix. */
export const packedLength = ({ columns, width, maxRows }: Pick<Packing, 'columns' | 'width' | 'maxRows'>): number =>
  Math.ceil(columns / width) * width * maxRows;

/** db[j] = Σ_s delta[s, j] from the packed delta, to `target`. The last vector may reach into the slack. */
export function emitBiasGradient(
  f: FunctionBuilder,
  { panels, packed, maxRows, target }: { panels: Panels; packed: number; maxRows: number; target: number },
): void {
  const vectors = panels.width / 4;
  const sums = tileSums(f, 1, vectors);
  const count = f.let(batchCount());
  const [panel, from] = [f.local('i32'), f.local('i32')];
  const write = f.let(i32.const(target));
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
      f.storeV128(write, sums[x], x * 16);
    }
    f.increase(write, panels.width * 4);
  });
}
