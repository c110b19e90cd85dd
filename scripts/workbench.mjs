/**
 * VS Code's workbench in the browser, from npm packages. It is installed once into .vscode-test/ and listens
 * on 127.0.0.1. The tests use it, and `npm start` if there is no desktop VS Code.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './bare.mjs';

/** Folder of everything that is downloaded or written to run VS Code. Git ignores it. */
export const cache = join(root, '.vscode-test');

const version = '4.139.1';
/** The major version of Node that this version of the server needs. */
const nodeMajor = 24;

/**
 * Installs the workbench if it is missing, into a temporary folder that is renamed when it is complete: an
 * interrupted install is started again.
 * @param {(sentence: string) => void} say
 * @returns {Promise<{ node: string, entry: string }>} paths of the Node binary and of the server's entry
 */
export async function installWorkbench(say) {
  const home = join(cache, `workbench-${version}`);
  if (!existsSync(home)) {
    removeAbandoned();
    const partial = join(cache, `installing-${process.pid}`);
    mkdirSync(partial, { recursive: true });
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    say(`Installing VS Code's workbench (code-server ${version}, about 600 MB, once)…`);
    try {
      await npm(['install', `code-server@${version}`, ...nodePackage()], partial);
      say('Installing the parts of the workbench…');
      await npm(['install', '--omit=dev'], join(partial, 'node_modules/code-server/lib/vscode'));
      if (!existsSync(home)) {
        renameSync(partial, home);
      }
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return { node: nodeBinary(home), entry: join(home, 'node_modules/code-server/out/node/entry.js') };
}

/** Removes the folders of installs that were interrupted. */
function removeAbandoned() {
  if (!existsSync(cache)) {
    return;
  }
  for (const name of readdirSync(cache)) {
    const pid = /^installing-(\d+)$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The name of the npm package with the Node binary for this machine. */
function nodePackageName() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform}-${process.arch}`;
}

function hasRightNode() {
  return Number(process.versions.node.split('.')[0]) === nodeMajor;
}

function nodePackage() {
  return hasRightNode() ? [] : [`${nodePackageName()}@${nodeMajor}`];
}

function nodeBinary(home) {
  if (hasRightNode()) {
    return process.execPath;
  }
  const folder = join(home, 'node_modules', nodePackageName());
  if (!existsSync(folder)) {
    throw new Error(`${home} was installed under another version of Node: delete it and run the command again.`);
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, bin.node);
}

/** Runs npm. Its output is shown only if it fails. */
function npm(args, cwd) {
  const windows = process.platform === 'win32';
  // `engine-strict` is off because the packages name the Node that will run them, not the one that installs
  // them.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false'];
  const child = spawn(windows ? 'npm.cmd' : 'npm', [...args, ...quiet], { cwd, shell: windows });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => (output += bytes));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0 ? done() : fail(new Error(`npm ${args.join(' ')} failed with status ${code}:\n${output.trim()}`)),
    );
  });
}

/** Whether the port of 127.0.0.1 is free. */
export function isPortFree(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/**
 * Copies the built extension, with its manifest and what the manifest names.
 * @param {string} target a folder that does not exist yet
 * @param {(manifest: object) => void} [change] changes the copy's manifest
 */
export function copyExtension(target, change = () => {}) {
  mkdirSync(target, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  change(manifest);
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest));
  const parts = ['dist', 'media', 'syntaxes', 'examples', 'docs', 'language-configuration.json'];
  for (const part of [...parts, 'package.nls.json', 'package.nls.ko.json', 'LICENSE', 'README.md']) {
    if (existsSync(join(root, part))) {
      cpSync(join(root, part), join(target, part), { recursive: true });
    }
  }
}

/** Installs a copy of the extension beside those that the user has installed in this workbench. */
function installExtension(extensions) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const id = `${publisher}.${name}`;
  const folder = `${id}-${version}`;
  const path = join(extensions, folder);
  rmSync(path, { recursive: true, force: true });
  copyExtension(path);
  const list = join(extensions, 'extensions.json');
  const others = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  const own = { identifier: { id }, version, relativeLocation: folder };
  own.location = { $mid: 1, scheme: 'file', path: slashed(path) };
  const all = [...others.filter(({ identifier }) => identifier.id !== id), own];
  writeFileSync(list, JSON.stringify(all));
}

/**
 * Starts the workbench's server on 127.0.0.1.
 * @param {object} options
 * @param {string} options.userData folder of settings and state; made if it is missing
 * @param {number} [options.port] 0, the default, takes a free one
 * @param {boolean} [options.trust] true, the default, trusts every workspace without asking
 * @param {object} [options.settings] written into the user's settings before the start
 * @param {boolean} [options.install] true installs the extension; false, the default, is for tests: the
 *   address of the page names the extension, and the editor shows no notifications
 * @param {(sentence: string) => void} [options.say]
 * @returns {Promise<{ origin: string, port: number, pid: number, exited: Promise<void>, stop: () =>
 *   Promise<void> }>}
 */
export async function startWorkbench({ userData, port = 0, trust = true, settings, install = false, say = () => {} }) {
  const { node, entry } = await installWorkbench(say);
  if (settings) {
    mkdirSync(join(userData, 'User'), { recursive: true });
    writeFileSync(join(userData, 'User/settings.json'), JSON.stringify(settings, null, 2));
  }
  const args = [entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--user-data-dir', userData];
  const extensions = join(userData, 'extensions');
  args.push('--extensions-dir', extensions, '--config', join(userData, 'code-server.yaml'));
  args.push('--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy');
  if (trust) {
    args.push('--disable-workspace-trust');
  }
  args.push('--session-socket', sessionSocket(userData));
  // Seconds for which the server keeps the extension host of a window that is gone; otherwise three hours.
  args.push('--reconnection-grace-time', '20');
  if (install) {
    installExtension(extensions);
  } else {
    // Only with this option the server loads the extension that the page's address names. It also hides every
    // notification.
    args.push('--vscode-option', 'enable-smoke-test-driver');
  }
  // Its own process group: one signal ends the server and all its extension hosts.
  const child = spawn(node, args, { cwd: cache, detached: process.platform !== 'win32', env: serverEnvironment() });
  let output = '';
  const exited = new Promise((done) => child.once('close', () => done()));
  // The server ends with this process.
  const killAtExit = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killAtExit);
  void exited.then(() => process.removeListener('exit', killAtExit));
  const stop = () => endProcess(child, exited);
  const listening = new Promise((done, fail) => {
    const read = (bytes) => {
      output += bytes;
      const match = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output);
      if (match) {
        done(Number(match[1]));
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', fail);
    child.once('close', (code) =>
      fail(new Error(`The workbench's server ended with status ${code}:\n${output.trim()}`)),
    );
  });
  try {
    const actual = await within(60_000, listening, () => `The workbench's server did not start:\n${output.trim()}`);
    return { origin: `http://127.0.0.1:${actual}`, port: actual, pid: child.pid, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** This process's environment without the variables of VS Code's terminal, which would mislead the server. */
function serverEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|PORT$)/.test(name),
  );
  return Object.fromEntries(entries);
}

