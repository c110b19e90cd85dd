/** Measures which register tile is fastest: that depends on the processor and on the compiler's version. */
import { ModuleBuilder, pageSize } from '../../../assembler';
import { panelsLength } from '../gemm/panels';
import { emitRowsProduct } from '../gemm/rowsProduct';
import type { TileShape } from '../gemm/tile';
import { rangeParameters } from '../layer';
import { Arena } from '../memory/arena';
import { controlEnd } from '../memory/control';

/** The first is slow nowhere, and is the choice without a clock. */
const candidates: readonly TileShape[] = [
  { rows: 4, panelWidth: 8, unroll: 1 },
  { rows: 4, panelWidth: 16, unroll: 1 },
  { rows: 4, panelWidth: 8, unroll: 8 },
  { rows: 4, panelWidth: 16, unroll: 8 },
];

export const standardTile = candidates[0];

/** In each round all candidates run: other load slows them all down, and the optimising compiler has time. */
const rounds = 5;
/** Milliseconds of a candidate in a round. */
const duration = 3;
const [rows, depth, columns] = [32, 256, 64];

/** Takes about 65 ms. */
export function chooseTile(now: () => number): TileShape {
  const entries = candidates.map((tile) => ({ tile, product: prepare(tile), time: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < rounds; round++) {
    for (const each of entries) {
      each.time = Math.min(each.time, fastest(each.product, now));
    }
  }
  return entries.reduce((best, each) => (each.time < best.time ? each : best)).tile;
}

function fastest(product: () => void, now: () => number): number {
  let least = Number.POSITIVE_INFINITY;
  const end = now() + duration;
  for (;;) {
    const start = now();
    product();
    const stop = now();
    least = Math.min(least, stop - start);
    if (stop > end) {
      return least;
    }
  }
}

/** Ten products at a time, since a clock may be coarse. */
function prepare(tile: TileShape): () => void {
  const arena = new Arena(controlEnd);
  const panels = { depth, columns, width: tile.panelWidth };
  const a = arena.floats(rows * depth);
  const b = arena.floats(panelsLength(panels));
  const c = arena.floats(rows * columns);
  const module = new ModuleBuilder();
  const f = module.function('product', { parameters: rangeParameters });
  emitRowsProduct(f, f.p.from, f.p.to, { tile, a: a.address, b: b.address, c: c.address, panels });
  const pages = Math.ceil(arena.end / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const compiled = new WebAssembly.Module(module.build(pages));
  const { product } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
  const run = product as (from: number, to: number) => void;
  return () => {
    for (let i = 0; i < 10; i++) {
      run(0, rows);
    }
  };
}
