/** Runs that are trained at the same time write one after the other. */
import type { CliIo, Output } from './io';

/** Characters that may wait for their turn; no further run begins before. */
export const mostWaiting = 64 * 1024 * 1024;

/** A run's output appears when all runs before it have ended. */
export class Turns {
  readonly #io: CliIo;
  #turn = 0;
  readonly #ended = new Set<number>();
  readonly #waiting = new Map<number, (() => void)[]>();
  #characters = 0;
  /** Messages that were shown: a warning about the spec is the same for every run. */
  readonly #shown = new Set<string>();
  #room: (() => void)[] = [];

  constructor(io: CliIo) {
    this.#io = io;
  }

  /** The environment of a run; `shape` changes what it writes to standard output. */
  ioOf(run: number, shape: (text: string) => string): CliIo {
    const { stdout, stderr } = this.#io;
    return {
      ...this.#io,
      stdout: this.#outputOf(run, stdout, (text) => stdout.write(shape(text))),
      stderr: this.#outputOf(run, stderr, (text) => {
        if (!this.#shown.has(text)) {
          this.#shown.add(text);
          stderr.write(text);
        }
      }),
    };
  }

  /** Resolves when so little waits that another run may begin. */
  async room(): Promise<void> {
    while (this.#characters > mostWaiting) {
      await new Promise<void>((resolve) => this.#room.push(resolve));
    }
  }

  end(run: number): void {
    this.#ended.add(run);
    while (this.#ended.delete(this.#turn)) {
      this.#turn++;
      for (const write of this.#waiting.get(this.#turn) ?? []) {
        write();
      }
      this.#waiting.delete(this.#turn);
    }
    for (const resolve of this.#room.splice(0)) {
      resolve();
    }
  }

  #outputOf(run: number, output: Output, write: (text: string) => void): Output {
    return {
      isTTY: output.isTTY,
      get columns() {
        return output.columns;
      },
      write: (text) => {
        if (run === this.#turn) {
          write(text);
          return;
        }
        this.#characters += text.length;
        const waiting = this.#waiting.get(run) ?? [];
        this.#waiting.set(run, waiting);
        waiting.push(() => {
          this.#characters -= text.length;
          write(text);
        });
      },
      // A line that the next one overwrites need not wait.
      redraw: (text) => run === this.#turn && output.redraw(text),
    };
  }
}
