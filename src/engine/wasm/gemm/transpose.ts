/**
 * Transposes the panels of B [K, N] to those of Bᵀ [N, K], which dX = delta · Bᵀ needs, a few at a time: four
 * by four numbers in registers.
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
 * Writes `count` panels of Bᵀ from number `first` on, one behind the other, to `target`. Columns beyond K
 * become 0, since B's rows beyond K are 0; in the last panel those beyond the next multiple of four keep
 * their values. Each panel of B is far from the next, so all that is needed of it is read in one go.
 */
export function emitTransposePanels(
  f: FunctionBuilder,
  { first, count }: { first: Local<'i32'>; count: number },
  { panels, source, target }: { panels: Panels; source: number; target: Local<'i32'> },
): void {
  const { width, columns } = panels;
  const foursOfPanel = width / 4;
  const none = f.let(i32.const(0));
  const fours = f.let(i32.sub(paddedDepth(panels) / 4, i32.mul(first, foursOfPanel)));
  f.if(i32.gt_s(fours, count * foursOfPanel), () => f.set(fours, i32.const(count * foursOfPanel)));
  const ofSource = f.let(i32.add(i32.mul(first, width * width * 4), source));
  const ofTarget = f.let(target);
  const [four, read, panel, write] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const transpose = fourByFour(f);
  /** Makes rows of the first `lanes` columns of a panel of B, four inputs i at a time. */
  const transposeLanes = (lanes: number): void => {
    f.set(read, ofSource);
    f.set(panel, ofTarget);
    f.subranges(none, fours, foursOfPanel, (start, end) => {
      f.set(write, panel);
      f.range(four, start, end, 1, () => {
        for (let x = 0; x < lanes; x += 4) {
          transpose(
            (r) => v128.load(read, (r * width + x) * 4),
            (r, vector) => f.storeV128(write, vector, (x + r) * width * 4),
          );
        }
        f.increase(read, 4 * width * 4);
        f.increase(write, 16);
      });
      f.increase(panel, panelBytes(transposed(panels)));
    });
  };
  const whole = Math.floor(columns / width);
  f.repeat(whole, () => {
    transposeLanes(width);
    f.increase(ofSource, panelBytes(panels));
    f.increase(ofTarget, width * width * 4);
  });
  if (columns > whole * width) {
    transposeLanes(columns - whole * width);
  }
}

/** Emits code that transposes four rows of four numbers: `load(r)` gives row r, `store` gets column r. */
export function fourByFour(
  f: FunctionBuilder,
): (load: (r: number) => V128, store: (r: number, vector: V128) => void) => void {
  const loaded = Array.from({ length: 4 }, () => f.local('v128'));
  const paired = Array.from({ length: 4 }, () => f.local('v128'));
  return (load, store) => {
    for (let r = 0; r < 4; r++) {
      f.set(loaded[r], load(r));
    }
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
