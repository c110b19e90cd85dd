/** The taps of a filter in the tiles in which the gradient of the weights is computed. */
import type { Geometry } from './geometry';
import { repeated, type Tap } from './loops';
import type { Source } from './source';

/** Taps of a tile at most: with two filters they make eight sums. */
const maxTaps = 4;

/** Taps of straight code at most: more would make the kernel too long, fewer its loops too short. */
const maxStraight = 36;

/**
 * Taps that read the same rows of places, in one or several channels. They are repeated for each of `lines`
 * lines and for each step of `depth`.
 */
export function tapsOf({ vertical, horizontal, groupChannels }: Geometry, source: Source) {
  const rowBytes = source.pitch * 4;
  const line = { x: vertical.dilation * rowBytes, w: horizontal.kernel * 4 };
  const channel = { x: source.plane * 4, w: vertical.kernel * line.w };
  const filterRow = Array.from({ length: horizontal.kernel }, (_, j) => ({ x: source.tap(j) * 4, w: j * 4 }));
  // Where there is padding, each line of a filter has rows of its own.
  const padded = vertical.before > 0 || vertical.after > 0;
  const lines = padded || vertical.kernel * horizontal.kernel > maxStraight ? vertical.kernel : 1;
  const some = repeated(filterRow, vertical.kernel / lines, line);
  const channels = [4, 3, 2].find((n) => groupChannels % n === 0 && n * some.length <= maxStraight) ?? 1;
  return {
    taps: repeated(some, channels, channel),
    lines,
    line,
    depth: { count: groupChannels / channels, x: channel.x * channels, w: channel.w * channels },
  };
}

/** Divides the taps into tiles. */
export function tapTilesOf(taps: readonly Tap[]): readonly (readonly Tap[])[] {
  return Array.from({ length: Math.ceil(taps.length / maxTaps) }, (_, n) => taps.slice(n * maxTaps, (n + 1) * maxTaps));
}
