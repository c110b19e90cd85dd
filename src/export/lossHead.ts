/** How the last activation and the loss of a network belong together. */
import { outputActivation } from '../spec/outputActivation';
import type { NetworkPlan } from '../spec/plan';
import type { Thing } from '../spec/spec';

export interface LossHead {
  readonly loss: Thing;
  /** The loss is computed on the logits, together with the last activation. */
  readonly fused: boolean;
  /** The name of the activation of the outputs. */
  readonly activation?: string;
}

export function lossHeadOf({ loss, layers, fusedLayer }: NetworkPlan): LossHead {
  return { loss, fused: fusedLayer !== undefined, activation: outputActivation(layers)?.thing.name };
}
