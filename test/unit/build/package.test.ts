import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';

interface Example {
  readonly file: string;
  readonly korean: string;
  readonly data: readonly string[];
}

/** Large folders that the test does not copy: the package contains nothing of them, except bundles. */
const large = ['.git', '.vscode-test', 'dist', 'node_modules'];

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-package-'));

  before(() => {
    for (const name of readdirSync('.').filter((each) => !large.includes(each))) {
      cpSync(name, join(folder, name), { recursive: true });
    }
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('contains the examples, and no data but the shipped sets', async () => {
    const files = await listFiles({ cwd: folder, packageManager: PackageManager.None });
    const examples: readonly Example[] = JSON.parse(readFileSync('examples/index.json', 'utf8'));
    const specs = examples.flatMap(({ file, korean }) => [`examples/${file}`, `examples/${korean}`]);
    assert.deepEqual(
      files.filter((path) => path.startsWith('examples/')).sort(),
      [...specs, 'examples/index.json'].sort(),
    );
    const data = files.filter((path) => path.endsWith('.csv')).sort();
    assert.deepEqual(
      data,
      readdirSync('media/data')
        .filter((name) => name.endsWith('.csv'))
        .map((name) => `media/data/${name}`)
        .sort(),
    );
    for (const name of examples.flatMap((example) => example.data)) {
      assert.ok(data.includes(`media/data/${name}`));
    }
  });
});
