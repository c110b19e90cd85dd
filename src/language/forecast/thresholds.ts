/**
 * Thresholds from which a measured figure gives a hint. Networks that learn well, such as the shipped
 * examples, must give no hint on their gradients and outputs: a hint that is always shown is not read.
 */

/**
 * Error that arrives at the first layer, as a share of the output's. All layers share one learning rate:
 * below this the first layer's steps are over 200 times smaller. Three sigmoid layers give 0.0025, six tanh
 * layers with PyTorch's weights 0.024.
 */
export const vanishing = 0.005;
/** The other way round. Eight relu layers with weights of deviation 1 give 6000. */
export const exploding = 1 / vanishing;
/** An initial loss above this is close to overflow: one step with a usual learning rate diverges. */
export const wildLoss = 1e6;
/**
 * Share of unit-sample pairs in the flat parts of a squashing function: from one half on most of the gradient
 * is lost. With inputs of mean 0 and deviation 1 and usual weights it is under 0.1; with inputs in the
 * hundreds 0.99.
 */
export const saturated = 0.5;
/**
 * Share of units that are 0 for every sample: two of five lost is more than chance takes. He's weights leave
 * under 0.2, PyTorch's default in the deeper layers of a relu network 0.4 to 0.7.
 */
export const dead = 0.4;
/**
 * Spread of each output over all samples: below this the network answers all of them alike. One hidden layer
 * gives 0.1 to 1.
 */
export const constantOutput = 1e-3;

/** A fix is offered where it makes a figure at least this many times better. */
export const worthwhile = 2;
