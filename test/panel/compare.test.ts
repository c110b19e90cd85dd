import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { decode } from 'fast-png';
import type { Page } from 'playwright-core';
import { type FakeTheme, fakePage } from '../../webview/panel/dev/fakeHost';
import { formatNumber } from '../../webview/shared/format';
import { assertAccessible } from './accessible';
import { ComparedFolder, fallingEpochs, fillFolder, manyRuns, specText, specUri } from './comparedFolder';
import { bundle, launchFor, openPage, type PageBrowser, setTheme } from './page';

const origin = 'http://compare.test';

/** All Korean texts, as the build puts them together. */
function mergedKorean(): object {
  const files = readdirSync('l10n').filter((file) => file.endsWith('.ko.json'));
  return Object.assign({}, ...files.map((file) => JSON.parse(readFileSync(`l10n/${file}`, 'utf8'))));
}

describe('the page that compares runs', function () {
  this.timeout(60_000);
  let browser: PageBrowser;
  let files: ReadonlyMap<string, string>;
  let page: Page;
  let folder: ComparedFolder;
  const errors: string[] = [];

  before(async () => {
    folder = new ComparedFolder();
    await fillFolder(folder);
    [browser, files] = await Promise.all([launchFor(origin), bundle({ compare: 'webview/compare/main.ts' })]);
  });

  after(async () => {
    await browser.close();
  });

  beforeEach(() => {
    errors.length = 0;
  });

  afterEach(async () => {
    await page.close();
    assert.deepEqual(errors, [], 'the page has an error, or breaks its Content-Security-Policy');
  });

  async function open(options: { theme?: FakeTheme; width?: number; l10n?: object; state?: object } = {}) {
    page = await browser.newPage({ width: options.width ?? 1200, height: 900 });
    await folder.serve(page, { spec: specUri });
    const language = options.l10n ? 'ko' : 'en';
    const html = fakePage({ language, l10n: options.l10n }, origin, options.state, 'compare');
    await openPage(page, { origin, html, files, errors });
    await setTheme(page, options.theme ?? 'vscode-dark');
    await page.waitForFunction(() => (window.nnspecCompare?.curves().length ?? 0) > 0);
  }

  const rows = () => page.getByTestId('run');
  const keys = () => rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.key?.slice(-4)));
  const cell = (key: string, column: string) =>
    page.locator(`tr[data-key$="${key}"] [data-column="${column}"]`).textContent();
  const curves = () => page.evaluate(() => window.nnspecCompare?.curves() ?? []);
  const settled = () => page.waitForFunction(() => window.nnspecCompare?.idle);

  it('shows the numbers of the folders, and the points of their logs', async () => {
    await open();
    assert.equal(await page.getByTestId('title').textContent(), 'Compare moons');
    assert.deepEqual(await keys(), ['00ff', '0009', '0008', '0007', '0006', '0005', '0004', '0003', '0002', '0001']);
    const lines = folder.folder
      .text('runs/20261202-141505-moons-0005/events.jsonl')
      .split('\n')
      .filter((line) => line.includes('"epoch"'))
      .map((line) => JSON.parse(line));
    assert.equal(await cell('0005', 'val_loss'), formatNumber(lines[99].val_loss));
    assert.equal(await cell('0005', 'accuracy'), formatNumber(lines[99].accuracy));
    assert.equal(await cell('0005', 'setting training.optimizer.learning_rate'), '0.1');
    assert.equal(await cell('0005', 'expectations'), '✓ 1/1');
    await page.waitForFunction(() => (window.nnspecCompare?.curves().length ?? 0) > 18);
    const line = (await curves()).find(({ label }) => label === 'learning_rate 0.1 · seed 2');
    assert.deepEqual(
      line?.x.map((x, i) => [x, line.y[i]]),
      lines.map(({ epoch, val_loss }) => [epoch, val_loss]),
    );
    await page.getByTestId('tag').selectOption('accuracy');
    await page.getByTestId('x-axis').selectOption('step');
    await settled();
    const accuracy = (await curves()).find(({ label }) => label === 'learning_rate 0.1 · seed 2');
    assert.deepEqual(
      accuracy?.x.map((x, i) => [x, accuracy.y[i]]),
      lines.map((each) => [each.step, each.accuracy]),
    );
    assert.match((await page.getByTestId('chart-curves').getAttribute('aria-label')) ?? '', /^accuracy over step: 9 /);
    assert.equal(await page.getByTestId('time-note').isVisible(), false);
    await page.getByTestId('x-axis').selectOption('time');
    await settled();
    assert.match((await page.getByTestId('time-note').textContent()) ?? '', /^The times of 9 runs were not measured/);
  });

  it('shows damaged runs and foreign texts as text', async () => {
    await open();
    assert.equal(await cell('00ff', 'state'), 'The files of this run are damaged.');
    assert.equal(await page.locator('tr[data-key$="00ff"] input').isDisabled(), true);
    assert.equal(await cell('0002', 'note'), '<img src=x onerror="window.hurt = 1"> *bold*');
    assert.equal(await page.evaluate(() => 'hurt' in window), false);
  });

  it('sorts by any column with the keyboard, and filters by words and comparisons', async () => {
    await open();
    const header = page.locator('th[data-column="val_loss"]');
    await header.getByRole('button').focus();
    await page.keyboard.press('Enter');
    await settled();
    assert.equal(await header.getAttribute('aria-sort'), 'ascending');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('th')?.dataset.column), 'val_loss');
    // Runs without a value come last, in either direction.
    assert.deepEqual((await keys()).slice(-2).sort(), ['0009', '00ff']);
    assert.equal((await keys())[0], '0003');
    await page.getByTestId('filter').fill('learning_rate<0.5 val_loss < 0.2');
    await settled();
    assert.deepEqual((await keys()).sort(), ['0004', '0005', '0006']);
    assert.equal(await page.getByTestId('count').textContent(), '3 of 10 runs');
    await page.getByTestId('filter').fill('paper');
    await settled();
    assert.deepEqual(await keys(), ['0002']);
  });

  it('groups seeds into a mean with a band', async () => {
    await open();
    await page.waitForFunction(() => (window.nnspecCompare?.curves().length ?? 0) > 18);
    const single = await curves();
    await page.getByTestId('group-seeds').check();
    await settled();
    assert.equal(await rows().count(), 4);
    assert.match((await cell('0006', 'val_loss')) ?? '', /^0\.\d+ ± 0\.\d+$/);
    const grouped = await curves();
    const mean = grouped.find(({ label }) => label === 'learning_rate 0.1 · 3 seeds');
    const own = single.filter(({ label }) => /^learning_rate 0\.1 · seed \d$/.test(label));
    assert.equal(own.length, 3);
    mean?.y.forEach((y, i) => {
      const expected = own.reduce((sum, curve) => sum + curve.y[i], 0) / 3;
      assert.ok(Math.abs(y - expected) < 1e-12, `epoch ${mean.x[i]}: ${y} instead of ${expected}`);
    });
    assert.equal(grouped.filter(({ label }) => / (low|high)$/.test(label)).length, 6);
    // A group has no one seed: what differs is then the rate alone.
    const axes = await page.evaluate(() => window.nnspecCompare?.axes().map(({ label }) => label));
    assert.deepEqual(axes, ['learning_rate', 'loss, validation\u200b']);
    assert.equal(await cell('0006', 'setting seed'), '1, 2, 3');
  });

  it('zooms, pans and goes back with the keyboard', async () => {
    await open();
    const range = () => page.evaluate(() => window.nnspecCompare?.range());
    const whole = await range();
    await page.getByTestId('chart-curves').focus();
    await page.keyboard.press('+');
    await settled();
    const zoomed = (await range()) as { x: { min: number; max: number } };
    assert.ok(zoomed.x.max - zoomed.x.min < 90, JSON.stringify(zoomed));
    await page.keyboard.press('Shift+ArrowRight');
    await settled();
    assert.notDeepEqual(await range(), zoomed);
    await page.getByTestId('reset-zoom').click();
    await settled();
    assert.deepEqual(await range(), whole);
    await page.getByTestId('log-y').check();
    await page.getByTestId('log-x').check();
    await settled();
    assert.deepEqual(await range(), { x: { min: 1, max: 100 }, y: { min: 0.01, max: 1 } });
  });

  it('saves the curves with their legend, bands and numbers', async () => {
    await open();
    for (const kind of ['svg', 'csv']) {
      await page.getByTestId('menu-curves').click();
      await page.getByTestId(`save-${kind}-curves`).click();
    }
    const files = await page.evaluate(() =>
      (window.posted as unknown as { type: string; kind: string; bytes: Uint8Array }[])
        .filter(({ type }) => type === 'saveFile')
        .map(({ kind, bytes }) => ({ kind, text: new TextDecoder().decode(bytes) })),
    );
    assert.deepEqual(
      files.map(({ kind }) => kind),
      ['svg', 'csv'],
    );
    assert.match(files[0].text, /^<svg [^>]*>.*>loss, validation<.*>learning_rate 0\.01 .*<path /s);
    assert.ok(files[1].text.split('\n').length > 20);
  });

  it('asks for the difference of two specs, for a star, and for the values of the best run', async () => {
    await open();
    const button = (key: string, act: string) => page.locator(`tr[data-key$="${key}"] [data-act="${act}"]`);
    await button('0001', 'compare').click();
    await settled();
    assert.equal(await button('0001', 'compare').getAttribute('aria-pressed'), 'true');
    await button('0004', 'compare').press('Enter');
    await button('0002', 'star').click();
    await page.getByTestId('apply-best').click();
    await settled();
    const sent = (await page.evaluate(() => window.posted)) as unknown as readonly { type: string }[];
    const home = 'file:///w/.nnspec#20261202-1415';
    assert.deepEqual(
      sent.filter(({ type }) => type === 'diff' || type === 'act'),
      [
        { type: 'diff', keys: [`${home}01-moons-0001`, `${home}04-moons-0004`] },
        { type: 'act', action: 'unstar', key: `${home}02-moons-0002` },
        { type: 'act', action: 'apply', key: `${home}03-moons-0003` },
      ],
    );
  });

  it('hides and shows curves, also those of all rows', async () => {
    await open();
    const box = page.locator('tr[data-key$="0005"] input');
    await box.uncheck();
    await settled();
    assert.equal(
      (await curves()).some(({ label }) => label === 'learning_rate 0.1 · seed 2'),
      false,
    );
    assert.equal(await page.locator('thead input').evaluate((input: HTMLInputElement) => input.indeterminate), true);
    await page.locator('thead input').check();
    await settled();
    assert.equal(await box.isChecked(), true);
    await page.locator('thead input').uncheck();
    await settled();
    assert.deepEqual(await curves(), []);
    assert.equal(await page.getByTestId('empty-curves').textContent(), 'Choose runs in the table to see their curves.');
  });

  it('follows a sweep: new runs, growing curves, Stop All while it trains', async () => {
    const watched = new ComparedFolder();
    const [all, kept] = [folder, watched];
    folder = watched;
    watched.sweeping.add('sweep-1');
    const keep = (epoch: number, state: string) =>
      watched.write({
        id: '20261202-141501-moons-0001',
        spec: specText(0.1),
        epochs: fallingEpochs(epoch, 0.1),
        header: {
          name: 'Moons',
          spec: 'moons.nnspec',
          created: '2026-12-02T14:15:01.000Z',
          ...{ state, epoch, epochs: 100, step: 4 * epoch, sweep: { id: 'sweep-1', values: {} } },
        },
      });
    await keep(10, 'stopped');
    await open();
    folder = all;
    assert.equal(await page.getByTestId('stop-all').isVisible(), true);
    await page.getByTestId('stop-all').click();
    assert.equal((await curves())[0].x.length, 10);
    await keep(40, 'completed');
    kept.sweeping.clear();
    await kept.refresh();
    await page.waitForFunction(() => window.nnspecCompare?.curves()[0].x.length === 40);
    assert.equal(await cell('0001', 'state'), 'finished');
    assert.equal(await page.getByTestId('stop-all').isVisible(), false);
    assert.ok(kept.received.some(({ type }) => type === 'stopAll'));
  });

  it('reads and draws of many runs only what is shown', async () => {
    const whole = folder;
    folder = new ComparedFolder();
    await folder.write(...manyRuns(400));
    const { reads } = folder.folder;
    const readsOf = (name: string) => reads.filter((path) => path.endsWith(`/${name}`)).length;
    reads.length = 0;
    await open();
    await page.waitForFunction(() => (window.nnspecCompare?.curves().length ?? 0) > 24);
    folder = whole;
    // Each spec once, and the logs of the newest runs, whose curves are shown.
    assert.deepEqual([readsOf('spec.nnspec'), readsOf('events.jsonl'), readsOf('run.json')], [400, 12, 0]);
    assert.equal(await rows().count(), 100);
    assert.equal(await page.getByTestId('count').textContent(), '400 runs');
    assert.equal(await page.getByTestId('more-rows').textContent(), 'Show more: 300 left');
    await page.getByTestId('more-rows').scrollIntoViewIfNeeded();
    await page.waitForFunction(() => document.querySelectorAll('tr[data-key]').length >= 200);
    // Another order begins at its top.
    await page.locator('th[data-column="val_loss"] button').click();
    await settled();
    assert.equal((await keys())[0], '0000');
    assert.equal(await rows().count(), 100);
    // In the parallel coordinates each line can be pointed at.
    const [axis] = (await page.evaluate(() => window.nnspecCompare?.axes())) ?? [];
    assert.equal(axis.places.length, 400);
    const place = await page.evaluate(() => window.nnspecCompare?.middleOf(300, 1));
    await page.getByTestId('chart-parallel').hover({ position: place });
    await settled();
    assert.match(
      (await page.evaluate(() => window.nnspecCompare?.pointed)) ?? '',
      /^units \d · learning_rate 0\.\d+ · seed \d$/,
    );
  });

  it('keeps what was chosen, and speaks Korean', async () => {
    const bundle = mergedKorean();
    await open({ l10n: bundle, state: { choices: { filter: 'learning_rate = 0.01', groupSeeds: true, logY: true } } });
    assert.equal(await page.getByTestId('log-y').isChecked(), true);
    assert.deepEqual(await keys(), ['0009']);
    assert.equal(await page.getByTestId('filter').getAttribute('aria-label'), '실행 필터');
  });

  it('has no fault that axe finds, in any kind of theme', async () => {
    await open();
    await assertAccessible(page, 'the comparison');
    await page.setViewportSize({ width: 320, height: 900 });
    await assertAccessible(page, 'the narrow comparison');
  });

  it('shows its slider where the system forces its colours', async () => {
    await open({ theme: 'vscode-high-contrast' });
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    const { data, channels } = decode(await page.locator('input[type="range"]').first().screenshot());
    assert.ok(
      data.some((value, i) => value !== data[i % channels]),
      'it has one colour alone',
    );
  });
});
