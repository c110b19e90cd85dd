import assert from 'node:assert/strict';
import {
  hoverOver,
  openWorkbench,
  screenshot,
  type Workbench,
  type WorkbenchOptions,
  webviewFrame,
} from '../harness/workbench';

const cases: readonly { title: string; options: WorkbenchOptions; file: string; says: RegExp }[] = [
  { title: 'English, dark', options: { theme: 'dark' }, file: 'linear-xor.nnspec', says: /No straight line separates/ },
  {
    title: 'Korean, light, browser host',
    options: { theme: 'light', language: 'ko', host: 'browser' },
    file: 'linear-xor.ko.nnspec',
    says: /직선 하나로는/,
  },
];

describe('the code beside a problem', function () {
  this.timeout(120_000);
  let workbench: Workbench | undefined;

  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
  });

  for (const { title, options, file, says } of cases) {
    it(`opens its explanation as a page: ${title}`, async () => {
      workbench = await openWorkbench({ ...options, file });
      const { page } = workbench;
      await page.locator('.squiggly-warning').first().waitFor();
      const key = page.locator('.view-line span', { hasText: /^layers$/ }).first();
      const link = page.locator('.monaco-hover a.code-link', { hasText: 'xor-linear' });
      await hoverOver(page, key, link);
      await screenshot(page, `problem-${options.language ?? 'en'}-${options.theme}`);
      await link.click();
      const frame = await webviewFrame(page, 'h1');
      assert.match((await frame.locator('h1').textContent()) ?? '', /xor-linear/);
      assert.match((await frame.locator('body').textContent()) ?? '', says);
      await screenshot(page, `problem-explained-${options.language ?? 'en'}-${options.theme}`);
    });
  }
});
