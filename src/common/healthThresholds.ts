/**
 * Limits beyond which a measurement of a network is worth a remark. The editor applies them to one batch at
 * the initial weights, the panel to samples of a running network; they share the limits, so that they cannot
 * contradict each other. The values are chosen so that networks that learn well cause no remark.
 */

/**
 * Share of a layer's units whose derivative is 0 for every sample (relu and similar functions). The
 * dense layer of the example digits-conv reaches 0.44 while it learns well. A layer of 16 units with He's
 * initial weights can reach that by chance. The sixth relu layer of deep-relu starts at 0.69 with the default
 * weights; at a learning rate of 0.5, where deep-relu diverges, its layers reach 0.88.
 */
export const deadShare = 0.5;

/**
 * Share of unit–sample pairs in the flat parts of a squashing function: above one half, most of the gradient
 * is lost. It starts under 0.1 for inputs of mean 0 and deviation 1 with usual weights, and at 0.99 for
 * inputs in the hundreds.
 */
export const saturatedShare = 0.5;

/**
 * Norm of δ = dL/dz at the first layer with weights, divided by that at the last; the panel also looks at
 * dL/dW. All layers share one learning rate: below this the first layer's steps are over 200 times smaller.
 * Three hidden sigmoid layers (deep-sigmoid, shortened) give 0.0025 to 0.004, and the loss does not
 * fall for 20 epochs; two give 0.024 and learn in ten. The lowest ratio of an example that learns is 0.008,
 * at the start of deep-relu.
 */
export const vanishingRatio = 0.005;

/**
 * A loss below this share of the first one counts as learned. A linear network, which cannot learn XOR, falls
 * to 0.7–0.9 at best, by correcting its initial weights; every example that learns ends below 0.2.
 */
const learnedShare = 0.7;

/** Whether the loss of a run has clearly fallen. */
export function hasLearned(loss: Float64Array): boolean {
  return loss.length > 1 && loss[loss.length - 1] < learnedShare * loss[0];
}

/**
 * The same ratio when the error grows on its way back. Eight relu layers with weights of deviation 1 give
 * 6000.
 */
export const explodingRatio = 1 / vanishingRatio;
