/** Defaults that depend on the rest of the file. */
import { activation as findActivation } from '../../spec/catalogue';

/** The loss that the last activation implies; undefined where it implies none. */
export function inferredLoss(activation: string | undefined): string | undefined {
  const loss = activation === undefined ? undefined : findActivation(activation)?.loss;
  return loss?.isDefault ? loss.name : undefined;
}

/** The metrics where the file names none. */
export function defaultMetrics(loss: string | undefined): readonly string[] {
  return loss === 'binary_crossentropy' || loss === 'categorical_crossentropy' ? ['accuracy'] : [];
}

/** The split where the file gives none. `whole`: a truth table or inline rows, which are all trained on. */
export function defaultSplit(whole: boolean): Readonly<Record<'train' | 'validation' | 'test', number>> {
  return whole ? { train: 1, validation: 0, test: 0 } : { train: 0.8, validation: 0.2, test: 0 };
}
