/**
 * Dense layer. x [S, n], W [m, n], b [m] → z [S, m] → a = f(z). W lies in panels (see gemm/panels.ts); the four matrix products:
 *
 * ```
 *   forward   z  = b + x · Wᵀ,  a = f(z)   rows of the batch; a cheap f takes z from the registers
 *   backward  dx = delta · W               rows of the batch; the panels of W are turned as they are needed; where
 *                                          the layer below has a cheap f, its delta = dx · f′(z) comes from the registers too
 *   update    W  ← rule(W, xᵀ · delta)     strips of inputs, or panels of outputs; a block's gradient never leaves the first cache
 * ```
 *
 * Where W is large and the rows are few, threads share the columns of the first two products instead of their rows (`makeProduct`).
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
  blockInputs,
  columnListsLength,
  emitSparseWeightGradient,
  groupLength,
  type InputBlocks,
  needsPacking,
  packedBlocks,
  plainBlocks,
} from '../gemm/sparse/weightGradient';
import { emitTurnPanels, transposed } from '../gemm/transpose';
import {
  blockLength,
  emitBiasGradient,
  emitPack,
  emitWeightGradient,
  gradientShares,
  type Packing,
  packedLength,
  stripsLength,
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

  const turnedPanels = transposed(panels);
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
  /** Nobody asks for the error of the data. */
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
        panels: turnedPanels,
        product: (f, room) => {
          const at = room(zeros ? madeGroupLength(turnedPanels) : madeLength(turnedPanels));
          const source = weight.values.address;
          return {
            tile,
            b: { at, make: (some, target) => emitTurnPanels(f, some, { panels, source, target }) },
            c: dInput.address,
            finish: below && { to: below.delta.address, emit: (sum, at) => emitMask(f, below, sum, at) },
          };
        },
      })
    : { kernel: module.function(`${plan.name}.backward`, range, backwardOfFirst) };

  const shares = gradientShares(panels, maxRows);
  const products = { tile, panels, x: input.address, delta: packed.address, maxRows, shares };
  // What is left is little: whoever has the first share does it.
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
      scratch: updateRoom(Math.max(blockLength(panels), zeros ? groupLength(panels) : 0)),
      done: ({ place, gradient, vectors }) => update.do(rule, { place, gradient, vectors }),
    },
  });
  emitRest(update, (tensor) => {
    const vectors = Math.ceil(tensor.values.length / 4);
    update.do(makeRule(module, optimizer, tensor), { place: 0, gradient: tensor.gradient.address, vectors });
  });

  return {
    tensors,
    preActivation,
    kept: activation?.kept,
    forward: forward.kernel,
    backward: backward.kernel,
    stages: { forward: forward.stages, backward: backward.stages },
    learning: { gradients, update, slices: shares.count },
  };
}

/** What is known of the zeros in a layer's inputs and errors: one i32 for each row of the batch. */
interface Zeros {
  readonly inputs: Region;
  readonly deltas: Region;
  readonly marks: Region;
  /** How the gradient reads the inputs when it goes by outputs, and how they are packed for it, where they are. */
  readonly blocks: InputBlocks;
  readonly packing?: Packing;
}

function makeZeros({ arena, maxRows, input }: LayerBuild, panels: Panels): Zeros {
  const rows = () => arena.floats(maxRows);
  const counts = { inputs: rows(), deltas: rows(), marks: rows() };
  if (!needsPacking(panels)) {
    return { ...counts, blocks: plainBlocks(panels, input.address) };
  }
  const sizes = { columns: panels.depth, width: blockInputs, maxRows };
  const packed = arena.floats(packedLength(sizes)).address;
  return {
    ...counts,
    blocks: packedBlocks(packed, maxRows),
    packing: { ...sizes, source: input.address, packed },
  };
}

type Room = ReturnType<Scratch['frame']>;

interface Product {
  /** What comes first, for rows `[from, to)`. */
  readonly before?: (f: RangeKernel) => void;
  readonly a: number;
  readonly panels: Panels;
  readonly product: (f: FunctionBuilder, room: Room) => Omit<RowsProduct, 'a' | 'panels'>;
  /** What comes after it, for rows. */
  readonly after?: RangeKernel;
}

