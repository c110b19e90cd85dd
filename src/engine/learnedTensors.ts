/** The learned tensors and running statistics of a program, in their order of storage. */
import { type NetworkPlan, storedTensors, type TrainingPlan } from '../spec/plan';
import type { FloatArray, Program } from './backend';
import { sizeOf } from './shape';

/** Numbers in all learned tensors and running statistics of a network. */
export function countStored({ layers }: NetworkPlan): number {
  return layers.flatMap(storedTensors).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

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

  /** Sets one number of a tensor. */
  writeOne(name: string, index: number, value: number): void {
    const { values } = this.#program.read(name);
    values[index] = value;
    this.#program.write(name, values);
  }

  /** Copies in their order. */
  readAll(): readonly FloatArray[] {
    return this.names.map((name) => this.#program.read(name).values);
  }

  /** Copies them as they are now; their values come, one after another, once called for. */
  hold(): () => Float32Array {
    const held = this.names.map((name) => this.#program.hold(name));
    return () => {
      const tensors = held.map((values) => values());
      const all = new Float32Array(tensors.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const tensor of tensors) {
        all.set(tensor, at);
        at += tensor.length;
      }
      return all;
    };
  }

  /** Sets all of them from their values one after another. */
  writeFlat(values: Float32Array): void {
    let at = 0;
    for (const name of this.names) {
      const { length } = this.#program.read(name).values;
      this.#program.write(name, values.subarray(at, at + length));
      at += length;
    }
  }

  /** Sets all of them, in their order. */
  writeAll(tensors: readonly FloatArray[]): void {
    for (const [i, values] of tensors.entries()) {
      this.#program.write(this.names[i], values);
    }
  }
}
