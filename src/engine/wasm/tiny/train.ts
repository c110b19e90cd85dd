/**
 * The training of a tiny network as one function: epochs, batches, records of four samples, one sample in
 * each lane. Weights are broadcast from memory or, if they are few, from locals. All numbers of a sample are
 * held in locals, and each weight's gradient has four lane sums. Where a batch is one record, its products
 * are the sums.
 *
 * ```
 *   for each step
 *     lane sums ← 0
 *     for each record of the batch
 *       forward     z[j] = (b[j] + Σ W[j,i]·a[i] over even i) + (Σ over odd i),  a = f(z)    straight code
 *       loss        its four lanes to the sums of the loss, error to the last layer
 *       backward    lane sums of W[j,i] += a[i]·delta[j],  of b[j] += delta[j];  delta of the layer before
 *     for four weights at a time: (lane 0 + lane 2) + (lane 1 + lane 3), then the optimizer's rule
 * ```
 */

import { type FunctionBuilder, f32x4, f64, i32, type Local, type V128, v128 } from '../../../assembler';
import type { LayerPlan } from '../../../spec/plan';
import { sizeOf } from '../../shape';
import type { ActivationKernel } from '../activations/kernel';
import { type Cell, type Lanes, localCell, localLanes } from '../lanes/lanes';
import { widen } from '../lanes/runs';
import type { Kernel, WasmLayer, WasmTensor } from '../layer';
import type { LossKernel } from '../losses/kernel';
import { LaneSums } from '../losses/laneSums';
import type { BatchBuffer } from '../memory/arena';
import { control } from '../memory/control';
import type { DataBuffers } from '../network/kernels';
import type { trainParameters } from '../network/step';
import type { OptimizerKernel } from '../optimizers/kernel';
import { weightAndBias } from '../tensors/tensor';
import type { Records } from './records';

/** More lane sums are held in memory instead of locals. */
const maxLocalSums = 40;
/** More vectors of weights are held in memory: a processor has sixteen registers for everything. */
const maxLocalWeights = 8;

type Train = FunctionBuilder<typeof trainParameters, 'none'>;
type Row = readonly Local<'v128'>[];

export interface TinyLayer {
  readonly plan: LayerPlan;
  readonly layer: WasmLayer;
  /** Undefined where it is linear. */
  readonly activation?: ActivationKernel;
  /** The loss is computed together with it, on z. */
  readonly fused: boolean;
}

export interface TinyBuild {
  readonly layers: readonly TinyLayer[];
  readonly data: DataBuffers;
  /** The network's outputs. */
  readonly output: BatchBuffer;
  readonly records: Records;
  readonly loss: LossKernel;
  readonly optimizer: OptimizerKernel;
  readonly end?: Kernel;
  readonly batchSize: number;
  /** Room for as many v128 as there are weights. */
  readonly sums: number;
}

/** Writes the body of `train`, which has the effects of the `train` of larger networks. */
export function emitTinyTrain(f: Train, build: TinyBuild): void {
  const { layers, records, optimizer, end, data, output, batchSize } = build;
  const { samples, steps } = f.p;
  const [first, count, done, left, record, outputAt] = Array.from({ length: 6 }, () => f.local('i32'));
  const start = f.let(f64.load(control.step));
  f.if(i32.eqz(i32.load(control.arranged)), () => {
    f.do(records.arrange, { samples });
    f.storeI32(control.arranged, 1);
  });
  /** Whether a batch is one record, so that its products are the sums. */
  const one = batchSize <= 4;
  const weights = new Weights(f, layers);
  const sums = new WeightSums(f, build, weights, one);
  const loss = f.local('f64');
  f.set(record, i32.const(records.address));
  f.loop((again) => {
    f.set(count, i32.sub(samples, first));
    f.if(i32.gt_s(count, batchSize), () => f.set(count, i32.const(batchSize)));
    f.storeI32(control.count, count);
    f.storeF64(control.step, f64.add(start, f64.convert_i32_s(done)));
    if (!one) {
      sums.clear();
    }
    const losses = new LaneSums(f);
    f.set(outputAt, i32.const(output.address));
    const oneRecord = (): void => {
      losses.add(...widen(emitRecord(f, build, record, { weights, sums, outputAt })));
      f.increase(record, records.bytes);
    };
    if (one) {
      oneRecord();
    } else {
      f.set(left, i32.shr_u(i32.add(count, 3), 2));
      f.loop((next) => {
        oneRecord();
        f.increase(outputAt, 16 * output.size);
        f.set(left, i32.sub(left, 1));
        f.branchIf(next, left);
      });
    }
    f.set(loss, f64.div(losses.total(), f64.convert_i32_s(count)));
    f.storeF64(i32.shl(done, 3), loss, data.losses);
    f.if(f64.ne(f64.sub(loss, loss), 0), () => {
      f.storeI32(control.done, done);
      weights.store();
      f.return();
    });
    optimizer.emitScalars(f as unknown as FunctionBuilder);
    sums.update();
    if (end) {
      f.do(end, {});
    }
    f.increase(done, 1);
    f.increase(first, batchSize);
    f.if(i32.ge_s(first, samples), () => {
      f.set(first, i32.const(0));
      f.set(record, i32.const(records.address));
    });
    f.branchIf(again, i32.lt_s(done, steps));
  });
  f.storeF64(control.step, f64.add(start, f64.convert_i32_s(done)));
  f.storeI32(control.done, done);
  weights.store();
}

