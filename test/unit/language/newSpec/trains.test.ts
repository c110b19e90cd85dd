import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { nnspec, Workspace } from '../../cli/harness';
import { specFor, table } from './shapes';

/** Learnable: each target follows from the inputs. */
const tables: Readonly<Record<string, string>> = {
  'the iris': readFileSync('media/data/iris.csv', 'utf8'),
  'penguins with missing cells': readFileSync('media/data/penguins.csv', 'utf8'),
  'a measured value': table('a,b,y', 120, (i) => [i % 12, (i * 7) % 10, (i % 12) + 2 * ((i * 7) % 10)]),
  'yes and no by a word': table('word,n,answer', 90, (i) => [i % 2 ? 'up' : 'down', i % 9, i % 2 ? 'yes' : 'no']),
  'a handful of rows': table('a,b,y', 8, (i) => [i, i % 3, i < 4 ? 'p' : 'q']),
};

describe('a new spec from data trains', () => {
  let workspace: Workspace;

  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => workspace.dispose());

  for (const [title, csv] of Object.entries(tables)) {
    it(`and its loss falls to less than 0.7 of the first epoch’s in the epochs that it asks for: ${title}`, async () => {
      await workspace.write('table.csv', csv);
      const spec = await workspace.write('table.nnspec', specFor(csv));
      const { status, lines, err } = await nnspec(['train', spec, '--json'], {
        cwd: workspace.folder,
      });
      assert.equal(status, 0, err);
      const losses = lines.filter(({ event }) => event === 'epoch').map(({ loss }) => Number(loss));
      assert.ok(losses[losses.length - 1] < 0.7 * losses[0], `${losses[0]} → ${losses[losses.length - 1]}`);
    });
  }
});
