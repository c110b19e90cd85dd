#!/usr/bin/env node
/** `npm start`: opens a real VS Code on examples/ with this extension loaded, and lesson 1 in it. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root, runScript } from './bare.mjs';
import { cache, isPortFree, openInEveryWindow, startWorkbench, workbenchUrl } from './workbench.mjs';

const usage = `npm start -- [--port N] [--browser] [--no-open]

Installs what is missing, builds, and opens lesson 1 in VS Code, on examples/ with the extension loaded: the desktop's
\`code\` where it is on the PATH, otherwise VS Code's workbench in the browser.

  --port N    the workbench's port (8765)
  --browser   the workbench in the browser even where there is a desktop VS Code
  --no-open   open nothing; print the address (implies --browser)
  --help      show this text`;

const defaultPort = 8765;
const folder = join(root, 'examples');
const language = /^ko/i.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'ko' : 'en';
const file = join(root, 'dist/lessons', language, '1-weights-and-bias.nnlesson');

function say(sentence) {
  console.log(sentence);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        browser: { type: 'boolean' },
        'no-open': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const port = values.port === undefined ? defaultPort : Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535 || values.port === '') {
      throw new Error(`--port takes a whole number from 1 to 65535, not "${values.port}".`);
    }
    return { ...values, port };
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** The path of the first of these commands that is on the PATH. */
function findCommand(names) {
  const suffixes = process.platform === 'win32' ? ['.cmd', '.exe'] : [''];
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const suffix of suffixes) {
        const path = join(directory, name + suffix);
        try {
          accessSync(path, constants.X_OK);
          return path;
        } catch {
          // It is not in this folder.
        }
      }
    }
  }
  return undefined;
}

function openDesktop(code) {
  say(`Opening VS Code (${code}) on examples/…`);
  const quote = (text) => (process.platform === 'win32' ? `"${text}"` : text);
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, folder, file].map(quote);
  const child = spawn(quote(code), args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return new Promise((done, fail) => child.on('error', fail).on('close', done));
}

function openInBrowser(url) {
  const [command, ...args] = {
    darwin: ['open', url],
    win32: ['rundll32', 'url.dll,FileProtocolHandler', url],
  }[process.platform] ?? ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  // The address is printed, so it does no harm if no program can open it.
  child.on('error', () => {});
  child.unref();
}

function hasDisplay() {
  if (process.platform === 'darwin' || process.platform === 'win32') {
    return true;
  }
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Settings that show only the examples. They are written at the first start; the user may change them. */
const firstSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
};

async function ensurePortIsFree(port) {
  if (!(await isPortFree(port))) {
    throw new Error(
      `Port ${port} is in use. Stop what listens there, or choose another: npm start -- --port ${port + 1}`,
    );
  }
}

async function openWorkbench({ port, open }) {
  await ensurePortIsFree(port);
  let workbench;
  const stop = async () => {
    say('\nStopping…');
    await workbench?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, stop);
  }
  say("Starting VS Code's workbench…");
  const userData = join(cache, 'user');
  const settings = existsSync(join(userData, 'User/settings.json')) ? undefined : firstSettings;
  workbench = await startWorkbench({ userData, port, settings, install: true, say });
  const url = workbenchUrl({ origin: workbench.origin, folder });
  const stopOpening = openInEveryWindow(userData, file);
  if (open && hasDisplay()) {
    openInBrowser(url);
  }
  say('VS Code runs until you press Ctrl-C. Open:');
  say(url);
  await workbench.exited;
  stopOpening();
}

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(usage);
    return;
  }
  const code = options.browser || options['no-open'] ? undefined : findCommand(['code', 'code-insiders']);
  if (!code) {
    // Also checked now, before the build.
    await ensurePortIsFree(options.port);
  }
  await ensureInstalled(say);
  say('Building…');
  await runScript('build.mjs', ['--production']);
  await (code ? openDesktop(code) : openWorkbench({ port: options.port, open: !options['no-open'] }));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