/** Forward pass, loss and backward pass of one record. Returns each sample's loss, 0 without a sample. */
function emitRecord(
  f: Train,
  { layers, data, loss }: TinyBuild,
  record: Local<'i32'>,
  { weights, sums, outputAt }: { weights: Weights; sums: WeightSums; outputAt: Local<'i32'> },
): Local<'v128'> {
  const load = (size: number, from: number): Row =>
    Array.from({ length: size }, (_, k) => f.let(v128.load(record, (from + k) * 16)));
  const input = load(data.input.size, 0);
  const passes: Pass[] = [];
  for (const [l, layer] of layers.entries()) {
    passes.push(emitForward(f, layer, weights, l === 0 ? input : passes[l - 1].a));
  }
  const head = passes[passes.length - 1];
  const last = layers[layers.length - 1];
  // Where the activation is computed together with the loss, the outputs are needed only if the loss reads
  // them or `staged` is set.
  const outputs = last.fused ? head.a.map(() => f.local('v128')) : head.a;
  let computed = !last.fused;
  const compute = (): void => {
    if (!computed) {
      emitActivation(f, last, head.z, outputs);
    }
    computed = true;
  };
  const targets = load(data.target.size, data.input.size);
  const scale = f.let(v128.load(record, (data.input.size + data.target.size) * 16));
  const error = head.z.map(() => f.local('v128'));
  const outputError = last.fused ? error : head.a.map(() => f.local('v128'));
  const lanes = {
    outputs: lazyLanes(localLanes(f, outputs), compute),
    logits: localLanes(f, head.z),
    targets: localLanes(f, targets),
    error: localLanes(f, outputError),
    scale,
  };
  const each = f.let(v128.and(loss.emit(f, lanes, true), f32x4.gt(scale, 0)));
  f.if(f.p.staged, () => {
    compute();
    for (const [k, value] of outputs.entries()) {
      for (let lane = 0; lane < 4; lane++) {
        f.storeF32(outputAt, f32x4.extract_lane(value, lane), (lane * outputs.length + k) * 4);
      }
    }
  });
  let delta: Row = last.fused ? error : emitDelta(f, last, head, outputError);
  for (let l = layers.length - 1; l >= 0; l--) {
    const below = l === 0 ? input : passes[l - 1].a;
    sums.add(layers[l].layer.tensors, delta, below);
    if (l === 0) {
      break;
    }
    const back = emitBack(f, layers[l], weights, delta, below.length);
    delta = emitDelta(f, layers[l - 1], passes[l - 1], back);
  }
  return each;
}

/** Lanes that are computed when the first of them is read. */
function lazyLanes(lanes: Lanes, compute: () => void): Lanes {
  return {
    ...lanes,
    get(k) {
      compute();
      return lanes.get(k);
    },
  };
}

interface Pass {
  readonly z: Row;
  readonly a: Row;
}

