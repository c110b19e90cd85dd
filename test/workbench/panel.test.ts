import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '../../src/data';
import { referenceBackend, Trainer } from '../../src/engine';
import { parseSpec } from '../../src/language';
import { planNetwork } from '../../src/spec/planNetwork';
import { openWorkbench, panelFrame, runCommand, screenshot, type Workbench } from '../harness/workbench';

/** The losses that the engine reaches on this spec, without any editor. */
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
    backend: referenceBackend,
  });
  return Array.from({ length: training.epochs }, () => {
    const { record } = trainer.trainEpoch();
    return record?.values.find(([tag]) => tag === 'loss')?.[1] ?? Number.NaN;
  });
}

describe('the panel in the workbench', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench({ file: 'xor.nnspec' });
  });

  after(() => workbench?.close());

  it('holds in its chart exactly the losses that the engine reaches, below 0.05 at the end', async () => {
    const { page, folder } = workbench;
    const expected = await losses(readFileSync(join(folder, 'xor.nnspec'), 'utf8'));
    await runCommand(page, 'NNSpec: Train Network');
    const panel = await panelFrame(page);
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

  it('returns after a window reload with the losses so far and offers Restart', async () => {
    const { page, folder } = workbench;
    const text = readFileSync(join(folder, 'xor.nnspec'), 'utf8').replace(/epochs: \d+/, 'epochs: 100000000');
    writeFileSync(join(folder, 'xor.nnspec'), text);
    await page.waitForTimeout(1000);
    await runCommand(page, 'NNSpec: Restart Training');
    const panel = await panelFrame(page);
    await panel.waitForFunction(() => (window.nnspecPanel?.series('loss').x.at(-1) ?? 0) > 5000);
    const before = await panel.evaluate(() => window.nnspecPanel?.series('loss').y.slice(0, 20));
    await page.waitForTimeout(2500);
    await page.reload();
    const back = await panelFrame(page);
    await back.waitForFunction(() => (window.nnspecPanel?.series('loss').y.length ?? 0) > 20);
    assert.deepEqual(
      (await back.evaluate(() => window.nnspecPanel?.series('loss').y.slice(0, 1))),
      before?.slice(0, 1),
    );
    await screenshot(page, 'reloaded');
    const restart = back.getByRole('button', { name: 'Restart' });
    assert.ok(await restart.isEnabled());
    await restart.click();
    await back.waitForFunction(() => /training|running/i.test(document.body.innerText));
  });
});
