/**
 * Installs the libraries into a folder outside the project's dependencies, and looks for PyTorch and a C
 * compiler.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../bare.mjs';
import { manifest, newerNode } from './libraries.mjs';

export const libraryFolder = join(root, '.vscode-test', 'bench');

/** Installs the libraries that are missing, without running install scripts. Prints a failure and goes on. */
export async function installLibraries() {
  const file = join(libraryFolder, 'package.json');
  const wanted = `${JSON.stringify(manifest(process.platform, process.arch), null, 1)}\n`;
  const same = existsSync(file) && readFileSync(file, 'utf8') === wanted;
  if (same && existsSync(join(libraryFolder, 'node_modules'))) {
    return;
  }
  console.log('Installing the libraries to measure against…');
  mkdirSync(libraryFolder, { recursive: true });
  writeFileSync(file, wanted);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  try {
    await run(npm, [
      'install',
      '--prefix',
      libraryFolder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel',
      'error',
    ]);
  } catch (error) {
    console.error(error.message);
  }
}

export function isInstalled(name) {
  return existsSync(join(libraryFolder, 'node_modules', name, 'package.json'));
}

/**
 * The Node binaries that JavaScript is timed on: this one, and a newer one if it was installed. `wide`: its
 * V8 supports wider vectors.
 */
export function findNodes() {
  const found = [nodeAt(process.execPath)];
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const newer = join(libraryFolder, 'node_modules', newerNode.package, 'bin', name);
  if (existsSync(newer)) {
    found.push(nodeAt(newer));
  }
  return found.filter(({ version }, i) => found.findIndex((other) => other.version === version) === i);
}

function nodeAt(path) {
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const major = Number.parseInt(version, 10);
  return { path, version, label: `Node ${major}`, wide: process.arch === 'x64' && major >= 24 };
}

/** A Python that can import torch, or undefined. OpenBLAS detects the processor itself. */
export function findTorch() {
  const found = pythonWith('torch');
  return found && { ...found, libraries: findBlas() };
}

/** The first Python that can import a module, and the module's version; or undefined. */
export function pythonWith(module) {
  for (const path of ['python3', '/usr/bin/python3']) {
    try {
      const version = execFileSync(path, ['-c', `import ${module}; print(${module}.__version__)`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      return { path, version };
    } catch {
      // Try the next.
    }
  }
  return undefined;
}

/**
 * The BLAS libraries that are installed. Debian has a folder for each; preloading one overrides the system's
 * choice.
 */
function findBlas() {
  const found = [];
  const base = '/usr/lib';
  const folders = existsSync(base) ? readdirSync(base).filter((name) => name.endsWith('-linux-gnu')) : [];
  for (const folder of folders) {
    for (const name of ['openblas-openmp', 'blis-openmp']) {
      const path = join(base, folder, name, 'libblas.so.3');
      if (existsSync(path)) {
        found.push({ name: name.split('-')[0], path });
      }
    }
  }
  return found.length > 0 ? found : [{ name: 'default BLAS' }];
}

/** This process's environment, without variables that could slow a library down. */
export function plainEnvironment(added = {}) {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, NODE_OPTIONS: ___, ...environment } = process.env;
  return { ...environment, ...added };
}
