import assert from 'node:assert/strict';
import { hydrate, settled, textOf, usePanels } from './page';

describe('the header of the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();

  it('says when the file is no longer what the run was started with, and when it is again', async () => {
    const page = await panels.open();
    await hydrate(page, 'xor', 5);
    const tell = async (changed: boolean) => {
      await page.evaluate((value) => window.postMessage({ type: 'specChanged', changed: value }), changed);
      await settled(page);
      return textOf(page, 'changed');
    };
    assert.equal(await textOf(page, 'changed'), '');
    assert.equal(await tell(true), 'the file has changed since');
    assert.equal(await tell(false), '');
  });
});
