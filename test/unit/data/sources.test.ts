import assert from 'node:assert/strict';
import { sources } from '../../../src/spec/sources';
import { shipped, source, sourceProblems } from './support';

const classes = { loss: 'categorical_crossentropy' };

describe('Generators', () => {
  it('and, or and xor are their truth tables', async () => {
    for (const [name, outputs] of [
      ['and', [0, 0, 0, 1]],
      ['or', [0, 1, 1, 1]],
      ['xor', [0, 1, 1, 0]],
    ] as const) {
      const { dataset } = await source(name, {}, { loss: 'binary_crossentropy' });
      assert.deepEqual([...dataset.inputs], [0, 0, 0, 1, 1, 0, 1, 1]);
      assert.deepEqual([...dataset.targets], outputs);
    }
  });

  for (const { name, kind, parameters } of sources) {
    if (kind !== 'generator' || parameters.length === 0) {
      continue;
    }
    it(`${name} has 500 finite samples by default, the same by the same seed, and others by another`, async () => {
      const { dataset } = await source(name, {}, { seed: 1 });
      assert.equal(dataset.samples, 500);
      assert.ok([...dataset.inputs, ...dataset.targets].every(Number.isFinite));
      assert.deepEqual((await source(name, {}, { seed: 1 })).dataset, dataset);
      const other = (await source(name, { samples: 500, noise: 0.1 }, { seed: 2 })).dataset;
      assert.ok(dataset.inputs.every((value, index) => value !== other.inputs[index]));
      assert.notEqual(dataset.hash, other.hash);
    });
  }

  it('give the requested numbers of samples and classes, in turn', async () => {
    for (const name of ['circles', 'gaussians', 'spiral']) {
      const { dataset, facts } = await source(name, { samples: 31, classes: 3 }, classes);
      assert.deepEqual(facts.classNames, ['0', '1', '2']);
      assert.deepEqual(
        Array.from({ length: 31 }, (_, row) => dataset.targets.slice(row * 3, row * 3 + 3).indexOf(1)),
        Array.from({ length: 31 }, (_, row) => row % 3),
      );
    }
  });

  it('without noise lie on their curves, within 1e-6', async () => {
    const points = async (name: string) => {
      const { dataset } = await source(name, { noise: 0 });
      return Array.from({ length: dataset.samples }, (_, i) => ({
        x: dataset.inputs[i * dataset.inputSize],
        x2: dataset.inputs[i * dataset.inputSize + 1],
        y: dataset.targets[i],
      }));
    };
    const holds = (list: readonly number[]) => assert.ok(list.every((error) => Math.abs(error) < 1e-6));
    holds((await points('circles')).map(({ x, x2, y }) => Math.hypot(x, x2) - (y + 1) / 2));
    holds((await points('sine')).map(({ x, y }) => Math.sin(x) - y));
    holds((await points('plane')).map(({ x, x2, y }) => 0.7 * x - 0.4 * x2 + 0.2 - y));
    holds((await points('moons')).map(({ x, x2, y }) => Math.hypot(x - y, x2 - 0.5 * y) - 1));
    const board = await points('checkerboard');
    assert.ok(board.every(({ x, x2, y }) => Math.abs(Math.floor(x) + Math.floor(x2)) % 2 === y));
  });

  it('draw noise with the requested standard deviation, within 10 %', async () => {
    const { dataset } = await source('gaussians', { samples: 4000, noise: 0.5, classes: 2 });
    const first = dataset.inputs.filter((_, index) => index % 4 === 1);
    const deviation = Math.sqrt(first.reduce((so, x) => so + x * x, 0) / first.length);
    assert.ok(Math.abs(deviation - 0.5) < 0.05);
  });

  it('begin a larger sample with the rows of the smaller one', async () => {
    const small = (await source('spiral', { samples: 10 })).dataset.inputs;
    const large = (await source('spiral', { samples: 90 })).dataset.inputs;
    assert.deepEqual([...large.slice(0, 20)], [...small]);
  });
});

describe('Shipped sets', () => {
  const balances: Readonly<Record<string, readonly number[]>> = {
    iris: [50, 50, 50],
    penguins: [152, 68, 124],
    wine: [59, 71, 48],
    breast_cancer: [357, 212],
    digits: [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
  };
  for (const set of sources) {
    if (set.kind !== 'shipped') {
      continue;
    }
    it(`${set.name} has the documented rows, columns and classes`, async () => {
      const { dataset, facts } = await source(set.name, {}, { ...classes, missing: 'mean' });
      assert.deepEqual(
        facts.columns.map(({ name }) => name),
        set.columns,
      );
      assert.equal(dataset.samples, set.rows);
      assert.deepEqual(dataset.targetEncoding.columns, set.target);
      const counts = facts.classNames!.map(
        (_, k) => dataset.targets.filter((t, i) => i % facts.targetSize === k && t === 1).length,
      );
      assert.deepEqual(counts, balances[set.name]);
    });
  }

  it('take less than 0.7 MB together', () => {
    const bytes = sources.reduce((sum, set) => sum + (set.kind === 'shipped' ? shipped(set.file).length : 0), 0);
    assert.ok(bytes > 300_000 && bytes < 700_000);
  });

  it('name the classes of iris, breast_cancer and penguins', async () => {
    const names = async (set: string) => (await source(set, {}, { ...classes, missing: 'mean' })).facts.classNames;
    assert.deepEqual(await names('iris'), ['setosa', 'versicolor', 'virginica']);
    assert.deepEqual(await names('breast_cancer'), ['benign', 'malignant']);
    assert.deepEqual(await names('penguins'), ['Adelie', 'Chinstrap', 'Gentoo']);
  });

  it('name a cell at fault without a place, since no editor can open the file', async () => {
    const problems = await sourceProblems('penguins', classes);
    assert.equal(problems.length, 5);
    const { column, ...first } = problems[0];
    assert.deepEqual([column?.name, column?.role], ['bill_length_mm', 'input']);
    assert.deepEqual(first, {
      code: 'missing-cell',
      message:
        'Row 4, column “bill_length_mm”: the cell is missing (missing cells in the column: 2). Choose missing: drop, mean or median.',
      path: ['data', 'source'],
    });
  });

  it('report the missing cells of penguins', async () => {
    const { facts } = await source('penguins', {}, { ...classes, missing: 'drop' });
    assert.deepEqual(
      facts.columns.map(({ missing }) => missing),
      [0, 0, 2, 2, 2, 2, 11],
    );
    assert.deepEqual([facts.parts.train, facts.inputSize], [333, 9]);
  });

  it('have the known means of iris, within 1e-6', async () => {
    const { facts } = await source('iris', {}, classes);
    [5.843333333333334, 3.0573333333333337, 3.758, 1.1993333333333336].forEach((mean, index) => {
      assert.ok(Math.abs(facts.columns[index].mean! - mean) < 1e-12);
    });
  });

  it('have the SHA-256 of their bytes as hash', async () => {
    const { createHash } = await import('node:crypto');
    const { dataset } = await source('iris', {}, classes);
    assert.equal(dataset.hash, createHash('sha256').update(shipped('iris.csv')).digest('hex'));
  });
});
