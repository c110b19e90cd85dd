/** Texts for whoever reads a spec: hovers, explanations of problems, predictions. */
import assert from 'node:assert/strict';
import { hoverOver, screenshot, webviewFrame } from '../harness/workbench';
import type { Case, Deed } from './case';

/** The hover over tanh shows its formula and its plot as pictures. */
export function hoverOverTanh(file: string, says: RegExp): Case {
  const deed: Deed = async ({ page }, name) => {
    const line = page.locator('.view-line', { hasText: 'tanh' }).last();
    const hover = page.locator('.monaco-hover:not(.hidden)').filter({ hasText: 'tanh' });
    await hoverOver(page, line.locator('span', { hasText: /^\s*tanh\s*$/ }).first(), hover);
    await hover.locator('img').nth(2).waitFor();
    const widths = await hover
      .locator('img')
      .evaluateAll((images) => images.map((each) => (each as HTMLImageElement).naturalWidth));
    assert.ok(widths.length >= 3 && widths.every((width) => width > 0), `the pictures are ${widths} px wide`);
    assert.match((await hover.textContent()) ?? '', says);
    const [box, plot] = [await hover.boundingBox(), await hover.locator('img').nth(2).boundingBox()];
    assert.ok(box && plot && plot.y + plot.height <= box.y + box.height, 'the plot is seen only after scrolling');
    await screenshot(page, `hover-${name}`);
  };
  return { title: 'the hover over tanh shows its formula and its plot as pictures', file, deed };
}

/** The code beside a problem opens its explanation as a page. */
export function codeOfProblem(file: string, says: RegExp): Case {
  const deed: Deed = async ({ page }, name) => {
    await page.locator('.squiggly-warning').first().waitFor();
    const key = page.locator('.view-line span', { hasText: /^layers$/ }).first();
    const link = page.locator('.monaco-hover a.code-link', { hasText: 'xor-linear' });
    await hoverOver(page, key, link);
    await screenshot(page, `problem-${name}`);
    await link.click();
    const frame = await webviewFrame(page, 'h1');
    assert.match((await frame.locator('h1').textContent()) ?? '', /xor-linear/);
    assert.match((await frame.locator('body').textContent()) ?? '', says);
    await screenshot(page, `problem-explained-${name}`);
  };
  return { title: 'the code beside a problem opens its explanation as a page', file, deed };
}

/** The prediction on a deep network of sigmoids is a hint, and its fixes predict their effect. */
export function prediction(file: string, says: RegExp, offers: RegExp): Case {
  const deed: Deed = async ({ page }, name) => {
    const layer = page.locator('.view-line span', { hasText: /^dense$/ }).first();
    await page.locator('.squiggly-info').first().waitFor({ timeout: 60_000 });
    await hoverOver(page, layer, page.locator('.monaco-hover:not(.hidden)').filter({ hasText: says }));
    await screenshot(page, `prediction-${name}`);
    const menu = page.locator('.action-widget').filter({ hasText: offers }).first();
    // The hover may receive the first keys.
    for (let attempt = 0; attempt < 4 && !(await menu.isVisible()); attempt++) {
      await page.keyboard.press('Escape');
      await layer.click({ force: true });
      await page.keyboard.press('Control+.');
      await menu.waitFor({ timeout: 8_000 }).catch(() => undefined);
    }
    await screenshot(page, `prediction-fixes-${name}`);
    assert.match((await menu.textContent()) ?? '', offers);
    await page.keyboard.press('Escape');
  };
  return { title: 'a prediction is a hint on the first layer, and its fixes predict their effect', file, deed };
}
