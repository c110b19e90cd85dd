import assert from 'node:assert/strict';
import { type FakeTheme, themes } from '../../../webview/panel/dev/fakeHost';
import { clearDifference, contrast, difference, visions } from '../../../webview/shared/color';
import { dashes, layerStyle, type Palette, paletteOf } from '../../../webview/shared/theme';

function paletteIn(theme: FakeTheme): Palette {
  const values: Readonly<Record<string, string>> = themes[theme];
  const kind = theme.slice('vscode-'.length) as Palette['kind'];
  return paletteOf(kind, (variable) => values[variable.slice('--vscode-'.length)] ?? '');
}

describe('the colours of charts', () => {
  for (const theme of Object.keys(themes) as FakeTheme[]) {
    it(`can be told apart by the colour-blind and from the background in ${theme}`, () => {
      const { series, background, train, validation, error, muted } = paletteIn(theme);
      for (const [i, color] of series.entries()) {
        assert.ok(contrast(color, background) >= 3, `colour ${i} on the background`);
        for (const [k, earlier] of series.slice(0, i).entries()) {
          const seen = difference(color, earlier);
          assert.ok(seen >= clearDifference, `colours ${k} and ${i}: ${seen.toFixed(1)}`);
        }
      }
      // The two that a picture of outputs is painted in are far apart for everyone.
      assert.ok(difference(train, validation) > 50);
      for (const text of [error, muted]) {
        assert.ok(contrast(text, background) >= 4.5);
      }
    });
  }

  it('are not the only difference between layers: no two of 24 have colour and dash in common', () => {
    const palette = paletteIn('vscode-dark');
    const looks = Array.from({ length: 24 }, (_, layer) => JSON.stringify(layerStyle(palette, layer)));
    assert.equal(new Set(looks).size, 24);
    assert.equal(new Set(dashes.map(String)).size, dashes.length);
  });

  it('are seen as the matrices of Machado, Oliveira and Fernandes say: white stays white', () => {
    for (const matrix of Object.values(visions)) {
      for (const row of matrix) {
        assert.ok(Math.abs(row.reduce((sum, factor) => sum + factor, 0) - 1) < 1e-5);
      }
    }
    const grey = (level: number) => ({ r: level, g: level, b: level, alpha: 1 });
    assert.ok(difference(grey(0), grey(255)) > 99.9);
    // Red and a dark green, which those without the middle cones confuse.
    const [red, green] = [
      { r: 181, g: 32, b: 13, alpha: 1 },
      { r: 55, g: 78, b: 6, alpha: 1 },
    ];
    assert.ok(difference(red, green) < 5);
  });
});
