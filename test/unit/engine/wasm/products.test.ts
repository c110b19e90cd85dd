import assert from 'node:assert/strict';
import { type I32, i32, type Local, ModuleBuilder, pageSize } from '../../../../src/assembler';
import { block, philox } from '../../../../src/common/random';
import { panelsLength, weightLayout } from '../../../../src/engine/wasm/gemm/panels';
import { emitRowsProduct, groupCount, type RowsProduct } from '../../../../src/engine/wasm/gemm/rowsProduct';
import {
  emitListedRowsProduct,
  emitRowLists,
  emitSparseRowsProduct,
  listedRows,
  listRoom,
  madeGroupLength,
} from '../../../../src/engine/wasm/gemm/sparse/rowsProduct';
import {
  columnListsLength,
  emitSparseWeightGradient,
  groupTilesLength,
  needsPacking,
  packedTiles,
  plainTiles,
  tileInputs,
} from '../../../../src/engine/wasm/gemm/sparse/weightGradient';
import { emitTransposePanels, transposed } from '../../../../src/engine/wasm/gemm/transpose';
import {
  emitBiasGradient,
  emitPack,
  emitWeightGradient,
  gradientSlices,
  gradientTileLength,
  packedInputsLength,
  packedLength,
} from '../../../../src/engine/wasm/gemm/weightGradient';
import { type RangeKernel, rangeParameters } from '../../../../src/engine/wasm/layer';
import { Arena, type Region } from '../../../../src/engine/wasm/memory/arena';
import { control, controlEnd } from '../../../../src/engine/wasm/memory/control';
import { Scratch } from '../../../../src/engine/wasm/memory/scratch';
import { rounds } from '../../../harness/rounds';

const tiles = [
  { rows: 4, panelWidth: 8, unroll: 1 },
  { rows: 4, panelWidth: 16, unroll: 1 },
  { rows: 4, panelWidth: 16, unroll: 4 },
];

let draws = 0;
function draw(limit: number): number {
  philox(draws++, 0, 0, 0, 11, 22);
  return block[0] % limit;
}
const real = (): number => Math.fround(draw(2000001) / 1000000 - 1);

interface Shape {
  readonly count: number;
  readonly n: number;
  readonly m: number;
  readonly tile: (typeof tiles)[number];
  readonly split: number;
  /**
   * How many out of ten numbers of x and of delta are not 0. Omitted: there are no zeros, and the kernels do
   * not look for them.
   */
  readonly zeros?: { readonly x: number; readonly delta: number };
  /** Divides the columns of the products instead of their rows; only where zeros are skipped. */
  readonly byColumns: boolean;
  /** The gradient goes tile by tile through scratch memory. */
  readonly inTiles: boolean;
}

