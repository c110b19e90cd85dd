import { type Expr, type FunctionBuilder, i32, type Local, type ModuleBuilder, threadNumber } from '../../../assembler';
import { Arena, alignment } from './arena';

/**
 * Room that each thread has for itself while a kernel runs, or a pass. All use the same room, one after the other: it is as large as the one
 * that needs most, and nothing in it outlives the kernel, or the pass.
 */
export class Scratch {
  readonly #start: Expr<'i32'>;
  readonly #ofThread: Expr<'i32'>;
  #address = 0;
  /** Bytes of a thread. */
  #size = 0;
  #isLaidOut = false;

  constructor(module: ModuleBuilder) {
    this.#start = module.constant(() => this.#address);
    this.#ofThread = module.constant(() => this.#size);
  }

  /** Hands out the room to one kernel, from front to back: each call gives the address of so many numbers. */
  frame(f: FunctionBuilder): (length: number) => Local<'i32'> {
    if (this.#isLaidOut) {
      throw new Error('A kernel asks for scratch room too late: write its statements at once.');
    }
    const start = f.let(i32.add(i32.mul(threadNumber(), this.#ofThread), this.#start));
    const parts = new Arena(0);
    return (length) => {
      const part = f.let(i32.add(start, parts.floats(length).address));
      this.#size = Math.max(this.#size, Math.ceil(parts.end / alignment) * alignment);
      return part;
    };
  }

  /** Once every kernel is written, and before the module is built. */
  layOut(arena: Arena, threads: number): void {
    this.#isLaidOut = true;
    this.#address = arena.bytes(this.#size * threads);
  }
}
