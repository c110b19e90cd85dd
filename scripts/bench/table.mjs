/** Tables in a terminal. */

/**
 * Formats rows as lines with aligned columns.
 * @param {string[][]} rows
 * @param {('left' | 'right')[]} sides
 */
export function columns(rows, sides) {
  const widths = sides.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    sides
      .map((side, i) => {
        const cell = row[i] ?? '';
        return side === 'left' ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
      })
      .join('  ')
      .trimEnd(),
  );
}
