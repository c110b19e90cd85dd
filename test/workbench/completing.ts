/** Completion, used by keys. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { screenshot } from '../harness/workbench';
import { eventually } from '../vscode/assert';
import type { Case, Deed } from './case';

/** The visible rows of the suggestion list. */
const rows = (page: Page) => page.locator('.suggest-widget.visible .monaco-list-row');

async function labels(page: Page): Promise<string[]> {
  await rows(page).first().waitFor();
  return (await rows(page).locator('.label-name').allTextContents()).map((text) => text.trim());
}

/** Moves the cursor to the end of the line that contains `text`. */
async function goToEndOf(page: Page, text: string): Promise<void> {
  await page.locator('.view-line', { hasText: text }).first().click();
  await page.keyboard.press('End');
}

/** The plot of an activation is shown beside the list, and its row is accepted by typing. */
export function plotBesideList(file: string, says: RegExp): Case {
  const deed: Deed = async ({ page }, name) => {
    await goToEndOf(page, 'activation: tanh');
    await page.keyboard.press('Enter');
    await page.keyboard.type('- dense: { units: 3, activation: ');
    assert.deepEqual((await labels(page)).slice(0, 3), ['sigmoid', 'tanh', 'relu']);
    // The list is redrawn while it fills; a key pressed too early is lost.
    await page.waitForTimeout(500);
    await page.keyboard.press('ArrowDown');
    await rows(page).and(page.locator('.focused')).filter({ hasText: 'tanh' }).waitFor();
    const details = page.locator('.suggest-details-container');
    const plot = details.locator('img').nth(2);
    // A key pressed while the list is redrawn is lost.
    for (let attempt = 1; attempt <= 3 && !(await plot.isVisible()); attempt++) {
      await page.waitForTimeout(500);
      await page.keyboard.press('Control+Space');
      await plot.waitFor({ timeout: 10_000 }).catch(() => undefined);
    }
    await plot.waitFor({ timeout: 1000 });
    // The pane grows when its pictures are loaded.
    await page.waitForTimeout(500);
    assert.match((await details.textContent()) ?? '', says);
    await screenshot(page, `completion-activation-${name}`);
    // One row matches the typed letters, however often the list is redrawn. Accepting it types the rest.
    await page.keyboard.type('ta', { delay: 20 });
    await rows(page).and(page.locator('.focused')).filter({ hasText: 'tanh' }).waitFor();
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: /units:\s3,\sactivation:\stanh\b/ }).waitFor();
    // The editor closes the brace only if it had already tokenised the lines before, which a change of
    // theme may delay.
    await page.keyboard.type('}');
    await page.locator('.view-line', { hasText: 'units: 3, activation: tanh}' }).waitFor();
  };
  return { title: 'the plot of an activation is shown beside the list', file, deed };
}

/** Few keys complete a whole spec. They replace the text of `file`, which is saved. */
export function wholeSpec(file: string): Case {
  const deed: Deed = async ({ page, folder }, name) => {
    await page.locator('.view-line').first().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    const accept = async (typed: string, label: string) => {
      await page.keyboard.type(typed, { delay: 20 });
      const row = rows(page).filter({ hasText: label }).first();
      await row.waitFor();
      await page.waitForTimeout(300);
      await screenshot(page, `completion-${name}-${label}`);
      await page.keyboard.press('Enter');
      await page.waitForTimeout(300);
    };
    await accept('dat', 'data');
    await accept('sou', 'source');
    await accept('xo', 'xor');
    await page.keyboard.type('\n');
    await page.keyboard.press('Shift+Tab');
    await accept('mod', 'model');
    await accept('den', 'dense');
    await page.keyboard.press('Tab');
    // The next tab stop is selected, and typing replaces it: wait for the selection.
    await page.waitForTimeout(500);
    await accept('tan', 'tanh');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await page.keyboard.type('\n');
    await accept('den', 'dense');
    await page.keyboard.type('1');
    await page.keyboard.press('Tab');
    await page.waitForTimeout(500);
    await accept('sig', 'sigmoid');
    const wanted = [
      'data:',
      '  source: xor',
      'model:',
      '  layers:',
      '    - dense: { units: 16, activation: tanh }',
      '    - dense: { units: 1, activation: sigmoid }',
    ].join('\n');
    await page.keyboard.press('Control+s');
    const text = () => readFileSync(join(folder, file), 'utf8').trimEnd();
    // If the file never gets this text, the failure shows the difference.
    await eventually('the file', () => text() === wanted).catch(() => assert.equal(text(), wanted));
  };
  return { title: 'few keys complete a whole spec', file, deed };
}
