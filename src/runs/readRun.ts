/** Reads a kept run. Nothing in its files is believed, and nothing is written. */
import type { Intervention } from '../common/intervention';
import { goesBySteps } from '../common/trainingTime';
import { type RunEvent, readEvent } from './events';
import { emptyRecord, type Ranking, type RunRecord, reduce } from './record';
import { type RunFiles, readIfThere, readText } from './runFiles';
import { RunSeries } from './runSeries';
import { partName, runFile } from './runWriter';
import type { Points, Tag } from './series';
import { readPieces } from './seriesLog';

/** How far a checkpoint has come. */
export interface Position {
  /** Steps and epochs that are done. */
  readonly step: number;
  readonly epochs: number;
  /** The interventions that it holds. Others may follow at the same step. */
  readonly interventions: readonly Intervention[];
}

/** The place of a run that has no checkpoint: all of it is done again, also its start and its folds. */
export const beginning: Position = { step: -1, epochs: 0, interventions: [] };

/** A kept run as its files tell it. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly events: readonly RunEvent[];
  /** Lines in the midst of the log that are no events. */
  readonly damagedLines: number;
  /**
   * The series of the training that was under way last: a value for each epoch, and what `batches.bin` holds.
   */
  readonly series: RunSeries;
  /** The spec that was trained. */
  readonly specText: string | undefined;
}

export async function readRun(files: RunFiles, ranking?: Ranking): Promise<KeptRun> {
  const { events, damagedLines } = await readEvents(files);
  const record = events.reduce((before, event) => reduce(before, event, ranking), emptyRecord);
  return {
    record,
    events,
    damagedLines,
    series: await seriesOf(files, events),
    specText: await readText(files, runFile.spec),
  };
}

/** The series of a kept run alone, for its curves. */
export async function readSeries(files: RunFiles): Promise<RunSeries> {
  return seriesOf(files, (await readEvents(files)).events);
}

async function seriesOf(files: RunFiles, events: readonly RunEvent[]): Promise<RunSeries> {
  const series = new RunSeries();
  addEpochs(series, events);
  await addSteps(series, files);
  return series;
}

/** The events of a log in their order. A last line without an end is torn, and dropped. */
export async function readEvents(
  files: RunFiles,
): Promise<{ readonly events: readonly RunEvent[]; readonly damagedLines: number }> {
  const events: RunEvent[] = [];
  let damagedLines = 0;
  for (let part = 0; ; part += 1) {
    const text = await readText(files, part === 0 ? runFile.events : partName(part));
    if (text === undefined) {
      break;
    }
    const lines = text.split('\n');
    for (const line of lines.slice(0, -1)) {
      const event = readEvent(line);
      if (event) {
        events.push(event);
      } else {
        damagedLines += 1;
      }
    }
    if (part === 0 && events.at(-1)?.event === 'end') {
      // The parts have been joined, and their process was killed before it removed them.
      break;
    }
  }
  return { events, damagedLines };
}

/** The series up to a position. Those of batches go by steps, all others by epochs. */
export function seriesUpTo(series: RunSeries, at: Pick<Position, 'step' | 'epochs'>): RunSeries {
  const before = new RunSeries();
  for (const [tag, points] of Object.entries(series.all())) {
    before.appendAll(tag, pointsUpTo(tag, points, at));
  }
  return before;
}

export function pointsUpTo(tag: Tag, { x, y }: Points, { step, epochs }: Pick<Position, 'step' | 'epochs'>): Points {
  const limit = goesBySteps(tag) ? step : epochs;
  const end = x.findIndex((each) => each > limit);
  return end < 0 ? { x, y } : { x: x.slice(0, end), y: y.slice(0, end) };
}

/** Adds a series for each tag of the epochs of the last training. */
function addEpochs(series: RunSeries, events: readonly RunEvent[]): void {
  let last = 0;
  for (const event of events) {
    if (event.event === 'start' && !event.resumed) {
      series.clear();
      last = 0;
    } else if (event.event === 'epoch' && event.epoch > last) {
      last = event.epoch;
      for (const [tag, value] of event.values) {
        series.append(tag, event.epoch, value);
      }
    }
  }
}

async function addSteps(series: RunSeries, files: RunFiles): Promise<void> {
  const bytes = (await readIfThere(files, runFile.series)) ?? new Uint8Array();
  for (const [tag, { x, y }] of readPieces(bytes).pieces) {
    for (let i = 0; i < x.length; i += 1) {
      if (x[i] > series.lastX(tag)) {
        series.append(tag, x[i], y[i]);
      }
    }
  }
}
