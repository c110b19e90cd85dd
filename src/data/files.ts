import type { DataBytes } from './bytes';

/** Where bytes come from; the host decides what may be read. Rejections carry a sentence for the person. */
export interface DataFiles {
  /** A path as the spec writes it. */
  read(path: string): Promise<Uint8Array | DataBytes>;
  /** A set shipped with the product, by file name: `iris.csv`. */
  readShipped(name: string): Promise<Uint8Array>;
}

/** Those of a host that hands them on: it holds what it has read. */
export interface HeldFiles extends DataFiles {
  read(path: string): Promise<Uint8Array>;
}
