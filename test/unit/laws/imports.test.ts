import assert from 'node:assert/strict';
import { breachesOfClosedRooms, breachesOfPlatform, breachesOfTable, cyclesOf, roomOf, rules } from './imports';
import { importsOf, productSources } from './sources';

/** Entries, and what browsers do without: they have no disk. */
const entries = [
  'src/server/childEntry.node.ts',
  'src/server/threadEntry.node.ts',
  'src/server/pytorch/pythonProcess.node.ts',
  'src/disk/replaceFile.node.ts',
  'src/disk/diskFolder.node.ts',
  'src/disk/here.node.ts',
];

describe('law 1: imports', () => {
  it('follow the table of rooms, and nothing imports extension or webview', () => {
    assert.deepEqual(breachesOfTable(productSources()), []);
  });

  it('have a line in the table for each room that exists, and no other', () => {
    const rooms = new Set(productSources().map(({ path }) => roomOf(path)));
    assert.deepEqual(Object.keys(rules).sort(), [...rooms].sort());
  });

  it('form no cycle', () => {
    assert.deepEqual(cyclesOf(productSources()), []);
  });

  it('reach the language only through its index.ts', () => {
    assert.deepEqual(breachesOfClosedRooms(productSources()), []);
  });

  it('that bypass an index.ts are named with file and line', () => {
    const breaches = breachesOfClosedRooms([
      { path: 'src/language/index.ts', text: "export { a } from './yaml/a';" },
      { path: 'src/language/yaml/a.ts', text: 'export const a = 1;' },
      { path: 'src/cli/b.ts', text: "import { a } from '../language';\nimport type { A } from '../language/yaml/a';" },
    ]);
    assert.deepEqual(breaches, ['src/cli/b.ts:2: src/language/yaml/a.ts must be imported from src/language/index.ts']);
  });

  it('are found in every form', () => {
    const text = [
      "import { a } from './a';",
      "import type { B } from './b';",
      'export {',
      '  c,',
      "} from './c';",
      "export * from './d';",
      "import './e.css';",
      "const f = await import('./f');",
      "// import { g } from './g';",
    ].join('\n');
    const found = importsOf({ path: 'src/x.ts', text });
    assert.deepEqual(
      found.map(({ specifier, line, typeOnly }) => [specifier, line, typeOnly]),
      [
        ['./a', 1, false],
        ['./b', 2, true],
        ['./c', 5, false],
        ['./d', 6, false],
        ['./e.css', 7, false],
        ['./f', 8, false],
      ],
    );
  });

  it('that break the table are named with file and line', () => {
    const breaches = breachesOfTable([
      { path: 'src/common/a.ts', text: "\nimport { b } from '../engine/b';" },
      { path: 'src/engine/b.ts', text: "import * as vscode from 'vscode';\nexport const b = 1;" },
      { path: 'src/protocol/c.ts', text: "import type { D } from '../spec/d';\nimport { d } from '../spec/d';" },
      { path: 'src/spec/d.ts', text: "import x from './nowhere';" },
      {
        path: 'webview/panel/e.ts',
        text: "import { f } from '../../src/extension/f';\nimport { g } from '../compare/g';",
      },
      { path: 'webview/compare/g.ts', text: 'export const g = 1;' },
      { path: 'src/extension/f.ts', text: "import { e } from '../../webview/panel/e';" },
    ]);
    assert.deepEqual(breaches, [
      'src/common/a.ts:2: common must not import engine (at run time)',
      'src/engine/b.ts:1: engine must not import the package vscode',
      'src/protocol/c.ts:2: protocol must not import spec (at run time)',
      'src/spec/d.ts:1: there is no file ./nowhere',
      'webview/panel/e.ts:1: webview/panel must not import extension (at run time)',
      'webview/panel/e.ts:2: webview/panel must not import webview/compare (at run time)',
      'src/extension/f.ts:1: extension must not import webview/panel (at run time)',
    ]);
  });

  it('that form a cycle are named', () => {
    const cycles = cyclesOf([
      { path: 'src/spec/a.ts', text: "import { b } from './b';" },
      { path: 'src/spec/b.ts', text: "import type { C } from './c';" },
      { path: 'src/spec/c.ts', text: "import { a } from './a';" },
    ]);
    assert.deepEqual(cycles, [['src/spec/a.ts', 'src/spec/b.ts', 'src/spec/c.ts', 'src/spec/a.ts']]);
  });
});

describe('law 2: platforms', () => {
  it("keeps Node's modules in cli and in *.node.ts files that have a web twin", () => {
    assert.deepEqual(breachesOfPlatform(productSources(), entries), []);
  });

  it("names a file that uses Node's modules elsewhere, and one whose twin is missing", () => {
    const breaches = breachesOfPlatform(
      [
        { path: 'src/data/a.ts', text: "import { readFileSync } from 'node:fs';" },
        { path: 'src/data/b.node.ts', text: "import fs from 'fs';" },
        { path: 'src/cli/c.ts', text: "import { join } from 'node:path';" },
      ],
      [],
    );
    assert.deepEqual(breaches, [
      "src/data/a.ts:1: node:fs is Node's; only cli and *.node.ts may import it",
      'src/data/b.node.ts: its twin src/data/b.web.ts is missing',
    ]);
  });
});
