/**
 * Chooses the moments of a training that its film shows: by step and loss alone, so that the same training
 * has the same film however fast the machine and whatever the chunks in which the steps are done.
 *
 * It looks at the training after each of the first steps, and later every time the steps have grown by a
 * fixed share. While there is room every look becomes a frame. Once there is none, the frames that lie too
 * close together go, and so does every later look that is too close to the frame before. The distance of two
 * moments is half of steps (their roots, so that early ones count for more) and half of how far the loss has
 * fallen to new lows.
 */
import { log } from '../../common/math';

/** A look comes this share of the steps after the one before. */
const lookShare = 1 / 256;

/** Share of the room that is filled after frames were dropped. */
const filled = 0.75;

/** A smaller fall counts for less than half: to 1/e, where the loss is not near 0. */
const leastFall = 1;

/** A moment that may become a frame. */
export interface Mark {
  /** Steps that are done. */
  readonly step: number;
  /** The smallest of the mean losses between two looks so far; infinite before the first. */
  readonly lowest: number;
}

export class FrameChoice<Frame extends Mark> {
  readonly #room: number;
  readonly #every: number;
  #frames: Frame[] = [];
  #drops = 0;
  #next = 0;
  #lossSum = 0;
  #losses = 0;
  #lowest = Number.POSITIVE_INFINITY;
  /** Magnitude of the first mean loss: falls are measured in proportion to it. */
  #unit = Number.NaN;
  /** Root of the steps, and fall of the loss, when frames were dropped last: each counts as one half. */
  #steps = 1;
  #fall = 1;
  /** The least distance of two frames. */
  #gap = 0;

  /** `room` is the largest number of frames, at least 2; `every` the least number of steps between looks. */
  constructor(room: number, every = 1) {
    this.#room = room;
    this.#every = every;
  }

  /** In order of their steps. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Counts how often frames were dropped: between two drops frames are only added. */
  get drops(): number {
    return this.#drops;
  }

  /** The step of the next look. */
  get next(): number {
    return this.#next;
  }

  /** Adds the loss of a step. */
  note(loss: number): void {
    this.#lossSum += loss;
    this.#losses += 1;
  }

  /** Looks at a moment, and keeps its frame if it is far enough from the last one; `always` in any case. */
  look(step: number, make: (mark: Mark) => Frame, always = false): void {
    if (step >= this.#next) {
      this.#takeLosses();
      this.#plan(step);
    }
    const mark = { step, lowest: this.#lowest };
    const last = this.#frames.at(-1);
    if (last && (last.step === step || (!always && this.#distance(last, mark) < this.#gap))) {
      return;
    }
    this.#frames.push(make(mark));
    if (this.#frames.length > this.#room) {
      this.#drop();
    }
  }

  /** Goes on with these frames of before, up to the step that is reached. */
  resume(frames: readonly Frame[], step: number): void {
    this.#frames = frames.filter((frame) => frame.step <= step);
    this.#drops += 1;
    this.#lowest = this.#frames.at(-1)?.lowest ?? Number.POSITIVE_INFINITY;
    this.#unit = Math.abs(this.#frames.find(({ lowest }) => Number.isFinite(lowest))?.lowest ?? Number.NaN);
    this.#next = 0;
    this.#plan(step);
    this.#lossSum = 0;
    this.#losses = 0;
    this.#gap = 0;
    if (this.#frames.length > this.#room * filled) {
      this.#drop();
    }
  }

  /** The steps of the looks are the same ones in every training. */
  #plan(step: number): void {
    while (this.#next <= step) {
      this.#next += Math.max(this.#every, Math.floor(this.#next * lookShare));
    }
  }

  #takeLosses(): void {
    const mean = this.#lossSum / this.#losses;
    this.#lossSum = 0;
    this.#losses = 0;
    if (mean < this.#lowest) {
      this.#lowest = mean;
    }
    if (Number.isNaN(this.#unit) && Number.isFinite(mean)) {
      this.#unit = Math.abs(mean);
    }
  }

  /** The last frame always stays, and so does the first. */
  #drop(): void {
    const [first, last] = [this.#frames[0], this.#frames[this.#frames.length - 1]];
    this.#steps = Math.sqrt(Math.max(1, last.step));
    this.#fall = Math.max(leastFall, this.#fallBetween(first, last));
    this.#gap = this.#distance(first, last) / (Math.floor(this.#room * filled) - 1);
    const kept = [first];
    for (const frame of this.#frames.slice(1, -1)) {
      const before = kept[kept.length - 1];
      if (this.#distance(before, frame) >= this.#gap) {
        kept.push(frame);
      }
    }
    this.#frames = [...kept, last];
    this.#drops += 1;
  }

  #distance(from: Mark, to: Mark): number {
    const steps = Math.sqrt(to.step) - Math.sqrt(from.step);
    return steps / this.#steps + this.#fallBetween(from, to) / this.#fall;
  }

  #fallBetween(from: Mark, to: Mark): number {
    return Math.max(0, this.#height(from) - this.#height(to));
  }

  /** Logarithmic where the loss is far from 0, and defined for every loss, also a negative one. */
  #height({ lowest }: Mark): number {
    if (!(this.#unit > 0)) {
      return 0;
    }
    const ratio = Number.isFinite(lowest) ? lowest / this.#unit : 1;
    return Math.sign(ratio) * log(1 + 1000 * Math.abs(ratio));
  }
}
