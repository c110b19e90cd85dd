/**
 * Dense layer. x [S, n], W [m, n], b [m] → z [S, m] → a = f(z). W lies in panels (see gemm/panels.ts); the four matrix products:
 *
 * ```
 *   forward   z  = b + x · Wᵀ,  a = f(z)   rows of the batch; a cheap f takes z from the registers
 *   backward  dx = delta · W               rows of the batch; each thread turns the panels of W for itself, one by one; where
 *                                          the layer below has a cheap f, its delta = dx · f′(z) comes from the registers too
 *   update    W  ← rule(W, xᵀ · delta)     strips of four inputs; a block's gradient never leaves the first cache
 * ```
 */

import { type FunctionBuilder, f32x4, i32, type Local, type ModuleBuilder, type V128, v128 } from '../../../assembler';
import { sizeOf } from '../../shape';
import { type Panels, panelCount, panelsLength, weightLayout } from '../gemm/panels';
import { emitRowsProduct, type RowsProduct } from '../gemm/rowsProduct';
import {
  emitCounts,
  emitSparseRowsProduct,
  madeLength,
  rowListsLength,
  worthCounting,
} from '../gemm/sparse/rowsProduct';
import { columnListsLength, emitSparseWeightGradient, groupLength } from '../gemm/sparse/weightGradient';
import { emitTurnPanel, transposed } from '../gemm/transpose';
import {
  blockLength,
  emitBiasGradient,
  emitPackDelta,
  emitWeightGradient,
  stripCount,
  stripsLength,
  type WeightGradient,
} from '../gemm/weightGradient';
import {
  type LayerBuild,
  type MaskedLayer,
  type RangeKernel,
  rangeParameters,
  type WasmLayer,
  type WasmTensor,
} from '../layer';
import type { Region } from '../memory';
import type { OptimizerKernel } from '../optimizers/kernel';
import { updateNeighbours } from '../optimizers/neighbours';
import type { Scratch } from '../scratch';
import { makeTensor, weightAndBias } from '../tensor';
import { cheapKernel, makeOutput } from './output';

export function makeDense(build: LayerBuild): WasmLayer {
  const { plan, module, arena, scratch, maxRows, tile, input, output, dInput, optimizer, fused, masked, below } = build;
  const n = sizeOf(plan.inputShape);
  const weightPlan = plan.tensors.find(({ name }) => name === `${plan.name}.weight`);
  if (!weightPlan) throw new Error(`The plan of ${plan.name} has no weight tensor: plan the network again.`);
  const m = weightPlan.shape[0];
  const panels: Panels = { depth: n, columns: m, width: tile.panelWidth };
  const tensors = plan.tensors.map((tensor) =>
    makeTensor(build, tensor, tensor === weightPlan ? weightLayout(panels) : undefined),
  );
  const { weight, bias } = weightAndBias(plan, tensors);
  const { z, delta, activation } = makeOutput(build, [m], tensors);
  const cheap = cheapKernel(build);

  const turnedPanels = transposed(panels);
  const zeros = worthCounting(panels) ? makeZeros(build) : undefined;
  const packed = arena.floats(panelCount(panels) * maxRows * panels.width);
  const range = { parameters: rangeParameters };

  const forward = module.function(`${plan.name}.forward`, range);
  emitRows(forward, scratch.frame(forward), zeros && { ...zeros, counts: zeros.inputs }, {
    tile,
    a: input.address,
    b: weight.values.address,
    c: z.address,
    panels,
    bias: bias?.values.address,
    finish: cheap && { to: output.address, emit: (sum) => cheap.forward(forward, sum) },
  });
  if (activation && !cheap) forward.do(activation.forward, forward.p);

  const backward = module.function(`${plan.name}.backward`, range);
  if (activation && !fused && !masked) backward.do(activation.backward, backward.p);
  emitPackDelta(backward, backward.p.from, backward.p.to, {
    panels,
    delta: delta.address,
    packed: packed.address,
    maxRows,
  });
  if (dInput) {
    const room = scratch.frame(backward);
    const at = room(zeros ? madeLength(turnedPanels) : panelsLength({ ...turnedPanels, columns: 1 }));
    const source = weight.values.address;
    emitRows(backward, room, zeros && { ...zeros, counts: zeros.deltas }, {
      tile,
      a: delta.address,
      b: { at, make: (panel, target) => emitTurnPanel(backward, panel, { panels, source, target }) },
      c: dInput.address,
      panels: turnedPanels,
      finish: below && { to: below.delta.address, emit: (sum, at) => emitMask(backward, below, sum, at) },
    });
  } else if (zeros) {
    emitCounts(backward, backward.p, { address: delta.address, size: m }, zeros.deltas);
  }

  const products = { tile, panels, x: input.address, delta: packed.address, maxRows };
  // What is left is little: whoever has the first share does it.
  const emitRest = (f: RangeKernel, afterwards: (tensor: WasmTensor) => void): void =>
    f.if(i32.eqz(f.p.from), () => {
      if (bias) {
        emitBiasGradient(f, { panels, packed: packed.address, maxRows, target: bias.gradient.address });
        afterwards(bias);
      }
      if (!activation?.gradients) return;
      f.do(activation.gradients, {});
      for (const tensor of tensors) if (tensor !== weight && tensor !== bias) afterwards(tensor);
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
    z,
    delta,
    kept: activation?.kept,
    forward,
    backward,
    gradients,
    update,
    shares: stripCount(panels),
  };
}

/** What is known of the zeros in a layer's inputs and errors: one i32 for each row of the batch. */
interface Zeros {
  readonly inputs: Region;
  readonly deltas: Region;
  readonly marks: Region;
}

function makeZeros({ arena, maxRows }: LayerBuild): Zeros {
  const rows = () => arena.floats(maxRows);
  return { inputs: rows(), deltas: rows(), marks: rows() };
}

type Room = ReturnType<Scratch['frame']>;

function emitRows(
  f: RangeKernel,
  room: Room,
  zeros: (Zeros & { readonly counts: Region }) | undefined,
  product: RowsProduct,
): void {
  const { from, to } = f.p;
  if (!zeros) {
    emitRowsProduct(f, from, to, product);
    return;
  }
  const { counts, marks } = zeros;
  const lists = room(rowListsLength(product.panels, marks.length));
  emitSparseRowsProduct(f, from, to, { ...product, counts, marks, lists });
}

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
  emitSparseWeightGradient(f, from, to, { ...gradient, strips, inputCounts, deltaCounts, lists });
}

/** delta = dOutput · f′(z) of the layer below. */
function emitMask(
  f: RangeKernel,
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
