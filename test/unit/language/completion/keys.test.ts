import assert from 'node:assert/strict';
import { accept, itemsAt, labelsAt } from './accept';

describe('completion of keys', () => {
  it('offers whole experiments and the chapters in an empty file, the required ones first', async () => {
    const labels = await labelsAt('|');
    assert.ok(labels.includes('network that learns XOR'));
    const chapters = labels.filter((label) => !label.includes(' '));
    assert.deepEqual(chapters, ['data', 'model', 'nnspec', 'name', 'seed', 'training', 'expect', 'sweep']);
    const [data] = (await itemsAt('|')).filter(({ label }) => label === 'data');
    assert.equal(data.detail, 'required');
  });

  it('writes a chapter with its required lines', async () => {
    assert.equal(await accept('|', 'model'), 'model:\n  layers:\n    - |');
    assert.equal(await accept('seed: 1\nex|', 'expect'), 'seed: 1\nexpect:\n  - |');
    assert.equal(await accept('da|', 'data'), 'data:\n  |');
  });

  it('omits keys that already exist, above and below', async () => {
    const labels = await labelsAt('data:\n  source: xor\n|\ntraining:\n  epochs: 4\n');
    assert.deepEqual(labels, ['model', 'nnspec', 'name', 'seed', 'expect', 'sweep']);
  });

  it('keeps the key that is being typed, and replaces all of it', async () => {
    assert.equal(await accept('training:\n  epo|ch: 5\n', 'epochs'), 'training:\n  epochs|: 5\n');
    assert.equal(
      await accept('training:\n  ba|\n  epochs: 5\n', 'batch_size'),
      'training:\n  batch_size: |32\n  epochs: 5\n',
    );
  });

  it('offers one origin for data, and a target for files and inline rows', async () => {
    assert.deepEqual((await labelsAt('data:\n  |')).slice(0, 4), ['source', 'file', 'folder', 'rows']);
    const [first, ...rest] = await itemsAt('data:\n  file: a.csv\n  |');
    assert.deepEqual([first.label, first.detail], ['target', 'required']);
    assert.ok(!rest.some(({ label }) => ['source', 'rows', 'columns'].includes(label)));
    const target = (await itemsAt('data:\n  folder: photos\n  |')).find(({ label }) => label === 'target');
    assert.notEqual(target?.detail, 'required');
  });

  it('works in braces, closed or not, and in a line of its own', async () => {
    assert.equal(
      await accept('model:\n  layers:\n    - dense: { units: 4, act| }\n    - dense: 3\n', 'activation'),
      'model:\n  layers:\n    - dense: { units: 4, activation: | }\n    - dense: 3\n',
    );
    assert.deepEqual((await labelsAt('model:\n  layers:\n    - dense: { |\n    - dense: { units: 3 }\n')).slice(0, 2), [
      'units',
      'activation',
    ]);
    assert.ok(!(await labelsAt('model: { layers: [\n  { dense: { units: 4, | } },\n] }')).includes('units'));
    assert.equal(
      await accept('model:\n  layers:\n    - dense:\n        un|', 'units'),
      'model:\n  layers:\n    - dense:\n        units: |16',
    );
  });

  it('indents the parameters of a layer that people begin beside its name', async () => {
    assert.equal(
      await accept('model:\n  layers:\n    - dense:\n      |', 'units'),
      'model:\n  layers:\n    - dense:\n        units: |16',
    );
  });

  it('puts a chapter’s first key on the line below its colon', async () => {
    assert.equal(await accept('data:|', 'source'), 'data:\n  source: |');
    assert.equal(await accept('model:\n  layers: |', 'flatten'), 'model:\n  layers:\n    - flatten|');
  });

  it('proposes the opposite of the default for a boolean', async () => {
    assert.equal(await accept('data:\n  source: iris\n  str|', 'stratify'), 'data:\n  source: iris\n  stratify: true|');
    assert.equal(await accept('training:\n  sh|', 'shuffle'), 'training:\n  shuffle: false|');
  });

  it('keeps to the file’s own line ends, tabs and indentation', async () => {
    assert.equal(
      await accept('training:\r\n      epochs: 3\r\n      lo|\r\n', 'loss'),
      'training:\r\n      epochs: 3\r\n      loss: |\r\n',
    );
    assert.ok((await labelsAt('training:\n\tlo|')).includes('loss'));
    assert.ok((await labelsAt('# first\n\ntraining: # why\n    # how\n    |\n')).includes('loss'));
  });

  it('offers nothing in comments, in texts and where nothing can be written', async () => {
    for (const marked of [
      '# da|',
      'name: # |',
      'name: My |',
      'training:\n  epochs: 5\n     |',
      'x-note: >\n  any te|xt\n',
      'data: { source: xor }|',
    ]) {
      assert.deepEqual(await labelsAt(marked), [], marked);
    }
  });
});
