import assert from 'node:assert/strict';
import { assertAccessible, shownView } from './accessible';
import { showRun, type TrainedRun, trainedRun } from './enginePanel';
import { settled, textOf, usePanels } from './page';

const moons = `seed: 3
data: { source: { moons: { samples: 200, noise: 0.3 } }, split: { train: 0.5, validation: 0.5 } }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { optimizer: { adam: 0.03 }, epochs: 30 }
`;
const digits = `seed: 3
data: { source: digits, split: { train: 0.8, validation: 0.2 } }
model: { layers: [dense: { units: 10, activation: softmax }] }
training: { epochs: 1 }
`;

describe('Mistakes in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  const runs: TrainedRun[] = [];
  after(() => {
    for (const { engine } of runs) {
      engine.dispose();
    }
  });

  async function open(spec: string, options: Parameters<typeof panels.open>[0] = {}) {
    const run = await trainedRun(spec, 'a.nnspec');
    runs.push(run);
    const page = await panels.open({ state: { choices: { tab: 'mistakes' } }, ...options });
    await showRun(page, run);
    await page.getByTestId('mistakes-heading').waitFor();
    await settled(page);
    return { page, run };
  }

  it('opens the samples of a cell, follows the threshold, and shows them at a moment of the film', async () => {
    const { page } = await open(moons);
    const cells = () => page.locator('.confusion [role=gridcell]').allTextContents();
    const [, falseYes, falseNo, trueYes] = (await cells()).map(Number);
    assert.match(await textOf(page, 'confusion'), /Confusion matrix · validation/);
    // From the keyboard: down the first column to those that were missed.
    await page.getByTestId('cell-0-0').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText(`1, taken for 0: ${falseNo} sample`).waitFor();
    await settled(page);
    assert.equal(await page.getByTestId('mistake-rows').locator('tbody tr').count(), Math.min(24, falseNo));
    assert.equal(await page.getByTestId('cell-1-0').getAttribute('aria-selected'), 'true');
    const precision = trueYes / (trueYes + falseYes);
    assert.ok((await textOf(page, 'threshold-values')).includes(`precision${precision.toPrecision(3)}`));
    await page.getByTestId('threshold').fill('0.9');
    await settled(page);
    const missed = Number((await cells())[2]);
    assert.ok(missed > falseNo);
    await page.getByText(`1, taken for 0: ${missed} samples`).waitFor();
    await page.getByTestId('threshold-reset').click();
    await page.getByTestId('film-slider').fill('0');
    await page.getByTestId('epoch').getByText('before the first step').waitFor();
    await settled(page);
    const first = Number((await cells())[2]);
    assert.notEqual(first, falseNo);
    await page.getByText(`1, taken for 0: ${first} sample`).waitFor();
    await page.getByTestId('mistakes-all').click();
    await page.getByText('All samples of the part validation, the worst first').waitFor();
    await assertAccessible(page, 'mistakes', shownView);
  });

  it('draws digits, the worst first, page by page, in Korean too', async () => {
    const { default: l10n } = await import('../../l10n/webview.ko.json');
    const { page, run } = await open(digits, { language: 'ko', l10n, width: 360 });
    const reply = await run.engine.client.ask('measure', {
      questions: { mistakes: { part: 'validation', from: 24 } },
    });
    assert.ok('ok' in reply && reply.ok.mistakes && 'ok' in reply.ok.mistakes);
    const { samples, picture } = reply.ok.mistakes.ok;
    assert.deepEqual(picture, { channels: 1, height: 8, width: 8 });
    await page.getByTestId('mistakes-samples').getByTestId('pager-next').click();
    await page
      .getByText(`${samples[0].row.toLocaleString('en-US')}행`, { exact: false })
      .first()
      .waitFor();
    await settled(page);
    const drawn = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.mistake-pictures canvas')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, 8, 8);
      return Array.from({ length: 64 }, (_, i) => data[4 * i]);
    });
    assert.deepEqual(drawn, [...samples[0].pixels!]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(over <= 0, `${over} px too wide`);
    await assertAccessible(page, 'pictures', shownView);
  });

  it('lists the rows that a regression misses by most', async () => {
    const { page } = await open(`seed: 1
data: { source: { sine: { samples: 60 } } }
model: { layers: [dense: { units: 4, activation: tanh }, dense: 1] }
training: { epochs: 3 }
`);
    assert.equal(await page.getByTestId('confusion').isVisible(), false);
    const distances = await page
      .getByTestId('mistake-rows')
      .locator('tbody tr td:nth-child(4)')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.textContent)));
    assert.equal(distances.length, 12);
    assert.deepEqual(
      distances,
      [...distances].sort((a, b) => b - a),
    );
  });
});
