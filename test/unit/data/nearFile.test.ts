import assert from 'node:assert/strict';
import { loadFacts } from '../../../src/data';
import type { DataFiles } from '../../../src/data/files';
import { applyFixes, dataFixes, parseSpec } from '../../../src/language';

const specOf = (file: string) =>
  `data: { file: ${file}, target: y }\nmodel:\n  layers:\n    - dense: 1\ntraining: { loss: mean_squared_error }\n`;

/** The problem of a spec whose file is not there, in a folder of these files. */
async function problemOf(text: string, names: readonly string[], list: DataFiles['list']) {
  const files: DataFiles = {
    read: (path) => Promise.reject(new Error(`${path}: there is no such file.`)),
    list,
    readShipped: () => Promise.reject(new Error('none')),
  };
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  assert.ok(parsed.spec, names.join());
  const found = await loadFacts({ data: parsed.spec.data, loss: 'mean_squared_error', seed: 0 }, files);
  assert.ok('problems' in found);
  const [{ code, message, path, meant }] = found.problems;
  return { message, meant, fixed: applyFixes(text, dataFixes({ code, path, meant }, parsed)) };
}

describe('a data file that is not there', () => {
  const names = ['Notes.md', 'iris.csv', 'irises'];
  const list = async (folder: string) =>
    folder === 'data/' ? names.map((name) => ({ name, folder: name === 'irises' })) : [];

  it('is corrected to the table of the nearest name in its folder', async () => {
    const { message, meant, fixed } = await problemOf(specOf('data/Iris.csv'), names, list);
    assert.equal(message, 'data/Iris.csv: there is no such file. Did you mean “data/iris.csv”?');
    assert.equal(meant, 'data/iris.csv');
    assert.equal(fixed, specOf('data/iris.csv'));
  });

  it('is only named where no table has such a name, or the folder cannot be listed', async () => {
    for (const [file, how] of [
      ['data/wine.csv', list],
      ['data/Iris.csv', () => Promise.reject(new Error('no'))],
      ['data/Iris.csv', undefined],
    ] as const) {
      const { message, meant } = await problemOf(specOf(file), names, how);
      assert.equal(message, `${file}: there is no such file.`);
      assert.equal(meant, undefined);
    }
  });
});
