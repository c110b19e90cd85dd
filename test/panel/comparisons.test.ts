import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hydrate, posted, textOf, usePanels } from './page';

describe('the comparisons of a run in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  const text = (id: string) => textOf(page, id);

  it('shows beside each number that of a constant answer, and asks for that of the linear model', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 60, { state: 'completed' });
    const started = await page.evaluate(() => window.fakeFeed.started());
    const baselines = { train: [['loss', 0.6875]] };
    await hydrate(page, 'xor', 60, { state: 'completed', started: { ...started, baselines } });
    assert.match(await text('headline-loss'), /baseline 0\.6875$/);
    await page.getByTestId('compare-linear').click();
    assert.equal((await posted(page, 'compareLinear')).length, 1);
    await hydrate(page, 'xor', 60, { linear: { train: [['loss', 0.7]] }, started: { ...started, baselines } });
    assert.match(await text('headline-loss'), /linear model 0\.7000$/);
    assert.equal(await page.getByTestId('compare-linear').isHidden(), true);
  });
});
