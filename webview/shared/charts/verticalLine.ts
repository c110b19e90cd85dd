import type { Chart } from 'chart.js';

export type DrawnChart = Pick<Chart, 'ctx' | 'chartArea' | 'scales'>;

/**
 * Draws a line from the top to the bottom of a chart, at a value of its x axis. A chart that is drawn before
 * its first layout has no axes yet, and gets no line.
 */
export function drawVerticalLine({ ctx, chartArea, scales }: DrawnChart, value: number, color: string): void {
  if (!('x' in scales)) {
    return;
  }
  const x = scales.x.getPixelForValue(value);
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, chartArea.top);
  ctx.lineTo(x, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}
