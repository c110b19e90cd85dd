/**
 * Proves that wider vectorisation leaves every bit as it is: the same products by modules compiled before and
 * after it is switched on. V8 caches compiled code by a module's bytes, so each build has a name of its own.
 */
import { f32x4, i32, ModuleBuilder, pageSize, v128 } from '../../../assembler';
import { panelCount, panelsLength } from '../gemm/panels';
import { emitRowsProduct } from '../gemm/rowsProduct';
import { emitPack, emitWeightGradient, inputPanelCount } from '../gemm/weightGradient';
import { rangeParameters } from '../layer';
import { Arena } from '../memory/arena';
import { control, controlEnd } from '../memory/control';

/** The depth is no multiple of the unrolling, so that its remainder is tested too. */
const tile = { rows: 4, panelWidth: 16, unroll: 8 };
const [rows, depth, columns] = [24, 100, 40];

/** Milliseconds after which the optimising compiler has taken over. */
const time = 25;

/** Bits of a forward product and of a weight update, by a module that is compiled now. */
export function computeProof(name: string, now: () => number): Int32Array {
  const arena = new Arena(controlEnd);
  const panels = { depth, columns, width: tile.panelWidth };
  const x = arena.floats(rows * depth);
  const weight = arena.floats(panelsLength(panels));
  const start = arena.floats(panelsLength(panels));
  const gradient = arena.floats(panelsLength(panels));
  const z = arena.floats(rows * columns);
  const packedInputs = arena.floats(inputPanelCount(panels) * 4 * rows);
  const packed = arena.floats(panelCount(panels) * rows * panels.width);
  const module = new ModuleBuilder();
  const f = module.function(name, { parameters: rangeParameters });
  const { from, to } = f.p;
  f.copyMemory(weight.address, start.address, weight.length * 4);
  emitRowsProduct(f, from, to, { tile, a: x.address, b: weight.address, c: z.address, panels });
  emitPack(f, from, to, {
    columns,
    width: panels.width,
    source: z.address,
    packed: packed.address,
    maxRows: rows,
  });
  const all = { from: f.let(from), to: f.let(to) };
  f.increase(all.to, inputPanelCount(panels) - rows);
  emitWeightGradient(f, all.from, all.to, {
    tile,
    panels,
    x: x.address,
    packedInputs: f.let(i32.const(packedInputs.address)),
    delta: packed.address,
    maxRows: rows,
    target: { panels: gradient.address },
    slice: { inputPanels: 1, outputPanels: 1 },
  });
  // The shape of an optimizer's rule: a root, a quotient, several products.
  const at = f.let(i32.const(0));
  f.repeat(weight.length / 8, () => {
    for (let i = 0; i < 2; i++) {
      const g = v128.load(at, gradient.address + i * 16);
      const root = f32x4.add(f32x4.sqrt(f32x4.abs(g)), 0.001);
      const w = v128.load(at, weight.address + i * 16);
      f.storeV128(at, f32x4.sub(w, f32x4.div(f32x4.mul(g, 0.01), root)), weight.address + i * 16);
    }
    f.increase(at, 32);
  });
  const pages = Math.ceil(arena.end / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const compiled = new WebAssembly.Module(module.build(pages));
  const run = new WebAssembly.Instance(compiled, { env: { memory } }).exports[name] as (
    from: number,
    to: number,
  ) => void;
  const numbers = new Float32Array(memory.buffer);
  new Int32Array(memory.buffer)[control.count / 4] = rows;
  // Numbers whose products are rounded up and down; they need not be random.
  for (let i = 0; i < x.length; i++) {
    numbers[x.address / 4 + i] = Math.fround(((i * 7919) % 2003) / 1001.3 - 1);
  }
  for (let i = 0; i < start.length; i++) {
    numbers[start.address / 4 + i] = Math.fround(((i * 104729) % 1999) / 997.7 - 1);
  }
  const end = now() + time;
  while (now() < end) {
    run(0, rows);
  }
  const first = weight.address / 4;
  return new Int32Array(memory.buffer).slice(first, first + weight.length);
}
