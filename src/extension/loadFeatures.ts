import type * as features from './features';

export type Features = typeof features;

/**
 * Loads the features at the first call. If that fails, the promise rejects and the next call tries again.
 */
export type LoadFeatures = () => Promise<Features>;
