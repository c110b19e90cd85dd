/** Compiles a network and its training to one WebAssembly module. */

import { ModuleBuilder, pageSize } from '../../../assembler';
import { activation } from '../../../spec/catalogue';
import { hasWeightMatrix } from '../../../spec/layers';
import { outputsPerTarget } from '../../../spec/lossRules';
import { outputActivation } from '../../../spec/outputActivation';
import type { NetworkPlan, TrainingPlan } from '../../../spec/plan';
import { sizeOf } from '../../shape';
import type { ElementwiseKernel } from '../activations/kernel';
import type { TileShape } from '../gemm/tile';
import {
  type Kernel,
  type MaskedLayer,
  type RangeKernel,
  rowAlignment,
  type WasmLayer,
  type WasmTensor,
} from '../layer';
import { makeLayer } from '../layers/makeLayer';
import { cheapKernel } from '../layers/output';
import { type LossPass, makeLossPass } from '../losses/pass';
import { Arena, type BatchBuffer } from '../memory/arena';
import { controlEnd } from '../memory/control';
import { Scratch } from '../memory/scratch';
import { makeOptimizerKernel } from '../optimizers';
import type { OptimizerKernel } from '../optimizers/kernel';
import { makeUpdatePass } from '../optimizers/pass';
import { makeBarrier } from '../threads/barrier';
import { ChunkQueue } from '../threads/chunkQueue';
import { makeParallelFor, type ParallelFor } from '../threads/parallelFor';
import { makeWorkerLoop } from '../threads/pool';
import { makeTinyStep } from '../tiny/step';
import { type Branches, makeBranches } from './branches';
import { makeClip } from './clip';
import type { DataBuffers, LayerKernels, TensorKernels } from './kernels';
import { makePenalty } from './regularizer';
import { makeStep, type StepKernels } from './step';

export interface NetworkOptions {
  readonly maxBatch: number;
  readonly tile: TileShape;
  /** Threads that use the memory; with 1 it is not shared. */
  readonly threads: number;
  /** Samples in the memory, from which batches are gathered; 0: each batch is copied in from outside. */
  readonly samples: number;
  readonly weighted: boolean;
  /** See `isTiny`. */
  readonly tiny: boolean;
}

export interface CompiledNetwork {
  readonly module: ModuleBuilder;
  readonly pages: number;
  readonly maxRows: number;
  readonly data: DataBuffers;
  readonly layers: readonly LayerKernels[];
  /** dL/d(output) of each layer. */
  readonly errors: readonly BatchBuffer[];
  readonly outputs: readonly BatchBuffer[];
  readonly loss: LossPass;
  readonly branches: Branches;
  readonly clip?: Kernel;
  readonly step: StepKernels;
  /** See `isTiny`. */
  readonly tiny: boolean;
  /** Whether threads can divide its work. */
  readonly divisible: boolean;
  /** Only where threads share the memory. */
  readonly parallelFor?: ParallelFor;
}

/** Room for losses at least: in one call a tiny network makes thousands of steps in a millisecond. */
const minLossRoom = 16384;

