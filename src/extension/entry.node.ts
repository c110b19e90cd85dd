/**
 * The entry of Node's extension hosts, in the desktop and over a remote. Its bundle, dist/extension.js, holds
 * only what activation needs: reading all of the code would take most of the 50 ms that activation may take.
 *
 * The features are loaded from dist/extension.web.js. That bundle must hold them for browsers in any case,
 * and a second copy would make the package larger than its limit of 1 MB. It has its own copies of the
 * modules `platform` and `l10n`, so their state is set here.
 */
import type { ExtensionContext } from 'vscode';
import type { NnspecApi } from './api';
import { activateExtension, deactivateExtension } from './extension';
import { messageBundle } from './l10n';
import type { Features } from './loadFeatures';

export function activate(context: ExtensionContext): Promise<NnspecApi> {
  return activateExtension(context, loadFeatures);
}

export function deactivate(): Promise<void> {
  return deactivateExtension();
}

async function loadFeatures(): Promise<Features> {
  // scripts/build.mjs keeps this import out of the bundle: it becomes require('./extension.web.js').
  const web = await import('./entry.web');
  // Imported here, because loading Node's child_process takes longer than the rest of activation.
  const { engines } = await import('./engine/engineProcess.node');
  const { realPath } = await import('./files/realPath.node');
  const { replaceFile } = await import('../disk/replaceFile.node');
  const { DiskFolder, isWritable } = await import('../disk/diskFolder.node');
  const { here } = await import('../disk/here.node');
  web.usePlatform({
    engines,
    realPath,
    replaceFile,
    openFolder: (path, options) => new DiskFolder(path, options),
    isWritable,
    here,
  });
  web.useMessages(messageBundle());
  return web.loadFeatures();
}
