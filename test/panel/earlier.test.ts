import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Uri } from 'vscode';
import { diskKeeping } from '../../src/cli/diskKeeping';
import { openRuns } from '../../src/cli/runs/keptTraining';
import { packNumbers } from '../../src/common/jsonNumbers';
import { EarlierRunsReader } from '../../src/extension/panel/earlierRuns';
import type { RunHome } from '../../src/extension/runs/runHomes';
import type { EarlierChoice, EarlierRuns } from '../../src/protocol/panel';
import { nnspec, Workspace } from '../unit/cli/harness';
import { hydrate, posted, settled, textOf, usePanels } from './page';

const xor = (epochs: number, seed: number) => `name: XOR
seed: ${seed}
data: { source: xor }
model: { layers: [dense: { units: 4, activation: tanh }, dense: { units: 1, activation: sigmoid }] }
training: { loss: binary_crossentropy, optimizer: { sgd: 0.5 }, batch_size: 2, epochs: ${epochs} }
`;

describe('the earlier runs in the panel', function () {
  this.timeout(60_000);
  const panels = usePanels();
  let page: Page;
  let workspace: Workspace;
  const runFolder = (id: string) => join(workspace.folder, '.nnspec', 'runs', id);
  const ids = () => readdirSync(join(workspace.folder, '.nnspec', 'runs')).sort();

  before(async () => {
    workspace = new Workspace();
    for (const [epochs, seed] of [
      [40, 1],
      [1200, 2],
    ]) {
      await workspace.write('xor.nnspec', xor(epochs, seed));
      const { status, err } = await nnspec(['train', 'xor.nnspec', '--keep'], { cwd: workspace.folder });
      assert.equal(status, 0, err);
    }
  });
  after(() => workspace.dispose());

  const read = async (choice: EarlierChoice): Promise<EarlierRuns> => {
    const repository = openRuns(workspace.folder, { keeping: diskKeeping });
    const home = { repository, uri: 'folder' as unknown as Uri } as RunHome;
    const found = (await repository.list()).map((run) => ({ ...run, home }));
    const shown = { id: '29991231-000000-xor-0000', specText: xor(1, 1) };
    return new EarlierRunsReader().answer(found, shown, { choice, ids: [] }, { now: new Date(), locale: 'en' });
  };
  const show = async (earlier: EarlierRuns) => {
    await page.evaluate((message) => window.postMessage(message, '*'), packNumbers({ type: 'earlierRuns', earlier }));
    await settled(page);
  };
  const chart = (id: string) => page.evaluate((name) => window.nnspecPanel?.chart(name), id);

  it('are drawn with the numbers of their logs, by epoch and by step', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 20);
    assert.deepEqual((await posted(page, 'showEarlier')).at(-1), { type: 'showEarlier', choice: 'last', ids: [] });
    const earlier = await read('all');
    await show(earlier);
    const logs = earlier.runs.map(({ id }) =>
      readFileSync(join(runFolder(id), 'events.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"event":"epoch"'))
        .map((line) => JSON.parse(line) as { epoch: number; loss: number; step: number }),
    );
    const lines = (await chart('loss'))?.filter(({ label }) => label.includes(', ')) ?? [];
    assert.deepEqual(
      lines.map(({ label }) => label),
      earlier.runs.map(({ name }) => `training, ${name}`),
    );
    for (const [i, { x, y }] of lines.entries()) {
      assert.ok(x.length >= 40, `${x.length} points`);
      assert.deepEqual(
        y,
        x.map((epoch) => logs[i].find((event) => event.epoch === epoch)?.loss),
      );
      assert.equal(x.at(-1), logs[i].at(-1)?.epoch);
    }
    await page.getByTestId('per').selectOption('batch');
    await settled(page);
    const steps = (await chart('loss'))?.filter(({ label }) => label.includes(', ')) ?? [];
    assert.deepEqual(
      steps.map(({ x }) => x.at(-1)),
      logs.map((log) => log.at(-1)?.step),
    );
    // A batch of two of the four samples: the mean of an epoch's two losses is the loss of the epoch.
    // Either of two runs that began in the same second may come first.
    const short = logs.findIndex((log) => log.length === 40);
    const mean = (steps[short].y[0] + steps[short].y[1]) / 2;
    assert.ok(Math.abs(mean - logs[short][0].loss) < 1e-6, `${mean} is not ${logs[short][0].loss}`);
  });

  it('are named in the tooltip, with the epoch of their point, and by one entry in the legend', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 20);
    const earlier = await read('all');
    await show(earlier);
    const legend = page.getByTestId('figure-loss').locator('.legend li');
    assert.deepEqual((await legend.allTextContents()).at(-1), '2 earlier runs');
    const box = await page.getByTestId('chart-loss').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
    await settled(page);
    const tooltip = await page.evaluate(() => window.nnspecPanel?.tooltip('loss'));
    const named = earlier.runs.map(({ name }) => tooltip?.filter((line) => line.includes(name)));
    assert.deepEqual(
      named.map((each) => each?.length),
      [1, 1],
      JSON.stringify(tooltip),
    );
    // The title is the epoch of the live curve, which has twenty; the longer run has its point further on.
    const long = earlier.runs.findIndex(({ series }) => series.loss.x.at(-1) === 1200);
    assert.match(named[long]?.[0] ?? '', /, epoch \d+: 0\.\d+$/);
  });

  it('are chosen by keyboard, and the choice is remembered', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 20);
    await show(await read('last'));
    await page.getByTestId('earlier').focus();
    await page.keyboard.press('ArrowDown');
    await settled(page);
    assert.deepEqual((await posted(page, 'showEarlier')).at(-1), { type: 'showEarlier', choice: 'best', ids: [] });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.deepEqual(await posted(page, 'chooseEarlier'), [{ type: 'chooseEarlier', ids: [] }]);
    const chosen = ids().slice(0, 1);
    await page.evaluate((message) => window.postMessage(message, '*'), { type: 'earlierChosen', ids: chosen });
    await settled(page);
    assert.deepEqual((await posted(page, 'showEarlier')).at(-1), {
      type: 'showEarlier',
      choice: 'chosen',
      ids: chosen,
    });
    const { choices } = await page.evaluate(() => (window as unknown as { kept: { choices: object } }).kept);
    page = await panels.open({ state: { specUri: 'file:///fake.nnspec', choices } });
    await hydrate(page, 'xor', 20);
    assert.deepEqual(await posted(page, 'showEarlier'), [{ type: 'showEarlier', choice: 'chosen', ids: chosen }]);
  });

  it('are passed over where they are damaged, with a word', async () => {
    const log = join(runFolder(ids()[0]), 'events.jsonl');
    const whole = readFileSync(log, 'utf8');
    writeFileSync(log, whole.replace('"epoch":3', '"epoch":x'));
    page = await panels.open();
    await hydrate(page, 'xor', 20);
    await show(await read('all'));
    writeFileSync(log, whole);
    assert.equal(await textOf(page, 'earlier-note'), '1 damaged run is left out.');
    assert.equal((await chart('loss'))?.filter(({ label }) => label.includes(', ')).length, 1);
  });

  it('are not offered to a first run', async () => {
    page = await panels.open();
    await hydrate(page, 'xor', 20);
    const row = page.getByTestId('earlier-row');
    assert.equal(await row.isHidden(), true);
    await show({ runs: [], known: 0, damaged: 0, more: 0, otherLoss: 0 });
    assert.equal(await row.isHidden(), true);
    await show(await read('last'));
    assert.equal(await row.isVisible(), true);
  });
});
