import assert from 'node:assert/strict';

/** Milliseconds of CPU below which times say nothing. */
const floor = 8;
/** Four times the input in at most this many times the time: n·log n stays below it, n² does not. */
const mostGrowth = 6;

async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Fails if the time of `work` grows faster than about n·log n from `size` to four times that. */
export async function assertGrows<T>(
  size: number,
  inputOf: (size: number) => T,
  work: (input: T) => unknown,
): Promise<void> {
  const [small, large] = [inputOf(size), inputOf(4 * size)];
  let [least, most] = [floor, Number.POSITIVE_INFINITY];
  // The best of several: other processes disturb the time.
  for (let attempt = 0; attempt < 8; attempt++) {
    most = Math.min(most, await cpuTime(() => work(large)));
    if (most <= mostGrowth * least) {
      return;
    }
    const time = await cpuTime(() => work(small));
    least = Math.max(floor, attempt === 0 ? time : Math.min(least, time));
    if (most <= mostGrowth * least) {
      return;
    }
  }
  assert.fail(`${size}: ${least.toFixed(1)} ms, ${4 * size}: ${most.toFixed(1)} ms`);
}
