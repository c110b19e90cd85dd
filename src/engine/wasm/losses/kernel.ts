/** A loss as code for four samples at once, one in each lane. */
import type { FunctionBuilder, Local, V128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';

export interface LossLanes {
  /** Outputs of the network o, and its logits z where the loss is computed together with the last activation; else the outputs again. */
  readonly outputs: Lanes;
  readonly logits: Lanes;
  readonly targets: Lanes;
  /**
   * Where the error goes: dL/dz of the fused layer, else dL/d(output). Until its last value is written a number may hold something else,
   * which can be read back.
   */
  readonly error: Lanes;
  /**
   * What the error of each sample is multiplied by: 1/count, or its weight over the sum of weights; 0 for a lane without a sample, whose
   * error then is 0 if its numbers are finite.
   */
  readonly scale: Local<'v128'>;
}

export interface LossKernel {
  /** The loss ℓ of each sample, and, where `withError`, its error. */
  emit(f: FunctionBuilder, lanes: LossLanes, withError: boolean): V128;
}
