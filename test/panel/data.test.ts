import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { fakeColumns, fakeDataAnswer } from '../../webview/panel/dev/fakeData';
import { hydrate, posted, settled, textOf, usePanels } from './page';

const cells = (page: Page, column: number) =>
  page.locator(`[data-testid=table-rows] tr td:nth-of-type(${column + 2})`).allTextContents();

/** A panel of a spec without a run, on a part of its Data tab. */
async function openIdle(page: Page, prepare?: () => void): Promise<void> {
  await page.evaluate(() => {
    const Feed = (window as unknown as { FakeFeed: new (name: string) => Window['fakeFeed'] }).FakeFeed;
    window.fakeFeed = new Feed('xor');
  });
  if (prepare) {
    await page.evaluate(prepare);
  }
  await page.evaluate(() => window.fakeFeed.idle());
  await settled(page);
}

describe('the Data view in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  const onPart = (dataPart: string) => ({ state: { choices: { tab: 'data', dataPart } } });

  it('shows the data of a spec that was never trained, and offers to train it', async () => {
    const page = await panels.open({ state: {} });
    await openIdle(page);
    assert.match(await textOf(page, 'state'), /not trained yet/);
    assert.equal(await page.getByText('It appears when you train.').first().isVisible(), true);
    assert.equal((await posted(page, 'openData')).length, 0, 'the data are read although nobody looks at them');
    await page.evaluate(() => window.postMessage({ type: 'showData' }));
    await page.getByTestId('column').first().waitFor();
    assert.equal(await page.getByTestId('tab-data').getAttribute('aria-selected'), 'true');
    assert.equal(await page.getByTestId('tab-data-run').isVisible(), false);
    await page.getByTestId('train').click();
    assert.deepEqual(await posted(page, 'control'), [{ type: 'control', action: 'restart' }]);
    await page.evaluate(() => {
      window.fakeFeed.train(3);
      window.fakeFeed.hydrate();
    });
    await settled(page);
    assert.equal(await page.getByTestId('tab-network').getAttribute('aria-selected'), 'true');
    assert.equal(await page.getByTestId('train').isVisible(), false);
    assert.equal(await page.getByText('It appears when you train.').first().isVisible(), false);
  });

  it('draws each column with exactly its numbers, says what it becomes, and warns', async () => {
    const page = await panels.open(onPart('overview'));
    await openIdle(page);
    await page.getByTestId('column').first().waitFor();
    const answer = fakeDataAnswer({ kind: 'columns', search: '', from: 0 });
    assert.ok(answer.kind === 'columns');
    const [age, , city] = answer.columns;
    const drawn = await page
      .locator('[aria-label=age] .histogram rect')
      .evaluateAll((bars) =>
        bars.map((bar) => [Number(bar.getAttribute('data-count')), Number(bar.getAttribute('height'))]),
      );
    const counts = age.histogram?.counts ?? [];
    const most = Math.max(...counts);
    assert.deepEqual(
      drawn.map(([count]) => count),
      counts,
    );
    assert.ok(drawn.every(([count, height]) => Math.abs(height - (44 * count) / most) < 1.6));
    assert.match(
      (await page.getByTestId('becomes').first().textContent()) ?? '',
      /^input\(x − 48\) \/ 17\.31; missing cells become 48$/,
    );
    const listed = await page.locator('[aria-label=city] .category-bars li').allTextContents();
    assert.deepEqual(
      listed,
      city.values?.map(({ value, count }) => `${value}${count}`),
    );
    assert.match(
      await textOf(page, 'data-overview'),
      /rows240training144 \(60 %\)validation48 \(20 %\)test48 \(20 %\)/,
    );
    assert.match(await textOf(page, 'data-balance'), /no89 \(62 %\)28 \(58 %\)28 \(58 %\)yes55/);
    assert.match(await textOf(page, 'data-findings'), /2 cells lie far/);
  });

  it('pages and sorts the table by keyboard and tells assistive technology how', async () => {
    const page = await panels.open(onPart('table'));
    await openIdle(page);
    await page.locator('[data-testid=table-rows] tr').first().waitFor();
    assert.deepEqual(
      await cells(page, 0),
      fakeColumns.age.slice(0, 100).map((cell) => String(cell ?? 'missing')),
    );
    await page.getByTestId('panel-data-table').getByTestId('pager-next').first().click();
    await page.getByText('101–200 of 240').waitFor();
    assert.deepEqual(
      await cells(page, 3),
      range(100).map((i) => `note ${100 + i}`),
    );
    const header = page.locator('th', { has: page.locator('#sort-1') });
    await page.locator('#sort-1').focus();
    const fares = () => cells(page, 1).then((texts) => texts.map(Number));
    for (const [order, sign] of [
      ['ascending', 1],
      ['descending', -1],
    ] as const) {
      await page.keyboard.press('Enter');
      await page.locator(`th[aria-sort=${order}]`).waitFor();
      const wanted = (fakeColumns.fare as number[]).toSorted((a, b) => sign * (a - b)).slice(0, 100);
      assert.deepEqual(await fares(), wanted);
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'sort-1', 'the focus is lost');
    }
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('th[aria-sort=descending]') === null);
    assert.equal(await header.getAttribute('aria-sort'), 'none');
    await page.getByTestId('table-part').selectOption('validation');
    await page.locator('.part-train').first().waitFor({ state: 'detached' });
    assert.deepEqual(
      new Set(await page.locator('[data-testid=table-rows] td:first-of-type').allTextContents()),
      new Set(['validation']),
    );
  });

  it('draws a scatter matrix of chosen columns, and lists its correlations', async () => {
    const page = await panels.open(onPart('scatter'));
    await openIdle(page);
    const canvas = page.getByTestId('scatter');
    await page.locator('canvas[aria-label="Scatter matrix of age, fare with 240 points."]').waitFor();
    assert.match(await textOf(page, 'scatter-count'), /^all 240 rows$/);
    const blue = await canvas.evaluate((element: HTMLCanvasElement) => {
      const { data } = (element.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        element.height / 2,
        element.width / 2,
        element.height / 2,
      );
      return data.filter((_, i) => i % 4 === 2 && data[i] > 200 && data[i - 2] < 120).length;
    });
    assert.ok(blue > 50, `${blue} blue pixels`);
    await page.getByTestId('correlations').locator('summary').click();
    assert.equal(await page.getByTestId('correlations').locator('tbody').textContent(), 'age1.000.25fare0.251.00');
    await page.getByTestId('scatter-2').selectOption('');
    await page.locator('canvas[aria-label="Scatter matrix of age with 240 points."]').waitFor();
    const last = (await posted(page, 'askData')).at(-1);
    assert.deepEqual(last?.question, { kind: 'scatter', columns: [0] });
  });

  it('says why there is no table, and leads to the place', async () => {
    const page = await panels.open(onPart('overview'));
    await openIdle(page, () => {
      window.fakeFeed.data = { kind: 'refused', notices: [{ severity: 'error', message: 'Line 2 has 2 cells.' }] };
    });
    await page.getByText('There is no table to show').waitFor();
    await page.getByTestId('data-notice').click();
    assert.deepEqual(await posted(page, 'showNotice'), [{ type: 'showNotice', index: 0 }]);
    await page.evaluate(() => window.fakeFeed.send({ type: 'dataState', state: { kind: 'untrusted' } }));
    await page.getByText('In Restricted Mode no data are read.').waitFor();
    await page.getByTestId('data-action').click();
    assert.equal((await posted(page, 'manageTrust')).length, 1);
  });

  it('offers to reload what has changed', async () => {
    const page = await panels.open(onPart('table'));
    await openIdle(page);
    await page.locator('[data-testid=table-rows] tr').first().waitFor();
    assert.equal(await page.getByTestId('data-changed').isVisible(), false);
    await page.locator('#sort-1').click();
    await page.locator('th[aria-sort=ascending]').waitFor();
    await page.evaluate(() => window.fakeFeed.send({ type: 'dataChanged', changed: true }));
    await page.getByTestId('data-reload').click();
    await page.getByTestId('data-changed').waitFor({ state: 'hidden' });
    assert.equal((await posted(page, 'openData')).length, 2);
    await settled(page);
    const last = (await posted(page, 'askData')).at(-1)?.question;
    assert.deepEqual(last?.kind === 'page' && last.sort, { column: 1, descending: false }, 'the order is forgotten');
  });

  it('keeps what it says of a run, and reads no table for that', async () => {
    const page = await panels.open({ state: { choices: { tab: 'data' } } });
    await hydrate(page, 'spiral', 3);
    assert.equal(await page.getByTestId('layers').isVisible(), true);
    assert.equal((await posted(page, 'openData')).length, 0);
    await page.getByTestId('tab-data-run').press('ArrowLeft');
    assert.equal(await page.getByTestId('tab-data-scatter').getAttribute('aria-selected'), 'true');
    await page.getByTestId('scatter').waitFor();
    assert.equal((await posted(page, 'openData')).length, 1);
  });

  it('fits 300 pixels without scrolling sideways', async () => {
    for (const part of ['overview', 'table', 'scatter']) {
      const page = await panels.open({ ...onPart(part), width: 300 });
      await openIdle(page);
      await page.waitForTimeout(50);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 300, `${part} is ${width} pixels wide`);
      if (part !== 'scatter') {
        await page.close();
      }
    }
  });
});

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
