/**
 * dB [K, N] = Xᵀ · D as in `../weightGradient`, without products by the zeros of X, or of D:
 *
 * ```
 *   by inputs                                  by outputs
 *   for each 64 inputs                         for each group of panels of outputs
 *     entries of their columns of X              entries of their columns of D
 *     for each group of panels of D              for each 64 inputs of X, sample after sample
 *       for each input: the tile, stored           for each panel of outputs
 *       the group's cache tiles are done             for each output: the tile, to a row of `transposed`
 *                                                    transposed [width, 64] → cache tile [64, width], done
 * ```
 */
import { type FunctionBuilder, f32x4, f64, type I32, i32, type Local, v128 } from '../../../../assembler';
import type { Region } from '../../memory/arena';
import { batchCount } from '../../memory/control';
import { emitSliceRange } from '../../threads/threadRange';
import { type Panels, panelBytes, panelCount } from '../panels';
import { groupPanels } from '../rowsProduct';
import { fourByFour } from '../transpose';
import { emitWeightGradient, inputPanelCount, inputPanelWidth, type WeightGradient } from '../weightGradient';
import { emitColumnEntries, entryBytes, sparseFraction } from './entries';
import { emitTotal } from './rowsProduct';
import { emitSparseTile, type GroupSum } from './tile';

/** Inputs of a cache tile, and its panels of inputs. */
export const tileInputs = 64;
const tilePanels = tileInputs / inputPanelWidth;

export interface SparseWeightGradient extends WeightGradient {
  /** For each row of x, and of delta, one i32: how many of its numbers are not 0. */
  readonly inputCounts: Region;
  readonly deltaCounts: Region;
  readonly inputTiles: InputTiles;
  /** This thread's memory: `columnListsLength` numbers. */
  readonly lists: Local<'i32'>;
}

/** Where 64 inputs of a sample are read side by side: in x itself, or in panels packed by `emitPack`. */
export interface InputTiles {
  readonly at: number;
  /** Bytes from a sample to the next. */
  readonly sampleBytes: number;
  /** Bytes from a tile to the next. */
  readonly tileBytes: number;
}

/**
 * Inputs of a cache line; and the lines in a row of x whose multiples put all rows into the same few sets of
 * the first cache.
 */
const [lineInputs, conflictLines] = [16, 8];

/** Whether x must be packed: its rows are not whole cache lines, or would evict each other. */
export const needsPacking = ({ depth }: Panels): boolean =>
  depth % lineInputs !== 0 || (depth / lineInputs) % conflictLines === 0;

export const plainTiles = ({ depth }: Panels, x: number): InputTiles => ({
  at: x,
  sampleBytes: depth * 4,
  tileBytes: tileInputs * 4,
});

export const packedTiles = (packed: number, maxRows: number): InputTiles => ({
  at: packed,
  sampleBytes: tileInputs * 4,
  tileBytes: tileInputs * maxRows * 4,
});

/** Numbers of the memory for lists, for where each ends, and for transposed results. */
export const columnListsLength = ({ width }: Panels, maxRows: number): number =>
  Math.max(tileInputs, groupPanels * width) * (maxRows * (entryBytes / 4) + 1) + tileInputs * width;

/** Numbers of the memory for gradients that are not stored: a cache tile for each panel of a group. */
export const groupTilesLength = (panels: Panels): number => (groupPanels * gradientTileBytes(panels)) / 4;

/** For slices `[from, to)`. Whether it goes by inputs, by outputs or the dense way depends on the batch. */
export function emitSparseWeightGradient(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  gradient: SparseWeightGradient,
): void {
  const { panels, inputCounts, deltaCounts, slice } = gradient;
  const count = f.let(batchCount());
  const fractionOf = (counts: Region, size: number): Local<'f64'> =>
    f.let(f64.div(f64.convert_i32_u(emitTotal(f, counts, 0, count)), f64.mul(f64.convert_i32_u(count), size)));
  const inputs = fractionOf(inputCounts, panels.depth);
  const outputs = fractionOf(deltaCounts, panels.columns);
  const sparse = (fraction: Local<'f64'>) => f64.le(fraction, sparseFraction);
  f.if(
    i32.and(sparse(inputs), f64.le(inputs, outputs)),
    () => {
      const inputPanels = emitSliceRange(f, from, to, slice.inputPanels, inputPanelCount(panels));
      emitByInputs(f, inputPanels.from, inputPanels.to, count, gradient);
    },
    () =>
      f.if(
        sparse(outputs),
        () => {
          const outputPanels = emitSliceRange(f, from, to, slice.outputPanels, panelCount(panels));
          emitByOutputs(f, outputPanels.from, outputPanels.to, count, gradient);
        },
        () => emitWeightGradient(f, from, to, gradient),
      ),
  );
}

