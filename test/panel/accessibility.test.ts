import { assertAccessible, shownView } from './accessible';
import { hydrate, settled, usePanels } from './page';

describe('the views of the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();

  it('have no fault that axe finds, in any kind of theme', async () => {
    const page = await panels.open({ width: 1000, height: 1200 });
    await hydrate(page, 'xor', 30);
    for (const [i, tab] of [
      'network',
      'overview',
      'activations',
      'backprop',
      'gradients',
      'data',
      'mistakes',
    ].entries()) {
      await page.getByRole('tab').nth(i).click();
      await settled(page);
      // The header above the views is looked at with the first.
      await assertAccessible(page, tab, i === 0 ? undefined : shownView);
    }
  });

  it('have none when a run has ended badly', async () => {
    const page = await panels.open();
    await hydrate(page, 'xor', 30, { state: 'failed', failure: { code: 'x', message: 'No more memory.' } });
    await assertAccessible(page, 'a failed run');
  });
});
