import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { isNeighbourName } from '../../../src/disk/neighbour';

const [kills, together, size] = [30, 6, 400_000];

/** Replaces the file again and again, by as many bytes a or b, in pieces. */
const program = `
import { replaceFile } from './src/disk/replaceFile.node';
for (let turn = 0; ; turn++) {
  await replaceFile(process.argv[2], Array.from({ length: 20 }, () => Buffer.alloc(${size / 20}, 'ab'[turn % 2])));
  if (turn === 0) {
    process.stdout.write('.');
  }
}`;

describe('a process that replaces a file and is killed by SIGKILL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nnspec-killed-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves a whole content, and at most one unfinished file', async () => {
    const bundle = join(folder, 'program.mjs');
    await build({
      stdin: { contents: program, resolveDir: resolve('.'), loader: 'ts' },
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    let [left, next] = [0, 0];
    const killOne = async (number: number) => {
      const home = join(folder, String(number));
      mkdirSync(home);
      const child = spawn(process.execPath, [bundle, join(home, 'file')], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await wait(number % 11);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const content = readFileSync(join(home, 'file'), 'latin1');
      assert.ok([...'ab'].includes(content[0]) && content === content[0].repeat(size), `kill ${number}: no whole file`);
      const others = readdirSync(home).filter((name) => name !== 'file');
      assert.ok(others.length <= 1 && others.every(isNeighbourName), `kill ${number} left ${others}`);
      left += others.length;
    };
    const worker = async () => {
      while (next < kills) {
        await killOne(next++);
      }
    };
    await Promise.all(Array.from({ length: together }, worker));
    assert.ok(left > 0, 'no kill came while a file was being written');
  }).timeout(30_000);
});
