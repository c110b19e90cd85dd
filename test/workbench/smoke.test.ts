import assert from 'node:assert/strict';
import { openWorkbench, panelFrame, runCommand, screenshot, type Workbench } from '../harness/workbench';

describe('the product in the workbench', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ file: 'xor.nnspec', theme: 'dark' });
  });

  after(() => workbench?.close());

  it('highlights a spec', async () => {
    const { page } = workbench;
    const line = page.locator('.view-line').filter({ hasText: 'activation:' }).first();
    await line.waitFor();
    assert.ok((await line.locator('span[class*="mtk"]').count()) > 3, 'the line has one colour');
  });

  it('trains XOR from the palette and draws it', async () => {
    const { page } = workbench;
    await runCommand(page, 'NNSpec: Train Network');
    const panel = await panelFrame(page);
    await panel.waitForSelector('canvas[aria-label]');
    await screenshot(page, 'training-dark');
  });
});
