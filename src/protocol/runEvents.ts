/** The public events of a run, from the messages of its engine. */
import { type FoldScore, type Spread, spreadOf } from '../common/foldScores';
import type { Intervention } from '../common/intervention';
import type { StartingPoint } from '../common/startingPoint';
import type { TagValues } from '../common/tagValues';
import type { Against, Verdict } from '../common/verdict/verdict';
import type { EndEvent, EpochEvent, FoldEvent, SetEvent, StartEvent, Values } from '../runs/events';
import type { Part } from '../spec/spec';
import type { Ended, EpochRecord, Started } from './engine';

/** Stands before the tag of a constant answer's value. */
const baselinePrefix = 'baseline_';
const parts: readonly Part[] = ['train', 'validation', 'test'];

export function startEvent(started: Started, run?: string): StartEvent {
  const { name, seed, parameters, samples, layers, engine, resumed, from, fold } = started;
  return {
    event: 'start',
    ...(fold !== undefined && { fold }),
    ...(run !== undefined && { run }),
    name,
    seed,
    parameters,
    samples: { train: samples.train, validation: samples.validation, test: samples.test },
    layers: layers.map((layer) => ({
      name: layer.name,
      type: layer.type,
      shape: layer.shape,
      parameters: layer.parameters,
    })),
    engine: { version: engine.version, backend: engine.backend, threads: engine.threads },
    ...(from && { from: fromOf(from) }),
    ...(resumed && { resumed: { epochs: resumed.epochs, step: resumed.step } }),
  };
}

function fromOf({ kind, file, epoch, inherited }: StartingPoint): StartEvent['from'] {
  const { kept, anew, goesOn } = inherited ?? {};
  return { kind, file, epoch, ...(inherited && { kept, anew, goes_on: goesOn }) };
}

export function epochEvent({ epoch, step, values }: EpochRecord, fold?: number): EpochEvent {
  return { event: 'epoch', ...(fold !== undefined && { fold }), epoch, step, values };
}

export function foldEvent({ fold, reason, epochs, values, baseline }: FoldScore): FoldEvent {
  return { event: 'fold', fold, reason, epochs, values: Object.fromEntries(values.concat(baselineTags(baseline))) };
}

/** The score that an event of a fold tells. */
export function foldScore({ fold, reason, epochs, values }: FoldEvent): FoldScore {
  const all = Object.entries(values);
  const isBaseline = (tag: string) => tag.startsWith(baselinePrefix);
  return {
    fold,
    reason: reason === 'early_stopping' ? reason : 'completed',
    epochs,
    values: all.filter(([tag]) => !isBaseline(tag)),
    baseline: all
      .filter(([tag]) => isBaseline(tag))
      .map(([tag, value]) => [tag.slice(baselinePrefix.length), value] as const),
  };
}

/** Values of a linear model that was trained on the data of a run, and in its folds. */
export interface LinearScores {
  readonly final: Ended['final'];
  readonly folds: readonly FoldScore[];
  /** Standard error of the difference to the network's loss on the part that is held out. */
  readonly error?: number;
}

/** An intervention; loaded weights go by the file that holds them. */
export function setEvent({ step, epochs, kind, value, file, tensor, index }: Intervention): SetEvent {
  const place = tensor === undefined ? {} : { tensor, index };
  return { event: 'set', step, epochs, name: kind, value: value ?? file ?? '', ...place };
}

/** The end of a run, with the start of its last training and the scores of its folds. */
export function endEvent(
  { reason, epochs, seconds, final, kept, expect, verdict, divergence }: Ended,
  started: Started | undefined,
  folds: readonly FoldScore[] = [],
  linear?: LinearScores,
): EndEvent {
  const ofFold = started?.fold !== undefined;
  return {
    event: 'end',
    reason,
    epochs,
    ...(kept && { kept_epoch: kept.epoch }),
    seconds,
    final: {
      ...valuesByPart((part) => final[part]?.concat(baselineTags(started?.baselines?.[part]))),
      // Scores of some folds would pass for those of all.
      ...(folds.length > 0 && !ofFold && { cross_validation: crossValidation(folds) }),
    },
    ...(linear && {
      linear: {
        ...valuesByPart((part) => linear.final[part]),
        ...(linear.folds.length > 0 && { cross_validation: meansOf(spreadOf(linear.folds)) }),
      },
    }),
    expect: expect.map(({ text, ok, value }) => ({ text, ok, value })),
    ...(verdict && { verdict: verdictObject(verdict) }),
    ...(divergence && {
      message: divergence.message,
      layer: divergence.layer,
      step: divergence.step,
      tensor: divergence.tensor,
    }),
  };
}

function againstObject({ tag, value, baseline, rows, error }: Against): Against {
  return { tag, value, baseline, ...(error !== undefined && { rows, error }) };
}

/** A verdict with its fields in their public order. */
function verdictObject({ learned, against, findings }: Verdict): Verdict {
  return {
    learned,
    ...(against && { against: againstObject(against) }),
    findings: findings.map(({ code, layer, value }) => ({ code, ...(layer !== undefined && { layer }), value })),
  };
}

/** Mean and deviation of each tag over the folds. */
function crossValidation(folds: readonly FoldScore[]): Readonly<Record<string, unknown>> {
  const spreads = [
    ...spreadOf(folds),
    ...spreadOf(folds, 'baseline').map(({ tag, ...rest }) => ({ tag: `baseline_${tag}`, ...rest })),
  ];
  return meansOf(spreads);
}

function meansOf(spreads: readonly Spread[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(spreads.map(({ tag, mean, sd }) => [tag, { mean, sd }]));
}

function baselineTags(values: TagValues = []): TagValues {
  return values.map(([tag, value]) => [`${baselinePrefix}${tag}`, value] as const);
}

/** `{ train: { loss: … }, … }`, without the parts that have no values. */
function valuesByPart(valuesOf: (part: Part) => TagValues | undefined): Readonly<Record<string, Values>> {
  const found = parts.map((part) => [part, valuesOf(part)] as const);
  return Object.fromEntries(found.flatMap(([part, values]) => (values ? [[part, Object.fromEntries(values)]] : [])));
}
