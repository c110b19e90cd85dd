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
    const line = workbench.page.locator('.view-line').filter({ hasText: 'activation:' }).first();
    // Tokens for an activation, a layer and a number: at least one colour each.
    await line.locator('span[class*="mtk"]').nth(5).waitFor();
    const colours = await line
      .locator('span[class*="mtk"]')
      .evaluateAll((spans) => spans.map((span) => span.className));
    assert.ok(new Set(colours).size >= 4, `the line has the colours ${[...new Set(colours)].join(', ')}`);
  });

  it('trains XOR from the palette and draws it', async () => {
    const { page } = workbench;
    await runCommand(page, 'NNSpec: Train Network');
    const panel = await panelFrame(page);
    await panel.waitForSelector('canvas[aria-label]');
    await screenshot(page, 'training-dark');
  });
});
