/** Finds the rows of a window that lie on the plane: those of the padding add nothing. */
import { type FunctionBuilder, type I32, i32, type Local } from '../../../../assembler';

/** Line n of a window reads row `base + n·step` of a plane of `rows`. */
export interface Lines {
  readonly count: number;
  readonly step: number;
  readonly rows: number;
}

/**
 * The first line that lies on the plane, and how many do (not positive: none); `base` between `lowest` and
 * `highest`.
 */
export function linesInside(
  f: FunctionBuilder,
  { count, step, rows }: Lines,
  base: Local<'i32'>,
  [lowest, highest]: readonly [number, number],
): { readonly first: I32; readonly count: I32 } {
  const far = step * (count - 1);
  const inside = Math.min(lowest, lowest + far) >= 0 && Math.max(highest, highest + far) < rows;
  if (inside) {
    return { first: 0, count };
  }
  /** Lines within a distance of rows: ⌈distance / |step|⌉, between 0 and all lines. */
  const linesIn = (distance: I32): Local<'i32'> => {
    const lines = f.let(i32.add(distance, Math.abs(step) - 1));
    f.if(i32.lt_s(lines, 0), () => f.set(lines, i32.const(0)));
    if (Math.abs(step) > 1) {
      f.set(lines, i32.div_u(lines, Math.abs(step)));
    }
    f.if(i32.gt_s(lines, count), () => f.set(lines, i32.const(count)));
    return lines;
  };
  const [first, end] =
    step > 0
      ? [linesIn(i32.sub(0, base)), linesIn(i32.sub(rows, base))]
      : [linesIn(i32.sub(base, rows - 1)), linesIn(i32.add(base, 1))];
  return { first, count: f.let(i32.sub(end, first)) };
}
