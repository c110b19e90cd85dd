/**
 * The error of a pooling whose windows are two columns wide and lie side by side, as is usual: each number of
 * the input belongs to one window at most.
 *
 * ```
 *   error of four windows, for column 0:  a b c d ╲
 *                          for column 1:  e f g h ╱──▶  a e b f c g d h   a row of the input
 * ```
 */
import { i32, i32x4, type Local, type V128, v128 } from '../../../../assembler';
import type { RangeKernel } from '../../layer';
import type { BatchBuffer } from '../../memory/arena';
import { eachPlane, type Plane, type Planes } from './places';

/** Four windows side by side. */
export interface FourPlaces {
  /** Byte offset of the first one in the output's buffer. */
  readonly at: Local<'i32'>;
  /** Places of their upper left corners in the plane. */
  readonly corners: Local<'v128'>;
}

/**
 * Writes dInput of samples `[from, to)`; `error` is the error for row i and column j of four windows. Returns
 * false, and emits nothing, where the windows are of another kind.
 */
export function spreadPairs(
  f: RangeKernel,
  geometry: Planes,
  dInput: BatchBuffer,
  error: (out: FourPlaces, i: number, j: number) => V128,
): boolean {
  const { size, width, places, vertical, horizontal } = geometry;
  const rows = vertical.kernel;
  const columns = horizontal.places;
  const sideBySide = [vertical, horizontal].every(
    ({ kernel, stride, before, size, places }) => stride === kernel && before === 0 && places * stride <= size,
  );
  if (horizontal.kernel !== 2 || !sideBySide || columns < 4 || rows > 4) {
    return false;
  }
  const [corner, line] = [f.local('i32'), f.local('i32')];
  const [corners, left, right] = [f.local('v128'), f.local('v128'), f.local('v128')];
  const four = (plane: Local<'i32'>, out: Local<'i32'>): void => {
    f.set(line, i32.add(plane, i32.shl(corner, 2)));
    f.set(corners, i32x4.add(i32x4.splat(corner), v128.const32([0, 2, 4, 6])));
    for (let i = 0; i < rows; i++) {
      f.set(left, error({ at: out, corners }, i, 0));
      f.set(right, error({ at: out, corners }, i, 1));
      const row = dInput.address + i * width * 4;
      f.storeV128(line, v128.shuffle32(left, right, [0, 4, 1, 5]), row);
      f.storeV128(line, v128.shuffle32(left, right, [2, 6, 3, 7]), row + 16);
    }
  };
  const spread = ({ plane, out }: Plane): void => {
    f.set(corner, i32.const(0));
    f.repeat(vertical.places, () => {
      f.repeat(columns >> 2, () => {
        four(plane, out);
        f.increase(corner, 8);
        f.increase(out, 16);
      });
      const rest = columns % 4;
      if (rest > 0) {
        // The last four overlap those before, and write the same numbers.
        f.increase(corner, (rest - 4) * 2);
        f.increase(out, (rest - 4) * 4);
        four(plane, out);
        f.increase(corner, 8);
        f.increase(out, 16);
      }
      f.increase(corner, rows * width - columns * 2);
    });
  };
  eachPlane(f, geometry, spread, places * 2 * rows < size ? dInput.address : undefined);
  return true;
}
