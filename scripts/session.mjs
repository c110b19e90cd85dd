/**
 * A session of the real workbench: its server, Chromium, a copy of a workspace, and the extension in one of
 * the hosts.
 */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bare.mjs';
import { launchChromium } from './chromium.mjs';
import { copyExtension, startWorkbench, workbenchUrl } from './workbench.mjs';

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
  // A cursor that blinks is drawn all the time.
  'editor.cursorBlinking': 'solid',
  // A film that plays shows other numbers than those at the end.
  'nnspec.film.autoplay': false,
  'telemetry.telemetryLevel': 'off',
  'files.hotExit': 'off',
  'window.restoreWindows': 'none',
};

/**
 * The editor's own themes, one of each kind: its name in the settings, or what the browser says it is.
 * The editor reads only older names of its themes there, and none of those of high contrast.
 * `shown` is the class of a window that has the theme.
 */
const themes = {
  light: { setting: 'Default Light Modern', shown: 'light_modern' },
  dark: { setting: 'Default Dark Modern', shown: 'dark_modern' },
  highContrast: { media: { colorScheme: 'dark', forcedColors: 'active' }, shown: 'hc_black' },
  highContrastLight: { media: { colorScheme: 'light', forcedColors: 'active' }, shown: 'hc_light' },
};

/**
 * Waits until a window has the theme. For one of high contrast it first tells the editor that the system asks
 * for it: to those a window switches at any time.
 * @param {import('playwright-core').Page} page
 * @param {keyof typeof themes} theme
 */
export async function switchTheme(page, theme) {
  const { media, shown } = themes[theme];
  if (media) {
    await page.emulateMedia(media);
  }
  const workbench = page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${shown}-json`);
  await workbench.waitFor({ timeout: 60_000, state: 'attached' });
}

/**
 * Starts the workbench's server and a browser. Windows are opened in them one after the other, so that later
 * windows find the workbench's code in the browser's cache.
 * @param {object} options
 * @param {boolean} [options.trust] false: the workspaces open in Restricted Mode
 * @param {{ width: number, height: number }} [options.viewport]
 * @param {boolean} [options.motion] false: without animations, the editor draws fewer frames, and drawing
 *   takes half of the processor's time
 * @param {(sentence: string) => void} [options.say]
 */
export async function startEditor({ trust = true, viewport = { width: 1400, height: 900 }, motion = true, say }) {
  const base = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
  const userData = join(base, 'user');
  const closers = [() => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) {
      await closer();
    }
  };
  try {
    const workbench = await startWorkbench({ userData, trust, settings: calm, say });
    closers.push(workbench.stop);
    const browser = await launchChromium(say);
    closers.push(() => browser.close());
    const context = await browser.newContext({ viewport, reducedMotion: motion ? 'no-preference' : 'reduce' });
    let windows = 0;

    /** Opens a window that knows nothing of the one before, which is closed. */
    const openWindow = async (options) => {
      const folder = join(base, String(++windows), 'workspace');
      cpSync(options.folder, folder, { recursive: true });
      const extension = options.host === 'browser' ? join(base, 'extension') : root;
      if (!existsSync(extension)) {
        // Without its entry for Node, the editor runs it in the browser's host.
        copyExtension(extension, (manifest) => delete manifest.main);
      }
      const { setting, media } = themes[options.theme] ?? {};
      const theme = setting && { 'workbench.colorTheme': setting, 'window.autoDetectColorScheme': false };
      writeFileSync(join(userData, 'User/settings.json'), JSON.stringify({ ...calm, ...theme, ...options.settings }));
      const page = await context.newPage();
      if (media) {
        await page.emulateMedia(media);
      }
      for (const other of context.pages().filter((each) => each !== page)) {
        await other.close();
      }
      const devtools = await context.newCDPSession(page);
      await devtools.send('Storage.clearDataForOrigin', {
        origin: workbench.origin,
        storageTypes: 'indexeddb,local_storage',
      });
      await devtools.detach();
      if (options.language === 'ko') {
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
      await page.goto(url, { timeout: 60_000 });
      if (options.theme) {
        await switchTheme(page, options.theme);
      }
      return { page, browser, folder, extension, workbench, url };
    };
    return { openWindow, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Opens the workbench on a copy of a folder.
 * @param {object} options those of `startEditor`, and:
 * @param {string} options.folder the workspace; its copy is opened and may be written to
 * @param {'node' | 'browser'} [options.host] which extension host runs the extension
 * @param {'en' | 'ko'} [options.language]
 * @param {keyof typeof themes} [options.theme]
 * @param {string} [options.file] the file to open, relative to the folder
 * @param {string} [options.tests] the module under dist/ that exports `run()`, relative to the extension
 * @param {Record<string, unknown>} [options.settings]
 * @param {(page: import('playwright-core').Page) => Promise<void>} [options.prepare] called before the page
 *   loads
 */
export async function openSession(options) {
  const editor = await startEditor(options);
  try {
    return { ...(await editor.openWindow(options)), close: editor.close };
  } catch (error) {
    await editor.close();
    throw error;
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
