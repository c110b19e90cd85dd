/** The network plan: layers with their shapes and tensors, ready for a backend to compile. Plain data. */
import type { Shape } from './shape';
import type { ParameterValue, Regularizer, Thing, TrainingSpec } from './spec';

export type { Shape } from './shape';

/** The part that a tensor plays in its layer. `slope` belongs to an activation that learns one. */
export type TensorRole =
  | 'weight'
  | 'filters'
  | 'bias'
  | 'scale'
  | 'shift'
  | 'slope'
  | 'running_mean'
  | 'running_variance';

export interface TensorPlan {
  /** `<layer name>.<parameter>`: `dense_1.weight`, `dense_1.activation.weight`. */
  readonly name: string;
  readonly role: TensorRole;
  /** PyTorch's shape: a dense weight is `[units, inputs]`. */
  readonly shape: Shape;
  readonly initializer: Thing;
  /** Fan-in and fan-out that the initialiser scales by. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** The penalty on this tensor, where its layer has one. */
  readonly regularizer?: Regularizer;
  /** No step changes it: it was written as `trainable: false`. Its gradient is computed all the same. */
  readonly isFrozen?: true;
}

/**
 * One layer. The layers of a block stand in its place one after another, each with its full name, and then
 * the block itself, which adds its input to their output: every layer has its own phases.
 */
export interface LayerPlan {
  readonly index: number;
  readonly name: string;
  /** A `LayerType`; all that follows from it is in the table of `layers/`. */
  readonly type: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly activation?: Thing;
  /** Learned tensors in their order of storage; empty where the layer learns nothing. */
  readonly tensors: readonly TensorPlan[];
  /** Tensors that are kept and saved with the weights, but not learned: running statistics. */
  readonly state?: readonly TensorPlan[];
  /** For a block: the index of the layer whose output is added; -1 for the network's input. */
  readonly skipFrom?: number;
}

export interface NetworkPlan {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly LayerPlan[];
  readonly loss: Thing;
  /**
   * Set where the last activation and the loss are computed together on the logits (sigmoid with binary,
   * softmax with categorical cross-entropy): the index of the layer that holds that activation.
   */
  readonly fusedLayer?: number;
  /** Count of learned numbers. */
  readonly parameterCount: number;
}

/** Everything a backend compiles: the network and how it is trained. */
export interface TrainingPlan {
  readonly network: NetworkPlan;
  readonly training: TrainingSpec;
  readonly seed: number;
}

/** The tensors of a layer that a weights file holds: those that it learned, and its state. */
export function storedTensors(layer: LayerPlan): readonly TensorPlan[] {
  return layer.state ? [...layer.tensors, ...layer.state] : layer.tensors;
}
