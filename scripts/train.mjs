#!/usr/bin/env node
/** `npm run train -- FILE …`: runs `nnspec train`. Builds the command line first if a source is newer. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, runMain, runScript } from './bare.mjs';

/** When a file, or the newest file in a folder, was last changed; 0 if there is none. */
function newest(path) {
  if (!existsSync(path)) {
    return 0;
  }
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    return stat.mtimeMs;
  }
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale() {
  const parts = ['src', 'l10n', 'scripts', 'package-lock.json', 'media/data'];
  const built = ['dist/cli.js', 'dist/l10n/bundle.l10n.ko.json'].map((path) => newest(join(root, path)));
  return Math.min(...built) < Math.max(...parts.map((path) => newest(join(root, path))));
}

await runMain(async () => {
  // Standard output must hold only what the command prints: with --json it is read by programs.
  await ensureInstalled((sentence) => console.error(sentence));
  if (isStale()) {
    console.error('Building…');
    await runScript('build.mjs', ['--production', '--quiet']);
  }
  const args = [join(root, 'dist/cli.js'), 'train', ...process.argv.slice(2)];
  // Paths are relative to the folder in which npm was called.
  const child = spawn(process.execPath, args, { cwd: process.env.INIT_CWD ?? root, stdio: 'inherit' });
  // Ctrl-C reaches the command, too, which saves its work and ends. This script ends with its exit status.
  process.on('SIGINT', () => {});
  child.on('close', (code) => {
    process.exitCode = code ?? 130;
  });
});
