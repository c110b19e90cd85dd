/** A run whose engine is not the built-in one. */
import assert from 'node:assert/strict';
import { hydrate, posted, settled, textOf, usePanels } from './page';

describe('the panel of another engine', function () {
  this.timeout(60_000);
  const panels = usePanels();

  it('says where a button would be what the engine cannot do', async () => {
    const page = await panels.open();
    await hydrate(page, 'xor', 3);
    await page.evaluate(() => {
      const capabilities = {
        requests: ['pause', 'step'] as const,
        steps: ['batch', 'epoch'] as const,
        measurements: [],
      };
      window.fakeFeed.hydrate({ state: 'paused', hello: { protocol: 1, engine: 'pytorch', capabilities } });
    });
    await settled(page);
    await page.getByTestId('step-more').click();
    assert.match(await textOf(page, 'step-phase'), /PyTorch trains whole batches/);
    await page.getByTestId('step-phase').click({ force: true });
    assert.deepEqual(await posted(page, 'step'), []);
    await page.keyboard.press('Escape');
    assert.equal(await page.getByTestId('save').isDisabled(), true);
    await page.keyboard.press('4');
    await settled(page);
    assert.match((await page.locator('main').textContent()) ?? '', /PyTorch cannot do this/);
    assert.deepEqual(await posted(page, 'walk'), []);
  });
});
