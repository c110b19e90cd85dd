/** Looks for faults of accessibility with axe, in each kind of theme. */
import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { FakeTheme } from '../../webview/panel/dev/fakeHost';
import { setTheme } from './page';

const themes: readonly FakeTheme[] = [
  'vscode-light',
  'vscode-high-contrast',
  'vscode-high-contrast-light',
  'vscode-dark',
];

/** The view of the panel that is shown, without the header above all views. */
export const shownView = '[role=tabpanel]:not([hidden])';

/**
 * Checks a view in four themes: all rules in the first, in the others the one that goes by colours.
 * @param part selects what is looked at in the other themes
 */
export async function assertAccessible(page: Page, view: string, part = 'body'): Promise<void> {
  for (const theme of themes) {
    await setTheme(page, theme);
    const faults = await faultsOf(page, theme === themes[0] ? undefined : part);
    assert.deepEqual(faults, [], `${view} in ${theme}`);
  }
}

/** The faults by all rules in the whole page, or by that of colours in a part of it. */
async function faultsOf(page: Page, part: string | undefined): Promise<string[]> {
  // The page's policy allows no script of ours; what the test evaluates is not subject to it.
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe.source);
  }
  return page.evaluate(async (part) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations } = await axe.run(part ?? document, {
      ...(part && { runOnly: ['color-contrast'] }),
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 3).map(({ html, any }) => `${id}: ${help} ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    );
  }, part);
}
