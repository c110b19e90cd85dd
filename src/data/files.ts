/** Where bytes come from; the host decides what may be read. Rejections carry a sentence for the person. */
export interface DataFiles {
  /** A path as the spec writes it. */
  read(path: string): Promise<Uint8Array>;
  /** A set shipped with the product, by file name: `iris.csv`. */
  readShipped(name: string): Promise<Uint8Array>;
}
