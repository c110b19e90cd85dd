/** A loss as code for four samples at once, one in each lane. */
import type { FunctionBuilder, Local, V128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';

export interface LossLanes {
  /**
   * Outputs of the network o, and its logits z where the loss is computed together with the last activation;
   * else the outputs again.
   */
  readonly outputs: Lanes;
  readonly logits: Lanes;
  readonly targets: Lanes;
  /**
   * Receives the error: dL/dz of the fused layer, else dL/d(output). A kernel may use it for intermediate
   * values before.
   */
  readonly error: Lanes;
  /**
   * Factor of each sample's error: 1/count, or its weight divided by the sum of weights. 0 for a lane without
   * a sample, whose error is then 0 if its numbers are finite.
   */
  readonly scale: Local<'v128'>;
}

export interface LossKernel {
  /** The loss ℓ of each sample, and, where `withError`, its error. */
  emit(f: FunctionBuilder, lanes: LossLanes, withError: boolean): V128;
}