/** Panels of inputs `[first, end)`. */
interface InputTile {
  readonly first: Local<'i32'>;
  readonly end: Local<'i32'>;
}

function eachTile(f: FunctionBuilder, from: Local<'i32'>, to: Local<'i32'>, body: (tile: InputTile) => void): void {
  f.subranges(from, to, tilePanels, (first, end) => body({ first, end }));
}

/** Panels of inputs from `first` to `end`; the last panel of all may have fewer than four inputs. */
function eachInputPanel(
  f: FunctionBuilder,
  { first, end }: InputTile,
  { depth }: Panels,
  body: (inputPanel: Local<'i32'>, lanes: number) => void,
): void {
  const inputPanel = f.local('i32');
  const rest = depth % inputPanelWidth;
  f.range(inputPanel, first, end, 1, () => {
    if (rest === 0) {
      body(inputPanel, inputPanelWidth);
    } else {
      f.if(
        i32.eq(inputPanel, Math.floor(depth / inputPanelWidth)),
        () => body(inputPanel, rest),
        () => body(inputPanel, inputPanelWidth),
      );
    }
  });
}

const gradientTileBytes = ({ width }: Panels): number => tileInputs * width * 4;

/** Where the cache tile of a panel begins, in bytes from the first panel. */
const offsetOf = (panels: Panels, panel: I32, inputPanel: Local<'i32'>) =>
  i32.add(i32.mul(panel, panelBytes(panels)), i32.mul(inputPanel, inputPanelWidth * panels.width * 4));

function emitDone(
  f: FunctionBuilder,
  { target, panels }: SparseWeightGradient,
  { first, end }: InputTile,
  panel: Local<'i32'>,
  gradient: Local<'i32'>,
): void {
  if (!('scratch' in target)) {
    return;
  }
  const offset = f.let(offsetOf(panels, panel, first));
  const vectors = f.let(i32.mul(i32.sub(end, first), (inputPanelWidth * panels.width) / 4));
  target.done({ offset, gradient, vectors });
}

