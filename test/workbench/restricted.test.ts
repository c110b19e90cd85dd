import assert from 'node:assert/strict';
import { runCommand, screenshot, shareEditor, type Workbench } from '../harness/workbench';

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

  it('shows predictions from data that the diagnostics have read already', async () => {
    // Only the predictor reports anything below a warning here.
    await workbench.page.locator('.squiggly-info').first().waitFor({ timeout: 60_000 });
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
