/** Smoothed curves and the trend of a series; both are computed from measured values alone. */

/**
 * Exponential moving average, s_i = w·s_{i-1} + (1−w)·y_i, divided by 1−w^i so that the start is not biased
 * towards 0. `weight` in [0, 1); 0 returns the series itself. Values that are not finite are skipped.
 */
export function smooth(y: Float64Array, weight: number): Float64Array {
  const smoothed = new Float64Array(y.length);
  let mean = 0;
  let mass = 0;
  for (let i = 0; i < y.length; i++) {
    if (Number.isFinite(y[i])) {
      mean = weight * mean + (1 - weight) * y[i];
      mass = weight * mass + (1 - weight);
    }
    smoothed[i] = mass > 0 ? mean / mass : y[i];
  }
  return smoothed;
}

export type Trend = 'falling' | 'rising' | 'flat';

/**
 * The trend of a series: compares the means of its last fifth (2 to 50 points) and of as many points before,
 * relative to the larger one. `undefined` for fewer than 5 points.
 */
export function trend(y: Float64Array, threshold = 0.01): Trend | undefined {
  if (y.length < 5) {
    return undefined;
  }
  const width = Math.min(50, Math.max(2, Math.floor(y.length / 5)));
  const late = mean(y, y.length - width, y.length);
  const early = mean(y, y.length - 2 * width, y.length - width);
  const scale = Math.max(Math.abs(late), Math.abs(early));
  if (!Number.isFinite(scale)) {
    return 'rising';
  }
  const change = scale === 0 ? 0 : (late - early) / scale;
  return change < -threshold ? 'falling' : change > threshold ? 'rising' : 'flat';
}

function mean(y: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = Math.max(0, from); i < to; i++) {
    sum += y[i];
  }
  return sum / (to - Math.max(0, from));
}
