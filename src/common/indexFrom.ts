/** The index of the first x that is not below `at`. The x rise. */
export function indexFrom(x: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle] < at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