function emitForward(f: Train, { layer, activation, fused, plan }: TinyLayer, weights: Weights, x: Row): Pass {
  const { weight, bias } = weightAndBias(plan, layer.tensors);
  const [m, n] = weight.plan.shape;
  const z = Array.from({ length: m }, (_, j) => {
    const start = bias && weights.splat(bias, j);
    return emitInnerProduct(f, n, start, (i) => f32x4.mul(x[i], weights.splat(weight, j * n + i)));
  });
  if (!activation || fused) {
    return { z, a: z };
  }
  const a = Array.from({ length: sizeOf(plan.outputShape) }, () => f.local('v128'));
  emitActivation(f, { activation }, z, a);
  return { z, a };
}

function emitActivation(f: Train, { activation }: Pick<TinyLayer, 'activation'>, z: Row, a: Row): void {
  if (!activation) {
    for (const [k, each] of z.entries()) {
      f.set(a[k], each);
    }
  } else if (activation.shape === 'vector') {
    activation.forward(f, localLanes(f, z), localLanes(f, a));
  } else {
    for (const [k, each] of z.entries()) {
      f.set(a[k], activation.forward(f, each));
    }
  }
}

/** dL/dz of a layer from dL/da. */
function emitDelta(f: Train, { activation }: TinyLayer, { z, a }: Pass, da: Row): Row {
  if (!activation) {
    return da;
  }
  if (activation.shape === 'elementwise') {
    return z.map((each, j) => f.let(f32x4.mul(da[j], activation.derivative(f, each, a[j]))));
  }
  const dz = z.map(() => f.local('v128'));
  activation.backward(f, localLanes(f, z), localLanes(f, a), localLanes(f, da), localLanes(f, dz));
  return dz;
}

/** dL/dx of a dense layer. */
function emitBack(f: Train, { layer, plan }: TinyLayer, weights: Weights, delta: Row, n: number): Row {
  const { weight } = weightAndBias(plan, layer.tensors);
  return Array.from({ length: n }, (_, i) =>
    emitInnerProduct(f, delta.length, undefined, (j) => f32x4.mul(delta[j], weights.splat(weight, j * n + i))),
  );
}

/**
 * (start + t₀ + t₂ + …) + (t₁ + t₃ + …): two sums, so that chains of dependent additions are half as long.
 */
function emitInnerProduct(f: Train, length: number, start: V128 | undefined, term: (k: number) => V128): Local<'v128'> {
  const sums = [f.let(start ? f32x4.add(start, term(0)) : term(0))];
  if (length > 1) {
    sums.push(f.let(term(1)));
  }
  for (let k = 2; k < length; k++) {
    f.set(sums[k % 2], f32x4.add(sums[k % 2], term(k)));
  }
  return length > 1 ? f.let(f32x4.add(sums[0], sums[1])) : sums[0];
}

/** The network's weights. A few stay in locals from step to step, so that no load waits for a store. */
class Weights {
  readonly #f: Train;
  /** The weights of each tensor, four to a vector; empty where they are in memory. */
  readonly #vectors = new Map<WasmTensor, Row>();

