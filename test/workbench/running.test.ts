import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { panelFrame, runCommand, shareEditor } from '../harness/workbench';
import { steerByButtons } from './running';

/** A workspace with a run that lasts until the window is closed. */
function longRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-test-'));
  const text = readFileSync('examples/xor.nnspec', 'utf8');
  writeFileSync(join(folder, 'xor.nnspec'), text.replace(/epochs: \d+/, 'epochs: 100000000'));
  return folder;
}

// The window is a remote one: the menus know a spec by another address than the extension does.
describe('a run in the browser extension host', function () {
  this.timeout(180_000);
  const openWindow = shareEditor();
  const folder = longRun();
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('changes the buttons above its spec, and its item of the status bar takes every click', async () => {
    const { page } = await openWindow({ folder, file: 'xor.nnspec', host: 'browser' });
    await page
      .locator('.editor-actions')
      .getByRole('button', { name: /^Train Network/ })
      .first()
      .waitFor();
    await runCommand(page, 'NNSpec: Train Network');
    await panelFrame(page);
    await steerByButtons(page);
  });
});
