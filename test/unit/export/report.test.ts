import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nnspec, Workspace } from '../cli/harness';

const flowers = `name: "Flowers <b>&"
data: { source: iris, scale: standard, split: { train: 0.6, validation: 0.2, test: 0.2 } }
model: { layers: [{ dense: { units: 6, activation: tanh } }, { dense: { units: 3, activation: softmax } }] }
training: { optimizer: { adam: 0.05 }, epochs: 20, metrics: [accuracy] }
expect: ["test_accuracy >= 0.5"]
`;

describe('A report', () => {
  const workspace = new Workspace();
  const cwd = workspace.folder;
  after(() => workspace.dispose());

  it('tells of the newest kept run, has no script, and makes names inert', async () => {
    await workspace.write('flowers.nnspec', flowers);
    const before = await nnspec(['export', 'flowers.nnspec', '--to', 'report'], { cwd });
    assert.equal(before.status, 1);
    assert.match(before.err, /no run with weights is kept/);
    await nnspec(['train', 'flowers.nnspec', '--keep'], { cwd });
    const { status, err } = await nnspec(['export', 'flowers.nnspec', '--to', 'report', '--out', 'report.html'], {
      cwd,
    });
    assert.equal(status, 0, err);
    const page = readFileSync(join(cwd, 'report.html'), 'utf8');
    assert.doesNotMatch(page, /<script|<b>|http-equiv="refresh"/i);
    assert.match(page, /<h1>Flowers &lt;b&gt;&amp;<\/h1>/);
    for (const title of ['Curves', 'Scores', 'Confusion matrix', 'Layers', 'Diagram', 'Spec', 'Environment']) {
      assert.ok(page.includes(`<h2>${title}</h2>`), title);
    }
    const [matrix] = /Confusion matrix[\s\S]*?<\/table>/.exec(page) ?? [''];
    const counts = Array.from(matrix.matchAll(/<td class="number[^>]*>(\d+)</g), ([, count]) => Number(count));
    assert.equal(counts.length, 9);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      30,
    );
  });
});
