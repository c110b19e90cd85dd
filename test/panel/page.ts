/** Opens the panel in Chromium, in a page that replaces the editor, with a fake feed as its host. */
import assert from 'node:assert/strict';
import { build } from 'esbuild';
import type { Page, ViewportSize } from 'playwright-core';
import { launchChromium } from '../../scripts/chromium.mjs';
import type { FromPanel } from '../../src/protocol/panel';
import { type FakeTheme, fakePage, themeStyle } from '../../webview/panel/dev/fakeHost';

const origin = 'http://panel.test';

interface OpenOptions {
  readonly theme?: FakeTheme;
  readonly language?: 'en' | 'ko';
  readonly l10n?: object;
  /** Further fields of the page's boot data. */
  readonly boot?: object;
  readonly width?: number;
  readonly height?: number;
  /** The state that the editor stored for an earlier panel; by default the Overview was chosen there. */
  readonly state?: object;
}

/** Bundles webviews as the product does. Returns the texts of the files by name. */
export async function bundle(entryPoints: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome134',
    write: false,
    outdir: '/',
    logLevel: 'error',
  });
  return new Map(outputFiles.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file.text]));
}

/** Shows `html` at this origin, which also serves `files`. Adds the page's errors to `errors`. */
export async function openPage(
  page: Page,
  {
    origin,
    html,
    files,
    errors,
  }: { origin: string; html: string; files: ReadonlyMap<string, string>; errors: string[] },
): Promise<void> {
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
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
}

/** Opens pages of one origin, each without any state of the others. */
export interface PageBrowser {
  newPage(viewport: ViewportSize): Promise<Page>;
  close(): Promise<void>;
}

/**
 * Starts a browser. An empty page of the origin stays open in it, and with it the process that all pages of
 * the origin share: it has compiled their script already, so they open in half the time.
 */
export async function launchFor(origin: string): Promise<PageBrowser> {
  const browser = await launchChromium();
  const context = await browser.newContext();
  await openPage(await context.newPage(), { origin, html: '', files: new Map(), errors: [] });
  return {
    async newPage(viewport) {
      const page = await context.newPage();
      await page.setViewportSize(viewport);
      return page;
    },
    close: () => browser.close(),
  };
}

class PanelBrowser {
  readonly #browser: PageBrowser;
  readonly #files: ReadonlyMap<string, string>;
  /** Errors of the page; empty after a run without errors. */
  readonly errors: string[] = [];

  private constructor(browser: PageBrowser, files: ReadonlyMap<string, string>) {
    this.#browser = browser;
    this.#files = files;
  }

  static async start(): Promise<PanelBrowser> {
    const [browser, files] = await Promise.all([
      launchFor(origin),
      bundle({ panel: 'webview/panel/main.ts', feed: 'webview/panel/dev/fakeFeed.ts' }),
    ]);
    return new PanelBrowser(browser, files);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  async open(options: OpenOptions = {}): Promise<Page> {
    const page = await this.#browser.newPage({ width: options.width ?? 1000, height: options.height ?? 900 });
    const html = fakePage(
      { language: options.language ?? 'en', l10n: options.l10n, ...options.boot },
      origin,
      options.state ?? { choices: { tab: 'overview' } },
    );
    await openPage(page, { origin, html, files: this.#files, errors: this.errors });
    await setTheme(page, options.theme ?? 'vscode-dark');
    return page;
  }
}

/** A browser for a suite whose tests open a page each. An error of the page fails its test. */
export function usePanels(): Pick<PanelBrowser, 'open'> {
  let panels: PanelBrowser;
  let page: Page | undefined;

  before(async () => {
    panels = await PanelBrowser.start();
  });

  after(async () => {
    await panels.stop();
  });

  beforeEach(() => {
    panels.errors.length = 0;
  });

  afterEach(async () => {
    await page?.close();
    assert.deepEqual(panels.errors, [], 'the page has an error, or breaks its Content-Security-Policy');
  });

  return {
    async open(options) {
      page = await panels.open(options);
      return page;
    },
  };
}

/** Changes the theme like the editor: first the variables of the root, then the class of the body. */
export async function setTheme(page: Page, theme: FakeTheme): Promise<void> {
  await page.evaluate(
    ([name, style]) => {
      document.documentElement.style.cssText = style;
      document.body.className = name;
    },
    [theme, themeStyle(theme)] as const,
  );
}

/** Starts a fake run, trains it for `epochs` and hydrates the panel. */
export async function hydrate(page: Page, scenario: string, epochs: number, change: object = {}): Promise<void> {
  await page.evaluate(
    ({ scenario, epochs, change }) => {
      const Feed = (window as unknown as { FakeFeed: new (name: string) => Window['fakeFeed'] }).FakeFeed;
      window.fakeFeed = new Feed(scenario);
      window.fakeFeed.train(epochs);
      window.fakeFeed.hydrate(change);
    },
    { scenario, epochs, change },
  );
  await settled(page);
}

/** The text of the first element with a test id; empty if it has none. */
export async function textOf(page: Page, id: string): Promise<string> {
  return (await page.getByTestId(id).first().textContent()) ?? '';
}

/** Waits until all messages were drawn and acknowledged. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        const look = () => (window.nnspecPanel?.idle === false ? requestAnimationFrame(look) : done());
        setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(look)));
      }),
  );
}

export async function posted<T extends FromPanel['type']>(
  page: Page,
  type: T,
): Promise<Extract<FromPanel, { type: T }>[]> {
  const all = await page.evaluate(() => window.posted);
  return all.filter((message): message is Extract<FromPanel, { type: T }> => message.type === type);
}
