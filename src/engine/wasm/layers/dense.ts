/**
 * Dense layer. x [S, n], W [m, n], b [m] → z [S, m] → a = f(z). W lies in panels (see gemm/panels.ts); the
 * four matrix products:
 *
 * ```
 *   forward   z  = b + x · Wᵀ,  a = f(z)   rows of the batch; a cheap f takes z from the registers
 *   backward  dx = delta · W               rows of the batch; the panels of W are transposed when needed. If
 *                                          the layer below has a cheap f, its delta = dx · f′(z) comes here
 *   update    W  ← rule(W, xᵀ · delta)     slices of the gradient, which never leaves the first cache
 * ```
 *
 * Where W is large and the rows are few, threads divide the columns of the first two products instead of
 * their rows (`makeProduct`).
 */

import { type FunctionBuilder, f32x4, i32, type Local, type ModuleBuilder, type V128, v128 } from '../../../assembler';
import { sizeOf } from '../../shape';
import { type Panels, weightLayout } from '../gemm/panels';
import { emitRowsProduct, groupCount, madeLength, type RowsProduct } from '../gemm/rowsProduct';
import {
  emitCounts,
  emitListedRowsProduct,
  emitRowLists,
  emitSparseRowsProduct,
  listedRows,
  listRoom,
  madeGroupLength,
  worthCounting,
} from '../gemm/sparse/rowsProduct';
import {
  columnListsLength,
  emitSparseWeightGradient,
  groupTilesLength,
  type InputTiles,
  needsPacking,
  packedTiles,
  plainTiles,
  tileInputs,
} from '../gemm/sparse/weightGradient';
import { emitTransposePanels, transposed } from '../gemm/transpose';
import {
  emitBiasGradient,
  emitPack,
  emitWeightGradient,
  gradientSlices,
  gradientTileLength,
  type Packing,
  packedInputsLength,
  packedLength,
  type WeightGradient,
} from '../gemm/weightGradient';
import {
  type LayerBuild,
  type MaskedLayer,
  type RangeKernel,
  rangeParameters,
  type Stage,
  type WasmLayer,
  type WasmTensor,
} from '../layer';
import type { Region } from '../memory/arena';
import { batchCount } from '../memory/control';
import type { Scratch } from '../memory/scratch';
import type { OptimizerKernel } from '../optimizers/kernel';
import { updateNeighbours } from '../optimizers/neighbours';
import { makeTensor, weightAndBias } from '../tensors/tensor';
import { cheapKernel, makeOutput } from './output';

export function makeDense(build: LayerBuild): WasmLayer {
  const { plan, module, arena, scratch, maxRows, tile, input, output, dInput, optimizer, fused, masked, below } = build;
  const n = sizeOf(plan.inputShape);
  const weightPlan = plan.tensors.find(({ name }) => name === `${plan.name}.weight`);
  if (!weightPlan) {
    throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  }
  const m = weightPlan.shape[0];
  const panels: Panels = { depth: n, columns: m, width: tile.panelWidth };
  const tensors = plan.tensors.map((tensor) =>
    makeTensor(build, tensor, tensor === weightPlan ? weightLayout(panels) : undefined),
  );
  const { weight, bias } = weightAndBias(plan, tensors);
  const { preActivation, activation } = makeOutput(build, [m], tensors);
  const { z, delta } = preActivation;
  const cheap = cheapKernel(build);

  const transposedPanels = transposed(panels);
  const zeros = worthCounting(panels) ? makeZeros(build, panels) : undefined;
  const packed = arena.floats(packedLength({ ...panels, maxRows }));
  const packing = { columns: m, width: panels.width, source: delta.address, packed: packed.address, maxRows };
  const range = { parameters: rangeParameters };

  const forward = makeProduct(build, 'forward', zeros && { ...zeros, counts: zeros.inputs }, {
    a: input.address,
    panels,
    product: (f) => ({
      tile,
      b: weight.values.address,
      c: z.address,
      bias: bias?.values.address,
      finish: cheap && { to: output.address, emit: (sum) => cheap.forward(f, sum) },
    }),
    after: cheap ? undefined : activation?.forward,
  });

  const beforeBackward = (f: RangeKernel): void => {
    if (activation && !fused && !masked) {
      f.do(activation.backward, f.p);
    }
    emitPack(f, f.p.from, f.p.to, packing);
    if (zeros?.packing) {
      emitPack(f, f.p.from, f.p.to, zeros.packing);
    }
  };
  /** In the first layer: the error of the network's input is not needed. */
  const backwardOfFirst = (f: RangeKernel): void => {
    beforeBackward(f);
    if (zeros) {
      emitCounts(f, f.p, { address: delta.address, size: m }, zeros.deltas);
    }
  };
  const backward = dInput
    ? makeProduct(build, 'backward', zeros && { ...zeros, counts: zeros.deltas }, {
        before: beforeBackward,
        a: delta.address,
        panels: transposedPanels,
        product: (f, room) => {
          const at = room(zeros ? madeGroupLength(transposedPanels) : madeLength(transposedPanels));
          const source = weight.values.address;
          return {
            tile,
            b: { at, make: (some, target) => emitTransposePanels(f, some, { panels, source, target }) },
            c: dInput.address,
            finish: below && { to: below.delta.address, emit: (sum, at) => emitMask(f, below, sum, at) },
          };
        },
      })
    : { kernel: module.function(`${plan.name}.backward`, range, backwardOfFirst) };

  const slices = gradientSlices(panels, maxRows);
  const products = { tile, panels, x: input.address, delta: packed.address, maxRows, slice: slices };
  // The rest is little work, and belongs to the first slice.
  const emitRest = (f: RangeKernel, afterwards: (tensor: WasmTensor) => void): void =>
    f.if(i32.eqz(f.p.from), () => {
      if (bias) {
        emitBiasGradient(f, { panels, packed: packed.address, maxRows, target: bias.gradient.address });
        afterwards(bias);
      }
      if (!activation?.gradients) {
        return;
      }
      f.do(activation.gradients, {});
      for (const tensor of tensors) {
        if (tensor !== weight && tensor !== bias) {
          afterwards(tensor);
        }
      }
    });

  const gradients = module.function(`${plan.name}.gradients`, range);
  const toPanels = { panels: weight.gradient.address };
  emitGradient(gradients, scratch.frame(gradients), zeros, { ...products, target: toPanels });
  emitRest(gradients, () => {});

  const update = module.function(`${plan.name}.learn`, range);
  const rule = makeRule(module, optimizer, weight);
  const updateRoom = scratch.frame(update);
  emitGradient(update, updateRoom, zeros, {
    ...products,
    target: {
      scratch: updateRoom(Math.max(gradientTileLength(panels), zeros ? groupTilesLength(panels) : 0)),
      done: ({ offset, gradient, vectors }) => update.do(rule, { offset, gradient, vectors }),
    },
  });
  emitRest(update, (tensor) => {
    const vectors = Math.ceil(tensor.values.length / 4);
    update.do(makeRule(module, optimizer, tensor), { offset: 0, gradient: tensor.gradient.address, vectors });
  });

  return {
    tensors,
    preActivation,
    kept: activation?.kept,
    forward: forward.kernel,
    backward: backward.kernel,
    stages: { forward: forward.stages, backward: backward.stages },
    learning: { gradients, update, slices: slices.count },
  };
}

