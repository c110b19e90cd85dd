/** Defaults that depend on the rest of the file. */

const inferredLosses: Readonly<Record<string, string>> = {
  sigmoid: 'binary_crossentropy',
  softmax: 'categorical_crossentropy',
  linear: 'mean_squared_error',
};

/** The loss that is inferred from the last activation; undefined where there is none. */
export function inferredLoss(activation: string | undefined): string | undefined {
  return activation !== undefined && Object.hasOwn(inferredLosses, activation) ? inferredLosses[activation] : undefined;
}

/** Metrics that are measured where the file names none. */
export function defaultMetrics(loss: string | undefined): readonly string[] {
  return loss === 'binary_crossentropy' || loss === 'categorical_crossentropy' ? ['accuracy'] : [];
}

/**
 * The shares of train and validation where the file gives none: a truth table and inline rows are trained on
 * whole.
 */
export function defaultSplit(whole: boolean): Readonly<Record<'train' | 'validation' | 'test', number>> {
  return whole ? { train: 1, validation: 0, test: 0 } : { train: 0.8, validation: 0.2, test: 0 };
}
