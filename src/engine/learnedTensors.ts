/** The learned tensors and running statistics of a program, in their order of storage. */
import { storedTensors, type TrainingPlan } from '../spec/plan';
import type { FloatArray, Program } from './backend';

export class LearnedTensors {
  readonly names: readonly string[];
  readonly #program: Program;

  constructor(program: Program, { network }: TrainingPlan) {
    this.#program = program;
    this.names = network.layers.flatMap((layer) => storedTensors(layer).map((tensor) => tensor.name));
  }

  /** Copies by name. */
  read(): ReadonlyMap<string, FloatArray> {
    return new Map(this.names.map((name) => [name, this.#program.read(name).values]));
  }

  /** Sets all of them. */
  write(weights: ReadonlyMap<string, ArrayLike<number>>): void {
    for (const name of this.names) {
      const values = weights.get(name);
      if (!values) {
        throw new Error(`The weights have no tensor ${name}.`);
      }
      this.#program.write(name, values);
    }
  }

  /** Copies in their order. */
  readAll(): readonly FloatArray[] {
    return this.names.map((name) => this.#program.read(name).values);
  }

  /** Sets all of them, in their order. */
  writeAll(tensors: readonly FloatArray[]): void {
    for (const [i, values] of tensors.entries()) {
      this.#program.write(this.names[i], values);
    }
  }
}
