import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { galleryBoot } from '../../src/language/hover';
import type { Language } from '../../src/spec/catalogue/types';
import { type FakeTheme, themeStyle } from '../../webview/panel/dev/fakeHost';
import { assertAccessible } from './accessible';
import { bundle, launchFor, openPage, type PageBrowser, setTheme } from './page';

const origin = 'http://gallery.test';
const policy = `default-src 'none'; img-src data:; style-src ${origin}; script-src ${origin}`;

describe('the activation gallery', function () {
  this.timeout(60_000);
  let browser: PageBrowser;
  let files: ReadonlyMap<string, string>;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    [browser, files] = await Promise.all([launchFor(origin), bundle({ gallery: 'webview/gallery/main.ts' })]);
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

  async function open(language: Language = 'en', focus?: string, width = 1000): Promise<void> {
    page = await browser.newPage({ width, height: 800 });
    const formulas = JSON.parse(readFileSync('dist/formulas.json', 'utf8'));
    const boot = JSON.stringify(galleryBoot(language, formulas, focus)).replaceAll('<', '\\u003c');
    const html = `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${origin}/gallery.css"></head>
<body><div id="root"></div><script type="application/json" id="boot">${boot}</script>
<script src="${origin}/gallery.js"></script></body></html>`;
    await openPage(page, { origin, html, files, errors });
    await setTheme(page, 'vscode-dark');
  }

  const cards = (): Promise<string[]> => page.locator('.card:visible .name').allTextContents();

  it('shows every activation side by side, each with a drawn plot', async () => {
    await open();
    assert.equal((await cards()).length, galleryBoot('en').entries.length);
    assert.equal(await page.locator('.card svg[role="img"][aria-label]').count(), (await cards()).length);
  });

  it('has no fault that axe finds, in any kind of theme', async () => {
    await open();
    await assertAccessible(page, 'the gallery');
  });

  it('filters by search and by properties, and has a button that clears filters without a match', async () => {
    await open();
    await page.locator('input[type="search"]').fill('swish');
    assert.ok((await cards()).includes('silu'));
    await page.locator('input[type="search"]').fill('no such thing');
    assert.deepEqual(await cards(), []);
    await page.locator('.clear').click();
    await page.getByRole('button', { name: 'Gates', exact: true }).click();
    assert.deepEqual(await cards(), ['glu', 'swiglu', 'geglu', 'reglu']);
  });

  it('opens the details by keyboard, moves to the next entry and returns the focus', async () => {
    await open();
    await page.locator('.card', { hasText: 'sigmoid' }).first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog[open]');
    assert.equal(await dialog.locator('h2').textContent(), 'tanh');
    assert.equal(await dialog.locator('.formulas svg').count(), 2);
    await page.keyboard.press('ArrowRight');
    assert.equal(await dialog.locator('h2').textContent(), 'relu');
    await page.keyboard.press('Escape');
    assert.equal(await dialog.count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent), 'tanh');
  });

  it('opens the entry that a hover’s link names, and another by message', async () => {
    await open('ko', 'softmax');
    const dialog = page.locator('dialog[open]');
    assert.equal(await dialog.locator('h2').textContent(), 'softmax');
    assert.equal(await dialog.locator('figure').count(), 2);
    await page.evaluate(() => window.postMessage({ type: 'focus', name: 'elu' }));
    await dialog.locator('h2', { hasText: 'elu' }).waitFor();
  });

  it('takes its colours from the theme, also when that changes', async () => {
    await open();
    const stroke = (): Promise<string> =>
      page
        .locator('.paint-f')
        .first()
        .evaluate((line) => getComputedStyle(line).stroke);
    const seen = new Set<string>();
    for (const theme of ['vscode-dark', 'vscode-light'] satisfies FakeTheme[]) {
      assert.ok(themeStyle(theme).includes('--vscode-charts-blue'));
      await setTheme(page, theme);
      seen.add(await stroke());
    }
    assert.equal(seen.size, 2);
  });

  it('does not scroll sideways at 320 px', async () => {
    await open('en', undefined, 320);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});
