import assert from 'node:assert/strict';

/** Milliseconds of CPU below which times say nothing. */
const floor = 8;
/** Four times the input in at most this many times the time: n·log n stays below it, n² does not. */
const mostGrowth = 6;

function cpuTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Fails if the time of `work` grows faster than about n·log n from `size` to four times that. */
export function assertGrows<T>(size: number, inputOf: (size: number) => T, work: (input: T) => unknown): void {
  const [small, large] = [inputOf(size), inputOf(4 * size)];
  work(small);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // The best of several: other processes disturb the time.
  for (let attempt = 0; attempt < 4; attempt++) {
    least = Math.min(
      least,
      cpuTime(() => work(small)),
    );
    most = Math.min(
      most,
      cpuTime(() => work(large)),
    );
    if (most <= mostGrowth * Math.max(least, floor)) {
      return;
    }
  }
  assert.fail(`${size}: ${least.toFixed(1)} ms, ${4 * size}: ${most.toFixed(1)} ms`);
}
