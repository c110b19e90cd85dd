/** The time of a training: a series like its losses, seconds over steps. */
import type { Points } from './boundedSeries';
import { indexFrom } from './indexFrom';

/** The tag of the series. With its slash it is no measure of the network, and views pass it over. */
export const timeTag = 'time/seconds';

/** Whether a series goes by steps; all others go by epochs. */
export function goesBySteps(tag: string): boolean {
  return tag === 'batch_loss' || tag === timeTag;
}

/** A moment is told if it is this much later than the one before: some 1,000 in a day. */
const growth = 1.01;

/** Chooses the moments whose time is told. Both steps and seconds rise, whatever the clock does. */
export class TrainingTime {
  #step = Number.NEGATIVE_INFINITY;
  #seconds = 0;

  /** The moment, if it is told. That at which the run is held is, however soon. */
  moment(step: number, seconds: number, isHeld: boolean): { step: number; seconds: number } | undefined {
    if (step <= this.#step || !(isHeld || this.#step < 0 || seconds >= this.#seconds * growth)) {
      return undefined;
    }
    this.#step = step;
    this.#seconds = Math.max(this.#seconds, seconds);
    return { step, seconds: this.#seconds };
  }
}

/**
 * The seconds after so many steps: between two moments by the line between them, before the first by the line
 * from the origin. Undefined beyond the last.
 */
export function secondsAt({ x, y }: Points, step: number): number | undefined {
  const right = indexFrom(x, step);
  if (right === x.length) {
    return undefined;
  }
  const [x0, y0] = right === 0 ? [0, 0] : [x[right - 1], y[right - 1]];
  return x[right] > x0 ? y0 + ((step - x0) / (x[right] - x0)) * (y[right] - y0) : y[right];
}
