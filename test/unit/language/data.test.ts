import assert from 'node:assert/strict';
import { expectProblems, fixed, problemsOf, sound, specWith } from './marked';

const data = (marked: string, more: { model?: string; training?: string } = {}) =>
  expectProblems(specWith({ data: `data:\n${marked}`, ...more }));
const dataOf = (text: string) => sound(specWith({ data: `data:\n${text}` })).spec.data;
const rows = '  rows: [[0, 0, 0], [0, 1, 1], [1, 0, 1]]\n  columns: [a, b, y]\n  target: y';

describe('data', () => {
  it('comes from exactly one of source, file and rows', () => {
    expectProblems(specWith({ data: 'data: { scale: standard }\n^^^^ missing-key' }));
    data('  source: xor\n  file: a.csv\n  ^^^^ conflict\n  target: y');
  });

  it('knows the built-in sets, their parameters and other spellings', () => {
    for (const name of ['and', 'or', 'xor', 'circles', 'moons', 'gaussians', 'spiral', 'checkerboard']) {
      assert.equal(dataOf(`  source: ${name}`).origin.kind, 'source');
    }
    for (const name of ['iris', 'penguins', 'wine', 'breast_cancer', 'digits', 'sine', 'plane']) {
      dataOf(`  source: ${name}`);
    }
    assert.deepEqual(dataOf('  source: spiral').origin, {
      kind: 'source',
      source: { name: 'spiral', parameters: { samples: 500, noise: 0.1, classes: 2 } },
    });
    data('  source: spirl\n          ^^^^^ unknown-name');
    data('  source: { blobs: { samples: 10 } }\n            ^^^^^ alias-name');
    data('  source: { spiral: { sample: 10 } }\n                      ^^^^^^ unknown-key');
    data('  source: { spiral: { noise: -1 } }\n                             ^^ out-of-range');
    data('  source: { xor: { samples: 8 } }\n                   ^^^^^^^ unknown-key');
    data('  source: moons\n  samples: 20\n  ^^^^^^^ misplaced-key');
  });

  it('takes .csv and .tsv files relative to the spec', () => {
    assert.deepEqual(dataOf('  file: ../data/a.tsv\n  target: y').origin, { kind: 'file', path: '../data/a.tsv' });
    for (const path of ['a.csv.gz', 'a.txt', 'a.TXT.GZ', 'a.tsv.gz', 'a.parquet']) {
      assert.deepEqual(dataOf(`  file: ${path}\n  target: y`).origin, { kind: 'file', path });
    }
    data('  file: a.xlsx\n        ^^^^^^ not-yet-supported\n  target: y');
    for (const path of ['/etc/passwd.csv', 'C:\\a.csv', 'https://x.org/a.csv', '\\\\host\\a.csv']) {
      const [problem] = problemsOf(specWith({ data: `data: { file: '${path}', target: y }` }));
      assert.equal(problem.code, 'bad-path', path);
    }
    data('  file: 3\n        ^ wrong-type\n  target: y');
  });

  it('takes a second file of labels, whose column is the target', () => {
    const files = '  file: train-images-idx3-ubyte.gz\n  labels: train-labels.idx';
    const origin = { kind: 'file', path: 'train-images-idx3-ubyte.gz', labels: 'train-labels.idx' };
    assert.deepEqual(dataOf(files).origin, origin);
    assert.deepEqual(dataOf(files).target, ['label']);
    assert.deepEqual(dataOf(`${files}\n  target: c0`).target, ['c0']);
    data('  file: a.csv\n  labels: species\n  ^^^^^^ conflict\n  target: y');
    data('  file: a.npy\n  labels: b.csv\n          ^^^^^ conflict');
    data('  file: a.npy\n  labels: /b.npy\n          ^^^^^^ bad-path');
    data('  source: xor\n  labels: b.npy\n  ^^^^^^ conflict');
    data('  file: a.npy\n  format: { header: true }\n  ^^^^^^ conflict\n  target: c0');
  });

  it('takes a folder of images, whose folders are the target', () => {
    assert.deepEqual(dataOf('  folder: photos').origin, { kind: 'folder', path: 'photos' });
    assert.deepEqual(dataOf('  folder: photos\n  shape: [1, 28, 28]').target, ['label']);
    data('  folder: photos\n  ^^^^^^ conflict\n  file: a.csv\n  target: y');
    data('  folder: /photos\n          ^^^^^^^ bad-path');
    data('  folder: photos\n  labels: b.npy\n  ^^^^^^ conflict');
    data('  folder: photos\n  format: { header: true }\n  ^^^^^^ conflict');
    data('  folder: photos\n  types: { label: category }\n  ^^^^^ conflict');
    data('  folder: photos\n  ^^^^^^ conflict\n  split: { files: { train: a.csv } }\n  target: y');
  });

  it('needs a target for files and rows', () => {
    expectProblems(specWith({ data: 'data: { file: a.csv }\n^^^^ missing-target' }));
    assert.deepEqual(dataOf('  file: a.csv\n  target: [a, b]').target, ['a', 'b']);
    assert.deepEqual(dataOf('  file: a.csv\n  target: 2024').target, ['2024'], 'a column may be called by a number');
    data('  file: a.csv\n  target: []\n          ^^ list-length');
    data('  file: a.csv\n  target: [y, y]\n              ^ duplicate-name');
    data('  file: a.csv\n  inputs: [a, y]\n              ^ conflict\n  target: y');
    data('  file: a.csv\n  target: true\n          ^^^^ wrong-type');
  });

  it('checks rows against columns', () => {
    assert.deepEqual(dataOf(rows).origin, {
      kind: 'rows',
      columns: ['a', 'b', 'y'],
      rows: [
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
    });
    data('  rows: [[0, 1], [1]]\n                 ^^^ ragged-row\n  columns: [a, y]\n  target: y');
    data(
      '  rows:\n    - [1]\n      ^^^ ragged-row\n    - [0, .inf]\n          ^^^^ not-finite\n    - [0, 1, 2]\n      ^^^^^^^^^ ragged-row\n  columns: [a, y]\n  target: y',
    );
    data('  rows: [[0, 1]]\n  ^^^^ missing-key\n  target: y');
    data('  source: xor\n  columns: [a, y]\n  ^^^^^^^ conflict');
    data('  rows: []\n        ^^ list-length\n  columns: [a, y]\n  target: y');
    data('  rows: [[[1], 2]]\n          ^^^ wrong-type\n  columns: [a, y]\n  target: y');
    data('  rows: [[0, .inf]]\n             ^^^^ not-finite\n  columns: [a, y]\n  target: y');
    data('  rows: [[0, 1]]\n  columns: [y, y]\n               ^ duplicate-name\n  target: y');
  });

  it('reads cells as numbers, text or nothing', () => {
    const { origin } = dataOf('  rows: [[.nan, ~, "3", red, true, 1e-3]]\n  columns: [a, b, c, d, e, y]\n  target: y');
    assert.deepEqual(origin.kind === 'rows' && origin.rows, [[null, null, '3', 'red', 'true', 0.001]]);
  });

  it('fills in the split: all rows of truth tables and rows, else 80 : 20', () => {
    assert.deepEqual(dataOf('  source: xor').split, { train: 1, validation: 0, test: 0 });
    assert.deepEqual(dataOf(rows).split, { train: 1, validation: 0, test: 0 });
    assert.deepEqual(dataOf('  source: moons').split, { train: 0.8, validation: 0.2, test: 0 });
    assert.deepEqual(dataOf('  file: a.csv\n  target: y').split, { train: 0.8, validation: 0.2, test: 0 });
  });

  it('requires shares that sum to 1 within 1e-9', () => {
    dataOf('  source: moons\n  split: { train: 0.7, validation: 0.2, test: 0.1 }');
    dataOf('  source: moons\n  split: { train: 0.3333333333, validation: 0.3333333333, test: 0.3333333334 }');
    data('  source: moons\n  split: { train: 0.7, validation: 0.2 }\n  ^^^^^ split-sum');
    data('  source: moons\n  split: { train: 0.5, validation: 0.50000001 }\n  ^^^^^ split-sum');
    data('  source: moons\n  split: { validation: 1 }\n  ^^^^^ missing-key');
    data('  source: moons\n  split: { train: 0, test: 1 }\n                  ^ out-of-range');
    data('  source: moons\n  split: { train: 0.8, val: 0.2 }\n                       ^^^ alias-name');
    data('  source: moons\n  split: 0.8\n         ^^^ wrong-type');
  });

  it('takes a file for each part in place of one file and shares', () => {
    const files = '{ files: { train: a.csv, validation: b.csv, test: c.csv } }';
    const { origin, split } = dataOf(`  target: y\n  split: ${files}`);
    assert.deepEqual(origin, { kind: 'file', path: 'a.csv' });
    assert.deepEqual(split, { train: 1, validation: 1, test: 1, files: { validation: 'b.csv', test: 'c.csv' } });
    data('  target: y\n  split: { files: { test: c.csv } }\n           ^^^^^ missing-key');
    data(`  file: a.csv\n  ^^^^ conflict\n  target: y\n  split: ${files}`);
    data('  target: y\n  split: { train: 0.5, files: { train: a.csv } }\n           ^^^^^ conflict');
    data('  target: y\n  stratify: true\n  ^^^^^^^^ conflict\n  split: { files: { train: a.csv } }');
    data(
      '  target: y\n  split: { files: { train: a.csv, test: /c.csv } }\n                                        ^^^^^^ bad-path',
    );
  });

  it('takes weights from a column that is no target', () => {
    assert.equal(dataOf('  source: moons\n  weights: x1').weights, 'x1');
    data('  source: moons\n  target: y\n  weights: y\n           ^ conflict');
    data('  source: moons\n  sample_weight: x1\n  ^^^^^^^^^^^^^ alias-name');
  });

  it('reads how rows are assigned to the parts', () => {
    const by = (value: string) => dataOf(`  source: moons\n  split: { train: 0.8, test: 0.2, by: ${value} }`).split.by;
    assert.equal(by('random'), undefined);
    assert.deepEqual(by('time'), { kind: 'time' });
    assert.deepEqual(by('{ time: x1 }'), { kind: 'time', column: 'x1' });
    assert.deepEqual(by('{ group: 2024 }'), { kind: 'group', column: '2024' });
    data('  source: moons\n  split: { train: 1, by: times }\n                         ^^^^^ unknown-choice');
    data(
      '  source: moons\n  split: { train: 1, by: { time: x1, group: x2 } }\n                         ^^^^^^^^^^^^^^^^^^^^^^^ conflict',
    );
    data('  source: moons\n  split: { train: 1, by: { date: x1 } }\n                           ^^^^ alias-name');
    data('  source: moons\n  stratify: true\n  ^^^^^^^^ conflict\n  split: { train: 1, by: time }');
    const text = specWith({ data: 'data: { source: moons, stratify: true, split: { train: 1, by: { group: x1 } } }' });
    assert.doesNotMatch(fixed(text, 'conflict'), /stratify/);
  });

  it('checks the other keys', () => {
    data('  source: moons\n  scale: standart\n         ^^^^^^^^ unknown-choice');
    assert.match(
      fixed(specWith({ data: 'data: { source: moons, scale: standart }' }), 'unknown-choice'),
      /scale: standard /,
    );
    data('  source: moons\n  missing: median\n  stratify: 2\n            ^ wrong-type');
    data('  source: moons\n  types: { x1: numeric }\n               ^^^^^^^ unknown-choice');
    assert.deepEqual(dataOf('  source: moons\n  types: { x1: category, __proto__: number }').types.x1, 'category');
    data('  source: digits\n  shape: [1, 8, 8, 1]\n         ^^^^^^^^^^^^ list-length');
    data('  source: digits\n  shape: [1, 0, 64]\n             ^ out-of-range');
  });

  it('refuses stratify where the target is a number', () => {
    data('  source: sine\n  stratify: true\n  ^^^^^^^^ stratify-without-classes', {
      model: 'model: { layers: [{ dense: { units: 4, activation: tanh } }, { dense: 1 }] }',
    });
  });

  it('has the defaults of the language', () => {
    const { types, stratify, scale, missing, inputs, target, shape } = dataOf('  source: xor');
    assert.deepEqual(
      [types, stratify, scale, missing, inputs, target, shape],
      [{}, false, 'none', 'error', undefined, undefined, undefined],
    );
  });
});
