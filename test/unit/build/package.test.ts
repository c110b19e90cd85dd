import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { listFiles, PackageManager } from '@vscode/vsce';

interface Example {
  readonly file: string;
  readonly korean: string;
  readonly data: readonly string[];
}

describe('the package', () => {
  it('holds the examples, and of their data the shipped sets alone', async () => {
    const files = await listFiles({ packageManager: PackageManager.None });
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
