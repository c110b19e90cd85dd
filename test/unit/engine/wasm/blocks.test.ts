import assert from 'node:assert/strict';
import {
  type GradientBlock,
  gradientBlocks,
  pieceProducts,
  rowBlocks,
  stripsOf,
} from '../../../../src/engine/wasm/blocks';
import { rowBlock } from '../../../../src/engine/wasm/layer';
import { draw, oneOf } from './layers/support';

const upTo = (most: number): number => 1 + draw(most);

/** Products of the longest run of one thread, where work is spread evenly over `busy` shares of all strips. */
const longestShare = ({ strips }: GradientBlock, count: number, work: number, busy: number): number =>
  (count * work) / (busy * strips);

describe('The pieces of a pass', () => {
  it('of gradients take each share of each strip once, and no share takes long unless its strip can be no smaller', () => {
    for (let round = 0; round < 2000; round++) {
      const count = upTo(oneOf([1, 8, 512]));
      const work = upTo(Math.ceil((oneOf([1, 10, 200]) * pieceProducts) / count));
      const most = draw(oneOf([1, Math.ceil(work / 10)]));
      const shares = upTo(oneOf([1, 16, 40]));
      const busyShares = upTo(shares);
      const gradientRows = oneOf([rowBlock, 1, 1 / 8, 3]);
      const threads = upTo(4);
      const blocks = [...gradientBlocks(count, { work, most }, threads, { shares, busyShares, gradientRows })];
      const taken = blocks.flatMap(({ from, to, strip }) =>
        Array.from({ length: to - from }, (_, i) => strip * shares + from + i),
      );
      const [{ strips }] = blocks;
      assert.deepEqual(
        taken,
        Array.from({ length: shares * strips }, (_, i) => i),
      );
      if (strips === Math.ceil(count / gradientRows)) {
        continue;
      }
      assert.ok(longestShare(blocks[0], count, work, busyShares) <= pieceProducts);
      assert.ok((count * most) / strips <= pieceProducts);
      for (const { from, to } of blocks) {
        const products = (to - from) * longestShare(blocks[0], count, work, busyShares);
        assert.ok(to - from === 1 || products <= pieceProducts * threads, `${to - from} shares, ${products} products`);
      }
    }
  });

  it('of rows take each row once, and in strips no thread’s share takes long', () => {
    for (let round = 0; round < 2000; round++) {
      const [count, work, threads] = [upTo(oneOf([1, 8, 512])), upTo(oneOf([1000, 1e6, 1e9])), upTo(4)];
      const least = oneOf([undefined, rowBlock, 64]);
      const blocks = [...rowBlocks(count, work, threads, least)];
      const rows = blocks.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
      assert.deepEqual(
        rows,
        Array.from({ length: count }, (_, i) => i),
      );
      for (const block of blocks) {
        assert.equal(block.from % rowBlock, 0);
        const share = Math.ceil((block.to - block.from) / rowBlock / threads) * rowBlock;
        assert.ok((Math.min(share, block.to - block.from) * work) / stripsOf(block, work, threads) <= pieceProducts);
      }
    }
  });
});
