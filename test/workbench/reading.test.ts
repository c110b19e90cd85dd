import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { hoverOver, screenshot, shareEditor, type WorkbenchOptions, webviewFrame } from '../harness/workbench';

/** Tests something in a window that shows a spec. `name` tells the screenshots of the cases apart. */
type Deed = (page: Page, name: string) => Promise<void>;

interface Case {
  readonly title: string;
  readonly file: string;
  readonly deed: Deed;
}

/** The hover over tanh shows its formula and its plot as pictures. */
function hoverOverTanh(file: string, says: RegExp): Case {
  const deed: Deed = async (page, name) => {
    const line = page.locator('.view-line', { hasText: 'tanh' }).last();
    const hover = page.locator('.monaco-hover:not(.hidden)').filter({ hasText: 'tanh' });
    await hoverOver(page, line.locator('span', { hasText: /^\s*tanh\s*$/ }).first(), hover);
    await hover.locator('img').nth(2).waitFor();
    const widths = await hover
      .locator('img')
      .evaluateAll((images) => images.map((each) => (each as HTMLImageElement).naturalWidth));
    assert.ok(widths.length >= 3 && widths.every((width) => width > 0), `the pictures are ${widths} px wide`);
    assert.match((await hover.textContent()) ?? '', says);
    const [box, plot] = [await hover.boundingBox(), await hover.locator('img').nth(2).boundingBox()];
    assert.ok(box && plot && plot.y + plot.height <= box.y + box.height, 'the plot is seen only after scrolling');
    await screenshot(page, `hover-${name}`);
  };
  return { title: 'the hover over tanh shows its formula and its plot as pictures', file, deed };
}

/** The code beside a problem opens its explanation as a page. */
function codeOfProblem(file: string, says: RegExp): Case {
  const deed: Deed = async (page, name) => {
    await page.locator('.squiggly-warning').first().waitFor();
    const key = page.locator('.view-line span', { hasText: /^layers$/ }).first();
    const link = page.locator('.monaco-hover a.code-link', { hasText: 'xor-linear' });
    await hoverOver(page, key, link);
    await screenshot(page, `problem-${name}`);
    await link.click();
    const frame = await webviewFrame(page, 'h1');
    assert.match((await frame.locator('h1').textContent()) ?? '', /xor-linear/);
    assert.match((await frame.locator('body').textContent()) ?? '', says);
    await screenshot(page, `problem-explained-${name}`);
  };
  return { title: 'the code beside a problem opens its explanation as a page', file, deed };
}

/** The prediction on a deep network of sigmoids is a hint, and its fixes predict their effect. */
function prediction(file: string, says: RegExp, offers: RegExp): Case {
  const deed: Deed = async (page, name) => {
    const layer = page.locator('.view-line span', { hasText: /^dense$/ }).first();
    await page.locator('.squiggly-info').first().waitFor({ timeout: 60_000 });
    await hoverOver(page, layer, page.locator('.monaco-hover:not(.hidden)').filter({ hasText: says }));
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
    await page.keyboard.press('Escape');
  };
  return { title: 'a prediction is a hint on the first layer, and its fixes predict their effect', file, deed };
}

/** Cases of one window follow each other. */
const windows: readonly { options: WorkbenchOptions; cases: readonly Case[] }[] = [
  {
    options: { theme: 'light' },
    cases: [
      hoverOverTanh('xor.nnspec', /activation function/i),
      prediction(
        'deep-sigmoid.nnspec',
        /Vanishing gradient: of the error at the output only .* arrives at this layer/,
        /tanh.*: .* % of the error arrives \(now/,
      ),
      codeOfProblem('linear-xor.nnspec', /No straight line separates/),
    ],
  },
  {
    options: { theme: 'dark', language: 'ko', host: 'browser' },
    cases: [
      hoverOverTanh('xor.ko.nnspec', /활성화 함수/),
      prediction('deep-sigmoid.ko.nnspec', /기울기 소실: 출력의 오차 중/, /tanh.*전해짐 \(지금은/),
      codeOfProblem('linear-xor.ko.nnspec', /직선 하나로는/),
    ],
  },
];

describe('beside a spec', function () {
  this.timeout(120_000);
  const openWindow = shareEditor({ reuse: true });

  for (const { options, cases } of windows) {
    const name = [options.language ?? 'en', options.theme, options.host].filter(Boolean).join('-');
    for (const { title, file, deed } of cases) {
      it(`${title}: ${name}`, async () => {
        const { page } = await openWindow({ ...options, file });
        await deed(page, name);
      });
    }
  }
});