/** Signals a process and all its descendants. */
function signalGroup(child, name) {
  try {
    if (process.platform === 'win32') {
      child.kill();
    } else {
      process.kill(-child.pid, name);
    }
  } catch {
    // The process has ended already.
  }
}

async function endProcess(child, exited) {
  if (child.pid === undefined) {
    return;
  }
  signalGroup(child, 'SIGTERM');
  const killer = setTimeout(() => signalGroup(child, 'SIGKILL'), 3000);
  await exited;
  clearTimeout(killer);
  // The server may end before its extension hosts do.
  signalGroup(child, 'SIGKILL');
}

/** The path of the socket on which the server lists its windows. Systems allow about 100 characters. */
function sessionSocket(userData) {
  const name = `nnspec-${createHash('sha256').update(userData).digest('hex').slice(0, 12)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/**
 * Opens a file in every window that connects, beside the editors that the window restores. If the page's
 * address named the file, a reloaded window would show that file alone.
 * @returns {() => void} stops doing so
 */
export function openInEveryWindow(userData, file) {
  const path = `/session?${new URLSearchParams({ filePath: file })}`;
  const served = new Set();
  const look = async () => {
    const { socketPath } = JSON.parse(await request({ socketPath: sessionSocket(userData), path }));
    if (!socketPath || served.has(socketPath)) {
      return;
    }
    served.add(socketPath);
    const message = { type: 'open', folderURIs: [], fileURIs: [file], forceReuseWindow: true };
    await request({ socketPath, path: '/', method: 'POST' }, JSON.stringify(message));
  };
  // Nothing answers until the first window connects.
  const timer = setInterval(() => look().catch(() => {}), 500);
  return () => clearInterval(timer);
}

function request(options, body) {
  return new Promise((done, fail) => {
    const sent = httpRequest(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => done(text));
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

function within(milliseconds, promise, message) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(message())), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * The address that opens a folder.
 * @param {object} options
 * @param {string} options.origin as `startWorkbench` gave it
 * @param {string} options.folder absolute path of the workspace
 * @param {string} [options.extension] absolute path of an extension under development
 * @param {string} [options.file] absolute path of the file to open
 * @param {string} [options.tests] absolute path of the module that exports `run()`
 */
export function workbenchUrl({ origin, folder, extension, file, tests }) {
  const remote = (path) => `vscode-remote://${new URL(origin).host}${slashed(path)}`;
  const payload = [['skipWelcome', 'true']];
  if (extension) {
    payload.push(['extensionDevelopmentPath', remote(extension)]);
  }
  if (file) {
    payload.push(['openFile', remote(file)]);
  }
  if (tests) {
    payload.push(['extensionTestsPath', remote(tests)]);
  }
  const query = new URLSearchParams({ folder: slashed(folder), payload: JSON.stringify(payload) });
  return `${origin}/?${query}`;
}

/** A path in the form that an address needs: `/C:/work` for `C:\work`. */
function slashed(path) {
  const forward = path.replaceAll('\\', '/');
  return forward.startsWith('/') ? forward : `/${forward}`;
}
