/** Limits that only the forecast has; those that it shares with the panel are in `common/healthThresholds`. */

/** An initial loss above this has as good as overflowed: one step at a usual learning rate would diverge. */
export const wildLoss = 1e6;

/** Largest difference that the samples make to one output: below this the network answers all alike. One hidden layer gives 0.1 to 1. */
export const constantOutput = 1e-3;

/** A fix is offered where it makes a figure at least this many times better. */
export const worthwhile = 2;
