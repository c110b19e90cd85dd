/** Limits of the forecast alone; those shared with the panel are in `common/verdict/thresholds`. */

/** An initial loss above this is close to overflow: one step with a usual learning rate diverges. */
export const wildLoss = 1e6;

/**
 * If each output varies less than this over all samples, the network answers all of them alike. One hidden
 * layer gives 0.1 to 1.
 */
export const constantOutput = 1e-3;

/** A fix is offered if it improves a figure at least by this factor. */
export const minimumImprovement = 2;
