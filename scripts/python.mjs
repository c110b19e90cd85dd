#!/usr/bin/env node
/**
 * `npm run test:python`: runs exported scripts and compares their numbers with ours. Needs a Python with
 * NumPy and PyTorch; as root on Debian they are installed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ensureInstalled, root, runMain } from './bare.mjs';

const packages = ['python3-numpy', 'python3-torch'];

function hasModules(python) {
  return spawnSync(python, ['-c', 'import numpy, torch'], { stdio: 'ignore' }).status === 0;
}

/** A Python that has the modules; NNSPEC_PYTHON takes precedence. */
function findPython() {
  const chosen = process.env.NNSPEC_PYTHON;
  return (chosen ? [chosen] : ['python3', '/usr/bin/python3', 'python']).find(hasModules);
}

function ensurePython() {
  const found = findPython();
  if (found) {
    return found;
  }
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error(
      `The exported scripts need a Python with NumPy and PyTorch: install them (on Debian: apt-get install ${packages.join(' ')}; elsewhere: python3 -m pip install numpy torch), or set NNSPEC_PYTHON to such a Python.`,
    );
  }
  console.log(`No PyTorch found: installing Debian's (apt-get install ${packages.join(' ')})…`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  const installed = findPython();
  if (!installed) {
    throw new Error(`Debian installed ${packages.join(' and ')}, but no Python imports them.`);
  }
  return installed;
}

await runMain(async () => {
  await ensureInstalled((sentence) => console.log(sentence));
  process.env.NNSPEC_PYTHON = ensurePython();
  const { runMochaSuite } = await import('./mocha.mjs');
  const { passed } = await runMochaSuite('python', root, process.argv.slice(2));
  process.exitCode = passed ? 0 : 1;
});
