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

  it('says in a sentence where the linear model is as good on the rows that are held out, once the run is over', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 60, { state: 'completed' });
    const started = {
      ...(await page.evaluate(() => window.fakeFeed.started())),
      samples: { train: 400, validation: 100, test: 0 },
    };
    const end = (loss: number) => ({
      ...{ reason: 'completed' as const, epochs: 60, seconds: 1, expect: [] },
      final: { train: [['loss', 0.1]] as const, validation: [['loss', loss]] as const },
    });
    const linear = { train: [['loss', 0.3]] as const, validation: [['loss', 0.186]] as const };
    const verdict = () => page.getByTestId('linear-verdict');
    const shown = { state: 'completed', started, linear, linearError: 0.01 } as const;
    await hydrate(page, 'xor', 60, { ...shown, ended: end(0.18) });
    assert.match(
      (await verdict().textContent()) ?? '',
      /^The linear model is about as good: loss 0\.186 against 0\.18 on the same 100 rows .*Prefer it, it is simpler\.$/,
    );
    await hydrate(page, 'xor', 60, { ...shown, ended: end(0.1) });
    assert.equal(await verdict().isHidden(), true);
    await hydrate(page, 'xor', 60, { started, linear, state: 'running' });
    assert.equal(await verdict().isHidden(), true);
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
