/**
 * From the panels of B [K, N] to those of Bᵀ [N, K], which dX = delta · Bᵀ needs, one at a time: blocks of four by four, turned in registers.
 *
 * ```
 *   B, panel j/width: rows i            Bᵀ, panel i/width: rows j
 *   i   : b[i, j] b[i, j+1] …           j   : b[i, j]   b[i+1, j]   …
 *   i+1 : …                     ──▶     j+1 : b[i, j+1] b[i+1, j+1] …
 * ```
 */
import { type FunctionBuilder, i32, type Local, type V128, v128 } from '../../../assembler';
import { type Panels, paddedDepth, panelBytes } from './panels';

/** The panels of the transposed matrix. */
export const transposed = ({ depth, columns, width }: Panels): Panels => ({ depth: columns, columns: depth, width });

/**
 * One panel of the target, to `target`; `panel` counts from 0. Columns of the target beyond K become 0, since B's rows beyond K are; in the last
 * panel those beyond the next multiple of four stay as they are.
 */
export function emitTurnPanel(
  f: FunctionBuilder,
  panel: Local<'i32'>,
  { panels, source, target }: { panels: Panels; source: number; target: Local<'i32'> },
): void {
  const { width, columns } = panels;
  const rowsOfSource = paddedDepth(panels);
  const group = f.local('i32');
  const [read, write, rows] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const turn = fourByFour(f);
  const whole = Math.floor(columns / width);
  /** The columns 0 … of a panel, four by four, become rows. */
  const emitBlocks = (count: number): void => {
    for (let x = 0; x < count; x += 4) {
      turn(
        (r) => v128.load(read, (r * width + x) * 4),
        (r, vector) => f.storeV128(write, vector, (x + r) * width * 4),
      );
    }
  };
  // Four inputs i at a time; the last panel may have fewer groups than the others.
  f.set(rows, i32.sub(rowsOfSource / 4, i32.mul(panel, width / 4)));
  f.if(i32.gt_s(rows, width / 4), () => f.set(rows, i32.const(width / 4)));
  f.range(group, 0, rows, 1, () => {
    f.set(read, i32.add(i32.mul(i32.add(i32.mul(panel, width), i32.shl(group, 2)), width * 4), source));
    f.set(write, i32.add(target, i32.shl(group, 4)));
    f.repeat(whole, () => {
      emitBlocks(width);
      f.increase(read, panelBytes(panels));
      f.increase(write, width * width * 4);
    });
    emitBlocks(columns - whole * width);
  });
}

/** Code that turns blocks of four rows of four: `load(r)` gives a row, `store` gets the column r of them. */
export function fourByFour(
  f: FunctionBuilder,
): (load: (r: number) => V128, store: (r: number, vector: V128) => void) => void {
  const loaded = Array.from({ length: 4 }, () => f.local('v128'));
  const paired = Array.from({ length: 4 }, () => f.local('v128'));
  return (load, store) => {
    for (let r = 0; r < 4; r++) f.set(loaded[r], load(r));
    f.set(paired[0], v128.shuffle32(loaded[0], loaded[1], [0, 4, 1, 5]));
    f.set(paired[1], v128.shuffle32(loaded[2], loaded[3], [0, 4, 1, 5]));
    f.set(paired[2], v128.shuffle32(loaded[0], loaded[1], [2, 6, 3, 7]));
    f.set(paired[3], v128.shuffle32(loaded[2], loaded[3], [2, 6, 3, 7]));
    store(0, v128.shuffle32(paired[0], paired[1], [0, 1, 4, 5]));
    store(1, v128.shuffle32(paired[0], paired[1], [2, 3, 6, 7]));
    store(2, v128.shuffle32(paired[2], paired[3], [0, 1, 4, 5]));
    store(3, v128.shuffle32(paired[2], paired[3], [2, 3, 6, 7]));
  };
}
