import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import { type FakeTheme, fakePage } from '../../webview/panel/dev/fakeHost';
import { formatNumber } from '../../webview/panel/format';
import { assertAccessible } from './accessible';
import { ComparedFolder, fillFolder, specUri } from './comparedFolder';
import { bundle, openPage, setTheme } from './page';

const origin = 'http://compare.test';

describe('the page that compares runs', function () {
  this.timeout(60_000);
  let browser: Browser;
  let files: ReadonlyMap<string, string>;
  let page: Page;
  let folder: ComparedFolder;
  const errors: string[] = [];

  before(async () => {
    folder = new ComparedFolder();
    await fillFolder(folder);
    [browser, files] = await Promise.all([launchChromium(), bundle({ compare: 'webview/compare/main.ts' })]);
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
    page = await browser.newPage({ viewport: { width: options.width ?? 1200, height: 900 } });
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

  it('has no fault that axe finds, in any kind of theme', async () => {
    await open();
    await assertAccessible(page, 'the comparison');
    await page.setViewportSize({ width: 320, height: 900 });
    await assertAccessible(page, 'the narrow comparison');
  });
});
