import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launchChromium } from '../../scripts/chromium.mjs';
import { openInEveryWindow, startWorkbench, workbenchUrl } from '../../scripts/workbench.mjs';
import { runCommand } from '../harness/workbench';

describe('the workbench of npm start', function () {
  this.timeout(180_000);
  const closers: (() => unknown)[] = [];
  after(async () => {
    for (const close of closers.reverse()) {
      await close();
    }
  });

  it('shows the extension’s notifications', async () => {
    const base = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
    closers.push(() => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
    const workbench = await startWorkbench({ userData: base, install: true });
    closers.push(workbench.stop);
    const folder = resolve('examples');
    closers.push(openInEveryWindow(base, join(folder, 'xor.nnspec')));
    const browser = await launchChromium();
    closers.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(workbenchUrl({ origin: workbench.origin, folder }), { timeout: 60_000 });
    await page.waitForSelector('.codelens-decoration', { timeout: 60_000 });
    await runCommand(page, 'NNSpec: Show Training Panel');
    const toast = page.locator('.notification-toast', { hasText: 'There is no run to show. Train a network first.' });
    await toast.waitFor({ timeout: 20_000 });
    assert.equal(await toast.getByRole('button', { name: 'Train Network' }).count(), 1);
  });
});
