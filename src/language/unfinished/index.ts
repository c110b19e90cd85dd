/**
 * Reads an unfinished file: the tree that its indentation and brackets suggest, and the place of the cursor
 * in it. It never fails. Damage stays local: a bracket that is never closed ends where the indentation goes
 * back.
 */

export { readUnfinished, type UnfinishedFile } from './blockReader';
export type { Place } from './place';
