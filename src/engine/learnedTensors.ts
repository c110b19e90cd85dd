/** The learned tensors and running statistics of a program, in their order of storage. */
import { storedTensors, type TrainingPlan } from '../spec/plan';
import type { FloatArray, Program } from './backend';
import { type Pieces, readTensor, writeTensor } from './pieces';

export class LearnedTensors {
  readonly names: readonly string[];
  readonly #program: Program;

  constructor(program: Program, { network }: TrainingPlan) {
    this.#program = program;
    this.names = network.layers.flatMap((layer) => storedTensors(layer).map((tensor) => tensor.name));
  }

  /** Copies by name. */
  *read(): Pieces<ReadonlyMap<string, FloatArray>> {
    const tensors = yield* this.readAll();
    return new Map(this.names.map((name, i) => [name, tensors[i]]));
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
  *readAll(): Pieces<readonly FloatArray[]> {
    const tensors: FloatArray[] = [];
    for (const name of this.names) {
      tensors.push((yield* readTensor(this.#program, name)).values);
      yield;
    }
    return tensors;
  }

  /** Sets those of `readAll`. */
  *writeAll(tensors: readonly FloatArray[]): Pieces<void> {
    for (const [i, values] of tensors.entries()) {
      yield* writeTensor(this.#program, this.names[i], values);
      yield;
    }
  }
}
