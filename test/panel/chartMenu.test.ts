import assert from 'node:assert/strict';
import { hydrate, posted, settled, usePanels } from './page';

describe('the menu of a chart in the panel', function () {
  this.timeout(20_000);
  const panels = usePanels();

  it('saves the chart as SVG, PNG and CSV, with title, legend and all numbers', async () => {
    const page = await panels.open();
    await hydrate(page, 'spiral', 30);
    for (const kind of ['svg', 'png', 'csv'] as const) {
      await page.getByTestId('menu-loss').click();
      await page.getByTestId(`save-${kind}-loss`).click();
      await page.waitForFunction(
        (wanted) => window.posted.some((each) => each.type === 'saveFile' && each.kind === wanted),
        kind,
      );
    }
    const files = await page.evaluate(() =>
      window.posted.flatMap((each) => (each.type === 'saveFile' ? [{ ...each, bytes: [...each.bytes] }] : [])),
    );
    const text = (at: number) => new TextDecoder().decode(Uint8Array.from(files[at].bytes));
    assert.match(text(0), /^<svg .*>Loss<.*>training<.*>validation<.*<path .*>epoch</s);
    assert.deepEqual(
      files[1].bytes.slice(1, 4),
      [...'PNG'].map((letter) => letter.charCodeAt(0)),
    );
    const loss = await page.evaluate(() => window.nnspecPanel!.series('loss').y);
    const lines = text(2).trim().split('\n');
    assert.equal(lines[0], 'epoch,training,validation');
    assert.deepEqual(
      lines.slice(1).map((line) => Number(line.split(',')[1])),
      loss,
    );
    // The decision boundary is drawn by calls of its own.
    await page.getByTestId('menu-boundary').click();
    await page.getByTestId('save-svg-boundary').click();
    await settled(page);
    const saved = await posted(page, 'saveFile');
    assert.equal(saved.length, 4);
    const boundary = new TextDecoder().decode(Uint8Array.from(Object.values(saved[3].bytes)));
    assert.match(boundary, /<image .*data:image\/png.*<path .*>x1</s);
  });

  it('zooms, pans and shows the whole again, from the keyboard and by dragging', async () => {
    const page = await panels.open();
    await hydrate(page, 'spiral', 30);
    const shown = () => page.evaluate(() => window.nnspecPanel!.chart('loss')![0].x.length);
    const canvas = page.getByTestId('chart-loss');
    const reset = page.getByTestId('figure-loss').getByTestId('reset-zoom');
    assert.equal(await shown(), 30);
    await canvas.focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await reset.waitFor();
    assert.ok((await shown()) < 28, `${await shown()} points in view`);
    // The view stays as the run goes on.
    const before = await shown();
    await page.evaluate(() => {
      window.fakeFeed.train(3);
      window.fakeFeed.append();
    });
    await settled(page);
    assert.ok((await shown()) <= before + 1);
    await page.keyboard.press('0');
    await reset.waitFor({ state: 'hidden' });
    assert.equal(await shown(), 33);
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 220, box.y + 160, { steps: 4 });
    await page.mouse.up();
    await reset.waitFor();
    await reset.click();
    assert.equal(await shown(), 33);
  });

  it('offers a logarithmic axis where all numbers are above 0, and opens from the keyboard', async () => {
    const page = await panels.open();
    await hydrate(page, 'xor', 30);
    await page.getByTestId('tab-gradients').click();
    await settled(page);
    await page.getByTestId('menu-depth').focus();
    await page.keyboard.press('Enter');
    const log = page.getByTestId('log-depth');
    assert.equal(await log.getAttribute('aria-checked'), 'true');
    await page.keyboard.press('Enter');
    await page.getByTestId('menu-depth').click();
    assert.equal(await log.getAttribute('aria-checked'), 'false');
    await page.keyboard.press('Escape');
    await page.getByTestId('tab-overview').click();
    await settled(page);
    // The share of right answers has a fixed range, the loss a choice of its own.
    for (const id of ['accuracy', 'loss']) {
      await page.getByTestId(`menu-${id}`).click();
      assert.equal(await page.getByTestId(`log-${id}`).isVisible(), false, id);
      await page.keyboard.press('Escape');
    }
  });
});
