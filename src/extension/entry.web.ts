/**
 * The entry of a browser's extension host, which can load only one file: dist/extension.web.js holds
 * everything.
 */
import type { ExtensionContext } from 'vscode';
import type { NnspecApi } from './api';
import { engines } from './engine/engineProcess.web';
import { activateExtension, deactivateExtension } from './extension';
import { realPath } from './files/realPath.web';
import type { Features } from './loadFeatures';
import { usePlatform } from './platform';

// A browser's window has no process: each is a host of its own, and its locks go by their time.
const here = { host: `window-${crypto.randomUUID()}`, pid: 0, started: '', isAlive: () => true };
usePlatform({ engines, realPath, here });

export function activate(context: ExtensionContext): Promise<NnspecApi> {
  return activateExtension(context, loadFeatures);
}

export function deactivate(): Promise<void> {
  return deactivateExtension();
}

export function loadFeatures(): Promise<Features> {
  return import('./features');
}

export { useMessages } from './l10n';
export { usePlatform };
