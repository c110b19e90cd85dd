/** What is measured of a network at its current weights; plain data, structured-clone safe. */

/** Distributions of every activation over a fixed sample of the train part. */
export interface ActivationProbe {
  readonly epoch: number;
  readonly step: number;
  readonly samples: number;
  readonly layers: readonly LayerDistribution[];
}

export interface LayerDistribution {
  /** Layer index. */
  readonly layer: number;
  /** Histogram of z over [low, high] in equal bins; outer values are counted in the first and last. Elementwise activations. */
  readonly histogram?: { readonly low: number; readonly high: number; readonly counts: Float64Array };
  /** Share of unit-sample pairs whose |f′| is under 5 % of its largest; of squashing functions. */
  readonly saturated?: number;
  /** Share of units whose f′ is 0 for all samples; of relu and its kin. */
  readonly dead?: number;
  /** Mean output for each class; of activations whose outputs are a distribution. */
  readonly meanProbabilities?: Float64Array;
}

/** The network as a picture: its outputs over a line (one input) or a grid (two inputs), with the data points on it. */
export interface Surface {
  readonly epoch: number;
  readonly step: number;
  /** Inputs are in the data's own units (before scaling). One axis for a curve, two for a boundary. */
  readonly axes: readonly {
    readonly name: string;
    readonly low: number;
    readonly high: number;
    readonly count: number;
  }[];
  /**
   * `[count of axis 2, count of axis 1, outputs]` row-major, or `[count, outputs]` for a curve. Of outputs with log-variances the
   * means alone; hinge's −1 and 1 are brought to 0 and 1, so that ½ parts yes from no whatever the loss.
   */
  readonly outputs: Float32Array;
  readonly outputSize: number;
  /** Data points in the data's own units: `[points, axes]`; the target is the class index or the number, the part its place in the order of parts. */
  readonly points: { readonly x: Float32Array; readonly target: Float32Array; readonly part: Uint8Array };
}

export interface GradientProbe {
  readonly epoch: number;
  readonly step: number;
  /** One per layer that learns, first to last: Euclidean norms of dL/dW over the whole layer, and of δ. */
  readonly layers: readonly {
    readonly layer: number;
    readonly gradientNorm: number;
    readonly weightNorm: number;
    readonly deltaNorm: number;
  }[];
}

/** Backpropagation against central differences, tensor by tensor. */
export interface GradientReport {
  readonly epoch: number;
  readonly step: number;
  /** Samples of the train part that the loss was taken over. */
  readonly samples: number;
  /** Learned numbers of the network. */
  readonly parameters: number;
  /** At the weights. */
  readonly loss: number;
  /** In the order of the layers; a layer that learns nothing has none. */
  readonly tensors: readonly TensorCheck[];
}

export interface TensorCheck {
  /** Layer index. */
  readonly layer: number;
  /** `dense_1.weight`. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Numbers that were compared. */
  readonly checked: number;
  /** Numbers that were passed over: within the step of the difference an activation has a kink, and no derivative. */
  readonly kinks: number;
  /** Numbers that were passed over: the loss is so large that its rounding may have made the difference between the two values. */
  readonly unresolved: number;
  /** |a − n|/max(|a| + |n|, 1e−4) of the gradient a and the difference quotient n, the largest; NaN where nothing was compared. */
  readonly largestError: number;
  /** Where it was found: the index along each axis, and the two values. */
  readonly worst?: { readonly at: readonly number[]; readonly gradient: number; readonly quotient: number };
  readonly verdict: GradientVerdict;
}

/** `unchecked`: every number that was drawn was passed over. */
export type GradientVerdict = 'right' | 'doubtful' | 'wrong' | 'unchecked';

/** One batch, forward and backward, at the weights that a run would start with: what training will meet. */
export interface Forecast {
  readonly samples: number;
  readonly layers: readonly LayerForecast[];
  /** The batch's mean loss; NaN or infinite where numbers have overflowed. */
  readonly loss: number;
  /** The largest difference that the samples make to one output, before the output's activation where loss and activation go together. */
  readonly outputSpread: number;
}

export interface LayerForecast {
  /** Layer index. */
  readonly layer: number;
  /** Euclidean norm of δ = dL/dz over the batch; of layers with weights. */
  readonly delta?: number;
  /** Share of unit-sample pairs whose |f′| is under 5 % of its largest; of squashing functions, not of the output's. */
  readonly saturated?: number;
  /** Share of units whose f′ is 0 for every sample; of relu and its kin. */
  readonly dead?: number;
  /** Units of z. */
  readonly units?: number;
}