export function compileNetwork(plan: TrainingPlan, options: NetworkOptions): CompiledNetwork {
  const { network, training } = plan;
  const arena = new Arena(controlEnd);
  const module = new ModuleBuilder();
  const scratch = new Scratch(module);
  const stageScratch = new Scratch(module);
  const queue = new ChunkQueue(module);
  const maxRows = Math.ceil(options.maxBatch / rowAlignment) * rowAlignment;
  const batchOf = (size: number): BatchBuffer => ({ address: arena.floats(maxRows * size).address, size });

  const outputSize = sizeOf(network.outputShape);
  const data = layOutData(arena, batchOf, options, {
    inputSize: sizeOf(network.inputShape),
    targetSize: outputSize / outputsPerTarget(network.loss),
    maxRows,
  });
  const outputs = network.layers.map(({ outputShape }) => batchOf(sizeOf(outputShape)));
  const errors = network.layers.map(({ outputShape }) => batchOf(sizeOf(outputShape)));
  const branches = makeBranches(module, network.layers, errors, batchOf);
  const optimizer = makeOptimizerKernel(training.optimizer, training.schedule?.parameters.cycle_momentum === true);
  const masks = options.tiny ? [] : masksOf(network, branches);
  const layers: LayerKernels[] = [];
  for (const [i, layer] of network.layers.entries()) {
    const built = makeLayer({
      plan: layer,
      seed: plan.seed,
      maxRows,
      module,
      arena,
      scratch,
      stageScratch,
      activation: layer.activation && activation(layer.activation.name),
      optimizer,
      tile: options.tile,
      tiny: options.tiny,
      fused: network.fusedLayer === i,
      masked: masks[i] !== undefined,
      below: i === 0 ? undefined : maskedLayer(layers[i - 1].layer, outputs[i - 1], masks[i - 1]),
      input: i === 0 ? data.input : outputs[i - 1],
      output: outputs[i],
      skip: layer.skipFrom === undefined ? undefined : (outputs[layer.skipFrom] ?? data.input),
      dInput: branches.errorOfInput(i),
      dOutput: errors[i],
    });
    layers.push({ layer: built, tensors: built.tensors.map((tensor) => tensorKernels(module, optimizer, tensor)) });
  }

  const last = layers.length - 1;
  const head = layers[last].layer;
  const fused = network.fusedLayer !== undefined;
  if (fused && network.fusedLayer !== last) {
    throw new Error('Only the last layer can be computed together with the loss: plan the network again.');
  }
  const logits = fused ? head.preActivation?.z : outputs[last];
  const error = fused ? head.preActivation?.delta : errors[last];
  if (!logits || !error) {
    throw new Error('The fused layer has no activation: plan the network again.');
  }
  const loss = makeLossPass(module, arena, {
    loss: network.loss,
    fused,
    activation: outputActivation(network.layers)?.thing.name,
    outputs: outputs[last],
    logits,
    error,
    targets: data.target,
    maxRows,
    sampleWeights: data.sampleWeights,
  });
  const moving = layers.flatMap(({ layer }) => layer.tensors).filter(({ plan }) => !plan.isFrozen);
  const gradients = moving.map(({ gradient }) => gradient);
  const clip =
    training.clipValue === undefined && training.clipNorm === undefined
      ? undefined
      : makeClip(module, arena, gradients, training);
  const stepBuild = { module, data, layers, branches, loss, optimizer, clip, batchSize: training.batchSize };
  const barrier = makeBarrier(module);
  const step = options.tiny
    ? makeTinyStep(plan, arena, outputs[last], stepBuild)
    : makeStep({ ...stepBuild, barrier, queue });
  const divisible = !options.tiny && layers.every(({ layer }) => !layer.wholeBatch);
  const parallelFor =
    options.threads > 1 && divisible ? makeParallelFor(module, longKernels(layers, branches), barrier) : undefined;
  if (parallelFor) {
    makeWorkerLoop(module, step.train, parallelFor);
  }
  for (const room of [scratch, stageScratch, queue]) {
    room.layOut(arena, options.threads);
  }
  const pages = Math.ceil(arena.end / pageSize);
  return {
    module,
    pages,
    maxRows,
    data,
    layers,
    errors,
    outputs,
    loss,
    branches,
    clip,
    step,
    tiny: options.tiny,
    divisible,
    parallelFor,
  };
}

/**
 * For each layer its activation, if the next layer computes delta with it: both are dense, and no residual
 * block begins between them.
 */
function masksOf({ layers }: NetworkPlan, branches: Branches): readonly (ElementwiseKernel | undefined)[] {
  return layers.map((plan, i) => {
    const next = layers[i + 1];
    const bothDense = [plan, next].every((layer) => hasWeightMatrix(layer?.type));
    if (!bothDense || branches.join(i + 1)) {
      return undefined;
    }
    return cheapKernel({ plan, activation: plan.activation && activation(plan.activation.name) });
  });
}

function maskedLayer(
  { preActivation }: WasmLayer,
  output: BatchBuffer,
  kernel: ElementwiseKernel | undefined,
): MaskedLayer | undefined {
  return preActivation && kernel && { z: preActivation.z, delta: preActivation.delta, output, kernel };
}

/** Kernels of the phases that are long enough to be worth dividing among threads. */
function longKernels(layers: readonly LayerKernels[], branches: Branches): readonly RangeKernel[] {
  const kernels = layers.flatMap(({ layer, tensors }, i) => [
    layer.forward,
    layer.backward,
    branches.join(i),
    layer.learning?.gradients,
    ...tensors.map(({ update }) => update),
  ]);
  return [...new Set(kernels)].filter((kernel) => kernel !== undefined);
}

function layOutData(
  arena: Arena,
  batchOf: (size: number) => BatchBuffer,
  { samples, weighted }: NetworkOptions,
  { inputSize, targetSize, maxRows }: { inputSize: number; targetSize: number; maxRows: number },
): DataBuffers {
  const length = Math.max(samples, maxRows);
  const lossRoom = Math.max(length, minLossRoom);
  return {
    input: batchOf(inputSize),
    target: batchOf(targetSize),
    sampleWeights: weighted ? arena.bytes(maxRows * 8) : undefined,
    order: { address: arena.bytes(length * 4), length },
    losses: arena.bytes(lossRoom * 8),
    lossRoom,
    all:
      samples === 0
        ? undefined
        : {
            inputs: arena.floats(samples * inputSize).address,
            targets: arena.floats(samples * targetSize).address,
            sampleWeights: weighted ? arena.bytes(samples * 8) : undefined,
          },
  };
}

function tensorKernels(module: ModuleBuilder, optimizer: OptimizerKernel, tensor: WasmTensor): TensorKernels {
  const { regularizer } = tensor.plan;
  const { kernel, slices } = makeUpdatePass(module, optimizer, tensor);
  return { tensor, update: kernel, slices, penalty: regularizer && makePenalty(module, tensor, regularizer) };
}
