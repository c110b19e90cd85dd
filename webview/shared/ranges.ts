/** Axis ranges that change in round steps and do not follow every fluctuation of the data. */

export interface AxisRange {
  readonly min: number;
  readonly max: number;
}

/** The step (1, 2 or 5 times a power of ten) that divides `span` into at most `count` parts. */
export function niceStep(span: number, count = 5): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  const nice = lead <= 1 + 1e-9 ? 1 : lead <= 2 + 1e-9 ? 2 : lead <= 5 + 1e-9 ? 5 : 10;
  return nice * power;
}

/**
 * The range from `low` to `high`, widened to whole steps. The previous range is kept while it contains the
 * data and the data fill at least a third of it.
 */
export function niceRange(low: number, high: number, previous?: AxisRange): AxisRange {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return previous ?? { min: 0, max: 1 };
  }
  if (low === high) {
    const margin = low === 0 ? 1 : Math.abs(low) * 0.5;
    low -= margin;
    high += margin;
  }
  if (previous && previous.min <= low && previous.max >= high && high - low >= (previous.max - previous.min) / 3) {
    return previous;
  }
  const step = niceStep(high - low);
  // Multiplying an integer by the step avoids 0.30000000000000004.
  const at = (steps: number) => Number((steps * step).toPrecision(12));
  return { min: at(Math.floor(low / step + 1e-9)), max: at(Math.ceil(high / step - 1e-9)) };
}

/** Whole decades around the positive values; the previous range is kept while it is not much too wide. */
export function logRange(low: number, high: number, previous?: AxisRange): AxisRange {
  if (!(low > 0) || !Number.isFinite(high)) {
    return previous ?? { min: 0.1, max: 1 };
  }
  let min = 10 ** Math.floor(Math.log10(low) + 1e-9);
  let max = 10 ** Math.ceil(Math.log10(high) - 1e-9);
  if (min === max) {
    min /= 10;
    max = min * 100;
  }
  if (previous && previous.min <= min && previous.max >= max && previous.max / previous.min / (max / min) < 100) {
    return previous;
  }
  return { min, max };
}

/** Smallest and largest finite value over several arrays; with `positive`, only of values above 0. */
export function extent(arrays: Iterable<ArrayLike<number>>, positive = false): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of arrays) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (Number.isFinite(value) && !(positive && value <= 0)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return { low, high };
}

/** Significant digits that keep an axis' ticks distinct: 1.107 and 1.109 are both 1.11 with three. */
export function tickDigits({ min, max }: AxisRange): number {
  const size = Math.max(Math.abs(min), Math.abs(max));
  const span = max - min;
  return span > 0 && size > 0 ? Math.max(3, Math.ceil(Math.log10(size / span)) + 2) : 3;
}
