/** Measurements of a run that its verdict rests on. Plain data. */
import type { Against } from './verdict';

/** The course of a run: known at every moment without further measurements. */
export interface Course {
  /** The run is over: what it has not done by now it will not do. */
  readonly over: boolean;
  /** Early stopping has ended it: more epochs would not have helped. */
  readonly halted: boolean;
  /** Step and layer at which a number was no longer finite. */
  readonly diverged?: { readonly step: number; readonly layer: string };
  readonly against?: Against;
  /** The final values miss an expectation of how good the network is. */
  readonly missed: boolean;
  /** Loss of each epoch on the samples that are trained on. */
  readonly losses: Float64Array;
  /** The loss of a constant answer on them; NaN where it is unknown. */
  readonly baseline: number;
  /** Loss of each epoch on held-out samples, up to the one whose weights were kept. Empty without any. */
  readonly heldOut: Float64Array;
}

/** Measurements of the network and of its data, on at most some hundred samples. */
export interface NetworkFacts {
  /** Root mean square of the inputs: that of the column with the largest and of the one with the smallest. */
  readonly inputs: { readonly largest: number; readonly smallest: number };
  /** Root mean square of the targets as the loss sees them; undefined for classes. */
  readonly target?: number;
  /** All layers together are one linear map. */
  readonly linear: boolean;
  /**
   * Only of a linear network: how alike the errors of neighbouring samples are, from −1 to 1. About 0 where
   * they are noise.
   */
  readonly pattern?: number;
  /** Layers with weights or with an activation, from first to last. */
  readonly layers: readonly LayerFacts[];
  /** Share of the samples that get the most frequent answer. */
  readonly sameAnswer: number;
  /**
   * Only where the loss rises or swings: a batch's loss, and the loss after some steps on that batch with a
   * tenth of the learning rate.
   */
  readonly trial?: { readonly before: number; readonly after: number };
}

export interface LayerFacts {
  readonly name: string;
  /**
   * Only of a hidden layer with two or more units: the largest difference between the weights of two units,
   * relative to the largest weight.
   */
  readonly difference?: number;
  /** Share of the units of relu and the like that pass no gradient for any sample. */
  readonly dead?: number;
  /** Norms of dL/dz and of dL/dW, only of a layer with weights. */
  readonly delta?: number;
  readonly gradient?: number;
}
