#!/usr/bin/env node
/**
 * `npm run fuzz`: gives a million mutated inputs to everything that reads foreign bytes, in minutes. `npm run
 * fuzz -- --only soak` works in the real editor for an hour. Explained in `docs/reliability.md`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './bare.mjs';
import { mochaBundles } from './build.mjs';
import { soak } from './fuzz/soak.mjs';

/** An input that takes so many milliseconds hangs. */
const patience = 60_000;

async function fuzz(args) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const folder = mkdtempSync(join(root, 'dist', 'fuzz-'));
  try {
    await esbuild.build({
      ...mochaBundles(['scripts/fuzz/main.ts'], folder),
      outbase: 'scripts/fuzz',
      alias: { vscode: './scripts/fuzz/vscode.ts' },
      // The rest of the editor is not called.
      logOverride: { 'import-is-undefined': 'silent' },
    });
    const child = spawn(process.execPath, ['--expose-gc', '--enable-source-maps', join(folder, 'main.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let place = 'the start';
    let timer;
    const hear = (news) => {
      place = news;
      clearTimeout(timer);
      timer = setTimeout(() => {
        console.log(`  find: hangs within a second after ${place}`);
        child.kill('SIGKILL');
      }, patience);
    };
    child.on('message', hear);
    hear(place);
    const code = await new Promise((done, fail) => child.on('error', fail).on('close', done));
    clearTimeout(timer);
    return code === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
const passed = args.some((arg) => /^(--only=)?soak$/.test(arg)) ? await soak(args) : await fuzz(args);
process.exitCode = passed ? 0 : 1;
