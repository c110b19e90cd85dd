import assert from 'node:assert/strict';
import { type Plot, plotSvg, roundTicks } from '../../../src/common/plotSvg';

const plot: Plot = {
  xLow: -5,
  xHigh: 5,
  yLow: -1,
  yHigh: 1,
  lines: [
    { role: 'f', polylines: [[-5, -1, 0, 0, 5, 1]] },
    {
      role: 'df',
      polylines: [
        [-5, 0.5, 0, 0.5],
        [0, 0, 5, 0],
      ],
    },
  ],
};
const paint = (role: string): string => `class="${role}"`;

describe('plotSvg', () => {
  it('draws lines in tenths of a pixel and drops points on a straight line', () => {
    const svg = plotSvg(plot, { width: 108, height: 58, paint });
    assert.match(svg, /class="f" d="M0 50L100 0"/);
  });

  it('leaves a gap between polylines', () => {
    const svg = plotSvg(plot, { width: 108, height: 58, paint });
    assert.match(svg, /class="df" stroke-dasharray="6 4" d="M0 12\.5L50 12\.5M50 25L100 25"/);
  });

  it('marks x = 0 dotted and y = 0 dashed where they are inside', () => {
    const svg = plotSvg(plot, { width: 108, height: 58, paint });
    assert.match(svg, /class="guide" stroke-dasharray="1 3" d="M50 0V50"/);
    assert.match(svg, /class="guide" stroke-dasharray="5 3" d="M0 25H100"/);
    assert.doesNotMatch(plotSvg({ ...plot, yLow: 0.1 }, { width: 108, height: 58, paint }), /stroke-dasharray="5 3"/);
  });

  it('draws a path on a landscape where it turns back too, over contour lines, with its steps, its start and the minimum', () => {
    const landscape = {
      contours: [{ rx: 2, ry: 0.5 }],
      minimum: [0, 0],
      start: [-5, 0],
      steps: [-5, 0, 5, 0],
    } as const;
    const lines = [{ role: 'f', polylines: [[-5, 0, 5, 0, 0, 0]] }] as const;
    const svg = plotSvg({ ...plot, lines, landscape }, { width: 108, height: 58, paint });
    assert.match(svg, /<ellipse cx="50" cy="25" rx="20" ry="12.5"\/>/);
    assert.match(svg, /class="f" d="M0 25L100 25L50 25"/);
    assert.match(svg, /class="f" stroke-linecap="round" transform="scale\(2\.25\)" d="M0 11\.1h0M44\.4 11\.1h0"/);
    assert.match(svg, /<circle class="f" transform="translate\(0 25\)"/);
    assert.match(svg, /class="df" transform="translate\(50 25\)"/);
    assert.doesNotMatch(svg, /style=|stroke-dasharray/);
  });

  it('puts no style attribute into the picture, which a strict page would refuse', () => {
    assert.doesNotMatch(
      plotSvg(plot, { width: 300, height: 200, paint, ticks: true, legend: { f: 'f', df: 'g' } }),
      /style=/,
    );
  });
});

describe('roundTicks', () => {
  it('gives round numbers within the range', () => {
    assert.deepEqual(roundTicks(-5, 5, 5), [-4, -2, 0, 2, 4]);
    assert.deepEqual(roundTicks(0, 1, 4), [0, 0.5, 1]);
    assert.deepEqual(roundTicks(-0.006, 0.105, 4), [0, 0.05, 0.1]);
  });

  it('terminates if a range is empty, infinite, or narrower than the gap between two float64 numbers', () => {
    for (const [low, high] of [
      [0, 0],
      [3, 3],
      [0, 5e-324],
      [-1e308, 1e308],
    ] as const) {
      assert.deepEqual(roundTicks(low, high, 4), [], `${low} to ${high}`);
    }
    assert.ok(roundTicks(1e16, 1e16 + 2, 4).length <= 5);
  });
});
