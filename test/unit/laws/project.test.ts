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
  it('take in every file named *.test.ts', () => {
    const found = new Set(Object.keys(suites).flatMap((name) => filesOf(name, process.cwd())));
    const there = filesUnder('test').filter((path) => path.endsWith('.test.ts'));
    assert.deepEqual(
      there.filter((path) => !found.has(path)),
      [],
    );
    assert.equal(found.size, there.length);
  });
});

describe('package-lock.json', () => {
  it('names no host that packages came from', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const resolved = Object.values<{ resolved?: string }>(lock.packages).filter(({ resolved }) => resolved);
    assert.deepEqual(resolved, []);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

  it('runs only scripts that are there', () => {
    const named = Object.values<string>(manifest.scripts).flatMap((line) => line.match(/scripts\/[\w.-]+/g) ?? []);
    assert.deepEqual(
      named.filter((path) => !existsSync(join(process.cwd(), path))),
      [],
    );
  });

  it('types the oldest editor it runs in', () => {
    const oldest = manifest.engines.vscode.replace('^', '');
    assert.ok(oldest.startsWith(manifest.devDependencies['@types/vscode']), `${oldest} is not what is typed`);
  });
});
