import type { Program } from './backend';

/** Forward pass of every layer in evaluation mode, of the rows from `from` on. */
export function forwardAll(program: Program, rows: Int32Array, from: number, count: number): void {
  program.begin(rows, from, count, 'evaluation');
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    program.forward(layer);
  }
}
