import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { processesBelow } from '../../scripts/processes.mjs';
import {
  hoverOver,
  type OpenWindow,
  runCommand,
  type Workbench,
  type WorkbenchOptions,
  webviewFrame,
} from '../harness/workbench';

const firstCells = (panel: Frame) =>
  panel
    .locator('[data-testid=table-rows] tr')
    .evaluateAll((rows) =>
      rows
        .map((row) => [...row.children].map((cell) => cell.textContent ?? ''))
        .map(([number, , ...cells]) => [number, ...cells]),
    );

/** Tests the Data view in a window whose other tests read no iris. */
export function testDataView(openWindow: OpenWindow, options: WorkbenchOptions): void {
  describe('the Data view in the workbench', () => {
    let workbench: Workbench;
    let panel: Frame;

    before(async () => {
      workbench = await openWindow({ ...options, file: 'iris.nnspec' });
    });

    it('opens from the palette before any training, and sorts the rows of the file', async () => {
      const { page, folder } = workbench;
      await runCommand(page, 'NNSpec: Show Data');
      panel = await webviewFrame(page, '[data-testid=column]');
      assert.match((await panel.getByTestId('data-overview').textContent()) ?? '', /rows150/);
      await panel.getByTestId('tab-data-table').click();
      await panel.locator('[data-testid=table-rows] tr').first().waitFor();
      const [, ...lines] = readFileSync(join(folder, 'iris.csv'), 'utf8').trim().split(/\r?\n/);
      const rows = lines.map((line, index) => [
        String(index + 1),
        ...line.split(',').map((cell) => (Number.isNaN(Number(cell)) ? cell : String(Number(cell)))),
      ]);
      assert.deepEqual(await firstCells(panel), rows.slice(0, 100));
      await panel.locator('#sort-0').click();
      await panel.locator('th[aria-sort=ascending]').waitFor();
      await panel.locator('#sort-0').click();
      await panel.locator('th[aria-sort=descending]').waitFor();
      const wanted = rows.toSorted((a, b) => Number(a[1]) - Number(b[1])).reverse();
      assert.deepEqual(await firstCells(panel), wanted.slice(0, 100));
    });

    it('says that the file has changed, and reads it again', async () => {
      appendFileSync(join(workbench.folder, 'iris.csv'), '9.9,9.9,9.9,9.9,setosa\n');
      await panel.getByTestId('data-reload').click();
      await panel.getByTestId('tab-data-overview').click();
      await panel.waitForFunction(() =>
        document.querySelector('[data-testid=data-overview]')?.textContent?.startsWith('rows151'),
      );
      assert.equal(await panel.getByTestId('data-changed').isVisible(), false);
    });

    it('says that the spec reads its data differently, and shows how', async () => {
      const spec = join(workbench.folder, 'iris.nnspec');
      const text = readFileSync(spec, 'utf8');
      assert.match(text, /scale: standard/);
      writeFileSync(spec, text.replace('scale: standard', 'scale: minmax'));
      await panel.getByTestId('data-reload').click();
      await panel.locator('[aria-label=sepal_length] .becomes', { hasText: '(x − 4.3) / 5.6' }).waitFor();
    });

    it('is left behind by no process once it is closed, and a hover leads to it', async () => {
      const { page, serverPid } = workbench;
      const readers = () => processesBelow(serverPid, 'engineChild.js').length;
      const before = readers();
      assert.ok(before > 0);
      await page.locator('.tab[aria-label^="iris.nnspec"]').last().click({ button: 'middle' });
      for (let wait = 0; readers() >= before && wait < 100; wait++) {
        await page.waitForTimeout(100);
      }
      assert.ok(readers() < before, 'the process that read the table goes on');
      const link = page.locator('.monaco-hover a', { hasText: 'Show Data' });
      await hoverOver(page, page.locator('.view-line span', { hasText: /^iris\.csv$/ }).first(), link.first());
      await link.first().click();
      await webviewFrame(page, '[data-testid=column]');
    });
  });
}
