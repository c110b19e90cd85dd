import assert from 'node:assert/strict';
import { hydrate, PanelBrowser, settled, textOf } from './page';

describe('the panel of a run with many classes', function () {
  this.timeout(60_000);

  it('says that many classes have no matrix, and counts what it does not list', async () => {
    const panels = await PanelBrowser.start();
    after(() => panels.stop());
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
    assert.match(await text('confusion'), /It is shown for up to 100 classes\./);
    assert.match(await text('data-facts'), /one of 2,000 classes/);
    assert.match(await text('data-facts'), /Inputs: 4,000/);
    await page.close();
    assert.deepEqual(panels.errors, []);
  });
});
