/** Finds the Chromium that the tests drive, or installs it on Debian. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium, or undefined. NNSPEC_CHROMIUM takes precedence over the PATH. */
export function findChromium() {
  const chosen = process.env.NNSPEC_CHROMIUM;
  if (chosen) {
    if (!isExecutable(chosen)) {
      throw new Error(`NNSPEC_CHROMIUM names no executable: ${chosen}`);
    }
    return chosen;
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere].find(isExecutable);
}

/** The path of a Chromium. If there is none, installs it (only as root on Debian) or throws. */
export function ensureChromium(say) {
  const found = findChromium();
  if (found) {
    return found;
  }
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    throw new Error(
      'The tests need Chromium: install it (on Debian: apt-get install chromium), or set NNSPEC_CHROMIUM to the path of a Chrome or Edge.',
    );
  }
  say("No Chromium found: installing Debian's (apt-get install chromium)…");
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
  const installed = findChromium();
  if (!installed) {
    throw new Error('Debian installed chromium, but none is on the PATH.');
  }
  return installed;
}

/** Starts a headless Chromium that makes no network requests of its own. */
export function launchChromium(say = () => {}) {
  const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  args.push('--disable-component-update', '--disable-sync');
  // Chromium's sandbox refuses to run as root, which is the user in most containers.
  if (process.getuid?.() === 0) {
    args.push('--no-sandbox');
  }
  return chromium.launch({ executablePath: ensureChromium(say), args });
}
