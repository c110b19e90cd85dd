import type { Span } from '../text/lines';
import type { Path } from '../yaml/tree';

/** The place of the cursor in an unfinished file, and the word that is already there. */
export interface Place {
  /**
   * `key`: a key of the map at `path`. `value`: the value at `path`: a scalar, or the first key of a new map.
   * `item`: a line in a list’s column that still lacks its dash. `alias`: a name after `*`.
   */
  readonly kind: 'key' | 'value' | 'item' | 'alias';
  /** Keys and indices from the root; for `item`, the path of its list. */
  readonly path: Path;
  /** The span of the word, without quotes; the cursor is inside it or at one of its ends. */
  readonly span: Span;
  /** The whole word. */
  readonly word: string;
  /** The word up to the cursor. */
  readonly prefix: string;
  readonly quoted: boolean;
  /** Inside braces or brackets. */
  readonly flow: boolean;
  /** The word is the first on its line, apart from dashes: a map or a list may begin here. */
  readonly ownLine: boolean;
  /** A dash precedes it on its line. */
  readonly dashed: boolean;
  /** A colon follows: the word is a key with a value. */
  readonly colon: boolean;
  /** The colon or dash before the cursor lacks its space. */
  readonly gap: boolean;
  /** The column of the word, or of the key whose value it is. */
  readonly column: number;
  /** Number of blanks at the beginning of its line. */
  readonly indent: number;
}
