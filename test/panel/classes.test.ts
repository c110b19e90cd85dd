import assert from 'node:assert/strict';
import { hydrate, settled, textOf, usePanels } from './page';

describe('the classes of a run in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();

  it('says that many classes have no matrix, and counts what it does not list', async () => {
    const page = await panels.open({ state: { choices: { tab: 'data' } } });
    await hydrate(page, 'spiral', 5);
    await page.evaluate(() => {
      const feed = window.fakeFeed;
      const started = feed.started();
      const facts = { ...started.facts, targetSize: 2000, inputSize: 4000, classNames: undefined };
      const many = { ...started, seed: 7, facts, targetKind: 'classes' as const, classNames: undefined };
      feed.hydrate({ started: many, confusion: undefined, surface: undefined });
    });
    await settled(page);
    const text = (id: string) => textOf(page, id);
    assert.match(await text('data-facts'), /one of 2,000 classes/);
    assert.match(await text('data-facts'), /Inputs: 4,000/);
    await page.getByTestId('tab-mistakes').click();
    await settled(page);
    assert.match(await text('confusion'), /It is shown for up to 100 classes\./);
  });

  it('has a confusion matrix that names its part, with precision below and recall beside', async () => {
    const page = await panels.open({ state: { choices: { tab: 'mistakes' } } });
    await hydrate(page, 'spiral', 5);
    await page.evaluate(() => {
      const part = 'validation' as const;
      window.fakeFeed.hydrate({ confusion: { part, classNames: ['no', 'yes'], counts: Float64Array.of(90, 2, 5, 3) } });
    });
    await settled(page);
    const text = await textOf(page, 'confusion');
    assert.match(text, /Confusion matrix · validation/);
    assert.match(text, /noyesrecallno9020\.98yes530\.38precision0\.950\.60/);
  });
});
