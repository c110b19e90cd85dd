import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { processesBelow } from '../../scripts/processes.mjs';
import { loadDataset } from '../../src/data';
import { Trainer, wasmBackend } from '../../src/engine';
import { parseSpec } from '../../src/language';
import { planNetwork } from '../../src/spec/planNetwork';
import {
  type OpenWindow,
  panelFrame,
  runCommand,
  screenshot,
  shareEditor,
  type Workbench,
  type WorkbenchOptions,
} from '../harness/workbench';
import { testDataView } from './data';
import { steerByButtons } from './running';

/** The losses of the engine on this spec, without an editor. */
async function losses(text: string): Promise<number[]> {
  const { spec } = parseSpec(text, { fileName: 'xor.nnspec' });
  assert.ok(spec);
  const { data, training, seed } = spec;
  const unread = () => Promise.reject(new Error('XOR needs no file.'));
  const loaded = await loadDataset({ data, loss: training.loss.name, seed }, { read: unread, readShipped: unread });
  assert.ok('dataset' in loaded);
  const { dataset, facts } = loaded;
  const { plan: network } = planNetwork(spec, facts);
  assert.ok(network);
  const trainer = new Trainer({
    plan: { network, training, seed },
    data: dataset,
    parts: dataset.parts,
    backend: wasmBackend,
  });
  return Array.from({ length: training.epochs }, () => {
    const { record } = trainer.trainEpoch();
    return record?.values.find(([tag]) => tag === 'loss')?.[1] ?? Number.NaN;
  });
}

/** The panel at its Overview tab. That of a small network opens with another one. */
async function overview(page: Page): Promise<Frame> {
  const panel = await panelFrame(page);
  await panel.getByTestId('tab-overview').click();
  return panel;
}

/** The same address without a file to open: with one, the editor does not restore its editors. */
function withoutFile(address: string): string {
  const url = new URL(address);
  const payload: [string, string][] = JSON.parse(url.searchParams.get('payload') ?? '[]');
  url.searchParams.set('payload', JSON.stringify(payload.filter(([key]) => key !== 'openFile')));
  return url.toString();
}

describe('webviews in the workbench', function () {
  this.timeout(120_000);
  const openWindow = shareEditor({ reuse: true });
  const options = { theme: 'dark' } as const;
  testDataView(openWindow, options);
  testTrainingPanel(openWindow, options);
});

