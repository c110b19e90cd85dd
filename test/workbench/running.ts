import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { runCommand, screenshot } from '../harness/workbench';

const clicks = 3;

/**
 * While the run of XOR lasts, the buttons above its spec are those of a run, and its item of the status bar
 * takes every click. At the end the run is stopped, and a button starts another one.
 */
export async function steerByButtons(page: Page): Promise<void> {
  const button = (name: RegExp) => page.locator('.editor-actions').getByRole('button', { name }).first();
  await page.locator('.view-line').first().click();
  await button(/^Pause Training/).waitFor();
  await button(/^Stop Training/).waitFor();
  assert.equal(await button(/^Train Network/).count(), 0);
  await screenshot(page, 'running');

  const item = page
    .locator('.statusbar-item')
    .filter({ hasText: /XOR.*epoch/ })
    .first();
  await item.waitFor();
  const tab = page.locator('.tab[aria-label^="XOR"]');
  const missed: string[] = [];
  for (let click = 0; click < clicks; click++) {
    await tab.click({ button: 'middle' });
    await tab.waitFor({ state: 'detached' });
    const box = await item.boundingBox();
    assert.ok(box);
    // Presses at different moments and places, as long as a hand's.
    await page.mouse.move(box.x + 30 + ((click * 17) % 60), box.y + box.height / 2);
    await page.waitForTimeout((click * 37) % 100);
    await page.mouse.down();
    await page.waitForTimeout(60);
    await page.mouse.up();
    await tab.waitFor({ timeout: 5000 }).catch(async () => {
      missed.push(`click ${click + 1}`);
      await runCommand(page, 'NNSpec: Show Training Panel');
      await tab.waitFor();
    });
  }
  assert.deepEqual(missed, []);

  await page.locator('.view-line').first().click();
  await button(/^Pause Training/).click();
  await button(/^Resume Training/).click();
  await button(/^Stop Training/).click();
  await button(/^Train Network/).waitFor();
  await button(/^Train Network/).click();
  await button(/^Pause Training/).waitFor();
}