/**
 * How many numbers of each row of the inputs and of the errors are not 0: one i32 for each row of the batch.
 */
interface Zeros {
  readonly inputs: Region;
  readonly deltas: Region;
  readonly marks: Region;
  /** How the gradient reads the inputs when it goes by outputs. */
  readonly inputTiles: InputTiles;
  /** How the inputs are packed for it; undefined where they are read as they lie. */
  readonly packing?: Packing;
}

function makeZeros({ arena, maxRows, input }: LayerBuild, panels: Panels): Zeros {
  const rows = () => arena.floats(maxRows);
  const counts = { inputs: rows(), deltas: rows(), marks: rows() };
  if (!needsPacking(panels)) {
    return { ...counts, inputTiles: plainTiles(panels, input.address) };
  }
  const sizes = { columns: panels.depth, width: tileInputs, maxRows };
  const packed = arena.floats(packedLength(sizes)).address;
  return {
    ...counts,
    inputTiles: packedTiles(packed, maxRows),
    packing: { ...sizes, source: input.address, packed },
  };
}

type Room = ReturnType<Scratch['frame']>;

interface Product {
  /** Code that comes before the product, for rows `[from, to)`. */
  readonly before?: (f: RangeKernel) => void;
  readonly a: number;
  readonly panels: Panels;
  readonly product: (f: FunctionBuilder, room: Room) => Omit<RowsProduct, 'a' | 'panels'>;
  /** A kernel for rows that comes after it. */
  readonly after?: RangeKernel;
}

/** A kernel for rows, and its stages where threads do not divide it by rows. */
interface ProductKernels {
  readonly kernel: RangeKernel;
  readonly stages?: readonly Stage[];
}

/**
 * A product of rows as a kernel for rows. Where the rows are so few that reading B takes most of the time,
 * threads divide its columns instead of the rows: each then reads its own panels of B, and all rows.
 *
 * ```
 *   by rows        before ▸ lists of non-zeros ▸ product ▸ after              rows
 *   by columns     before                                                     rows
 *                  ── barrier ──
 *                  lists of non-zeros                                         replicated
 *                  product                                                    slices: groups of B's panels
 *                  ── barrier ──
 *                  after                                                      rows
 * ```
 *
 * Every thread lists all rows, since it would take longer to fetch what another core has just written. It
 * reads its lists once for each of its groups.
 */
