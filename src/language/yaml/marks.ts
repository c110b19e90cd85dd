/** Anchors, aliases and comments: they have a span in the text, but no node in the tree. */
import type { Span } from '../text/lines';

/** In order of the text. A broken file has those up to where it could be read. */
export interface Marks {
  readonly anchors: readonly Mark[];
  readonly aliases: readonly Mark[];
  readonly comments: readonly Span[];
}

export interface Mark {
  /** Without `&` or `*`. */
  readonly name: string;
  /** With `&` or `*`. */
  readonly span: Span;
}

export const noMarks: Marks = { anchors: [], aliases: [], comments: [] };

/** The anchor that an alias means: the last one of its name above it. */
export function anchorOf({ anchors }: Marks, { name, span }: Mark): Mark | undefined {
  return anchors.findLast((anchor) => anchor.name === name && anchor.span[0] < span[0]);
}

/** The aliases of an anchor: those of its name up to where another anchor takes the name. */
export function aliasesOf({ anchors, aliases }: Marks, { name, span }: Mark): Mark[] {
  const next = anchors.find((anchor) => anchor.name === name && anchor.span[0] > span[0]);
  const end = next?.span[0] ?? Number.POSITIVE_INFINITY;
  return aliases.filter((alias) => alias.name === name && alias.span[0] > span[0] && alias.span[0] < end);
}
