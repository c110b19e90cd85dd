/** Functions that differ between the hosts (Node and browser). The entry point sets them. */
import type { Uri } from 'vscode';
import type { replaceFile } from '../disk/replaceFile.node';
import type { RunFiles } from '../runs/runFiles';
import type { Here } from '../runs/runLock';
import type { Engines } from './engine/engineProcess';

interface Platform {
  /** Engine servers outside the extension host. */
  readonly engines: Engines;
  /** The path with all symbolic links resolved; undefined if this host cannot resolve them. */
  realPath(uri: Uri): Promise<string | undefined>;
  /** Writes a file on disk whole or not at all. Browsers have no disk. */
  readonly replaceFile?: typeof replaceFile;
  /** The files of a folder on disk. */
  readonly openFolder?: (path: string, options?: { readonly isPrivate?: boolean }) => RunFiles;
  /** Whether files can be made in a folder on disk. */
  readonly isWritable?: (path: string) => Promise<boolean>;
  /** This process, for the locks of runs that it trains. */
  readonly here: Here;
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
