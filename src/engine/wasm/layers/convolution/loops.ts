/** The loops over a filter: its channels (the depth), in each its lines, in each the taps, which are straight code. */
import type { I32 } from '../../assembler';

/** How often a loop runs, and by how many bytes the input's and the filter's address move each time. */
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
  readonly taps: readonly Tap[];
}

/** The same taps in the same order with fewer loops: up to `mostOfLines` taps of all lines as one, and up to `mostOfDepth` of some channels. */
export function withFewerLoops({ depth, lines, taps }: Loops, mostOfLines: number, mostOfDepth: number): Loops {
  if (typeof lines.count !== 'number' || lines.count * taps.length > mostOfLines) return { depth, lines, taps };
  const all = repeated(taps, lines.count, lines);
  const unroll = [4, 3, 2].find((n) => depth.count % n === 0 && n * all.length <= mostOfDepth) ?? 1;
  return {
    depth: { count: depth.count / unroll, x: depth.x * unroll, w: depth.w * unroll },
    lines: { count: 1, x: 0, w: 0 },
    taps: repeated(all, unroll, depth),
  };
}

function repeated(taps: readonly Tap[], count: number, step: Tap): readonly Tap[] {
  return Array.from({ length: count }, (_, n) =>
    taps.map(({ x, w }) => ({ x: x + n * step.x, w: w + n * step.w })),
  ).flat();
}
