#!/usr/bin/env node
/** `npm run train -- FILE …`: the command line's `train`, built first where a source is newer than what was built. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root, runMain, runScript } from './bare.mjs';

/** The time of the newest file under a folder or of a file itself; 0 where there is none. */
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
  // Standard output belongs to the command: `--json` prints nothing else there.
  await ensureInstalled((sentence) => console.error(sentence));
  if (isStale()) {
    console.error('Building…');
    await runScript('build.mjs', ['--production', '--quiet']);
  }
  const args = [join(root, 'dist/cli.js'), 'train', ...process.argv.slice(2)];
  // Paths are meant from where npm was called.
  const child = spawn(process.execPath, args, { cwd: process.env.INIT_CWD ?? root, stdio: 'inherit' });
  // Ctrl-C reaches the command itself, which saves what it must; its status is this script's.
  process.on('SIGINT', () => {});
  child.on('close', (code) => {
    process.exitCode = code ?? 130;
  });
});
