import assert from 'node:assert/strict';
import { contour } from '../../../webview/panel/charts/contour';
import { contrast, css, mix, parseColor, type Rgb, readable } from '../../../webview/shared/color';

const color = (text: string): Rgb => parseColor(text) as Rgb;

describe('colours of the editor', () => {
  it('are parsed in each form that themes use', () => {
    assert.deepEqual(color('#fff'), { r: 255, g: 255, b: 255, alpha: 1 });
    assert.deepEqual(color(' #3794FF '), { r: 55, g: 148, b: 255, alpha: 1 });
    assert.deepEqual(color('#00000080').alpha, 128 / 255);
    assert.deepEqual(color('rgba(204, 167, 0, 0.5)'), { r: 204, g: 167, b: 0, alpha: 0.5 });
    assert.equal(parseColor('currentColor'), undefined);
  });

  it('reach a contrast of 3 to 1 with the background, mixed with the foreground if necessary', () => {
    const [white, black] = [color('#ffffff'), color('#000000')];
    assert.ok(Math.abs(contrast(white, black) - 21) < 1e-9);
    const yellow = color('#ffee00');
    assert.ok(contrast(yellow, white) < 3);
    assert.ok(contrast(readable(yellow, white, black), white) >= 3);
    assert.deepEqual(readable(yellow, black, white), { ...yellow, alpha: 1 });
  });

  it('are mixed and formatted for a canvas', () => {
    assert.equal(css(mix(color('#000000'), color('#ffffff'), 0.5), 0.25), 'rgba(128, 128, 128, 0.25)');
  });
});

describe('the contour of a surface', () => {
  it('runs where the values cross the level, between the grid points (bound 1e-12)', () => {
    // Values grow along x only: 0, 1, 2. The level 0.5 is crossed at x = 0.5, from bottom to top.
    const segments = contour(Float64Array.of(0, 1, 2, 0, 1, 2), 3, 2, 0.5);
    assert.equal(segments.length, 4);
    assert.ok(Math.abs(segments[0] - 0.5) < 1e-12 && Math.abs(segments[2] - 0.5) < 1e-12);
    assert.deepEqual([segments[1], segments[3]].sort(), [0, 1]);
  });

  it('has two segments in a saddle and none if all values are on one side', () => {
    assert.equal(contour(Float64Array.of(1, 0, 0, 1), 2, 2, 0.5).length, 8);
    assert.equal(contour(Float64Array.of(1, 1, 1, 1), 2, 2, 0.5).length, 0);
  });
});
