import type { Mode, Program } from './backend';

/** Forward pass of every layer, for `rows[from … from+count)`. */
export function forwardAll(
  program: Program,
  rows: Int32Array,
  from: number,
  count: number,
  mode: Mode = 'evaluation',
): void {
  program.begin(rows, from, count, mode);
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    program.forward(layer);
  }
}

/** Backward pass of every layer, after the forward pass in training mode and the loss. */
export function backwardAll(program: Program): void {
  for (let layer = program.plan.network.layers.length - 1; layer >= 0; layer--) {
    program.backward(layer);
  }
}

/** Evaluates all rows in batches of at most `size`. `visit` gets the range of each batch in `rows`. */
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
