#!/usr/bin/env node
/**
 * `npm run test:python`: runs exported scripts and models and compares their numbers with ours. Needs a
 * Python with NumPy, PyTorch and ONNX; as root on Debian they are installed. ONNX models are run by
 * onnxruntime-web, which npm puts into a temporary folder.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root, runMain } from './bare.mjs';

const packages = ['python3-numpy', 'python3-torch', 'python3-onnx'];
const runtime = 'onnxruntime-web@1.20.1';

function hasModules(python) {
  return spawnSync(python, ['-c', 'import numpy, torch, onnx'], { stdio: 'ignore' }).status === 0;
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
      `The exported scripts need a Python with NumPy, PyTorch and ONNX: install them (on Debian: apt-get install ${packages.join(' ')}; elsewhere: python3 -m pip install numpy torch onnx), or set NNSPEC_PYTHON to such a Python.`,
    );
  }
  console.log(`Installing Debian's (apt-get install ${packages.join(' ')})…`);
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

/** The folder of onnxruntime-web; NNSPEC_ONNXRUNTIME takes precedence. No script of it runs. */
function ensureRuntime() {
  const folder = join(tmpdir(), `nnspec-${runtime.replace('@', '-')}`);
  const found = process.env.NNSPEC_ONNXRUNTIME ?? join(folder, 'node_modules', 'onnxruntime-web');
  if (!existsSync(found)) {
    console.log(`Installing ${runtime} into ${folder}…`);
    execFileSync('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', folder, runtime], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return found;
}

await runMain(async () => {
  await ensureInstalled((sentence) => console.log(sentence));
  process.env.NNSPEC_PYTHON = ensurePython();
  process.env.NNSPEC_ONNXRUNTIME = ensureRuntime();
  const { runMochaSuite } = await import('./mocha.mjs');
  const { passed } = await runMochaSuite('python', root, process.argv.slice(2));
  process.exitCode = passed ? 0 : 1;
});
