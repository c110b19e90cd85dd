/** Marching squares: the lines along which a sampled surface crosses a level. */

/** Line segments `[x0, y0, x1, y1, …]` in grid units; `values` is `[rows, columns]`. */
export function contour(values: ArrayLike<number>, columns: number, rows: number, level: number): Float64Array {
  const segments: number[] = [];
  const at = (row: number, column: number) => values[row * columns + column] - level;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corners = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
      const crossings: number[] = [];
      for (let side = 0; side < 4; side++) {
        const from = corners[side];
        const to = corners[(side + 1) % 4];
        if (from < 0 !== to < 0) {
          const share = from / (from - to);
          const [x, y, dx, dy] = sides[side];
          crossings.push(column + x + dx * share, row + y + dy * share);
        }
      }
      // Two crossings give one segment, four (a saddle) give two, which do not cross: sides are in order.
      for (let i = 0; i + 3 < crossings.length; i += 4) {
        segments.push(...crossings.slice(i, i + 4));
      }
    }
  }
  return Float64Array.from(segments);
}

/** Start and direction of each side of a cell, in order around it. */
const sides = [
  [0, 0, 1, 0],
  [1, 0, 0, 1],
  [1, 1, -1, 0],
  [0, 1, 0, -1],
] as const;
