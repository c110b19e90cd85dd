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
    assert.equal(await page.getByTestId('cross-validate').isHidden(), true);
    await hydrate(page, 'xor', 60, { state: 'completed', started: { ...started, baselines } });
    await page.getByTestId('cross-validate').click();
    assert.equal((await posted(page, 'crossValidate')).length, 1);
  });

  it('shows the mean of the linear model over the folds beside that of the network', async () => {
    page = await panels.open();
    const fold = (number: number, loss: number) => ({
      fold: number,
      reason: 'completed' as const,
      epochs: 9,
      values: [['loss', loss]] as const,
      baseline: [['loss', 0.75]] as const,
    });
    const state = { state: 'completed', folds: [fold(1, 0.25), fold(2, 0.5)] } as const;
    await hydrate(page, 'xor', 60, { ...state, linearFolds: [fold(1, 0.5), fold(2, 0.75)] });
    const cells = await page.getByTestId('folds-loss').locator('td').allTextContents();
    assert.deepEqual(cells, ['0.3750 ± 0.1768', '0.6250 ± 0.1768', '0.7500 ± 0.0000', '0.2500', '0.5000']);
  });
});
