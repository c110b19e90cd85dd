/** Helpers for scripts that run in a fresh clone. This file imports no package: none is installed yet. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Runs a command in the project's folder. Rejects if its exit status is not 0.
 * @param {string} command
 * @param {string[]} args
 * @param {(text: string) => void} [print] receives the output at the end; without it, the command prints to
 *   this terminal
 */
export async function run(command, args, print) {
  const windows = process.platform === 'win32';
  const code = await statusOf(command, args, { cwd: root, shell: windows && command.endsWith('.cmd') }, print);
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with status ${code}.`);
  }
}

/** The exit status of a command. `print` is as for `run`. */
export function statusOf(command, args, options, print) {
  const child = spawn(command, args, { ...options, stdio: print ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
  let output = '';
  for (const stream of print ? [child.stdout, child.stderr] : []) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      print?.(output.trimEnd());
      done(code);
    });
  });
}

/** Runs one of the scripts of this folder. */
export function runScript(name, args = [], print) {
  return run(process.execPath, [join('scripts', name), ...args], print);
}

/** Whether every package of the lock is installed. npm writes the record last: a broken install lacks it. */
export function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) {
    return false;
  }
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

/** Installs the project's dependencies unless the versions of the lock are installed. */
export async function ensureInstalled(say) {
  if (isInstalled()) {
    return;
  }
  say('Installing dependencies (npm ci)…');
  await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci']);
}

/** Runs a script's work. If it fails, prints the error's message without its stack. */
export async function runMain(work) {
  try {
    await work();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
