import type { Program } from './backend';

/** Forward pass of every layer in evaluation mode, of the rows from `from` on. */
export function forwardAll(program: Program, rows: Int32Array, from: number, count: number): void {
  program.begin(rows, from, count, 'evaluation');
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    program.forward(layer);
  }
}

/** Forward passes over all rows, in batches of at most `size`. `visit` gets each batch's range of `rows`. */
export function forwardBatches(
  program: Program,
  rows: Int32Array,
  size: number,
  visit: (from: number, count: number) => void,
): void {
  for (let from = 0; from < rows.length; from += size) {
    const count = Math.min(size, rows.length - from);
    forwardAll(program, rows, from, count);
    visit(from, count);
  }
}
