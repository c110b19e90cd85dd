/** How passes are cut into pieces of a few milliseconds: what each call of a kernel works on. */
import { pieceWeights } from '../pieces';
import { rowBlock, type WasmLayer } from './layer';

/** Multiply–add pairs of a thread in a piece of a long pass: a few milliseconds. */
export const pieceProducts = 20_000_000;

/** Numbers of samples that are gathered to a batch in a piece, and how many a row counts for beside its own. */
const gatheredNumbers = 1 << 20;
const rowNumbers = 8;

/** Rows, shares or units `[from, to)`. */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/** So many at a time, from the first to the last. */
export function* blocksOf(count: number, block: number): Generator<Block> {
  for (let from = 0; from < count; from += block) {
    yield { from, to: Math.min(from + block, count) };
  }
}

/** Samples of `size` numbers each; rows lie apart: beside its numbers each costs the way to it. */
export const gatherBlocks = (count: number, size: number): Generator<Block> =>
  blocksOf(count, Math.max(1, Math.floor(gatheredNumbers / (size + rowNumbers))));

/** Shares of a tensor of so many numbers. */
export const shareBlocks = (shares: number, length: number, threads: number): Generator<Block> =>
  blocksOf(shares, Math.ceil(shares / Math.ceil(length / (pieceWeights * threads))));

/** Rows of the batch, of which each has so many products: a few at a time as threads take them, `least` for each at least. */
export function rowBlocks(count: number, work: number, threads: number, least = rowBlock): Generator<Block> {
  const most = Math.floor((pieceProducts * threads) / work / rowBlock) * rowBlock;
  return blocksOf(count, Math.max(least * threads, most));
}

/**
 * Into how many strips a block of rows is to be cut: more than one where a thread's share still takes long. It is a whole number of `rowBlock`,
 * since a row takes as long as so many side by side.
 */
export function stripsOf({ from, to }: Block, work: number, threads: number): number {
  const share = Math.ceil((to - from) / threads / rowBlock) * rowBlock;
  return Math.ceil((share * work) / pieceProducts);
}

/** Shares of gradients, and the strip of the batch that they take in, of so many. */
export interface GradientBlock extends Block {
  readonly strip: number;
  readonly strips: number;
}

/**
 * A few shares of the gradients at a time; where one of them takes long, strip by strip of the batch. A row has `work` products in all shares,
 * and up to `most` in the largest of them.
 */
export function* gradientBlocks(
  count: number,
  { work, most }: { readonly work: number; readonly most: number },
  threads: number,
  {
    shares = 1,
    busyShares = shares,
    gradientRows = rowBlock,
  }: Pick<WasmLayer, 'shares' | 'busyShares' | 'gradientRows'>,
): Generator<GradientBlock> {
  const longest = count * Math.max(work / busyShares, most);
  const strips = Math.max(1, Math.min(Math.ceil(count / gradientRows), Math.ceil(longest / pieceProducts)));
  const block = Math.max(1, Math.floor((pieceProducts * threads * busyShares * strips) / (count * work)));
  for (let strip = 0; strip < strips; strip++) {
    for (const some of blocksOf(shares, block)) {
      yield { ...some, strip, strips };
    }
  }
}
