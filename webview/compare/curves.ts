/** The curves to draw, from what the runs have measured. */
import { meanAndSd } from '../../src/common/foldScores';
import { indexFrom } from '../../src/common/indexFrom';
import { goesBySteps, secondsAt, timeTag } from '../../src/common/trainingTime';
import type { ComparedRun, RunCurves } from '../../src/protocol/compare';
import type { Points } from '../../src/runs/series';

export const xAxes = ['epoch', 'step', 'time'] as const;
export type XAxis = (typeof xAxes)[number];

/** The mean of several curves with one standard deviation around it. */
export interface Band {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A series over the chosen axis. The log has a value for each epoch, and all epochs have as many steps. Time
 * is that which was measured; the whole time of an older run, which has none, is spread evenly over its
 * epochs. Undefined where that is not known yet.
 */
export function curveOf(run: ComparedRun, curves: RunCurves | undefined, tag: string, axis: XAxis): Points | undefined {
  const points = pointsOf(curves, tag);
  const own = goesBySteps(tag) ? 'step' : 'epoch';
  if (!points || axis === own) {
    return points;
  }
  const { epoch = 0, step = 0, seconds = Number.NaN } = run;
  const times = axis === 'time' ? pointsOf(curves, timeTag) : undefined;
  const done = { epoch, step, time: seconds };
  const factor = done[times ? 'step' : axis] / done[own];
  if (!(factor > 0 && Number.isFinite(factor))) {
    return undefined;
  }
  const x = points.x.map((each) => each * factor);
  return times ? timed({ x, y: points.y }, times) : { x, y: points.y };
}

/** Whether the times of a run were measured. */
export function hasTimes(curves: RunCurves | undefined): boolean {
  return pointsOf(curves, timeTag) !== undefined;
}

function pointsOf(curves: RunCurves | undefined, tag: string): Points | undefined {
  return curves && Object.hasOwn(curves, tag) ? curves[tag] : undefined;
}

/** The points of a series over steps whose time is known, over their time. */
function timed({ x, y }: Points, times: Points): Points {
  const seconds = Array.from(x, (step) => secondsAt(times, step));
  const isKnown = (_: unknown, i: number) => seconds[i] !== undefined;
  return { x: Float64Array.from(seconds.filter((each) => each !== undefined)), y: y.filter(isKnown) };
}

/**
 * The mean of curves at every x of the longest one, of those that have got so far: between two points of a
 * curve by the line between them. A single curve has no band.
 */
export function bandOf(curves: readonly Points[]): Band | undefined {
  const all = curves.filter(({ x }) => x.length > 0);
  if (all.length < 2) {
    return undefined;
  }
  const ends = all.map(({ x }) => x[x.length - 1]);
  const { x } = all[ends.indexOf(Math.max(...ends))];
  const rows = Array.from(x, (at) => meanAndSd(all.flatMap((curve) => valueAt(curve, at) ?? [])));
  const column = (read: (row: { mean: number; sd: number }) => number) => Float64Array.from(rows, read);
  return {
    x,
    mean: column(({ mean }) => mean),
    low: column(({ mean, sd }) => mean - (Number.isNaN(sd) ? 0 : sd)),
    high: column(({ mean, sd }) => mean + (Number.isNaN(sd) ? 0 : sd)),
  };
}

/** Undefined outside the curve. */
function valueAt({ x, y }: Points, at: number): number | undefined {
  const right = indexFrom(x, at);
  if (right === x.length || (right === 0 && x[0] > at)) {
    return undefined;
  }
  if (x[right] === at) {
    return y[right];
  }
  const share = (at - x[right - 1]) / (x[right] - x[right - 1]);
  return y[right - 1] + share * (y[right] - y[right - 1]);
}

/** The best point of a curve; undefined where no value is finite. */
export function bestPoint({ x, y }: Points, higher: boolean): { readonly x: number; readonly y: number } | undefined {
  let best = -1;
  for (let i = 0; i < y.length; i += 1) {
    if (Number.isFinite(y[i]) && (best < 0 || (higher ? y[i] > y[best] : y[i] < y[best]))) {
      best = i;
    }
  }
  return best < 0 ? undefined : { x: x[best], y: y[best] };
}
