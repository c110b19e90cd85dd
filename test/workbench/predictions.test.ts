import assert from 'node:assert/strict';
import { hoverOver, openWorkbench, screenshot, type Workbench, type WorkbenchOptions } from '../harness/workbench';

interface Case {
  readonly title: string;
  readonly options: WorkbenchOptions;
  readonly file: string;
  readonly says: RegExp;
  readonly offers: RegExp;
}

const cases: readonly Case[] = [
  {
    title: 'English, dark',
    options: { theme: 'dark' },
    file: 'deep-sigmoid.nnspec',
    says: /Vanishing gradient: of the error at the output only .* arrives at this layer/,
    offers: /tanh.*: .* % of the error arrives \(now/,
  },
  {
    title: 'English, light, browser host',
    options: { theme: 'light', host: 'browser' },
    file: 'deep-sigmoid.nnspec',
    says: /Vanishing gradient/,
    offers: /glorot_normal|tanh/,
  },
  {
    title: 'Korean, dark',
    options: { theme: 'dark', language: 'ko' },
    file: 'deep-sigmoid.ko.nnspec',
    says: /기울기 소실: 출력의 오차 중/,
    offers: /tanh.*전해짐 \(지금은/,
  },
];

describe('the prediction on a deep network of sigmoids', function () {
  this.timeout(120_000);
  let workbench: Workbench | undefined;

  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
  });

  for (const { title, options, file, says, offers } of cases) {
    it(`is a hint on its first layer, and its fixes predict their effect: ${title}`, async () => {
      workbench = await openWorkbench({ ...options, file });
      const { page } = workbench;
      const layer = page.locator('.view-line span', { hasText: /^dense$/ }).first();
      await page.locator('.squiggly-info').first().waitFor({ timeout: 60_000 });
      await hoverOver(page, layer, page.locator('.monaco-hover:not(.hidden)').filter({ hasText: says }));
      const name = `${options.language ?? 'en'}-${options.theme}`;
      await screenshot(page, `prediction-${name}`);
      const menu = page.locator('.action-widget').filter({ hasText: offers }).first();
      // The hover may receive the first keys.
      for (let attempt = 0; attempt < 4 && !(await menu.isVisible()); attempt++) {
        await page.keyboard.press('Escape');
        await layer.click({ force: true });
        await page.keyboard.press('Control+.');
        await menu.waitFor({ timeout: 8_000 }).catch(() => undefined);
      }
      await screenshot(page, `prediction-fixes-${name}`);
      assert.match((await menu.textContent()) ?? '', offers);
    });
  }
});
