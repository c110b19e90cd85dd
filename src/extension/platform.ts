/** What the extension needs from its host (Node or browser), set by the entry point before activation. */
import type { Uri } from 'vscode';
import type { EngineProcess } from './engine/engineProcess';

export interface Platform {
  /** Starts an engine server outside the extension host. */
  startEngineProcess(extensionUri: Uri): Promise<EngineProcess>;
  /** Where a path leads once its symbolic links are followed; undefined where that cannot be told. */
  realPath(uri: Uri): Promise<string | undefined>;
}

let current: Platform | undefined;

export function usePlatform(platform: Platform): void {
  current = platform;
}

export function platform(): Platform {
  if (!current) {
    throw new Error('No entry has named its platform: call usePlatform before activation.');
  }
  return current;
}
