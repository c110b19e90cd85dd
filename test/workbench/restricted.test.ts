import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesBelow } from '../../scripts/processes.mjs';
import { runCommand, screenshot, shareEditor, type Workbench, webviewFrame } from '../harness/workbench';

describe('Restricted Mode', function () {
  this.timeout(120_000);
  const openWindow = shareEditor({ trust: false });
  let workbench: Workbench;

  before(async () => {
    workbench = await openWindow({
      file: 'deep-sigmoid.nnspec',
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
  });

  it('keeps diagnostics and the code lens', async () => {
    const { page } = workbench;
    await page.locator('.codelens-decoration', { hasText: 'Train Network' }).waitFor();
    await page.locator('.squiggly-info, .squiggly-warning').first().waitFor();
  });

  it('starts no engine: nothing is predicted until the workspace is trusted', async () => {
    // Longer than a prediction takes to begin after the check.
    await workbench.page.waitForTimeout(2000);
    assert.deepEqual(processesBelow(workbench.serverPid, 'engineChild.js'), []);
  });

  it('reads no data: the panel says why', async () => {
    const { page, serverPid } = workbench;
    await runCommand(page, 'NNSpec: Show Data');
    const panel = await webviewFrame(page, '[data-testid=data-action]');
    assert.match(
      (await panel.getByTestId('data-status').textContent()) ?? '',
      /^In Restricted Mode no data are read\./,
    );
    assert.deepEqual(processesBelow(serverPid, 'engineChild.js'), []);
    await page.locator('.tab[aria-label^="deep-sigmoid.nnspec"]').last().click({ button: 'middle' });
    await page.locator('iframe.webview').waitFor({ state: 'detached' });
  });

  it('shows a name that pretends to be a link as plain text', async () => {
    const { page, folder } = workbench;
    const link = '[Open the repaired table](command:workbench.action.files.newUntitledFile)';
    writeFileSync(join(folder, 'bad.csv'), `${link},${link}\n1,2\n3,4\n`);
    await runCommand(page, 'NNSpec: New Spec from CSV');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'bad.csv' }).click();
    // The editor of the tests shows no toasts.
    await page.locator('[id="status.notifications"] .codicon-bell-dot').waitFor();
    await runCommand(page, 'Notifications: Show Notifications');
    const message = page.locator('.notification-list-item-message', { hasText: 'Open the repaired table' });
    await message.waitFor();
    assert.equal(await message.locator('a').count(), 0);
  });

  it('starts no training: it says that training needs trust, and opens the page for it', async () => {
    const { page } = workbench;
    await runCommand(page, 'NNSpec: Train Network');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    assert.match((await dialog.textContent()) ?? '', /Training waits until you trust this workspace/);
    await screenshot(page, 'restricted');
    await dialog.getByRole('button', { name: 'Manage Trust' }).click();
    await page.locator('.workspace-trust-editor').waitFor();
    assert.equal(await page.locator('iframe.webview').count(), 0, 'a panel was opened');
  });
});
