import assert from 'node:assert/strict';
import { runCommand, screenshot, switchTheme, type Theme } from '../harness/workbench';
import type { Case, Deed } from './case';

/**
 * Hints, an outline, and kinds of words in different colours, of which a theme may have few.
 * @param theme the window is switched to it
 */
export function coloursAndOutline(file: string, params: RegExp, colourCount: number, theme?: Theme): Case {
  const deed: Deed = async ({ page }, name) => {
    if (theme) {
      await switchTheme(page, theme);
    }
    const line = (text: string) => page.locator('.view-line', { hasText: text }).first();
    await runCommand(page, 'Fold All Block Comments');
    await line('max_pooling2d').waitFor();
    await page.locator('.view-line', { hasText: 'FLOPs' }).nth(3).waitFor();
    const text = (await line('units: 10').textContent()) ?? '';
    assert.match(text.replaceAll('\u00a0', ' '), params);
    const colourOf = (at: string, word: string) =>
      line(at)
        .locator('span span')
        .filter({ hasText: new RegExp(`^\\s*${word}\\s*$`) })
        .first()
        .evaluate((span) => getComputedStyle(span).color);
    const coloursNow = async () => ({
      chapter: await colourOf('model:', 'model'),
      key: await colourOf('target:', 'target'),
      column: await colourOf('target:', 'digit'),
      layer: await colourOf('max_pooling2d', 'max_pooling2d'),
      activation: await colourOf('units: 32', 'relu'),
      comment: await colourOf('# ', '#.*'),
    });
    // The editor asks for the kinds of words some time after it has drawn them.
    let colours = await coloursNow();
    for (let second = 0; second < 20 && new Set(Object.values(colours)).size < colourCount; second++) {
      await page.waitForTimeout(1000);
      colours = await coloursNow();
    }
    assert.ok(new Set(Object.values(colours)).size >= colourCount, JSON.stringify(colours));
    await runCommand(page, 'Explorer: Focus on Outline View');
    // Hides the list of files to make room for the outline.
    await page.locator('.pane-header').filter({ hasText: 'workspace' }).first().click();
    await line('flatten').click();
    await page.locator('.monaco-list-row', { hasText: 'conv2d_1' }).first().waitFor();
    await page.locator('.monaco-breadcrumb-item', { hasText: 'flatten_1' }).first().waitFor();
    await screenshot(page, `editing-${theme ?? name}`);
  };
  const what = 'a spec has hints, an outline, and kinds of words in different colours';
  return { title: theme ? `${what} (${theme})` : what, file, deed };
}