/** For panels of inputs `[from, to)`. */
function emitByInputs(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  count: Local<'i32'>,
  gradient: SparseWeightGradient,
): void {
  const { panels, x, delta, maxRows, lists, target } = gradient;
  const { depth, columns, width } = panels;
  const listBytes = maxRows * entryBytes;
  const ends = f.let(i32.add(lists, tileInputs * listBytes));
  const [at, list, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
  eachTile(f, from, to, (inputTile) => {
    f.set(list, lists);
    f.set(end, ends);
    eachInputPanel(f, inputTile, panels, (inputPanel, lanes) => {
      f.set(at, i32.add(i32.shl(inputPanel, 4), x));
      emitColumnEntries(f, {
        from: at,
        rowBytes: depth * 4,
        count,
        step: width * 4,
        lanes,
        lists: list,
        listBytes,
        ends: end,
      });
      f.increase(list, inputPanelWidth * listBytes);
      f.increase(end, inputPanelWidth * 4);
    });
    const inputs = f.let(i32.shl(i32.sub(inputTile.end, inputTile.first), 2));
    const panel = f.let(i32.const(0));
    const b = f.let(i32.const(delta));
    const [write, entry, done] = [f.local('i32'), f.local('i32'), f.local('i32')];
    /** Bytes from the tile of one panel to that of the next. */
    const step = 'scratch' in target ? gradientTileBytes(panels) : panelBytes(panels);
    const group = (size: number): void => {
      const sums: GroupSum[] = [];
      for (let p = 0; p < size; p++) {
        for (let column = 0; column < width; column += 4) {
          sums.push({ sum: f.local('v128'), offset: p * maxRows * width * 4 + column * 4 });
        }
      }
      f.set(
        write,
        'scratch' in target ? target.scratch : i32.add(offsetOf(panels, panel, inputTile.first), target.panels),
      );
      f.set(list, lists);
      f.set(end, ends);
      f.repeat(inputs, () => {
        for (const { sum } of sums) {
          f.set(sum, f32x4.const(0));
        }
        f.set(entry, list);
        emitSparseTile(f, { sums, entry, end: f.let(i32.load(end)), b });
        for (const [i, { sum }] of sums.entries()) {
          const p = Math.floor((i * 4) / width);
          f.storeV128(write, sum, p * step + (i * 4 - p * width) * 4);
        }
        f.increase(list, listBytes);
        f.increase(end, 4);
        f.increase(write, width * 4);
      });
      if ('scratch' in target) {
        f.set(done, target.scratch);
      }
      f.repeat(size, () => {
        emitDone(f, gradient, inputTile, panel, done);
        f.increase(panel, 1);
        f.increase(done, step);
      });
      f.increase(b, size * maxRows * width * 4);
    };
    const all = Math.ceil(columns / width);
    f.repeat(Math.floor(all / groupPanels), () => group(groupPanels));
    if (all % groupPanels > 0) {
      group(all % groupPanels);
    }
  });
}

/** For panels of outputs `[from, to)`. */
function emitByOutputs(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  count: Local<'i32'>,
  gradient: SparseWeightGradient,
): void {
  const { panels, maxRows, lists, inputTiles, target } = gradient;
  const { width } = panels;
  const listBytes = maxRows * entryBytes;
  const listed = groupPanels * width;
  const ends = f.let(i32.add(lists, listed * listBytes));
  const transposed = f.let(i32.add(ends, listed * 4));
  const sums: GroupSum[] = Array.from({ length: tileInputs / 4 }, (_, i) => ({
    sum: f.local('v128'),
    offset: i * 16,
  }));
  const transpose = fourByFour(f);
  const [panel, list, end, entry] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [write, read, x] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const inputPanels = { from: f.let(i32.const(0)), to: f.let(i32.const(inputPanelCount(panels))) };
  f.subranges(from, to, groupPanels, (first, panelsEnd) => {
    emitOutputEntries(f, first, panelsEnd, count, ends, gradient);
    f.set(x, i32.const(inputTiles.at));
    eachTile(f, inputPanels.from, inputPanels.to, (inputTile) => {
      f.set(list, lists);
      f.set(end, ends);
      f.range(panel, first, panelsEnd, 1, () => {
        f.set(write, transposed);
        f.repeat(width, () => {
          for (const { sum } of sums) {
            f.set(sum, f32x4.const(0));
          }
          f.set(entry, list);
          emitSparseTile(f, { sums, entry, end: f.let(i32.load(end)), b: x });
          for (const { sum, offset } of sums) {
            f.storeV128(write, sum, offset);
          }
          f.increase(list, listBytes);
          f.increase(end, 4);
          f.increase(write, tileInputs * 4);
        });
        const start = f.let(
          'scratch' in target ? target.scratch : i32.add(offsetOf(panels, panel, inputTile.first), target.panels),
        );
        f.set(write, start);
        f.set(read, transposed);
        f.repeat(i32.sub(inputTile.end, inputTile.first), () => {
          for (let j = 0; j < width; j += 4) {
            transpose(
              (r) => v128.load(read, (j + r) * tileInputs * 4),
              (r, vector) => f.storeV128(write, vector, (r * width + j) * 4),
            );
          }
          f.increase(read, 16);
          f.increase(write, inputPanelWidth * width * 4);
        });
        emitDone(f, gradient, inputTile, panel, start);
      });
      f.increase(x, inputTiles.tileBytes);
    });
  });
}

/** Lists the columns of panels `[first, end)`. Columns beyond N are 0 in the packed delta. */
function emitOutputEntries(
  f: FunctionBuilder,
  first: Local<'i32'>,
  panelsEnd: Local<'i32'>,
  count: Local<'i32'>,
  endsOfLists: Local<'i32'>,
  { panels, delta, maxRows, lists, inputTiles }: SparseWeightGradient,
): void {
  const { width } = panels;
  const listBytes = maxRows * entryBytes;
  const panel = f.local('i32');
  const [list, ends, from] = [f.let(lists), f.let(endsOfLists), f.local('i32')];
  f.range(panel, first, panelsEnd, 1, () => {
    f.set(from, i32.add(i32.mul(panel, maxRows * width * 4), delta));
    f.repeat(width / 4, () => {
      emitColumnEntries(f, {
        from,
        rowBytes: width * 4,
        count,
        step: inputTiles.sampleBytes,
        lanes: 4,
        lists: list,
        listBytes,
        ends,
      });
      f.increase(from, 16);
      f.increase(list, 4 * listBytes);
      f.increase(ends, 16);
    });
  });
}
