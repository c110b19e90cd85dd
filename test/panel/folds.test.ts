import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hydrate, textOf, usePanels } from './page';

describe('a cross-validation in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  const text = (id: string) => textOf(page, id);

  const score = (fold: number, loss: number) =>
    ({
      fold,
      reason: 'completed',
      epochs: 60,
      values: [
        ['loss', loss],
        ['accuracy', 0.9 + fold / 100],
      ],
      baseline: [['loss', 0.75]],
    }) as const;

  /** Shows the run in a fold, or in the training of the network itself. */
  async function show(fold: number | undefined, folds: ReturnType<typeof score>[], change: object): Promise<void> {
    const started = await page.evaluate(() => window.fakeFeed.started());
    const training = { ...started.spec.training, crossValidation: 3 };
    await hydrate(page, 'xor', 60, {
      started: { ...started, fold, spec: { ...started.spec, training } },
      folds,
      ...change,
    });
  }

  it('says which fold is trained, and shows the scores of those before', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 1);
    assert.equal(await page.getByTestId('folds').isHidden(), true);
    await show(1, [], {});
    assert.match(await text('epoch'), /^fold 1 of 3 · epoch 60\//);
    assert.equal(await page.getByTestId('folds').isHidden(), true);
    await show(2, [score(1, 0.25)], {});
    assert.match(await text('folds'), /^Cross-validation: 1 of 3 folds/);
    assert.deepEqual(await page.getByTestId('folds-loss').locator('th, td').allTextContents(), [
      'loss',
      '0.2500',
      '0.7500',
      '0.2500',
    ]);
    for (const id of ['save', 'rate-slider', 'rate-input']) {
      assert.equal(await page.getByTestId(id).isDisabled(), true, id);
    }
  });

  it('shows mean and spread of all folds beside the network itself, also of a stored run', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 1);
    await show(undefined, [score(1, 0.25), score(2, 0.5), score(3, 0.75)], { state: 'completed', stored: true });
    assert.match(await text('epoch'), /^epoch 60\//);
    assert.match(await text('folds'), /^Cross-validation: 3 folds/);
    assert.deepEqual(await page.getByTestId('folds-loss').locator('th, td').allTextContents(), [
      'loss',
      '0.5000 ± 0.2500',
      '0.7500 ± 0.0000',
      '0.2500',
      '0.5000',
      '0.7500',
    ]);
    assert.equal(await page.getByTestId('folds-accuracy').locator('td').nth(1).textContent(), '–');
  });

  it('says that a run that was stopped in a fold has no network', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 1);
    const ended = { reason: 'stopped', epochs: 3, seconds: 1, final: {}, expect: [] };
    await show(2, [score(1, 0.25)], { state: 'stopped', ended });
    assert.match(await text('banner'), /Stopped in fold 2 of 3: the network itself was not trained\./);
    assert.equal(await page.getByTestId('save').isDisabled(), true);
  });
});