function makeProduct(
  { plan, module, scratch, stageScratch, maxRows }: LayerBuild,
  name: string,
  zeros: (Zeros & { readonly counts: Region }) | undefined,
  { before, a, panels, product, after }: Product,
): ProductKernels {
  const range = { parameters: rangeParameters };
  const kernel = module.function(`${plan.name}.${name}`, range);
  if (!zeros || !dividesColumns(panels, maxRows)) {
    const { from, to } = kernel.p;
    before?.(kernel);
    const room = scratch.frame(kernel);
    const rows = { a, panels, ...product(kernel, room) };
    if (zeros) {
      const lists = listRoom(room, panels, listedRows(maxRows));
      emitSparseRowsProduct(kernel, from, to, { ...rows, ...zeros }, lists);
    } else {
      emitRowsProduct(kernel, from, to, rows);
    }
    if (after) {
      kernel.do(after, kernel.p);
    }
    return { kernel };
  }

  const prepare = before && module.function(`${plan.name}.${name}.before`, range, before);
  const count = groupCount(panels);
  const lists = (f: FunctionBuilder) => listRoom(stageScratch.frame(f), panels, maxRows);
  const list = module.function(`${plan.name}.${name}.lists`, range);
  emitRowLists(list, list.p.from, list.p.to, { a, panels, ...zeros }, lists(list));

  const parameters = { ...rangeParameters, firstGroup: 'i32', lastGroup: 'i32' } as const;
  const multiply = module.function(`${plan.name}.${name}.product`, { parameters });
  const { from, to, firstGroup, lastGroup } = multiply.p;
  const groups = { from: firstGroup, to: lastGroup };
  const rows = { a, panels, ...product(multiply, scratch.frame(multiply)), ...zeros, groups };
  emitListedRowsProduct(multiply, from, to, rows, lists(multiply));

  const columns = module.function(`${plan.name}.${name}.columns`, range);
  columns.do(multiply, { from: 0, to: batchCount(), firstGroup: columns.p.from, lastGroup: columns.p.to });
  if (prepare) {
    kernel.do(prepare, kernel.p);
  }
  kernel.do(list, kernel.p);
  kernel.do(multiply, { ...kernel.p, firstGroup: 0, lastGroup: count });
  if (after) {
    kernel.do(after, kernel.p);
  }
  const stages: Stage[] = [
    { kernel: list, split: 'replicated' },
    { kernel: columns, split: { slices: count } },
  ];
  if (prepare) {
    stages.unshift({ kernel: prepare, split: 'rows' });
  }
  if (after) {
    stages.push({ kernel: after, split: 'rows' });
  }
  return { kernel, stages };
}

/** Threads divide the columns of a B larger than a core's cache, with many groups, where rows are few. */
const [minNumbers, minGroups, maxFewRows] = [256 * 1024, 8, 256];

const dividesColumns = (panels: Panels, maxRows: number): boolean =>
  panels.depth * panels.columns >= minNumbers && groupCount(panels) >= minGroups && maxRows <= maxFewRows;

function emitGradient(
  f: RangeKernel,
  room: Room,
  zeros: Zeros | undefined,
  gradient: Omit<WeightGradient, 'packedInputs'>,
): void {
  const { from, to } = f.p;
  const { panels, maxRows } = gradient;
  const packedInputs = room(packedInputsLength(panels, maxRows));
  if (!zeros) {
    emitWeightGradient(f, from, to, { ...gradient, packedInputs });
    return;
  }
  const { inputs: inputCounts, deltas: deltaCounts } = zeros;
  const lists = room(columnListsLength(panels, maxRows));
  const { inputTiles } = zeros;
  emitSparseWeightGradient(f, from, to, { ...gradient, packedInputs, inputCounts, deltaCounts, inputTiles, lists });
}

/** delta = dOutput · f′(z) of the layer below. */
function emitMask(
  f: FunctionBuilder,
  { z, output, kernel }: MaskedLayer,
  sum: Local<'v128'>,
  at: (buffer: number) => V128,
): V128 {
  return f32x4.mul(sum, kernel.derivative(f, f.let(at(z.address)), f.let(at(output.address))));
}

type Rule = FunctionBuilder<{ readonly offset: 'i32'; readonly gradient: 'i32'; readonly vectors: 'i32' }, 'none'>;

/** The optimizer's rule for vectors of a tensor, from byte `offset` on; `gradient` is an address. */
function makeRule(module: ModuleBuilder, optimizer: OptimizerKernel, tensor: WasmTensor): Rule {
  const parameters = { offset: 'i32', gradient: 'i32', vectors: 'i32' } as const;
  const f = module.function(`${tensor.plan.name}.rule`, { parameters });
  const { offset, gradient, vectors } = f.p;
  const update = optimizer.begin(f);
  const round = (count: number): void => {
    const offsets = Array.from({ length: count }, (_, i) => i * 16);
    const gradients = offsets.map((each) => f.let(v128.load(gradient, each)));
    updateNeighbours(f, update, tensor, offset, offsets, gradients);
    f.increase(offset, count * 16);
    f.increase(gradient, count * 16);
  };
  // Two vectors side by side may become one of twice the width.
  f.repeat(i32.shr_u(vectors, 1), () => round(2));
  f.if(i32.and(vectors, 1), () => round(1));
  return f;
}
