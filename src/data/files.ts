import type { DataBytes } from './bytes';

export interface FolderEntry {
  readonly name: string;
  readonly folder: boolean;
}

/** Reads files; the host decides which ones. Rejections carry a sentence for the user. */
export interface DataFiles {
  /** A path as the spec writes it. */
  read(path: string): Promise<Uint8Array | DataBytes>;
  /**
   * The entries of a folder, in any order; a path as the spec writes it, empty for the spec's own. Hosts
   * without folders omit it.
   */
  list?(folder: string): Promise<readonly FolderEntry[]>;
  /** A set shipped with the product, by file name: `iris.csv`. */
  readShipped(name: string): Promise<Uint8Array>;
}

/** Reads files as a whole. */
export interface WholeFiles extends DataFiles {
  read(path: string): Promise<Uint8Array>;
}
