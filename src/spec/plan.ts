/** The network plan: layers with their shapes and tensors, ready for a backend to compile. Plain data. */
import type { ParameterValue, Thing, TrainingSpec } from './spec';

/** A sample's shape without the batch axis: `[4]`, `[C, H, W]`. */
export type Shape = readonly number[];

export interface TensorPlan {
  /** `<layer name>.<parameter>`: `dense_1.weight`, `dense_1.activation.weight`. */
  readonly name: string;
  /** PyTorch's shape: a dense weight is `[units, inputs]`. */
  readonly shape: Shape;
  readonly initializer: Thing;
  /** Fan-in and fan-out that the initialiser scales by. */
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface LayerPlan {
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly activation?: Thing;
  /** Learned tensors in their order of storage; empty where the layer learns nothing. */
  readonly tensors: readonly TensorPlan[];
}

export interface NetworkPlan {
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly layers: readonly LayerPlan[];
  readonly loss: Thing;
  /**
   * Set where the last activation and the loss are computed together on the logits (sigmoid with binary, softmax with
   * categorical cross-entropy): the index of the layer that holds that activation.
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
