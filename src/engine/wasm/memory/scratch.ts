import { type Expr, type FunctionBuilder, i32, type Local, type ModuleBuilder, threadNumber } from '../../../assembler';
import { Arena, alignment } from './arena';

/**
 * Memory that each thread has for itself while a kernel runs, or the stages of a pass. All kernels use the
 * same memory, one after the other: it is as large as the largest need, and nothing in it outlives the kernel
 * or the pass.
 */
export class Scratch {
  readonly #start: Expr<'i32'>;
  readonly #ofThread: Expr<'i32'>;
  #address = 0;
  /** Bytes per thread. */
  #size = 0;
  #isLaidOut = false;

  constructor(module: ModuleBuilder) {
    this.#start = module.constant(() => this.#address);
    this.#ofThread = module.constant(() => this.#size);
  }

  /** Starts the scratch memory of a kernel. Each call of the result gives the address of `length` numbers. */
  frame(f: FunctionBuilder): (length: number) => Local<'i32'> {
    if (this.#isLaidOut) {
      throw new Error('A kernel asks for scratch room too late: write its statements at once.');
    }
    const start = f.let(i32.add(i32.mul(threadNumber(), this.#ofThread), this.#start));
    const arena = new Arena(0);
    return (length) => {
      const address = f.let(i32.add(start, arena.floats(length).address));
      this.#size = Math.max(this.#size, Math.ceil(arena.end / alignment) * alignment);
      return address;
    };
  }

  /** To be called when every kernel is written, and before the module is built. */
  layOut(arena: Arena, threads: number): void {
    this.#isLaidOut = true;
    this.#address = arena.bytes(this.#size * threads);
  }
}
