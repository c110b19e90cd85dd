import assert from 'node:assert/strict';
import { accept, itemsAt, labelsAt } from './accept';

const data = 'data:\n  file: flowers.csv\n  target: species\n';

describe('completion of values', () => {
  it('offers nothing after a colon whose value is on the lines below', async () => {
    const below = '\n    adam:\n      learning_rate: 0.01\n';
    for (const gap of ['|', ' |']) {
      assert.deepEqual(await labelsAt(`training:\n  optimizer:${gap}${below}`), []);
    }
    assert.ok((await labelsAt('training:\n  optimizer: |\n  epochs: 5\n')).includes('adam'));
  });

  it('offers the columns of the file, quoted where YAML asks for it', async () => {
    const items = await itemsAt(`${data}  inputs: [|]`);
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [
        ['sepal length', '4.3 to 7.9, 2 missing'],
        ['petal', '1 to 6.9'],
      ],
    );
    assert.equal((await labelsAt('data:\n  file: flowers.csv\n  target: |'))[0], 'species');
    assert.equal(
      await accept(`${data}  inputs: [petal, "sep|"]`, 'sepal length'),
      `${data}  inputs: [petal, "sepal length|"]`,
    );
    assert.equal(await accept(`${data}  types:\n    |`, 'petal'), `${data}  types:\n    petal: |`);
    assert.equal(
      await accept(`${data}training:\n  class_weight: { ver| }`, 'versi: color'),
      `${data}training:\n  class_weight: { "versi: color": | }`,
    );
  });

  it('offers the two classes of the target, the rarer one first', async () => {
    const two = {
      rows: 9,
      columns: [
        {
          name: 'species',
          type: 'category',
          missing: 0,
          distinct: 2,
          counts: [
            { value: 'ok', count: 7 },
            { value: 'fraud', count: 2 },
          ],
        },
      ],
    } as const;
    const items = await itemsAt(`${data}  positive: |`, { table: async () => two });
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [
        ['fraud', '2 rows'],
        ['ok', '7 rows'],
      ],
    );
    assert.deepEqual(await labelsAt(`${data}  positive: |`), []);
  });

  it('offers the marks that the table has among its numbers, then usual ones', async () => {
    const items = await itemsAt(`${data}  na_values: [|]`);
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [
        ['n.a.', 'petal: 3 cells'],
        ['?', undefined],
        ['-', undefined],
        ['unknown', undefined],
      ],
    );
    assert.equal(await accept(`${data}  na_values: [|]`, '?'), `${data}  na_values: ["?"|]`);
    assert.equal((await labelsAt(`${data}  na_values: ["?", |]`)).includes('?'), false);
  });

  it('offers the arrays of a NumPy file, none for both keys', async () => {
    const npz = 'data:\n  file: set.npz\n  arrays: ';
    assert.deepEqual(await labelsAt(`${npz}{ inputs: | }`), ['x', 'y', 'my array']);
    assert.deepEqual(await labelsAt(`${npz}\n    inputs: x\n    target: |`), ['y', 'my array']);
    assert.equal(await accept(`${npz}{ inputs: "m|" }`, 'my array'), `${npz}{ inputs: "my array|" }`);
    assert.deepEqual(await labelsAt('data:\n  file: flowers.csv\n  arrays: { inputs: | }'), []);
  });

  it('offers the columns of built-in sets and of inline rows', async () => {
    assert.ok((await labelsAt('data:\n  source: iris\n  inputs: [|]')).includes('petal_width'));
    assert.ok(!(await labelsAt('data:\n  source: iris\n  inputs: [|]')).includes('species'));
    assert.deepEqual((await labelsAt('data:\n  columns: [a, b, y]\n  target: |')).slice(0, 3), ['y', 'b', 'a']);
  });

  it('offers data files folder by folder, and only tables', async () => {
    assert.deepEqual(await labelsAt('data:\n  file: |'), ['flowers.csv', 'notes.txt', 'data/']);
    assert.equal(await accept('data:\n  file: |', 'data/'), 'data:\n  file: data/|');
    assert.equal(await accept('data:\n  file: data/mo|', 'more.TSV'), 'data:\n  file: data/more.TSV|');
    assert.deepEqual(await labelsAt('data:\n  folder: |'), ['data']);
    assert.equal(await accept('data:\n  folder: |', 'data'), 'data:\n  folder: data|');
    assert.equal(await accept('data: { file: data/| }', 'a, b.csv'), 'data: { file: "data/a, b.csv"| }');
    assert.equal(await accept('data: { file: "data/|" }', 'a, b.csv'), 'data: { file: "data/a, b.csv|" }');
  });

  it('counts the units that the last layer needs', async () => {
    const [first] = await itemsAt(`${data}model:\n  layers:\n    - dense: 8\n    - dense: { units: | }`);
    assert.deepEqual([first.label, first.detail, first.preselect], ['3', 'one for each class of species', true]);
    const hidden = await itemsAt(`${data}model:\n  layers:\n    - dense: { units: | }\n    - dense: 3`);
    assert.ok(hidden.every(({ preselect }) => !preselect));
    const spiral = (activation: string) =>
      itemsAt(
        `data: { source: { spiral: { classes: 4 } } }\nmodel:\n  layers:\n    - dense: { units: |, activation: ${activation} }`,
      );
    assert.deepEqual([(await spiral('softmax'))[0].label, (await spiral('sigmoid'))[0].label], ['4', '1']);
    const sine = await itemsAt('data: { source: sine }\nmodel:\n  layers:\n    - dense: { units: | }');
    assert.equal(sine[0].label, '1');
  });

  it('proposes a shape that fits the inputs', async () => {
    assert.deepEqual(await labelsAt('data:\n  source: digits\n  shape: |'), ['[1, 8, 8]', '[1, 64]']);
  });

  it('offers the ways to split and the columns to split by', async () => {
    const by = 'data:\n  source: iris\n  split: { train: 0.8, test: 0.2, by: ';
    assert.deepEqual(await labelsAt(`${by}| }`), ['random', 'time', '{ time }', '{ group }']);
    assert.ok((await labelsAt(`${by}{ group: | } }`)).includes('species'));
  });

  it('offers usual numbers of folds, with a page that says what they are for', async () => {
    assert.deepEqual(await labelsAt('training:\n  cross_validation: |'), ['5', '10']);
    assert.equal(await accept('training:\n  cross|', 'cross_validation'), 'training:\n  cross_validation: |5');
    const [{ documented }] = await itemsAt('training:\n  cross_validation: |');
    assert.deepEqual(documented, { doc: 'training.cross_validation' });
  });

  it('offers choices and booleans, and marks the default', async () => {
    assert.deepEqual(await labelsAt('data:\n  source: iris\n  scale: |'), ['none', 'standard', 'robust', 'minmax']);
    const items = await itemsAt('training:\n  shuffle: |');
    assert.deepEqual(
      items.map(({ label, detail }) => [label, detail]),
      [
        ['true', 'default'],
        ['false', undefined],
      ],
    );
    const epochs = await itemsAt('training:\n  epochs: |');
    assert.deepEqual(epochs.find(({ detail }) => detail === 'default')?.label, '100');
  });

  it('offers the tags that this run measures, after monitor and in an expectation', async () => {
    const spec = (rest: string) =>
      `data: { source: iris }\nmodel: { layers: [dense: { units: 3, activation: softmax }] }\n${rest}`;
    assert.deepEqual(await labelsAt(spec('training:\n  early_stopping: { monitor: | }')), [
      'val_loss',
      'val_accuracy',
      'loss',
      'accuracy',
    ]);
    assert.deepEqual(await labelsAt(spec('expect:\n  - |')), [
      'loss',
      'accuracy',
      'val_loss',
      'val_accuracy',
      'gradient_check',
      'dead_units',
      'parameters',
    ]);
    assert.ok(!(await labelsAt('data: { source: xor }\nexpect:\n  - |')).includes('val_loss'));
    assert.ok(
      (await labelsAt('data: { source: iris, split: { train: 0.8, test: 0.2 } }\nexpect: [|]')).includes('test_loss'),
    );
  });

  it('continues through an expectation: tag, comparison, number, within', async () => {
    assert.equal(await accept('expect:\n  - val|', 'val_loss'), 'expect:\n  - val_loss < |0.1');
    assert.equal(await accept('expect:\n  - los| < 0.3', 'loss'), 'expect:\n  - loss| < 0.3');
    assert.deepEqual(await labelsAt('expect:\n  - accuracy |'), ['>=', '<=', '<', '>', '==']);
    assert.equal(await accept('expect:\n  - accuracy >|', '>='), 'expect:\n  - accuracy >= |');
    assert.equal(
      await accept('training:\n  epochs: 40\nexpect:\n  - accuracy >= 0.9 |', 'within'),
      'training:\n  epochs: 40\nexpect:\n  - accuracy >= 0.9 within |20',
    );
    assert.deepEqual(await labelsAt('expect:\n  - accuracy >= |'), []);
  });

  it('names a layer by its place', async () => {
    assert.deepEqual(await labelsAt('model:\n  layers:\n    - dense: { units: 4, name: | }\n    - dense: 1'), [
      'hidden_1',
      'dense_1',
    ]);
    assert.equal(
      (await labelsAt('model:\n  layers:\n    - dense: 4\n    - dense: { units: 1, name: | }'))[0],
      'output',
    );
  });
});
