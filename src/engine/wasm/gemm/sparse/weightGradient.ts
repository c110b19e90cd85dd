/**
 * dB [K, N] = Xᵀ · D as in `../weightGradient`, with what is left of the columns of X, or of those of D, without their zeros:
 *
 * ```
 *   by inputs                                          by outputs
 *   for each block of 64 inputs                        for each group of panels of outputs
 *     entries of its columns of X                        entries of their columns of D
 *     for each group of panels of D                      for each block of 64 inputs of X, sample after sample
 *       for each input: the tile, stored                   for each panel of outputs
 *       the blocks of the group are done                     for each output: the tile, stored in a row of `turned`
 *                                                            turned [width, 64] → the block [64, width], which is done
 * ```
 */
import { type FunctionBuilder, f32x4, f64, type I32, i32, type Local, v128 } from '../../../../assembler';
import type { Region } from '../../memory/arena';
import { batchCount } from '../../memory/control';
import { emitPart } from '../../threads/threadRange';
import { type Panels, panelBytes, panelCount } from '../panels';
import { groupPanels } from '../rowsProduct';
import { fourByFour } from '../transpose';
import { emitWeightGradient, stripCount, stripRows, type WeightGradient } from '../weightGradient';
import { emitColumnEntries, entryBytes, sparseShare } from './entries';
import { emitTotal } from './rowsProduct';
import { emitSparseTile, type GroupSum } from './tile';

/** Inputs of a block, and its strips. */
export const blockInputs = 64;
const blockStrips = blockInputs / stripRows;

export interface SparseWeightGradient extends WeightGradient {
  /** How many numbers of each row of x, and of delta, are not 0: one i32 a row. */
  readonly inputCounts: Region;
  readonly deltaCounts: Region;
  readonly blocks: InputBlocks;
  /** This thread's room: `columnListsLength` numbers. */
  readonly lists: Local<'i32'>;
}

/** Where 64 inputs of a sample are read side by side, as they lie or out of blocks that `emitPack` has made of x. */
export interface InputBlocks {
  readonly at: number;
  /** Bytes from a sample to the next, and from a block to the next. */
  readonly sampleBytes: number;
  readonly blockBytes: number;
}

/** Inputs that fill a line of the cache, and lines in a row of x whose multiples would all have to lie in a few places of the first cache. */
const [lineInputs, badLines] = [16, 8];

/** Whether x must be packed: where the rows are not whole lines, or would push each other out of the cache. */
export const needsPacking = ({ depth }: Panels): boolean =>
  depth % lineInputs !== 0 || (depth / lineInputs) % badLines === 0;

export const plainBlocks = ({ depth }: Panels, x: number): InputBlocks => ({
  at: x,
  sampleBytes: depth * 4,
  blockBytes: blockInputs * 4,
});

export const packedBlocks = (packed: number, maxRows: number): InputBlocks => ({
  at: packed,
  sampleBytes: blockInputs * 4,
  blockBytes: blockInputs * maxRows * 4,
});

/** Numbers of the room for lists, where each ends, and turned results. */
export const columnListsLength = ({ width }: Panels, maxRows: number): number =>
  Math.max(blockInputs, groupPanels * width) * (maxRows * (entryBytes / 4) + 1) + blockInputs * width;

/** Numbers of the room for gradients that are not stored: of a block, in each panel of a group. */
export const groupLength = (panels: Panels): number => (groupPanels * blockBytes(panels)) / 4;

/** For shares `[from, to)`. The batch decides, and not the range, which way it goes. */
export function emitSparseWeightGradient(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  gradient: SparseWeightGradient,
): void {
  const { panels, inputCounts, deltaCounts, shares } = gradient;
  const count = f.let(batchCount());
  const share = (counts: Region, size: number): Local<'f64'> =>
    f.let(f64.div(f64.convert_i32_u(emitTotal(f, counts, 0, count)), f64.mul(f64.convert_i32_u(count), size)));
  const inputs = share(inputCounts, panels.depth);
  const outputs = share(deltaCounts, panels.columns);
  const sparse = (share: Local<'f64'>) => f64.le(share, sparseShare);
  f.if(
    i32.and(sparse(inputs), f64.le(inputs, outputs)),
    () => {
      const strips = emitPart(f, from, to, shares.strips, stripCount(panels));
      emitByInputs(f, strips.from, strips.to, count, gradient);
    },
    () =>
      f.if(
        sparse(outputs),
        () => {
          const outputPanels = emitPart(f, from, to, shares.panels, panelCount(panels));
          emitByOutputs(f, outputPanels.from, outputPanels.to, count, gradient);
        },
        () => emitWeightGradient(f, from, to, gradient),
      ),
  );
}

interface Block {
  /** First strip, and the one behind the last. */
  readonly first: Local<'i32'>;
  readonly end: Local<'i32'>;
}

function eachBlock(f: FunctionBuilder, from: Local<'i32'>, to: Local<'i32'>, body: (block: Block) => void): void {
  f.parts(from, to, blockStrips, (first, end) => body({ first, end }));
}

