import assert from 'node:assert/strict';
import { accept, itemsAt, labelsAt } from './accept';

const layers = (marked: string) => `model:\n  layers:\n    ${marked}`;

describe('completion of names', () => {
  it('offers layers after a dash, with their required parameters', async () => {
    assert.equal(await accept(layers('- |'), 'dense'), layers('- dense: { units: |16, activation: relu }'));
    assert.equal(await accept(layers('-|'), 'flatten'), layers('- flatten|'));
    assert.equal(
      await accept(layers('- con|'), 'conv2d'),
      layers('- conv2d: { filters: |16, kernel_size: 3, activation: relu }'),
    );
    assert.equal(await accept(layers('- |'), 'residual'), layers('- residual:\n        - |'));
    assert.ok(!(await labelsAt(layers('- |'))).some((label) => label.startsWith('lstm')), 'a layer of a later version');
  });

  it('offers the output layer that the target needs, but not as the only layer', async () => {
    const network = (target: string, written: string) =>
      `data: { file: flowers.csv, target: ${target} }\n${layers(`- dense: 8\n    ${written}`)}`;
    assert.equal(
      await accept(network('species', '- |'), 'dense'),
      network('species', '- dense: { units: |3, activation: softmax }'),
    );
    assert.equal((await itemsAt(network('species', '- |')))[0].detail, 'one for each class of species');
    const only = `data: { file: flowers.csv, target: species }\n${layers('- |')}`;
    assert.match((await itemsAt(only))[0].suffix ?? '', /relu/);
  });

  it('inserts the dash where a line has none yet', async () => {
    assert.equal(await accept(layers('- dense: 4\n    |'), 'flatten'), layers('- dense: 4\n    - flatten|'));
    assert.equal(await accept(layers('|'), 'flatten'), layers('- flatten|'));
    assert.equal(await accept('expect:\n  |', 'loss'), 'expect:\n  - loss < |0.1');
  });

  it('offers a thing by its name and as a form, in braces where it is a value', async () => {
    const labels = await labelsAt('training:\n  optimizer: |');
    assert.deepEqual(labels.slice(0, 2), ['sgd', 'sgd: { learning_rate: 0.01 }']);
    assert.equal(
      await accept('training:\n  optimizer: |', 'adam: { learning_rate: 0.001 }'),
      'training:\n  optimizer: { adam: { learning_rate: |0.001 } }',
    );
    assert.equal(
      await accept('training:\n  optimizer: { ad| }', 'adam'),
      'training:\n  optimizer: { adam: { learning_rate: |0.001 } }',
    );
    assert.equal(
      await accept('training:\n  optimizer: { ad|: 0.1 }', 'adamw'),
      'training:\n  optimizer: { adamw|: 0.1 }',
    );
    assert.equal(await accept('training:\n  loss:|', 'huber'), 'training:\n  loss: huber|');
  });

  it('knows which activations the loss can read in the last layer, and puts the right one first', async () => {
    const last = (loss: string) => `training: { loss: ${loss} }\n${layers('- dense: { units: 3, activation: | }')}`;
    const [first, ...others] = await itemsAt(last('categorical_crossentropy'));
    assert.deepEqual([first.label, first.detail], ['softmax', 'goes with categorical_crossentropy']);
    assert.ok(!others.some(({ label }) => label === 'relu' || label === 'linear'));
    assert.equal((await labelsAt(last('binary_crossentropy')))[0], 'sigmoid');
    assert.equal((await labelsAt(last('mean_squared_error')))[0], 'linear');
  });

  it('lists softmax and step last in a hidden layer', async () => {
    const labels = await labelsAt(layers('- dense: { units: 3, activation: | }\n    - dense: 1'));
    assert.deepEqual(labels.slice(0, 3), ['sigmoid', 'tanh', 'relu']);
    assert.ok(labels.indexOf('softmax') > labels.indexOf('silu') && labels.indexOf('step') > labels.indexOf('silu'));
  });

  it('knows which losses can read the last activation', async () => {
    const loss = (activation: string) =>
      `${layers(`- dense: { units: 3, activation: ${activation} }`)}\ntraining:\n  loss: |`;
    assert.equal((await labelsAt(loss('softmax')))[0], 'categorical_crossentropy');
    assert.equal((await labelsAt(loss('sigmoid')))[0], 'binary_crossentropy');
    assert.ok(!(await labelsAt(loss('linear'))).some((label) => label.includes('crossentropy')));
  });

  it('goes by the target column where no activation is written yet', async () => {
    assert.equal(
      (await labelsAt('data: { file: flowers.csv, target: species }\ntraining:\n  loss: |'))[0],
      'categorical_crossentropy',
    );
    assert.equal(
      (await labelsAt('data: { file: flowers.csv, target: petal }\ntraining:\n  loss: |'))[0],
      'mean_squared_error',
    );
  });

  it('offers no metric twice', async () => {
    assert.ok(!(await labelsAt('training:\n  metrics: [accuracy, |]')).includes('accuracy'));
    assert.ok((await labelsAt('training:\n  metrics: [accuracy|]')).includes('accuracy'));
  });

  it('offers the functions of an activation layer, as value and as key', async () => {
    assert.equal(await accept(layers('- activation: |'), 'tanh'), layers('- activation: tanh|'));
    assert.equal(
      await accept(layers('- activation: { leaky| }'), 'leaky_relu'),
      layers('- activation: { leaky_relu: |0.01 }'),
    );
  });

  it('offers the anchors that an alias may refer to', async () => {
    assert.deepEqual(await labelsAt('x-a: &hidden { units: 4 }\nx-b: &other 1\nmodel: *|'), ['hidden', 'other']);
  });

  it('offers weights that are written out, and to freeze a layer', async () => {
    const dense = 'model:\n  layers:\n    - dense: { units: 2, ';
    assert.equal(
      await accept(`${dense}kernel_initializer: | }`, 'values'),
      `${dense}kernel_initializer: { values: [[|0.1, 0.2]] } }`,
    );
    assert.equal(await accept(`${dense}tr| }`, 'trainable'), `${dense}trainable: false| }`);
  });
});
