/** Sets a program's learning rate from step to step: by its schedule, until a person sets it by hand. */
import type { TagValues } from '../common/tagValues';
import { makeSchedule, type Schedule } from '../spec/schedules';
import type { TrainingSpec } from '../spec/spec';
import type { Program } from './backend';
import { Plateau, type PlateauState } from './plateau';

export interface RateControlState {
  /** Set by hand: the schedule is ignored. */
  readonly manual: boolean;
  readonly plateau?: PlateauState;
}

/** Settings of one step. */
export interface RateSettings {
  readonly learningRate: number;
  /** Undefined where no schedule changes it. */
  readonly momentum?: number;
}

export class RateControl {
  readonly #learningRate: number;
  readonly #schedule?: Schedule;
  readonly #plateau?: Plateau;
  readonly #steps: number;
  #manual = false;

  /** `steps` is the number of steps of the whole run. */
  constructor({ optimizer, schedule }: TrainingSpec, steps: number) {
    const learningRate = optimizer.parameters.learning_rate as number;
    this.#learningRate = learningRate;
    this.#steps = steps;
    if (!schedule) {
      return;
    }
    this.#schedule = makeSchedule(schedule, { learningRate, steps });
    if (schedule.name === 'reduce_on_plateau') {
      this.#plateau = new Plateau(schedule, learningRate);
    }
  }

  /** Gives the program the settings of its next step. */
  apply(program: Program): void {
    if (!this.#schedule || this.#manual) {
      return;
    }
    const { learningRate, momentum } = this.settingsAt(program.step);
    program.learningRate = learningRate;
    program.momentum = momentum;
  }

  /** The schedule's settings of a step, counted from 0. */
  settingsAt(step: number): RateSettings {
    if (!this.#schedule) {
      return { learningRate: this.#learningRate };
    }
    // A fork may have done more steps than its own epochs have.
    const at = Math.min(step, this.#steps);
    return {
      learningRate: this.#schedule.rate(at) * (this.#plateau?.factor ?? 1),
      momentum: this.#schedule.momentum?.(at),
    };
  }

  /** For a rate that was set by hand. */
  ignoreSchedule(): void {
    this.#manual = true;
  }

  /** Passes an epoch's values to a schedule that monitors one of them. */
  observe(values: TagValues): void {
    if (!this.#plateau) {
      return;
    }
    const { monitor } = this.#plateau;
    const value = values.find(([tag]) => tag === monitor)?.[1];
    if (value === undefined) {
      throw new Error(`The schedule monitors ${monitor}, which no epoch has: check the spec.`);
    }
    this.#plateau.observe(value);
  }

  snapshot(): RateControlState {
    return { manual: this.#manual, plateau: this.#plateau?.snapshot() };
  }

  restore(state: RateControlState): void {
    this.#manual = state.manual;
    if (state.plateau) {
      this.#plateau?.restore(state.plateau);
    }
  }
}
