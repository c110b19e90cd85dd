import assert from 'node:assert/strict';
import { loadDataset, loadFacts } from '../../../../src/data';
import type { DataFiles } from '../../../../src/data/files';
import { largestFolder } from '../../../../src/data/images/listImages';
import type { DataSpec } from '../../../../src/spec/spec';
import { pngFile } from './pngFile';

type Tree = Readonly<Record<string, Uint8Array>>;

/** The host of files whose paths these are. */
function hostOf(tree: Tree): DataFiles {
  return {
    read: async (path) => tree[path] ?? Promise.reject(new Error(`There is no ${path}.`)),
    list: async (folder) => {
      const below = Object.keys(tree).flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
      );
      if (below.length === 0) {
        throw new Error(`There is no ${folder}.`);
      }
      // In no order that means anything.
      return [...new Set(below.map((path) => path.split('/')[0]))]
        .reverse()
        .map((name) => ({ name, folder: below.some((path) => path.startsWith(`${name}/`)) }));
    },
    readShipped: () => Promise.reject(new Error('There are no sets.')),
  };
}

const grey = (value: number, width = 2, height = 3) =>
  pngFile({ width, height, depth: 8, type: 0, at: (x, y) => [value + x + 10 * y] });
const colour = (value: number) => pngFile({ width: 2, height: 3, depth: 8, type: 2, at: (x, y) => [value, x, y] });
const pgm = (value: number, largest = 255) =>
  new TextEncoder().encode(`P2 2 3 ${largest} ${[0, 1, 10, 11, 20, 21].map((more) => value + more).join(' ')}`);

const plain: DataSpec = {
  origin: { kind: 'folder', path: 'photos' },
  target: ['label'],
  types: {},
  split: { train: 1, validation: 0, test: 0 },
  stratify: false,
  scale: 'none',
  missing: 'error',
};
const requestOf = (data: DataSpec) => ({ data, loss: 'categorical_crossentropy', seed: 0 });

function load(tree: Tree, more: Partial<DataSpec> = {}) {
  return loadDataset(requestOf({ ...plain, ...more }), hostOf(tree));
}

async function loaded(tree: Tree, more: Partial<DataSpec> = {}) {
  const found = await load(tree, more);
  assert.ok('dataset' in found, JSON.stringify(found));
  return found;
}

async function problems(tree: Tree, more: Partial<DataSpec> = {}) {
  const found = await load(tree, more);
  assert.ok('problems' in found);
  for (const { path } of found.problems) {
    assert.equal(path[0], 'data');
  }
  return found.problems.map(({ code, message }) => [code, message]);
}

const animals: Tree = {
  'photos/dog/b.png': grey(7),
  'photos/dog/a.pgm': pgm(5),
  'photos/cat/10.png': grey(3),
  'photos/cat/9.PNG': grey(4),
  'photos/notes.txt': new Uint8Array(1),
  'photos/.hidden/a.png': grey(1),
  'photos/cat/.thumb.png': new Uint8Array(1),
  'photos/cat/Thumbs.db': new Uint8Array(1),
};

