import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import { galleryBoot } from '../../src/language/hover';
import type { Language } from '../../src/spec/catalogue/types';
import { type FakeTheme, themeStyle } from '../../webview/panel/dev/fakeHost';
import { setTheme } from './page';

const origin = 'http://gallery.test';
const policy = `default-src 'none'; img-src data:; style-src ${origin}; script-src ${origin}`;

describe('the activation gallery', function () {
  this.timeout(60_000);
  let browser: Browser;
  let files: ReadonlyMap<string, string>;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    const bundle = build({
      entryPoints: { gallery: 'webview/gallery/main.ts' },
      bundle: true,
      format: 'iife',
      target: 'chrome134',
      write: false,
      outdir: '/',
      logLevel: 'error',
    });
    const [started, { outputFiles }] = await Promise.all([launchChromium(), bundle]);
    browser = started;
    files = new Map(outputFiles.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file.text]));
  });

  after(async () => {
    await browser.close();
  });

  beforeEach(() => {
    errors.length = 0;
  });

  afterEach(async () => {
    await page.close();
    assert.deepEqual(errors, [], 'the page complained about nothing, the Content-Security-Policy included');
  });

  async function open(language: Language = 'en', focus?: string, width = 1000): Promise<void> {
    page = await browser.newPage({ viewport: { width, height: 800 } });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    const formulas = JSON.parse(readFileSync('dist/formulas.json', 'utf8'));
    const boot = JSON.stringify(galleryBoot(language, formulas, focus)).replaceAll('<', '\\u003c');
    const html = `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="${origin}/gallery.css"></head>
<body><div id="root"></div><script type="application/json" id="boot">${boot}</script>
<script src="${origin}/gallery.js"></script></body></html>`;
    await page.route(`${origin}/**`, (route) => {
      const name = route
        .request()
        .url()
        .slice(origin.length + 1);
      const type = name.endsWith('.css') ? 'text/css' : name.endsWith('.js') ? 'text/javascript' : 'text/html';
      return route.fulfill({
        contentType: `${type}; charset=utf-8`,
        body: name === '' ? html : (files.get(name) ?? ''),
      });
    });
    await page.goto(`${origin}/`);
    await setTheme(page, 'vscode-dark');
  }

  const cards = (): Promise<string[]> => page.locator('.card:visible .name').allTextContents();

  it('shows every activation side by side, each with a drawn plot', async () => {
    await open();
    assert.equal((await cards()).length, galleryBoot('en').entries.length);
    assert.equal(await page.locator('.card svg[role="img"][aria-label]').count(), (await cards()).length);
  });

  it('narrows down by search and by filters, and says what to do where nothing matches', async () => {
    await open();
    await page.locator('input[type="search"]').fill('swish');
    assert.ok((await cards()).includes('silu'));
    await page.locator('input[type="search"]').fill('no such thing');
    assert.deepEqual(await cards(), []);
    await page.locator('.clear').click();
    await page.getByRole('button', { name: 'Gates', exact: true }).click();
    assert.deepEqual(await cards(), ['glu', 'swiglu', 'geglu', 'reglu']);
  });

  it('opens the full story by keyboard, walks through its neighbours and gives the focus back', async () => {
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

  it('opens at the name that a hover’s link gave, and at another when asked', async () => {
    await open('ko', 'softmax');
    const dialog = page.locator('dialog[open]');
    assert.equal(await dialog.locator('h2').textContent(), 'softmax');
    assert.equal(await dialog.locator('figure').count(), 2);
    await page.evaluate(() => window.postMessage({ type: 'focus', name: 'elu' }));
    await dialog.locator('h2', { hasText: 'elu' }).waitFor();
  });

  it('takes its colours from the theme, live', async () => {
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

  it('needs no sideways scrolling, however narrow', async () => {
    await open('en', undefined, 320);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });
});
