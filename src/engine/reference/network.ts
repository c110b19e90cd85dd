/** Builds the network of a plan: for every layer its buffers, passes and learned tensors; then the loss. */
import { activation } from '../../spec/catalogue';
import { outputsPerTarget } from '../../spec/lossRules';
import { makeOptimizer, type Optimizer } from '../../spec/optimizers';
import { outputActivation } from '../../spec/outputActivation';
import type { LayerPlan, TrainingPlan } from '../../spec/plan';
import type { CompileOptions, FloatArray } from '../backend';
import { sizeOf } from '../shape';
import { Branches } from './branches';
import { floats, type Layer, type Learned } from './layer';
import { type Loss, makeLoss } from './losses';
import { makeLayer } from './makeLayer';
import { type Memory, makeMemory } from './memory';

export interface NetworkLayer {
  readonly plan: LayerPlan;
  readonly passes: Layer;
  /** The layer's output a and dL/da, each `[maxBatch, ...outputShape]`. */
  readonly output: FloatArray;
  readonly dOutput: FloatArray;
  readonly tensors: readonly TrainedTensor[];
}

/** A learned tensor with the optimizer's memory of it. */
export interface TrainedTensor {
  readonly learned: Learned;
  readonly memory: readonly Memory[];
  /** The arrays of `memory`, as the optimizer takes them. */
  readonly memoryValues: readonly FloatArray[];
}

export interface Network {
  readonly layers: readonly NetworkLayer[];
  readonly branches: Branches;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** The current batch: `[maxBatch, ...inputShape]` and `[maxBatch, targetSize]`. */
  readonly input: FloatArray;
  readonly target: FloatArray;
  readonly targetSize: number;
  /** `[maxBatch]`; undefined where all samples count alike. */
  readonly sampleWeights?: Float64Array;
}

export function buildNetwork(
  { network, training, seed }: TrainingPlan,
  { maxBatch, precision = 'float32' }: CompileOptions,
  weighted: boolean,
): Network {
  const last = network.layers.length - 1;
  if (network.fusedLayer !== undefined && network.fusedLayer !== last) {
    throw new Error('Only the last layer can be computed together with the loss: plan the network again.');
  }
  const makeBuffer = (size: number): FloatArray => floats(precision, maxBatch * size);
  const outputSize = sizeOf(network.outputShape);
  const targetSize = outputSize / outputsPerTarget(network.loss);
  const input = makeBuffer(sizeOf(network.inputShape));
  const target = makeBuffer(targetSize);
  const sampleWeights = weighted ? new Float64Array(maxBatch) : undefined;
  const outputs = network.layers.map(({ outputShape }) => makeBuffer(sizeOf(outputShape)));
  const errors = network.layers.map(({ outputShape }) => makeBuffer(sizeOf(outputShape)));
  const branches = new Branches(network.layers, errors, makeBuffer);
  const optimizer = makeOptimizer(training.optimizer, training.schedule?.parameters.cycle_momentum === true);

  const layers = network.layers.map((plan, i): NetworkLayer => {
    const passes = makeLayer({
      plan,
      seed,
      maxBatch,
      precision,
      activation: plan.activation && activation(plan.activation.name),
      fused: network.fusedLayer === i,
      input: i === 0 ? input : outputs[i - 1],
      output: outputs[i],
      skip: plan.skipFrom === undefined ? undefined : (outputs[plan.skipFrom] ?? input),
      dInput: branches.errorOfInput(i),
      dOutput: errors[i],
    });
    const tensors = passes.learned.map((learned): TrainedTensor => {
      const memory = makeMemory(optimizer, learned, precision);
      return { learned, memory, memoryValues: memory.map(({ values }) => values) };
    });
    return { plan, passes, output: outputs[i], dOutput: errors[i], tensors };
  });

  const fused = network.fusedLayer !== undefined;
  const { z, delta } = layers[last].passes;
  const lossInput = fused ? z : outputs[last];
  const error = fused ? delta : errors[last];
  if (!lossInput || !error) {
    throw new Error('The fused layer has no activation: plan the network again.');
  }
  const loss = makeLoss(
    network.loss,
    { fused, activation: outputActivation(network.layers)?.thing.name },
    { outputs: lossInput, targets: target, error, size: outputSize },
    sampleWeights,
  );
  return { layers, branches, optimizer, loss, input, target, targetSize, sampleWeights };
}