describe('A folder of images', () => {
  it('gives a row for each image, class by class, with its pixels and the name of its class', async () => {
    const { dataset, facts } = await loaded(animals);
    const rowOf = (value: number) => [0, 1, 10, 11, 20, 21].map((more) => value + more);
    assert.deepEqual([...dataset.inputs], [3, 4, 5, 7].flatMap(rowOf));
    assert.deepEqual([...dataset.targets], [1, 0, 1, 0, 0, 1, 0, 1]);
    assert.deepEqual(dataset.targetEncoding.classNames, ['cat', 'dog']);
    assert.deepEqual(
      [dataset.inputShape, facts.inputShape],
      [
        [1, 3, 2],
        [1, 3, 2],
      ],
    );
    assert.equal(facts.warnings, undefined);
  });

  it('has the channels first, and is scaled as any table', async () => {
    const tree = { 'photos/a/1.png': colour(10), 'photos/b/1.png': colour(20) };
    const { dataset } = await loaded(tree, { shape: [3, 3, 2], scale: 'minmax' });
    assert.deepEqual([...dataset.inputs.subarray(0, 6)], [0, 0, 0, 0, 0, 0]);
    assert.deepEqual([...dataset.inputs.subarray(18, 24)], [1, 1, 1, 1, 1, 1]);
    assert.deepEqual(dataset.inputShape, [3, 3, 2]);
  });

  it('takes another shape of as many numbers', async () => {
    assert.deepEqual((await loaded(animals, { shape: [6] })).dataset.inputShape, [6]);
  });

  it('has a hash of the names and the bytes', async () => {
    const hash = async (tree: Tree) => (await loaded(tree)).dataset.hash;
    const first = await hash(animals);
    assert.equal(await hash({ ...animals, 'photos/notes.txt': new Uint8Array(9) }), first);
    assert.notEqual(await hash({ ...animals, 'photos/dog/b.png': grey(8) }), first);
    const { 'photos/dog/b.png': image, ...others } = animals;
    assert.notEqual(await hash({ ...others, 'photos/dog/c.png': image }), first);
  });

  it('gives the same facts without the data set', async () => {
    const { facts } = await loaded(animals);
    assert.deepEqual(await loadFacts(requestOf(plain), hostOf(animals)), { facts });
  });

  it('reports each image that does not fit, by its path', async () => {
    const tree = {
      ...animals,
      'photos/cat/a.png': grey(1, 4, 3),
      'photos/cat/b.png': colour(1),
      'photos/cat/c.png': new Uint8Array(9),
      'photos/cat/d.png': pngFile({ width: 2, height: 3, depth: 8, type: 4, at: () => [1, 0] }),
      'photos/cat/e.pgm': pgm(1, 100),
      'photos/cat/f.pgm': new TextEncoder().encode('P5 9999 9999 255\n'),
    };
    assert.deepEqual(await problems(tree), [
      [
        'image-shape',
        'photos/cat/a.png has the shape [1, 3, 4] (channels, height, width), but photos/cat/10.png has [1, 3, 2]. Make all images alike.',
      ],
      [
        'image-shape',
        'photos/cat/b.png has the shape [3, 3, 2] (channels, height, width), but photos/cat/10.png has [1, 3, 2]. Make all images alike.',
      ],
      [
        'image-damaged',
        'photos/cat/c.png is no whole PNG, PGM or PPM image: it is damaged, or another kind of file. Save it again.',
      ],
      [
        'image-transparent',
        'photos/cat/d.png has transparent pixels, and nothing says what lies behind them. Save it without transparency.',
      ],
      [
        'image-shape',
        'White is 100 in photos/cat/e.pgm, but 255 in photos/cat/10.png. Save all images with the same number of bits.',
      ],
      ['data-too-large', 'photos/cat/f.pgm is too large for an image to learn from. Make it smaller.'],
    ]);
  });

  it('is compared with the shape, where it is given', async () => {
    const found = await problems(animals, { shape: [3, 3, 2] });
    assert.equal(found.length, 4);
    assert.deepEqual(found[0], [
      'image-shape',
      'photos/cat/10.png has the shape [1, 3, 2] (channels, height, width), but shape is [3, 3, 2]. Make both equal.',
    ]);
  });

  it('warns of folders without images', async () => {
    const { facts } = await loaded({ ...animals, 'photos/bird/a.jpg': new Uint8Array(1) });
    assert.deepEqual(
      facts.warnings?.map(({ code, message }) => [code, message]),
      [['image-folder', 'Folders without images are passed over: bird.']],
    );
  });

  it('is refused where it has no classes, or cannot be read', async () => {
    const none = [
      [
        'image-folder',
        'photos has no folders with images in them. Put the images of each class, PNG, PGM or PPM, into a folder of its own.',
      ],
    ];
    assert.deepEqual(await problems({ 'photos/1.png': grey(1) }), none);
    assert.deepEqual(await problems({ 'photos/a/b/1.png': grey(1) }), none);
    assert.deepEqual(await problems({ 'pictures/a/1.png': grey(1) }), [['data-file', 'There is no photos.']]);
    const host = hostOf(animals);
    const read: DataFiles['read'] = (path) =>
      path.endsWith('9.PNG') ? Promise.reject(new Error('It is locked.')) : host.read(path);
    const found = await loadDataset(requestOf(plain), { ...host, read });
    assert.ok('problems' in found);
    assert.deepEqual(
      found.problems.map(({ message }) => message),
      ['It is locked.'],
    );
  });

  it('is refused with more images, or more numbers, than there may be', async () => {
    const file = grey(1);
    const many = Object.fromEntries(Array.from({ length: largestFolder + 1 }, (_, i) => [`photos/a/${i}.png`, file]));
    const list = async (folder: string) =>
      folder === 'photos'
        ? [{ name: 'a', folder: true }]
        : Object.keys(many).map((path) => ({ name: path.slice(9), folder: false }));
    const found = await loadDataset(requestOf(plain), { ...hostOf({}), list });
    assert.ok('problems' in found);
    assert.deepEqual(
      found.problems.map(({ code, message }) => [code, message]),
      [['data-too-large', 'photos has more than 200,000 images. Train on a part of them.']],
    );
  });
});
