import { goesBySteps, timeTag } from '../../common/trainingTime';
import type { RunHeader } from '../header';
import type { KeptRun } from '../readRun';
import type { Points, Tag } from '../series';

/** A run that leaves NNSpec as a file of another format. */
export interface ExportedRun {
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Training time. */
  readonly seconds: number;
  /** Seconds of training over steps, as they were measured; older runs have none. */
  readonly times?: Points;
  /** `batch_loss` by step, all others by epoch. */
  readonly series: Readonly<Record<Tag, Points>>;
  /** x: epoch, y: the steps that were done at its end. */
  readonly epochSteps: Points;
}

/** The values of a run's last training. */
export function exportedRun({ events, series }: KeptRun, { created, seconds = 0 }: RunHeader): ExportedRun {
  const start = events.findLastIndex((event) => event.event === 'start' && !event.resumed);
  const epochs = events.slice(Math.max(0, start)).filter((event) => event.event === 'epoch');
  const { [timeTag]: times, ...values } = series.all();
  return {
    created,
    seconds,
    ...(times && { times }),
    series: values,
    epochSteps: {
      x: Float64Array.from(epochs, ({ epoch }) => epoch),
      y: Float64Array.from(epochs, ({ step }) => step),
    },
  };
}

/** A step, with the values that are known of it. */
export interface StepRow {
  readonly step: number;
  /** The epoch that ended with the step. */
  epoch?: number;
  readonly values: Map<Tag, number>;
}

/** The values of all series in the order of their steps. */
export function rowsOf({ series, epochSteps }: ExportedRun): readonly StepRow[] {
  const known = new Map(Array.from(epochSteps.x, (epoch, i) => [epoch, epochSteps.y[i]]));
  const perEpoch = (epochSteps.y.at(-1) ?? 1) / (epochSteps.x.at(-1) ?? 1);
  const rows = new Map<number, StepRow>();
  for (const [tag, { x, y }] of Object.entries(series)) {
    const byEpoch = !goesBySteps(tag);
    for (const [i, at] of x.entries()) {
      const step = byEpoch ? (known.get(at) ?? Math.round(at * perEpoch)) : at;
      const row = rows.get(step) ?? { step, values: new Map<Tag, number>() };
      rows.set(step, row);
      row.values.set(tag, y[i]);
      if (byEpoch) {
        row.epoch = at;
      }
    }
  }
  return [...rows.values()].sort((a, b) => a.step - b.step);
}
