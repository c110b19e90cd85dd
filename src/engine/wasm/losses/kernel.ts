/** A loss as code for four samples at once, one in each lane. */
import type { FunctionBuilder, Local, V128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';

export interface LossLanes {
  /** Outputs o of the network, and its logits z for a fused loss; otherwise the outputs again. */
  readonly outputs: Lanes;
  readonly logits: Lanes;
  readonly targets: Lanes;
  /** Receives dL/dz of the fused layer, else dL/d(output). Until then it may hold intermediate values. */
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