/** Strips from `first` to `end`; the inputs of the last that there are may be fewer than four. */
function eachStrip(
  f: FunctionBuilder,
  { first, end }: Block,
  { depth }: Panels,
  body: (strip: Local<'i32'>, lanes: number) => void,
): void {
  const strip = f.local('i32');
  const rest = depth % stripRows;
  f.range(strip, first, end, 1, () => {
    if (rest === 0) {
      body(strip, stripRows);
    } else {
      f.if(
        i32.eq(strip, Math.floor(depth / stripRows)),
        () => body(strip, rest),
        () => body(strip, stripRows),
      );
    }
  });
}

const blockBytes = ({ width }: Panels): number => blockInputs * width * 4;

/** Where the block of a panel begins, in bytes of the panels. */
const placeOf = (panels: Panels, panel: I32, strip: Local<'i32'>) =>
  i32.add(i32.mul(panel, panelBytes(panels)), i32.mul(strip, stripRows * panels.width * 4));

function emitDone(
  f: FunctionBuilder,
  { target, panels }: SparseWeightGradient,
  { first, end }: Block,
  panel: Local<'i32'>,
  gradient: Local<'i32'>,
): void {
  if (!('scratch' in target)) {
    return;
  }
  const place = f.let(placeOf(panels, panel, first));
  const vectors = f.let(i32.mul(i32.sub(end, first), (stripRows * panels.width) / 4));
  target.done({ place, gradient, vectors });
}

/** For strips `[from, to)`. */
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
  const ends = f.let(i32.add(lists, blockInputs * listBytes));
  const [at, list, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
  eachBlock(f, from, to, (block) => {
    f.set(list, lists);
    f.set(end, ends);
    eachStrip(f, block, panels, (strip, lanes) => {
      f.set(at, i32.add(i32.shl(strip, 4), x));
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
      f.increase(list, stripRows * listBytes);
      f.increase(end, stripRows * 4);
    });
    const inputs = f.let(i32.shl(i32.sub(block.end, block.first), 2));
    const panel = f.let(i32.const(0));
    const b = f.let(i32.const(delta));
    const [write, entry, done] = [f.local('i32'), f.local('i32'), f.local('i32')];
    /** From the block of one panel to that of the next. */
    const step = 'scratch' in target ? blockBytes(panels) : panelBytes(panels);
    const group = (size: number): void => {
      const sums: GroupSum[] = [];
      for (let p = 0; p < size; p++) {
        for (let column = 0; column < width; column += 4) {
          sums.push({ sum: f.local('v128'), offset: p * maxRows * width * 4 + column * 4 });
        }
      }
      f.set(write, 'scratch' in target ? target.scratch : i32.add(placeOf(panels, panel, block.first), target.panels));
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
        emitDone(f, gradient, block, panel, done);
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

/** For panels `[from, to)`. */
function emitByOutputs(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  count: Local<'i32'>,
  gradient: SparseWeightGradient,
): void {
  const { panels, maxRows, lists, blocks, target } = gradient;
  const { width } = panels;
  const listBytes = maxRows * entryBytes;
  const listed = groupPanels * width;
  const ends = f.let(i32.add(lists, listed * listBytes));
  const turned = f.let(i32.add(ends, listed * 4));
  const sums: GroupSum[] = Array.from({ length: blockInputs / 4 }, (_, i) => ({
    sum: f.local('v128'),
    offset: i * 16,
  }));
  const turn = fourByFour(f);
  const [panel, list, end, entry] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [write, read, x] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const strips = { from: f.let(i32.const(0)), to: f.let(i32.const(stripCount(panels))) };
  f.parts(from, to, groupPanels, (first, panelsEnd) => {
    emitOutputEntries(f, first, panelsEnd, count, ends, gradient);
    f.set(x, i32.const(blocks.at));
    eachBlock(f, strips.from, strips.to, (block) => {
      f.set(list, lists);
      f.set(end, ends);
      f.range(panel, first, panelsEnd, 1, () => {
        f.set(write, turned);
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
          f.increase(write, blockInputs * 4);
        });
        const start = f.let(
          'scratch' in target ? target.scratch : i32.add(placeOf(panels, panel, block.first), target.panels),
        );
        f.set(write, start);
        f.set(read, turned);
        f.repeat(i32.sub(block.end, block.first), () => {
          for (let j = 0; j < width; j += 4) {
            turn(
              (r) => v128.load(read, (j + r) * blockInputs * 4),
              (r, vector) => f.storeV128(write, vector, (r * width + j) * 4),
            );
          }
          f.increase(read, 16);
          f.increase(write, stripRows * width * 4);
        });
        emitDone(f, gradient, block, panel, start);
      });
      f.increase(x, blocks.blockBytes);
    });
  });
}

/** The lists of the columns of panels `[first, end)`; those beyond N are 0 where they are packed. */
function emitOutputEntries(
  f: FunctionBuilder,
  first: Local<'i32'>,
  panelsEnd: Local<'i32'>,
  count: Local<'i32'>,
  endsOfLists: Local<'i32'>,
  { panels, delta, maxRows, lists, blocks }: SparseWeightGradient,
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
        step: blocks.sampleBytes,
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
