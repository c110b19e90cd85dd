import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { panelFrame, runCommand, screenshot, shareEditor } from '../harness/workbench';

const clicks = 6;

/** A workspace with a run that lasts until the window is closed. */
function longRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
  const text = readFileSync('examples/xor.nnspec', 'utf8');
  writeFileSync(join(folder, 'xor.nnspec'), text.replace(/epochs: \d+/, 'epochs: 100000000'));
  return folder;
}

// Both windows are remote ones: the menus know a spec by another address than the extension in Node does.
for (const host of ['node', 'browser'] as const) {
  describe(`a run in the ${host} extension host`, function () {
    this.timeout(180_000);
    const openWindow = shareEditor();
    const folder = longRun();
    after(() => rmSync(folder, { recursive: true, force: true }));

    it('changes the buttons above its spec, and its item of the status bar takes every click', async () => {
      const { page } = await openWindow({ folder, file: 'xor.nnspec', host });
      const button = (name: RegExp) => page.locator('.editor-actions').getByRole('button', { name }).first();
      await button(/^Train Network/).waitFor();
      await runCommand(page, 'NNSpec: Train Network');
      await panelFrame(page);
      await page.locator('.view-line').first().click();
      await button(/^Pause Training/).waitFor();
      await button(/^Stop Training/).waitFor();
      assert.equal(await button(/^Train Network/).count(), 0);
      await screenshot(page, `running-${host}`);

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
        await tab.waitFor({ timeout: 3000 }).catch(async () => {
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
    });
  });
}
