/** Functions that differ between the hosts (Node and browser). The entry point sets them. */
import type { Uri } from 'vscode';
import type { replaceFile } from '../disk/replaceFile.node';
import type { EngineProcess } from './engine/engineProcess';

interface Platform {
  /** Starts an engine server outside the extension host. */
  startEngineProcess(extensionUri: Uri): Promise<EngineProcess>;
  /** The path with all symbolic links resolved; undefined if this host cannot resolve them. */
  realPath(uri: Uri): Promise<string | undefined>;
  /** Writes a file on disk whole or not at all. Browsers have no disk. */
  readonly replaceFile?: typeof replaceFile;
}

let current: Platform | undefined;

export function usePlatform(platform: Platform): void {
  current = platform;
}

export function platform(): Platform {
  if (!current) {
    throw new Error('No platform is set: call usePlatform first.');
  }
  return current;
}
