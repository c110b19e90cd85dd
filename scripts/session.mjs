/**
 * A session of the real workbench: its server, Chromium, a copy of a workspace, and the extension in one of
 * the hosts.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bare.mjs';
import { launchChromium } from './chromium.mjs';
import { startWorkbench, workbenchUrl } from './workbench.mjs';

/** Settings that keep everything but the product off the screen. */
const calm = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.untrustedFiles': 'open',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'files.hotExit': 'off',
  'window.restoreWindows': 'none',
};

/** The editor's own themes, one of each kind: their titles, and the names of their files. */
const themes = {
  'Light Modern': 'light_modern',
  'Dark Modern': 'dark_modern',
  'Dark High Contrast': 'hc_black',
  'Light High Contrast': 'hc_light',
};

/**
 * Copies the extension without its entry for Node, so that the editor runs it in the browser's host.
 * @param {string} target a folder that does not exist yet
 */
function copyForBrowserHost(target) {
  mkdirSync(target, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  delete manifest.main;
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest));
  const parts = ['dist', 'media', 'syntaxes', 'examples', 'docs', 'language-configuration.json'];
  for (const part of [...parts, 'package.nls.json', 'package.nls.ko.json', 'LICENSE', 'README.md']) {
    if (existsSync(join(root, part))) {
      cpSync(join(root, part), join(target, part), { recursive: true });
    }
  }
}

/**
 * Opens the workbench on a copy of a folder.
 * @param {object} options
 * @param {string} options.folder the workspace; its copy is opened and may be written to
 * @param {'node' | 'browser'} [options.host] which extension host runs the extension
 * @param {'en' | 'ko'} [options.language]
 * @param {keyof typeof themes} [options.theme]
 * @param {string} [options.file] the file to open, relative to the folder
 * @param {boolean} [options.trust] false: the workspace opens in Restricted Mode
 * @param {string} [options.tests] the module under dist/ that exports `run()`, relative to the extension
 * @param {Record<string, unknown>} [options.settings]
 * @param {{ width: number, height: number }} [options.viewport]
 * @param {(sentence: string) => void} [options.say]
 * @param {(page: import('playwright-core').Page) => Promise<void>} [options.prepare] called before the page
 *   loads
 */
export async function openSession(options) {
  const { host = 'node', language = 'en', trust = true, say } = options;
  const base = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
  const closers = [() => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };
  try {
    const folder = join(base, 'workspace');
    cpSync(options.folder, folder, { recursive: true });
    let extension = root;
    if (host === 'browser') {
      extension = join(base, 'extension');
      copyForBrowserHost(extension);
    }
    const settings = { ...calm, ...options.settings };
    const workbench = await startWorkbench({ userData: join(base, 'user'), trust, settings, say });
    closers.push(workbench.stop);
    const browser = await launchChromium(say);
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1400, height: 900 } });
    if (language === 'ko') {
      await page.addInitScript(() => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: 'ko' }));
    }
    await options.prepare?.(page);
    const url = workbenchUrl({
      origin: workbench.origin,
      folder,
      extension,
      file: options.file && join(folder, options.file),
      tests: options.tests && join(extension, options.tests),
    });
    await page.goto(url);
    if (options.theme) {
      await chooseTheme(page, options.theme);
    }
    return { page, browser, folder, extension, workbench, url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Chooses a colour theme in the command palette, and waits until it is applied: this workbench ignores the
 * theme in its settings.
 * @param {import('playwright-core').Page} page
 * @param {keyof typeof themes} theme
 */
async function chooseTheme(page, theme) {
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  const chosen = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${themes[theme]}-json`);
  for (let attempt = 1; ; attempt++) {
    try {
      await runCommand(page, 'Preferences: Color Theme');
      await page.locator('.quick-input-widget input[type="text"]').fill(theme, { timeout: 5000 });
      const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: theme }).first();
      await row.click({ timeout: 5000 });
      await chosen.waitFor({ timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 3) {
        throw error;
      }
      await page.keyboard.press('Escape');
    }
  }
}

/**
 * Runs a command in the command palette.
 * @param {import('playwright-core').Page} page
 * @param {string} title in the language of the page
 */
export async function runCommand(page, title) {
  const input = page.locator('.quick-input-widget input[type="text"]');
  const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
  // While the workbench starts, it may close the palette or not know the command yet.
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press('F1');
    try {
      await input.waitFor({ timeout: 5000 });
      await input.fill(`>${title}`, { timeout: 5000 });
      await row.click({ timeout: 5000 });
      return;
    } catch (error) {
      if (attempt === 6) {
        throw error;
      }
      await page.keyboard.press('Escape');
    }
  }
}
