/** `nnspec train --checkpoint`, killed at any moment: its checkpoint opens and goes on. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { isNeighbourName } from '../../src/disk/neighbour';
import type { Area } from './area';
import { specText } from './engines';
import { goOn } from './models';

const home = mkdtempSync(join(tmpdir(), 'nnspec-kills-'));
const program = join(home, 'dist', 'cli.js');
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const compiled = () =>
  build({ entryPoints: ['src/cli/main.ts'], outfile: program, bundle: true, platform: 'node', logLevel: 'error' });
let compiling: Promise<unknown> | undefined;

/** Milliseconds for which each of several processes may go on after its first checkpoint. */
async function check(delays: readonly number[]): Promise<void> {
  compiling ??= compiled();
  await compiling;
  const folder = mkdtempSync(join(home, 'run-'));
  writeFileSync(join(folder, 'a.nnspec'), specText);
  try {
    let resumed = false;
    for (const delay of delays) {
      await killAfter(start(folder, resumed), join(folder, 'a.nnckpt'), delay);
      resumed = true;
      assert.ok(await goOn(readFileSync(join(folder, 'a.nnckpt'))), 'the checkpoint is refused');
      const others = readdirSync(folder).filter((name) => !name.startsWith('a.'));
      assert.ok(others.length <= 1 && others.every(isNeighbourName), `left: ${others}`);
      for (const name of others) {
        rmSync(join(folder, name));
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that saves its checkpoint after each epoch, for ever. A resumed one goes on from it. */
function start(folder: string, resumed: boolean): ChildProcess {
  const from = resumed ? ['--resume', 'a.nnckpt'] : [];
  const argv = ['train', 'a.nnspec', ...from, '--backend', 'reference', '--epochs', '1000000000'];
  const saves = ['--checkpoint', 'a.nnckpt', '--checkpoint-every', '1', '--json'];
  return spawn(process.execPath, [program, ...argv, ...saves], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function killAfter(child: ChildProcess, checkpoint: string, delay: number): Promise<void> {
  const exit = once(child, 'exit');
  assert.ok(child.stdout);
  await Promise.race([once(child.stdout, 'data'), exit]);
  child.stdout.resume();
  while (!existsSync(checkpoint) && child.exitCode === null) {
    await wait(1);
  }
  await wait(delay);
  child.kill('SIGKILL');
  assert.deepEqual(await exit, [null, 'SIGKILL'], 'the run ended by itself');
}

export const kills: Area<readonly number[]> = {
  name: 'kills',
  share: 0.0001,
  make: (random) => random.list(3, () => random.below(60)),
  check,
  show: (delays) => JSON.stringify(delays),
};
