/** The product: VS Code's workbench in Chromium, with the extension in one of the extension hosts. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { runCommand, startEditor, switchTheme } from '../../scripts/session.mjs';

export { runCommand, switchTheme };

export type Theme = 'light' | 'dark' | 'highContrast' | 'highContrastLight';

export interface WorkbenchOptions {
  /** The workspace, which is copied: `examples` by default. */
  readonly folder?: string;
  readonly host?: 'node' | 'browser';
  readonly language?: 'en' | 'ko';
  readonly theme?: Theme;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Workbench {
  readonly page: Page;
  /** The opened copy of the workspace. */
  readonly folder: string;
  /** Process id of the workbench's server; its extension hosts are its descendants. */
  readonly serverPid: number;
}

export type OpenWindow = (options: WorkbenchOptions & { readonly file: string }) => Promise<Workbench>;

/**
 * Called in `describe`: the tests of the block share a server and a browser, which end with the block. The
 * function returned opens a window, without any state of the one before, and waits until the extension shows
 * something in it.
 * @param options `trust` false: the windows open in Restricted Mode; `reuse` true, for tests that change no
 *   file that a later one needs: a window with the same options as the one before is that window, with the
 *   other file opened in it, unless the test before failed
 */
export function shareEditor(options: { readonly trust?: boolean; readonly reuse?: boolean } = {}): OpenWindow {
  let editor: Awaited<ReturnType<typeof startEditor>> | undefined;
  let last: { readonly workbench: Workbench; readonly kind: string } | undefined;
  after(() => editor?.close());
  afterEach(function () {
    if (!options.reuse || !this.currentTest?.isPassed()) {
      last = undefined;
    }
  });

  return async ({ file, ...window }) => {
    const kind = JSON.stringify(window);
    if (last?.kind === kind) {
      await openInstead(last.workbench.page, file);
    } else {
      editor ??= await startEditor({ ...options, motion: false });
      const { page, folder, workbench } = await editor.openWindow({ folder: 'examples', ...window, file });
      last = { workbench: { page, folder, serverPid: workbench.pid }, kind };
    }
    const { page } = last.workbench;
    await page.waitForSelector('.monaco-editor .view-line', { timeout: 60_000 });
    // The code lens above a spec is the first thing that the extension shows.
    await page.waitForSelector('.codelens-decoration', { timeout: 60_000 });
    return last.workbench;
  };
}

/** Closes all editors of a window and opens a file of its workspace. */
async function openInstead(page: Page, file: string): Promise<void> {
  await runCommand(page, 'View: Close All Editors');
  await page.locator('.monaco-editor .view-line').first().waitFor({ state: 'detached' });
  await page.keyboard.press('Control+p');
  await page.locator('.quick-input-widget input[type="text"]').fill(file);
  await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${file}"]`).first().click();
}

/**
 * Rests the mouse on a word until the hover is shown. When the editor redraws (colours, hints, problems) it
 * forgets where the mouse is, so the mouse is moved there again.
 */
export async function hoverOver(page: Page, word: Locator, hover: Locator): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await word.hover();
    try {
      await hover.waitFor({ timeout: 8000 });
      return;
    } catch (error) {
      if (attempt === 4) {
        throw error;
      }
      await page.mouse.move(0, 0);
    }
  }
}

/**
 * Waits for a webview whose document contains `selector`, and returns that document, which is two frames
 * deep.
 */
export async function webviewFrame(page: Page, selector: string, milliseconds = 60_000): Promise<Frame> {
  const end = Date.now() + milliseconds;
  for (;;) {
    for (const frame of page.frames()) {
      // The frame was removed meanwhile, so it is not the one.
      const found = await frame.$(selector).catch(() => null);
      if (found && frame.parentFrame()?.parentFrame() === page.mainFrame()) {
        return frame;
      }
    }
    if (Date.now() > end) {
      throw new Error(`No webview showed ${selector} within ${milliseconds} ms.`);
    }
    await page.waitForTimeout(100);
  }
}

/** Waits until the training panel shows something. */
export function panelFrame(page: Page): Promise<Frame> {
  return webviewFrame(page, 'canvas');
}

/** With NNSPEC_SCREENSHOTS=1, saves a screenshot to .vscode-test/screenshots, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env.NNSPEC_SCREENSHOTS !== '1') {
    return;
  }
  const folder = join('.vscode-test', 'screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
