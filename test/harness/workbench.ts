/** The product: VS Code's workbench in Chromium, with the extension in one of the extension hosts. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { openSession } from '../../scripts/session.mjs';

export { runCommand } from '../../scripts/session.mjs';

export interface WorkbenchOptions {
  /** The workspace: a copy of it is opened. Default: the examples. */
  readonly folder?: string;
  readonly host?: 'node' | 'browser';
  readonly language?: 'en' | 'ko';
  readonly theme?: keyof typeof themes;
  /** The file to open, relative to the folder. */
  readonly file?: string;
  /** False: the workspace opens in Restricted Mode. */
  readonly trust?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** One of the editor's own themes for each kind. */
export const themes = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  highContrast: 'Dark High Contrast',
  highContrastLight: 'Light High Contrast',
} as const;

export interface Workbench {
  readonly page: Page;
  /** The opened copy of the workspace. */
  readonly folder: string;
  /** Process id of the workbench's server; its extension hosts are its descendants. */
  readonly serverPid: number;
  close(): Promise<void>;
}

/** Opens the workbench and waits until the extension shows something in the editor. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const session = await openSession({
    ...options,
    folder: options.folder ?? 'examples',
    theme: options.theme && themes[options.theme],
  });
  const { page } = session;
  await page.waitForSelector('.monaco-workbench', { timeout: 60_000 });
  if (options.file) {
    await page.waitForSelector('.monaco-editor .view-line', { timeout: 60_000 });
  }
  // The code lens above a spec is the first thing that the extension shows.
  if (options.file?.endsWith('.nnspec')) {
    await page.waitForSelector('.codelens-decoration', { timeout: 60_000 });
  }
  return { page, folder: session.folder, serverPid: session.workbench.pid, close: session.close };
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

/** Saves a screenshot to .vscode-test/screenshots, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = join('.vscode-test', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