/** x [S, n], W [m, n], b [m], delta [S, m] through all four products of a dense layer. */
function runProducts(shape: Shape) {
  const { count, n, m, tile, split, zeros, byColumns, inTiles } = shape;
  const maxRows = Math.ceil(count / 4) * 4;
  const arena = new Arena(controlEnd);
  const panels = { depth: n, columns: m, width: tile.panelWidth };
  const x = arena.floats(maxRows * n);
  const z = arena.floats(maxRows * m);
  const delta = arena.floats(maxRows * m);
  const dx = arena.floats(maxRows * n);
  const weight = arena.floats(panelsLength(panels));
  const gradient = arena.floats(panelsLength(panels));
  const bias = arena.floats(m);
  const biasGradient = arena.floats(m);
  const counts = { inputs: arena.floats(maxRows), deltas: arena.floats(maxRows), marks: arena.floats(maxRows) };
  const packing = { columns: m, width: tile.panelWidth, maxRows };
  const packed = arena.floats(packedLength(packing));
  const inputPacking = { columns: n, width: tileInputs, maxRows };
  const packedX = arena.floats(packedLength(inputPacking));
  const module = new ModuleBuilder();
  const scratch = new Scratch(module);
  const stageScratch = new Scratch(module);
  const range = { parameters: rangeParameters };
  const forward = module.function('forward', range);
  type Room = ReturnType<Scratch['frame']>;
  const emitRows = (f: RangeKernel, room: Room, rows: RowsProduct, rowCounts: Region): void => {
    const { from, to } = f.p;
    const product = { ...rows, counts: rowCounts, marks: counts.marks };
    const lists = (of: RangeKernel) => listRoom(stageScratch.frame(of), product.panels, maxRows);
    if (!zeros) {
      emitRowsProduct(f, from, to, product);
    } else if (byColumns) {
      const list = module.function(`${f.name}.list`, range);
      emitRowLists(list, list.p.from, list.p.to, product, lists(list));
      const all = { from: f.let(i32.const(0)), to: f.let(i32.load(control.count)) };
      emitListedRowsProduct(f, all.from, all.to, { ...product, groups: { from, to } }, lists(f));
    } else {
      emitSparseRowsProduct(f, from, to, product, listRoom(room, product.panels, listedRows(maxRows)));
    }
  };
  const product = {
    tile,
    a: x.address,
    b: weight.address,
    c: z.address,
    panels,
    bias: bias.address,
  };
  emitRows(forward, scratch.frame(forward), product, counts.inputs);
  const back = module.function('back', range);
  const room = scratch.frame(back);
  const productBack = {
    tile,
    a: delta.address,
    b: {
      at: room(madeGroupLength(transposed(panels))),
      make: (some: { first: Local<'i32'>; count: number }, target: Local<'i32'>) =>
        emitTransposePanels(back, some, { panels, source: weight.address, target }),
    },
    c: dx.address,
    panels: transposed(panels),
  };
  emitRows(back, room, productBack, counts.deltas);
  const pack = module.function('pack', range);
  emitPack(pack, pack.p.from, pack.p.to, { ...packing, source: delta.address, packed: packed.address });
  emitPack(pack, pack.p.from, pack.p.to, { ...inputPacking, source: x.address, packed: packedX.address });
  const learn = module.function('learn', range);
  const learnRoom = scratch.frame(learn);
  const target = inTiles
    ? {
        scratch: learnRoom(Math.max(gradientTileLength(panels), groupTilesLength(panels))),
        done: ({ offset, gradient: from, vectors }: { offset: I32; gradient: I32; vectors: Local<'i32'> }) =>
          learn.copyMemory(i32.add(offset, gradient.address), from, i32.shl(vectors, 4)),
      }
    : { panels: gradient.address };
  const learning = {
    tile,
    panels,
    x: x.address,
    packedInputs: learnRoom(packedInputsLength(panels, maxRows)),
    delta: packed.address,
    maxRows,
    target,
    slice: gradientSlices(panels, maxRows),
  };
  if (!zeros) {
    emitWeightGradient(learn, learn.p.from, learn.p.to, learning);
  } else {
    emitSparseWeightGradient(learn, learn.p.from, learn.p.to, {
      ...learning,
      inputCounts: counts.inputs,
      deltaCounts: counts.deltas,
      inputTiles: needsPacking(panels) ? packedTiles(packedX.address, maxRows) : plainTiles(panels, x.address),
      lists: learnRoom(columnListsLength(panels, maxRows)),
    });
  }
  const learnBias = module.function('learnBias');
  emitBiasGradient(learnBias, { panels, packed: packed.address, maxRows, target: biasGradient.address });
  for (const room of [scratch, stageScratch]) {
    room.layOut(arena, 1);
  }
  const pages = Math.ceil(arena.end / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const compiled = new WebAssembly.Module(module.build(pages));
  const run = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Record<
    string,
    (from?: number, to?: number) => void
  >;
  const numbers = new Float32Array(memory.buffer);
  const at = (address: number, length: number) => numbers.subarray(address / 4, address / 4 + length);
  // NaN wherever a kernel must not depend on the numbers.
  at(x.address, maxRows * n).fill(Number.NaN);
  at(delta.address, maxRows * m).fill(Number.NaN);
  const values = {
    x: at(x.address, count * n),
    delta: at(delta.address, count * m),
    bias: at(bias.address, m),
    W: new Float32Array(m * n),
  };
  for (const array of Object.values(values)) {
    for (let i = 0; i < array.length; i++) {
      array[i] = real();
    }
  }
  if (zeros) {
    dropNumbers(values.x, n, zeros.x);
    dropNumbers(values.delta, m, zeros.delta);
  }
  const { offsetOf } = weightLayout(panels);
  const stored = at(weight.address, panelsLength(panels));
  for (let i = 0; i < m * n; i++) {
    stored[offsetOf(i)] = values.W[i];
  }
  new Int32Array(memory.buffer)[control.count / 4] = count;
  const ranges = (total: number, unit: number): [number, number][] => {
    const cut = Math.min(total, Math.ceil((total * split) / unit / 10) * unit);
    return cut > 0 && cut < total
      ? [
          [0, cut],
          [cut, total],
        ]
      : [[0, total]];
  };
  for (const [name, { panels: of }] of [
    ['forward', product],
    ['back', productBack],
  ] as const) {
    run[`${name}.list`]?.(0, count);
    for (const [from, to] of run[`${name}.list`] ? ranges(groupCount(of), 1) : ranges(count, 4)) {
      run[name](from, to);
    }
  }
  for (const [from, to] of ranges(count, 4)) {
    run.pack(from, to);
  }
  for (const [from, to] of ranges(learning.slice.count, 1)) {
    run.learn(from, to);
  }
  run.learnBias();
  const gradients = at(gradient.address, panelsLength(panels));
  return {
    ...values,
    z: at(z.address, count * m).slice(),
    dx: at(dx.address, count * n).slice(),
    dW: Float32Array.from({ length: m * n }, (_, i) => gradients[offsetOf(i)]),
    padding: [...gradients].filter((value, i) => value !== 0 && !isEntry(i)),
    db: at(biasGradient.address, m).slice(),
  };

  /** Whether a number of the panels is an entry of the weight. */
  function isEntry(index: number): boolean {
    const width = panels.width;
    const rows = Math.ceil(n / 4) * 4;
    const panel = Math.floor(index / (rows * width));
    const i = Math.floor(index / width) % rows;
    return i < n && panel * width + (index % width) < m;
  }
}

/** Keeps about `kept` of ten numbers, and in every tenth row all; the others become 0. */
function dropNumbers(numbers: Float32Array, size: number, kept: number): void {
  for (let row = 0; row * size < numbers.length; row++) {
    if (draw(10) === 0) {
      continue;
    }
    for (let i = row * size; i < (row + 1) * size; i++) {
      if (draw(10) >= kept) {
        numbers[i] = draw(2) ? 0 : -0;
      }
    }
  }
}

/** Sums in float32, in the order that the kernels promise. */
function plainProducts(
  { x, W, bias, delta }: { x: Float32Array; W: Float32Array; bias: Float32Array; delta: Float32Array },
  count: number,
  n: number,
  m: number,
) {
  const f = Math.fround;
  const z = new Float32Array(count * m);
  const dx = new Float32Array(count * n);
  const dW = new Float32Array(m * n);
  const db = new Float32Array(m);
  for (let s = 0; s < count; s++) {
    for (let j = 0; j < m; j++) {
      let sum = bias[j];
      for (let i = 0; i < n; i++) {
        sum = f(sum + f(x[s * n + i] * W[j * n + i]));
      }
      z[s * m + j] = sum;
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++) {
        sum = f(sum + f(delta[s * m + j] * W[j * n + i]));
      }
      dx[s * n + i] = sum;
    }
  }
  for (let j = 0; j < m; j++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let s = 0; s < count; s++) {
        sum = f(sum + f(x[s * n + i] * delta[s * m + j]));
      }
      dW[j * n + i] = sum;
    }
    let sum = 0;
    for (let s = 0; s < count; s++) {
      sum = f(sum + delta[s * m + j]);
    }
    db[j] = sum;
  }
  return { z, dx, dW, db };
}

describe('Matrix products of the wasm backend', () => {
  it(`give, for ${rounds(1000)} random shapes, tiles and splits, the bits of plain float32 sums in ascending order`, function () {
    this.timeout(60000);
    for (let round = 0; round < rounds(1000); round++) {
      const large = round % 50 === 0;
      const shape = {
        count: 1 + draw(large ? 40 * (1 + draw(5)) : 13),
        n: draw(4) ? 1 + draw(large ? 400 : 140) : 16 * (1 + draw(large ? 25 : 9)),
        m: 1 + draw(large ? 400 : 140),
        tile: tiles[draw(tiles.length)],
        split: draw(10),
        zeros: draw(2) ? { x: draw(11), delta: draw(11) } : undefined,
        byColumns: draw(2) === 1,
        inTiles: draw(2) === 1,
      };
      const found = runProducts(shape);
      const expected = plainProducts(found, shape.count, shape.n, shape.m);
      const label = JSON.stringify(shape);
      for (const name of ['z', 'dx', 'dW', 'db'] as const) {
        assert.deepEqual(found[name], expected[name], `${name} of ${label}`);
      }
      assert.deepEqual(found.padding, [], `padding of ${label}`);
    }
  });
});
