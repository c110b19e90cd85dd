/** Numbers of a state that follow from the rest of it: the course of a run is replayed over its epochs. */
import { Watch } from '../earlyStopping';
import type { HistoryState, TagValues } from '../history';
import type { Pieces } from '../pieces';
import { RateControl } from '../rateControl';
import type { TrainerState } from '../run';
import type { Trainer } from '../trainer';

/** A number or flag of a state beside what a run would have. */
export type Derived = readonly [part: string, found: unknown, wanted: unknown];

/** Epochs that are replayed in a few milliseconds. */
const epochsOfPiece = 1 << 12;

/**
 * Of a state whose arrays fit the trainer, what its position, its interventions and the values of its epochs determine: the step, the sum of
 * weights, the learning rate, the momentum, and what the schedule and early stopping remember.
 */
export function* derived(state: TrainerState, trainer: Trainer): Pieces<readonly Derived[]> {
  const { epoch, batch, program, interventions, history } = state;
  const { plan, batches, data, parts } = trainer;
  const { training } = plan;
  const rates = new RateControl(training, training.epochs * batches);
  const watch = training.earlyStopping && new Watch(training.earlyStopping);
  for (let i = 0; i < history.length; i++) {
    const values = epochOf(history, i);
    rates.observe(values);
    watch?.observe({ epoch: i + 1, values });
    if (i % epochsOfPiece === 0) {
      yield;
    }
  }
  const byHand = interventions.filter(({ kind }) => kind === 'learning_rate');
  // Once a hand has set the rate, the schedule leaves the momentum as it is.
  const scheduled = rates.settingsAt(byHand.length > 0 ? byHand[0].step : program.step);
  const { plateau } = rates.snapshot();
  return [
    ['step', program.step, (epoch - 1) * batches + batch],
    ...(data.sampleWeights
      ? []
      : [['mass', state.mass, Math.min(batch * training.batchSize, parts.train.length)] as const]),
    ['manual', state.rates.manual, byHand.length > 0],
    ['learningRate', program.learningRate, byHand.at(-1)?.value ?? scheduled.learningRate],
    ['momentum', program.momentum, scheduled.momentum],
    ...pairs('plateau', state.rates.plateau, plateau),
    ...pairs('watch', state.watch, watch?.snapshot()),
  ];
}

function epochOf({ columns }: HistoryState, i: number): TagValues {
  return columns.map(([tag, values]) => [tag, values[i]]);
}

/** Both have the same keys, or neither is there. */
function pairs(part: string, found: object | undefined, wanted: object | undefined): readonly Derived[] {
  const values = new Map(Object.entries(found ?? {}));
  return Object.entries(wanted ?? {}).map(([key, value]) => [`${part}.${key}`, values.get(key), value]);
}
