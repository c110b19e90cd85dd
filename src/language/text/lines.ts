/** Offsets to positions and back. A line ends at `\n`, `\r\n` or `\r`, as in an editor. */
import type { Position, Range } from '../../spec/problem';

export class Lines {
  readonly #starts: readonly number[];
  readonly #length: number;
  /** The line of the last lookup: the next one is often on it, or right below. */
  #last = 0;

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) {
        starts.push(i + 1);
      }
    }
    this.#starts = starts;
    this.#length = text.length;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Zero-based position of a UTF-16 offset; offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): Position {
    const inside = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    const last = this.#last;
    if (this.#starts[last] <= inside) {
      low = last;
      high = inside < (this.#starts[last + 2] ?? this.#length + 1) ? Math.min(last + 1, high) : high;
    }
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= inside) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    this.#last = low;
    return { line: low, character: inside - this.#starts[low] };
  }

  offsetAt(position: Position): number {
    if (position.line < 0) {
      return 0;
    }
    if (position.line >= this.#starts.length) {
      return this.#length;
    }
    const end = this.#starts[position.line + 1] ?? this.#length;
    return Math.min(this.#starts[position.line] + Math.max(0, position.character), end);
  }

  range(span: Span): Range {
    return { start: this.positionAt(span[0]), end: this.positionAt(span[1]) };
  }
}

/** Start of the line of an offset, for a single lookup; a line ends at `\n`. */
export function lineStartOf(text: string, offset: number): number {
  // `lastIndexOf` with a negative offset would look at the first character.
  return offset > 0 ? text.lastIndexOf('\n', offset - 1) + 1 : 0;
}

/** UTF-16 offsets, the end exclusive. */
export type Span = readonly [start: number, end: number];
