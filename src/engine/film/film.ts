/** The film of a training: its network at moments that `FrameChoice` has chosen. */
import {
  encodeFrame,
  type FilmCursor,
  type FilmFrame,
  type FilmPiece,
  filmHead,
  readFilm,
  roomFor,
} from '../../common/filmFile';
import { joinBytes } from '../../common/joinBytes';
import type { NetworkPlan } from '../../spec/plan';
import { countStored } from '../learnedTensors';
import { FrameChoice, type Mark } from './frameChoice';

/** A frame whose values are copied, and laid out once they are called for: most frames go before. */
class HeldFrame implements FilmFrame {
  readonly step: number;
  readonly lowest: number;
  readonly learningRate: number;
  #values: Float32Array | (() => Float32Array);

  constructor({ step, lowest }: Mark, learningRate: number, values: () => Float32Array) {
    this.step = step;
    this.lowest = lowest;
    this.learningRate = learningRate;
    this.#values = values;
  }

  get values(): Float32Array {
    if (typeof this.#values === 'function') {
      this.#values = this.#values();
    }
    return this.#values;
  }
}

/**
 * To copy a network of more than some hundred numbers takes about as long as a step. So a larger one is
 * looked at more seldom: once in so many steps as it has so many numbers, up to the most steps.
 */
const [numbersPerStep, mostSteps] = [1024, 16];

export class Film {
  readonly #numbers: number;
  readonly #choice: FrameChoice<FilmFrame>;

  private constructor(numbers: number, room: number) {
    this.#numbers = numbers;
    this.#choice = new FrameChoice(room, Math.min(mostSteps, 1 + Math.floor(numbers / numbersPerStep)));
  }

  /** Undefined for a network that is too large. */
  static of(network: NetworkPlan): Film | undefined {
    const numbers = countStored(network);
    const room = roomFor(numbers);
    return room === 0 ? undefined : new Film(numbers, room);
  }

  get frames(): readonly FilmFrame[] {
    return this.#choice.frames;
  }

  /** The step after which `look` is to be called. */
  get next(): number {
    return this.#choice.next;
  }

  get cursor(): FilmCursor {
    return { drops: this.#choice.drops, frames: this.frames.length };
  }

  /** Adds the loss of a step. */
  note(loss: number): void {
    this.#choice.note(loss);
  }

  /** Takes a frame if this is a moment for one; `always` in any case. */
  look(step: number, learningRate: number, hold: () => () => Float32Array, always = false): void {
    this.#choice.look(step, (mark) => new HeldFrame(mark, learningRate, hold()), always);
  }

  /** Goes on with the frames of a file up to this step; frames of another network are passed over. */
  resume(file: Uint8Array | undefined, step: number): void {
    const frames = file ? readFilm(file) : [];
    this.#choice.resume(frames[0]?.values.length === this.#numbers ? frames : [], step);
  }

  /** The frame at this step, or the last one before it; undefined where there is none. */
  at(step: number): FilmFrame | undefined {
    return this.frames.findLast((frame) => frame.step <= step);
  }

  /** The bytes that whoever has this much lacks. */
  since(have: FilmCursor | undefined): FilmPiece {
    const whole = have?.drops !== this.#choice.drops || have.frames > this.frames.length;
    const frames = whole ? this.frames : this.frames.slice(have.frames);
    const head = whole ? [filmHead(this.#numbers)] : [];
    return { whole, bytes: joinBytes([...head, ...frames.map(encodeFrame)]), cursor: this.cursor };
  }
}