  constructor(f: Train, layers: readonly TinyLayer[]) {
    this.#f = f;
    const tensors = layers.flatMap(({ layer }) => layer.tensors);
    const counts = tensors.map(({ values }) => Math.ceil(values.length / 4));
    if (counts.reduce((sum, count) => sum + count, 0) > maxLocalWeights) {
      return;
    }
    for (const [i, tensor] of tensors.entries()) {
      const at = (k: number): Local<'v128'> => f.let(v128.load(0, tensor.values.address + k * 16));
      this.#vectors.set(
        tensor,
        Array.from({ length: counts[i] }, (_, k) => at(k)),
      );
    }
  }

  /** Weight k in all four lanes. */
  splat(tensor: WasmTensor, k: number): V128 {
    const vectors = this.#vectors.get(tensor);
    if (!vectors) {
      return v128.load32_splat(0, tensor.values.address + k * 4);
    }
    const [vector, lane] = [vectors[k >> 2], k & 3];
    return v128.shuffle32(vector, vector, [lane, lane, lane, lane]);
  }

  /** Weights k to k + 3. */
  cell(tensor: WasmTensor, k: number): Cell {
    const vectors = this.#vectors.get(tensor);
    return vectors
      ? localCell(this.#f as unknown as FunctionBuilder, vectors[k >> 2])
      : memoryCell(this.#f, tensor.values.address + k * 4);
  }

  /** Writes the weights that are held in locals to memory. */
  store(): void {
    for (const [{ values }, vectors] of this.#vectors) {
      for (const [k, vector] of vectors.entries()) {
        this.#f.storeV128(0, vector, values.address + k * 16);
      }
    }
  }
}

const memoryCell = (f: Train, address: number): Cell => ({
  get: () => v128.load(0, address),
  set: (value) => f.storeV128(0, value, address),
});

/** For each weight four gradient sums, one for the samples of each lane. */
class WeightSums {
  readonly #f: Train;
  readonly #tensors: readonly WasmTensor[];
  readonly #optimizer: OptimizerKernel;
  /** For each tensor the cells of its weights, row-major. */
  readonly #cells: ReadonlyMap<WasmTensor, readonly Cell[]>;
  readonly #weights: Weights;
  readonly #one: boolean;

  /** `one`: a batch is one record, which needs no `clear`. */
  constructor(f: Train, { layers, sums, optimizer }: TinyBuild, weights: Weights, one: boolean) {
    this.#f = f;
    this.#weights = weights;
    this.#one = one;
    this.#optimizer = optimizer;
    this.#tensors = layers.flatMap(({ layer }) => layer.tensors).filter(({ plan }) => !plan.isFrozen);
    const total = this.#tensors.reduce((count, { values }) => count + values.length, 0);
    let next = sums;
    const cell = (): Cell => {
      if (total <= maxLocalSums) {
        return localCell(f as unknown as FunctionBuilder, f.local('v128'));
      }
      next += 16;
      return memoryCell(f, next - 16);
    };
    this.#cells = new Map(
      this.#tensors.map((tensor) => [tensor, Array.from({ length: tensor.values.length }, cell)] as const),
    );
  }

  clear(): void {
    for (const cells of this.#cells.values()) {
      for (const cell of cells) {
        cell.set(f32x4.const(0));
      }
    }
  }

  /** Adds the gradients of a dense layer with input x. */
  add(tensors: readonly WasmTensor[], delta: Row, x: Row): void {
    for (const tensor of tensors) {
      const cells = this.#cells.get(tensor) ?? [];
      const ofWeight = tensor.plan.shape.length === 2;
      for (const [k, cell] of cells.entries()) {
        const term = ofWeight ? f32x4.mul(delta[Math.floor(k / x.length)], x[k % x.length]) : delta[k];
        cell.set(this.#one ? term : f32x4.add(cell.get(), term));
      }
    }
  }

  /** Updates four weights at a time. A vector's lanes behind a tensor's end have the gradient 0. */
  update(): void {
    const step = this.#optimizer.begin(this.#f as unknown as FunctionBuilder);
    for (const tensor of this.#tensors) {
      const cells = this.#cells.get(tensor) ?? [];
      for (let k = 0; k < cells.length; k += 4) {
        const memory = tensor.memory
          .filter(({ sketch }) => !sketch.single)
          .map(({ region }) => memoryCell(this.#f, region.address + k * 4));
        step(this.#weights.cell(tensor, k), this.#gradient(cells.slice(k, k + 4)), memory);
      }
    }
  }

  /**
   * The gradients (lane 0 + lane 2) + (lane 1 + lane 3) of up to four weights a, b, c, d, one in each lane:
   *
   * ```
   *   a0 a1 a2 a3        a0+a2 b0+b2 a1+a3 b1+b3
   *   b0 b1 b2 b3   ──▶                            ──▶   a b c d
   *   c, d               c0+c2 d0+d2 c1+c3 d1+d3
   * ```
   */
  #gradient(cells: readonly Cell[]): Local<'v128'> {
    const f = this.#f;
    const zero = f.let(f32x4.const(0));
    const half = (k: number): Local<'v128'> => {
      if (k >= cells.length) {
        return zero;
      }
      const [a, b] = [f.let(cells[k].get()), k + 1 < cells.length ? f.let(cells[k + 1].get()) : zero];
      return f.let(f32x4.add(v128.shuffle32(a, b, [0, 4, 1, 5]), v128.shuffle32(a, b, [2, 6, 3, 7])));
    };
    const halves = [half(0), half(2)];
    return f.let(
      f32x4.add(v128.shuffle32(halves[0], halves[1], [0, 1, 4, 5]), v128.shuffle32(halves[0], halves[1], [2, 3, 6, 7])),
    );
  }
}
