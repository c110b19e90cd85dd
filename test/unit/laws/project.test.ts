import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, suites } from '../../../scripts/suites.mjs';

/** The paths of all files under a folder, with slashes. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

describe('law 7: suites', () => {
  it('contain every file named *.test.ts', () => {
    const found = new Set(Object.keys(suites).flatMap((name) => filesOf(name, process.cwd())));
    const existing = filesUnder('test').filter((path) => path.endsWith('.test.ts'));
    assert.deepEqual(
      existing.filter((path) => !found.has(path)),
      [],
    );
    assert.equal(found.size, existing.length);
  });
});

describe('package-lock.json', () => {
  it('names no registry', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const resolved = Object.values<{ resolved?: string }>(lock.packages).filter(({ resolved }) => resolved);
    assert.deepEqual(resolved, []);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

  it('runs only scripts that exist', () => {
    const named = Object.values<string>(manifest.scripts).flatMap((line) => line.match(/scripts\/[\w.-]+/g) ?? []);
    assert.deepEqual(
      named.filter((path) => !existsSync(join(process.cwd(), path))),
      [],
    );
  });

  it('uses the type declarations of the oldest VS Code that it allows', () => {
    const oldest = manifest.engines.vscode.replace('^', '');
    assert.ok(oldest.startsWith(manifest.devDependencies['@types/vscode']), `the types are not those of ${oldest}`);
  });
});
