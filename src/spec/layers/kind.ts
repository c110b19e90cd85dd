/** The type of an entry in the table of layer kinds, which holds every fact about a kind of layer. */
import type { CatalogueEntry } from '../catalogue/types';
import type { LayerPlan } from '../plan';
import type { PlanIssue, ReportError } from '../planIssue';
import type { Shape } from '../shape';
import type { LayerSpec } from '../spec';

export interface LayerRequest {
  readonly layer: LayerSpec;
  readonly path: PlanIssue['path'];
  readonly index: number;
  readonly input: Shape;
  /** For a block: the shape of its input, and the index of the layer that it comes from. */
  readonly skipped?: Shape;
  readonly skipFrom?: number;
  /** It, or a block that holds it, has `trainable: false`. */
  readonly isFrozen?: boolean;
  readonly error: ReportError;
}

/** The part of a layer's plan that its kind computes; the rest is copied from the spec. */
export type PlannedLayer = Pick<LayerPlan, 'outputShape' | 'tensors' | 'state' | 'skipFrom'>;

/** The operation of a forward pass. The panel has a sentence for each. */
export type ForwardOperation =
  | 'weigh'
  | 'activate'
  | 'slide_over_sequence'
  | 'slide_over_picture'
  | 'window_maximum'
  | 'window_mean'
  | 'channel_mean'
  | 'normalize_batch'
  | 'normalize_sample'
  | 'drop'
  | 'drop_keeping_moments'
  | 'add_noise'
  | 'lay_out_in_row'
  | 'lay_out_in_shape'
  | 'add_block_input';

export interface LayerKind extends CatalogueEntry {
  readonly kind: 'layer';
  /** Output shape and tensors. An input that does not fit is reported; the result is then undefined. */
  plan(request: LayerRequest): PlannedLayer | undefined;
  /**
   * Floating-point operations for one sample outside training: a multiplication, an addition, a comparison
   * and a division are one each. Activations are not counted: their cost depends on the machine. Default: 0.
   */
  flops?(layer: LayerPlan): number;
  readonly forward: ForwardOperation;
  /**
   * Worked formula of one output, for kinds whose inputs and outputs correspond one to one: `a_{j} = x_{j}`.
   */
  readonly workedFormula?: string;
  /** Its weights: a matrix from each input to each output, or filters over windows. Default: it has none. */
  readonly weights?: 'matrix' | 'filters';
  /** Number of axes of the samples that it takes; default: any. */
  readonly inputRank?: 1 | 2 | 3;
  /** It is only an activation function: its parameter `activation` says which. */
  readonly isActivation?: true;
  /** It holds a list of layers. */
  readonly isBlock?: true;
  /** It is not a linear map, even without an activation. */
  readonly isNonlinear?: true;
  /** It changes the shape and no value. */
  readonly keepsValues?: true;
  /** It normalises by mean and variance over the batch, or over each sample. */
  readonly normalizesOver?: 'batch' | 'sample';
  /** It drops a random share of its inputs in training. `keepsMoments`: mean and variance stay the same. */
  readonly drops?: { readonly keepsMoments: boolean };
  /** It passes on only the largest value of each window; its tensor `winner` says which. */
  readonly selectsMaximum?: true;
  /**
   * Rank in completion, from 1, of the kinds that most networks use; the others follow in the table's order.
   */
  readonly completionRank?: number;
}

/** Completes an entry of the table. */
export function layer(entry: Omit<LayerKind, 'kind' | 'aliases'> & Partial<Pick<LayerKind, 'aliases'>>): LayerKind {
  return { aliases: [], ...entry, kind: 'layer' };
}

/** Plans a layer that keeps the shape and learns nothing. */
export function unchanged({ input }: LayerRequest): PlannedLayer {
  return { outputShape: input, tensors: [] };
}
