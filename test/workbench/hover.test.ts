import assert from 'node:assert/strict';
import { hoverOver, openWorkbench, screenshot, type Workbench, type WorkbenchOptions } from '../harness/workbench';

interface Case {
  readonly title: string;
  readonly options: WorkbenchOptions;
  readonly file: string;
  readonly says: RegExp;
}

const cases: readonly Case[] = [
  { title: 'English, light', options: { theme: 'light' }, file: 'xor.nnspec', says: /activation function/i },
  { title: 'Korean, dark', options: { theme: 'dark', language: 'ko' }, file: 'xor.ko.nnspec', says: /활성화 함수/ },
];

describe('the hover over tanh', function () {
  this.timeout(120_000);
  let workbench: Workbench | undefined;

  afterEach(async () => {
    await workbench?.close();
    workbench = undefined;
  });

  for (const { title, options, file, says } of cases) {
    it(`shows its formula and its plot as pictures: ${title}`, async () => {
      workbench = await openWorkbench({ ...options, file });
      const { page } = workbench;
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
      await screenshot(page, `hover-${options.language ?? 'en'}-${options.theme}`);
    });
  }
});
