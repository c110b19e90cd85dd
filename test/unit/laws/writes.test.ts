import assert from 'node:assert/strict';
import { productSources } from './sources';
import { breachesOfWriting } from './writes';

describe('law 10: files', () => {
  it('are written whole or not at all, by the modules for that', () => {
    assert.deepEqual(breachesOfWriting(productSources()), []);
  });

  it('that are written elsewhere are named with file and line', () => {
    const text = [
      "import { readFile, writeFile as w } from 'node:fs/promises';",
      "import * as fs from 'fs';",
      "import { existsSync, rmSync } from 'node:fs';",
      'await vscode.workspace.fs.writeFile(uri, bytes);',
      'await vscode.workspace.fs.copy(a, b);',
      'await vscode.workspace.fs.rename(a, b);',
      "await open(path, 'r'); await open(path, 'wx');",
      'createWriteStream(path); appendFileSync(path, text);',
      '// writeFile(path)',
      'edit.createFile(uri);',
    ].join('\n');
    assert.deepEqual(breachesOfWriting([{ path: 'src/cli/a.ts', text }]).sort(), [
      'src/cli/a.ts:10: createFile(',
      'src/cli/a.ts:1: imports writeFile',
      'src/cli/a.ts:2: imports *',
      'src/cli/a.ts:3: imports rmSync',
      'src/cli/a.ts:4: fs.writeFile(',
      'src/cli/a.ts:5: fs.copy(',
      'src/cli/a.ts:6: fs.rename(',
      "src/cli/a.ts:7: open(path, 'wx'",
      'src/cli/a.ts:8: appendFileSync(',
      'src/cli/a.ts:8: createWriteStream(',
    ]);
    assert.deepEqual(breachesOfWriting([{ path: 'src/disk/replaceFile.node.ts', text }]), []);
  });
});
