/** Limits that only the forecast has; those that it shares with the panel are in `common/healthThresholds`. */

/** An initial loss above this is close to overflow: one step with a usual learning rate diverges. */
export const wildLoss = 1e6;

/**
 * Spread of each output over all samples: below this the network answers all of them alike. One hidden layer
 * gives 0.1 to 1.
 */
export const constantOutput = 1e-3;

/** A fix is offered where it makes a figure at least this many times better. */
export const worthwhile = 2;
