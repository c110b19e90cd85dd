import type { Span } from '../text/lines';
import type { Path } from '../yaml/tree';

/** Where the cursor stands in a file that is being written, and the word that is there already. */
export interface Place {
  /**
   * `key`: a key of the map at `path`. `value`: the value at `path`, a scalar or the first key of a map
   * to be. `item`: a line at a list's column that still lacks its dash. `alias`: a name behind `*`.
   */
  readonly kind: 'key' | 'value' | 'item' | 'alias';
  /** Keys and indices from the root; of an item, to its list. */
  readonly path: Path;
  /** The word, the cursor inside it or at one of its ends; within its quotes, where it has some. */
  readonly span: Span;
  /** The whole word. */
  readonly word: string;
  /** The word up to the cursor. */
  readonly prefix: string;
  readonly quoted: boolean;
  /** Inside braces or brackets. */
  readonly flow: boolean;
  /** The word begins its line, dashes aside: a map or a list may begin here. */
  readonly ownLine: boolean;
  /** A dash stands before it on its line. */
  readonly dashed: boolean;
  /** A colon follows: the word is a key that has its value. */
  readonly colon: boolean;
  /** The colon or dash before the cursor still lacks its space. */
  readonly gap: boolean;
  /** Column in its line at which the word begins, or the key whose value it is. */
  readonly column: number;
  /** Blank characters at the beginning of its line. */
  readonly indent: number;
}