/** A kernel for rows, and what it is cut into where threads do not share it by rows. */
interface ProductKernels {
  readonly kernel: RangeKernel;
  readonly stages?: readonly Stage[];
}

/**
 * A product of rows as a kernel for rows. Where reading B takes long beside the work of few rows, threads share its columns instead of the
 * rows: then each reads its part of B alone, and all the rows.
 *
 * ```
 *   by rows        before ▸ lists of what is not 0 ▸ product ▸ after          rows
 *   by columns     before                                                     rows
 *                  ── barrier ──
 *                  lists of what is not 0                                     not at all: each thread lists all rows
 *                  product                                                    groups of B's panels
 *                  ── barrier ──
 *                  after                                                      rows
 * ```
 *
 * A thread goes through the lists once for each of its groups: what another core has just written would take longer to fetch than to list anew.
 */
function makeProduct(
  { plan, module, scratch, keeping, maxRows }: LayerBuild,
  name: string,
  zeros: (Zeros & { readonly counts: Region }) | undefined,
  { before, a, panels, product, after }: Product,
): ProductKernels {
  const range = { parameters: rangeParameters };
  const kernel = module.function(`${plan.name}.${name}`, range);
  if (!zeros || !worthSplitting(panels, maxRows)) {
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
  const lists = (f: FunctionBuilder) => listRoom(keeping.frame(f), panels, maxRows);
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
    { kernel: list, split: 'none' },
    { kernel: columns, split: { shares: count } },
  ];
  if (prepare) {
    stages.unshift({ kernel: prepare, split: 'rows' });
  }
  if (after) {
    stages.push({ kernel: after, split: 'rows' });
  }
  return { kernel, stages };
}

/** Numbers of B that are more than a core keeps near itself, groups that are worth dealing out, and rows that are few. */
const [farNumbers, fewestGroups, fewRows] = [256 * 1024, 8, 256];

const worthSplitting = (panels: Panels, maxRows: number): boolean =>
  panels.depth * panels.columns >= farNumbers && groupCount(panels) >= fewestGroups && maxRows <= fewRows;

function emitGradient(
  f: RangeKernel,
  room: Room,
  zeros: Zeros | undefined,
  gradient: Omit<WeightGradient, 'strips'>,
): void {
  const { from, to } = f.p;
  const { panels, maxRows } = gradient;
  const strips = room(stripsLength(panels, maxRows));
  if (!zeros) {
    emitWeightGradient(f, from, to, { ...gradient, strips });
    return;
  }
  const { inputs: inputCounts, deltas: deltaCounts } = zeros;
  const lists = room(columnListsLength(panels, maxRows));
  const { blocks } = zeros;
  emitSparseWeightGradient(f, from, to, { ...gradient, strips, inputCounts, deltaCounts, blocks, lists });
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

type Rule = FunctionBuilder<{ readonly place: 'i32'; readonly gradient: 'i32'; readonly vectors: 'i32' }, 'none'>;

/** The optimizer's rule for so many vectors of a tensor, from a byte of its values on, and their gradients somewhere else. */
function makeRule(module: ModuleBuilder, optimizer: OptimizerKernel, tensor: WasmTensor): Rule {
  const parameters = { place: 'i32', gradient: 'i32', vectors: 'i32' } as const;
  const f = module.function(`${tensor.plan.name}.rule`, { parameters });
  const { place, gradient, vectors } = f.p;
  const update = optimizer.begin(f);
  const round = (count: number): void => {
    const offsets = Array.from({ length: count }, (_, i) => i * 16);
    const gradients = offsets.map((offset) => f.let(v128.load(gradient, offset)));
    updateNeighbours(f, update, tensor, place, offsets, gradients);
    f.increase(place, count * 16);
    f.increase(gradient, count * 16);
  };
  // Two side by side may become one of twice the width.
  f.repeat(i32.shr_u(vectors, 1), () => round(2));
  f.if(i32.and(vectors, 1), () => round(1));
  return f;
}
