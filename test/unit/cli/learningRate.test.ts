import assert from 'node:assert/strict';
import { nnspec, Workspace, xor } from './harness';

describe('nnspec train --find-learning-rate', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = new Workspace();
    await workspace.write('xor.nnspec', xor);
  });
  afterEach(() => workspace.dispose());
  const find = (...argv: string[]) => nnspec(['train', '--find-learning-rate', ...argv], { cwd: workspace.folder });

  it('prints rates and losses, and suggests a rate between', async () => {
    const { status, out } = await find('xor.nnspec');
    assert.equal(status, 0);
    assert.match(out, /learning rate +loss +smoothed loss\n +1\.000e-7 +0\.\d+ +0\.\d+\n/);
    assert.match(out, /\nxor\.nnspec: Suggested learning rate: [\d.]+\.\n$/);
  });

  it('prints with --json the same bits each time, a line a step, then the suggestion', async () => {
    const [first, second] = [await find('xor.nnspec', '--json'), await find('xor.nnspec', '--json')];
    assert.equal(first.out, second.out);
    assert.notEqual(first.out, (await find('xor.nnspec', '--json', '--seed', '7')).out);
    const rates = first.lines.slice(0, -1);
    assert.deepEqual(Object.keys(rates[0]), ['event', 'step', 'rate', 'loss', 'smoothed']);
    assert.deepEqual([rates.length, rates[0].rate, rates.at(-1)?.rate], [300, 1e-7, 10]);
    const { event, spec, unused, verdict, learning_rate: rate } = first.lines.at(-1) ?? {};
    assert.deepEqual([event, spec, unused, verdict], ['suggestion', 0.5, [], 'clear']);
    assert.ok(typeof rate === 'number' && rate > 0.1 && rate < 5, `${rate}`);
  });

  it('leaves schedule, early stopping and epochs aside, and names them', async () => {
    const training = 'schedule: { one_cycle: { maximum: 1 } }, early_stopping: { patience: 1, monitor: loss }';
    await workspace.write('more.nnspec', xor.replace('epochs: 3', `epochs: 1, ${training}`));
    const [plain, more] = [await find('xor.nnspec', '--json'), await find('more.nnspec', '--json')];
    assert.deepEqual(more.lines.slice(0, -1), plain.lines.slice(0, -1));
    assert.deepEqual(more.lines.at(-1)?.unused, ['schedule', 'early_stopping']);
    assert.match((await find('more.nnspec')).out, /Not used in the search: schedule, early_stopping\.\n$/);
  });

  it('suggests nothing, with status 1, where the loss falls at no rate', async () => {
    const oneLayer = xor.split('\n').filter((line) => !line.includes('tanh'));
    const zeros = 'activation: sigmoid, kernel_initializer: zeros, bias_initializer: zeros';

    await workspace.write('none.nnspec', oneLayer.join('\n').replace('activation: sigmoid', zeros));
    const { status, out, lines } = await find('none.nnspec', '--json');
    assert.equal(status, 1, out);
    assert.deepEqual([lines.at(-1)?.learning_rate, lines.at(-1)?.verdict], [null, 'none']);
  });

  it('refuses what belongs to a whole training, and specs with errors', async () => {
    for (const option of [['--save', 'a.safetensors'], ['--epochs', '3'], ['--baseline']]) {
      const { status, err } = await find('xor.nnspec', ...option);
      assert.equal(status, 2);
      assert.match(err, new RegExp(`The option ${option[0]} cannot stand beside --find-learning-rate`));
    }
    await workspace.write('bad.nnspec', xor.replace('units: 4', 'unitz: 4'));
    const { status, err } = await find('bad.nnspec');
    assert.equal(status, 1);
    assert.match(err, /unitz/);
  });
});
