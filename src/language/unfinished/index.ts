/**
 * Reads a file that is being written: the tree that its indentation and its brackets suggest, and the place
 * of the cursor in it. It never fails; what is broken stays small, since a bracket that is never closed ends
 * where the indentation goes back.
 */

export { readUnfinished, type UnfinishedFile } from './blockReader';
export type { Place } from './place';