function testTrainingPanel(openWindow: OpenWindow, options: WorkbenchOptions): void {
  describe('the training panel in the workbench', () => {
    let workbench: Workbench;

    before(async () => {
      workbench = await openWindow({ ...options, file: 'xor.nnspec' });
    });

    it('highlights a spec', async () => {
      const line = workbench.page.locator('.view-line').filter({ hasText: 'activation:' }).first();
      // Tokens for an activation, a layer and a number: at least one colour each.
      await line.locator('span[class*="mtk"]').nth(5).waitFor();
      const colours = await line
        .locator('span[class*="mtk"]')
        .evaluateAll((spans) => spans.map((span) => span.className));
      assert.ok(new Set(colours).size >= 4, `the line has the colours ${[...new Set(colours)].join(', ')}`);
    });

    it('trains XOR from the palette and draws it', async () => {
      const { page } = workbench;
      await runCommand(page, 'NNSpec: Train Network');
      const panel = await overview(page);
      await panel.locator('canvas[aria-label]:visible').first().waitFor();
      await screenshot(page, 'training-dark');
    });

    it('shows exactly the engine’s losses, below 0.05 at the end', async () => {
      const { page, folder } = workbench;
      const expected = await losses(readFileSync(join(folder, 'xor.nnspec'), 'utf8'));
      await runCommand(page, 'NNSpec: Train Network');
      const panel = await overview(page);
      await panel.waitForFunction((count) => window.nnspecPanel?.series('loss').y.length === count, expected.length);
      const { series, chart } = await panel.evaluate(() => ({
        series: window.nnspecPanel?.series('loss').y,
        chart: window.nnspecPanel?.chart('loss')?.[0].y,
      }));
      assert.deepEqual(series, expected);
      assert.ok(chart && chart.length > 1);
      const known = new Set(expected);
      assert.ok(
        chart.every((value) => known.has(value)),
        'the chart draws a value that was never measured',
      );
      assert.equal(chart.at(-1), expected.at(-1));
      assert.ok(chart[chart.length - 1] < 0.05);
    });

    it('marks the layer in whose line the cursor is', async () => {
      const { page } = workbench;
      const panel = await panelFrame(page);
      await panel.getByTestId('tab-network').click();
      // The editor shows the last lines of the spec, with its layers.
      await page.locator('.view-line').first().click();
      await page.keyboard.press('Control+End');
      for (const [line, name] of ['dense_1', 'dense_2'].entries()) {
        await page.locator('.view-line').filter({ hasText: 'activation:' }).nth(line).click();
        await panel.locator('.net-title.marked', { hasText: name }).waitFor();
      }
    });

    it('loses nothing when it is closed and opened again during a run', async () => {
      const { page, folder } = workbench;
      const text = readFileSync(join(folder, 'xor.nnspec'), 'utf8').replace(/epochs: \d+/, 'epochs: 100000000');
      writeFileSync(join(folder, 'xor.nnspec'), text);
      // The editor shows the file on disk; it is scrolled to the last lines.
      await page.locator('.view-line').first().click();
      await page.keyboard.press('Control+End');
      await page.locator('.view-line', { hasText: 'epochs: 100000000' }).waitFor();
      await runCommand(page, 'NNSpec: Restart Training');
      const panel = await overview(page);
      await panel.waitForFunction(() => (window.nnspecPanel?.series('loss').x.at(-1) ?? 0) > 5000);
      const before = await panel.evaluate(() => window.nnspecPanel?.series('loss'));
      const tab = page.locator('.tab[aria-label^="XOR"]');
      await tab.click({ button: 'middle' });
      await tab.waitFor({ state: 'detached' });
      await runCommand(page, 'NNSpec: Show Training Panel');
      const again = await overview(page);
      await again.waitForFunction((x) => (window.nnspecPanel?.series('loss').x.at(-1) ?? 0) > x, before?.x.at(-1) ?? 0);
      const after = await again.evaluate(() => window.nnspecPanel?.series('loss'));
      assert.deepEqual([after?.x[0], after?.y[0]], [before?.x[0], before?.y[0]]);
      assert.ok(
        after?.x.every((x, i) => i === 0 || x > after.x[i - 1]),
        'the steps do not rise',
      );
      const earlier = await again.waitForFunction(() =>
        window.nnspecPanel?.chart('loss')?.find(({ label }) => /^training, \d/.test(label)),
      );
      const { x, y } = (await earlier.jsonValue()) ?? { x: [], y: [] };
      const runs = join(folder, '.nnspec', 'runs');
      const [runBefore = ''] = readdirSync(runs)
        .filter((id) => id.includes('-xor-'))
        .sort()
        .slice(-2);
      const log = readFileSync(join(runs, runBefore, 'events.jsonl'), 'utf8');
      const losses = new Map(
        Array.from(log.matchAll(/^\{"event":"epoch","epoch":(\d+),.*?"loss":([^,}]+)/gm), ([, epoch, loss]) => [
          Number(epoch),
          Number(loss),
        ]),
      );
      assert.ok(x.length > 10, `the run before has ${x.length} points`);
      assert.deepEqual(
        y,
        x.map((epoch) => losses.get(epoch)),
      );
    });

    it('changes the buttons above its spec, and its item of the status bar takes every click', async () => {
      await steerByButtons(workbench.page);
    });

    it('shows the losses up to the reload of a window, and offers Restart', async () => {
      const { page } = workbench;
      const panel = await panelFrame(page);
      // The browser's workbench stores the list of open editors every five seconds, not always when it is
      // left.
      await page.waitForTimeout(6000);
      const before = await panel.evaluate(() => window.nnspecPanel?.series('loss'));
      await page.goto(withoutFile(page.url()));
      const back = await overview(page);
      await back.waitForFunction(() => (window.nnspecPanel?.series('loss').y.length ?? 0) > 20);
      const after = await back.evaluate(() => window.nnspecPanel?.series('loss'));
      assert.equal(after?.y[0], before?.y[0]);
      // A running run is written every second. The rest is written when the window closes.
      const [end, stored] = [before, after].map((series) => series?.x.at(-1) ?? 0);
      assert.ok(stored >= end, `epoch ${end} was shown, but the stored run ends at ${stored}`);
      // Its film is measured by an engine that is opened for it.
      await back.getByTestId('film-back').click();
      await back.getByTestId('empty-boundary').waitFor({ state: 'hidden' });
      await back
        .getByTestId('film-label')
        .filter({ hasText: /^epoch [\d,]+ · loss/ })
        .waitFor();
      await screenshot(page, 'reloaded');
      // The commands for runs include the stored one: this throws where the palette does not offer it.
      await runCommand(page, 'NNSpec: Show Training Panel');
      await back.getByTestId('banner-restart').click();
      await back.waitForFunction(() => document.querySelector('[data-testid="stop"]:not([disabled])') !== null);
    });

    it('leaves no engine process behind when the extension host is killed', async () => {
      const engine = processesBelow(workbench.serverPid, 'engineChild.js')[0];
      assert.ok(engine, 'no engine process was found');
      process.kill(engine.parent, 'SIGKILL');
      const end = Date.now() + 10_000;
      while (existsSync(`/proc/${engine.pid}`) && Date.now() < end) {
        await new Promise((done) => setTimeout(done, 50));
      }
      assert.ok(!existsSync(`/proc/${engine.pid}`), 'the engine process goes on');
    });
  });
}
