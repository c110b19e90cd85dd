import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { panelFrame, runCommand, screenshot } from '../harness/workbench';
import type { Case, Deed } from './case';

const clicks = 3;

/** The titles of commands in a language. */
function titlesIn(language: 'en' | 'ko'): (command: string) => string {
  const texts: Record<string, string> = JSON.parse(
    readFileSync(language === 'ko' ? 'package.nls.ko.json' : 'package.nls.json', 'utf8'),
  );
  return (command) => texts[`command.${command}.title`];
}

/**
 * While the run of XOR lasts, the buttons above its spec are those of a run, and its item of the status bar
 * takes every click. At the end the run is stopped, and a button starts another one.
 */
export async function steerByButtons(page: Page, language: 'en' | 'ko' = 'en'): Promise<void> {
  const title = titlesIn(language);
  const button = (command: string) =>
    page
      .locator('.editor-actions')
      .getByRole('button', { name: new RegExp(`^${title(command)}`) })
      .first();
  await page.locator('.view-line').first().click();
  await button('pause').waitFor();
  await button('stop').waitFor();
  assert.equal(await button('train').count(), 0);
  await screenshot(page, 'running');

  const item = page
    .locator('.statusbar-item')
    .filter({ hasText: language === 'ko' ? /XOR.*에포크/ : /XOR.*epoch/ })
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
      await runCommand(page, `NNSpec: ${title('showPanel')}`);
      await tab.waitFor();
    });
  }
  assert.deepEqual(missed, []);

  await page.locator('.view-line').first().click();
  await button('pause').click();
  await button('resume').click();
  await button('stop').click();
  await button('train').waitFor();
  await button('train').click();
  await button('pause').waitFor();
}

/** A run that lasts until its window is closed, steered by its buttons. It changes the text of `file`. */
export function steering(file: string, language: 'en' | 'ko'): Case {
  const deed: Deed = async ({ page, folder }) => {
    const title = titlesIn(language);
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/epochs: \d+/, 'epochs: 100000000'));
    // The editor shows the file on disk.
    await page.locator('.view-line').first().click();
    await page.keyboard.press('Control+End');
    await page.locator('.view-line', { hasText: 'epochs: 100000000' }).waitFor();
    await runCommand(page, `NNSpec: ${title('train')}`);
    await panelFrame(page);
    await steerByButtons(page, language);
  };
  const what = 'a run changes the buttons above its spec, and its item of the status bar takes every click';
  return { title: what, file, deed };
}
