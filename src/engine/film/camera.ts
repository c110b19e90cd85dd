import type { Program } from '../backend';
import type { LearnedTensors } from '../learnedTensors';
import type { Film } from './film';

/** Takes the frames of a training's film from its program; does nothing where there is no film. */
export class Camera {
  readonly #film: Film | undefined;
  readonly #program: Program;
  readonly #learned: LearnedTensors;

  constructor(film: Film | undefined, program: Program, learned: LearnedTensors) {
    this.#film = film;
    this.#program = program;
    this.#learned = learned;
    this.look();
  }

  /** The step after which it wants to look; infinite without a film. */
  get next(): number {
    return this.#film?.next ?? Number.POSITIVE_INFINITY;
  }

  /** Adds the loss of a step. */
  note(loss: number): void {
    this.#film?.note(loss);
  }

  /** Takes a frame if it is time for one; `always` where the training ends, or its weights are replaced. */
  look(always = false): void {
    const { step, learningRate } = this.#program;
    if (always || step >= this.next) {
      this.#film?.look(step, learningRate, () => this.#learned.hold(), always);
    }
  }

  /** The training goes on from a state whose earlier frames are not known. */
  restart(): void {
    this.#film?.resume(undefined, this.#program.step);
  }
}
