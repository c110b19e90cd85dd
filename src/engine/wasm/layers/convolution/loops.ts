/** The loops over a filter: channels (the depth), lines, columns; and taps, which are straight code. */
import type { I32 } from '../../../../assembler';

/** The iterations of a loop, and by how many bytes the addresses of input and filter move in each. */
export interface Steps<N extends I32 = number> {
  readonly count: N;
  readonly x: number;
  readonly w: number;
}

export interface Tap {
  readonly x: number;
  readonly w: number;
}

export interface Loops {
  readonly depth: Steps;
  readonly lines: Steps<I32>;
  readonly columns: Steps;
  readonly taps: readonly Tap[];
}

const once: Steps = { count: 1, x: 0, w: 0 };

/** The loops in their plain form: the columns are straight code. */
export const loopsOver = (depth: Steps, lines: Steps<I32>, taps: readonly Tap[]): Loops => ({
  depth,
  lines,
  columns: once,
  taps,
});

/**
 * The columns as a loop, where their distances are equal. Compilers load the operands of straight code in
 * advance, and a few taps would need more registers than there are.
 */
export function rolled(loops: Loops): Loops {
  const { taps } = loops;
  if (taps.length < 2) {
    return loops;
  }
  const step = { x: taps[1].x - taps[0].x, w: taps[1].w - taps[0].w };
  const even = taps.every(({ x, w }, n) => x === taps[0].x + n * step.x && w === taps[0].w + n * step.w);
  return even ? { ...loops, columns: { count: taps.length, ...step }, taps: [taps[0]] } : loops;
}

/** The taps `count` times, each time one step further. */
export function repeated(taps: readonly Tap[], count: number, step: Tap): readonly Tap[] {
  return Array.from({ length: count }, (_, n) =>
    taps.map(({ x, w }) => ({ x: x + n * step.x, w: w + n * step.w })),
  ).flat();
}
