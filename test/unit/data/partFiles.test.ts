import assert from 'node:assert/strict';
import { loadDataset, loadFacts } from '../../../src/data';
import type { DataSpec } from '../../../src/spec/spec';
import { brief, csvRequest, readInChunks } from './support';

const contents: Readonly<Record<string, string>> = {
  'a.csv': 'town,x,y\nb,1,10\na,2,20\nb,3,30\n',
  'b.csv': 'y,town,x\n40,a,4\n',
  'c.csv': 'town,x,y\nb,5,50\na,6,60\n',
  'new.csv': 'town,x,y\na,6,60\nz,7,70\n',
  'less.csv': 'town,y\na,60\n',
  'more.csv': 'town,x,y,z\na,1,60,0\n',
  'dollars.csv': 'town,x,y\nb,$1,10\na,$2,20\n',
  'euros.csv': 'town,x,y\nb,3 €,30\n',
  'bad.csv': 'town,x,y\na,many,60\n',
};

function load(
  files: NonNullable<DataSpec['split']['files']> & { readonly train?: string },
  more: Partial<DataSpec> = {},
  chunked = false,
) {
  const { train = 'a.csv', ...others } = files;
  const { data, ...request } = csvRequest(train);
  const split = { train: 1, validation: files.validation ? 1 : 0, test: files.test ? 1 : 0, files: others };
  const bytesOf = (path: string) => {
    const text = contents[path];
    if (text === undefined) {
      throw new Error(`There is no file ${path}.`);
    }
    return new TextEncoder().encode(text);
  };
  const reader = {
    read: async (path: string) => (chunked ? readInChunks(bytesOf(path)) : bytesOf(path)),
    readShipped: () => Promise.reject(new Error('none')),
  };
  const wanted = { ...request, data: { ...data, ...more, split } };
  return Promise.all([loadDataset(wanted, reader), loadFacts(wanted, reader)]);
}

async function problemsOf(...args: Parameters<typeof load>) {
  const [loaded] = await load(...args);
  assert.ok('problems' in loaded);
  return loaded.problems;
}

describe('A file for each part', () => {
  it('gives each part the rows of its file, with the columns in any order', async () => {
    const [loaded, facts] = await load({ validation: 'b.csv', test: 'c.csv' }, { scale: 'minmax' });
    assert.ok('dataset' in loaded, JSON.stringify(loaded));
    const { dataset } = loaded;
    const { train, validation, test } = dataset.parts;
    assert.deepEqual([[...train], [...validation], [...test]], [[0, 1, 2], [3], [4, 5]]);
    assert.deepEqual([...dataset.targets], [10, 20, 30, 40, 50, 60]);
    assert.deepEqual(dataset.inputNames, ['town=a', 'town=b', 'x']);
    // Scaled by the train file alone.
    assert.deepEqual([...dataset.inputs.slice(9, 12)], [1, 0, 1.5]);
    assert.ok('facts' in facts);
    assert.deepEqual(facts.facts.parts, { train: 3, validation: 1, test: 2 });
    const [inChunks] = await load({ validation: 'b.csv', test: 'c.csv' }, { scale: 'minmax' }, true);
    assert.deepEqual(inChunks, loaded);
    const [other] = await load({ validation: 'c.csv', test: 'b.csv' }, { scale: 'minmax' });
    assert.ok('dataset' in other && other.dataset.hash !== dataset.hash);
  });

  it('reads all files with the unit of the train file', async () => {
    const [loaded] = await load({ train: 'dollars.csv', validation: 'b.csv' });
    assert.ok('dataset' in loaded, JSON.stringify(loaded));
    assert.deepEqual(
      [...loaded.dataset.inputs].filter((_, at) => at % 3 === 2),
      [1, 2, 4],
    );
    assert.equal(loaded.dataset.inputEncodings[1].unit, '$#');
    const [problem] = await problemsOf({ train: 'dollars.csv', validation: 'euros.csv' });
    assert.deepEqual([problem.code, problem.at?.file], ['text-cell', 'euros.csv']);
  });

  it('names the file that lacks a column, has another or holds a bad cell', async () => {
    const [less] = await problemsOf({ test: 'less.csv' });
    assert.deepEqual([less.code, less.path], ['part-columns', ['data', 'split', 'files', 'test']]);
    assert.match(less.message, /less\.csv lacks the column “x” that a\.csv has/);
    const [more] = await problemsOf({ validation: 'more.csv' });
    assert.match(more.message, /more\.csv has a column “z” that a\.csv lacks/);
    const [bad] = await problemsOf({ test: 'bad.csv' });
    assert.deepEqual([brief(bad), bad.at?.file], ['text-cell 1:2-6', 'bad.csv']);
    const [gone] = await problemsOf({ validation: 'b.csv', test: 'gone.csv' });
    assert.deepEqual([gone.code, gone.path], ['data-file', ['data', 'split', 'files', 'test']]);
  });

  it('takes categories from the train file: another one is an error, or all zeros', async () => {
    const [unknown] = await problemsOf({ test: 'new.csv' });
    assert.deepEqual([brief(unknown), unknown.at?.file], ['unknown-category 2:0-1', 'new.csv']);
    const [loaded] = await load({ test: 'new.csv' }, { unknown: 'ignore' });
    assert.ok('dataset' in loaded);
    assert.deepEqual([...loaded.dataset.inputs.slice(12)], [0, 0, 7]);
  });
});
