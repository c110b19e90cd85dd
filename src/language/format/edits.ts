/** Turns the wanted places of the words into edits of the white space between them. */
import type { Span } from '../text/lines';
import type { Piece } from './pieces';

export interface SpaceEdit {
  /** White space only. */
  readonly span: Span;
  readonly newText: string;
}

/** In order of the text, without edits that change nothing. */
export function editsOf(pieces: readonly Piece[], text: string): SpaceEdit[] {
  const newline = /\r?\n/.exec(text)?.[0] ?? '\n';
  const gaps = alignComments(trailingComments(pieces, text));
  const edits: SpaceEdit[] = [];
  let end = startOf(text);
  for (const [index, piece] of pieces.entries()) {
    const span: Span = [end, piece.span[0]];
    const before = text.slice(...span);
    const breaks = countBreaks(before);
    // Line breaks inside a scalar are part of its text. Elsewhere one empty line is kept, at the top none.
    const kept = index === 0 ? 0 : piece.inScalar ? breaks : Math.min(breaks, 2);
    const gap = piece.gap ?? gaps.get(index) ?? 1;
    const isFirst = index === 0 || breaks > 0;
    const newText = isFirst ? newline.repeat(kept) + ' '.repeat(piece.column) : ' '.repeat(gap);
    if (newText !== before) {
      edits.push({ span, newText });
    }
    end = piece.span[1];
  }
  if (pieces.length > 0 && text.slice(end) !== newline) {
    edits.push({ span: [end, text.length], newText: newline });
  }
  return edits;
}

/** Start of the text, after a byte order mark. */
function startOf(text: string): number {
  return text.startsWith('\ufeff') ? 1 : 0;
}

function countBreaks(space: string): number {
  let count = 0;
  for (let at = space.indexOf('\n'); at >= 0; at = space.indexOf('\n', at + 1)) {
    count++;
  }
  return count;
}

/**
 * Number of spaces before each trailing comment, by the index of its piece. Comments that were aligned on
 * consecutive lines stay aligned, as close to the longest line as before.
 */
function alignComments(comments: readonly Trailing[]): Map<number, number> {
  const gaps = new Map<number, number>();
  let run: Trailing[] = [];
  const close = () => {
    if (run.length > 1) {
      const nearest = Math.min(...run.map(({ gap }) => gap));
      const widest = Math.max(...run.map(({ width }) => width));
      for (const { index, width } of run) {
        gaps.set(index, widest - width + Math.max(1, nearest));
      }
    }
    run = [];
  };
  for (const comment of comments) {
    const last = run.at(-1);
    if (last && (comment.line !== last.line + 1 || comment.column !== last.column)) {
      close();
    }
    run.push(comment);
  }
  close();
  return gaps;
}

interface Trailing {
  readonly index: number;
  readonly line: number;
  /** Its present column. */
  readonly column: number;
  /** Spaces before it. */
  readonly gap: number;
  /** Width of the formatted line before it. */
  readonly width: number;
}

function trailingComments(pieces: readonly Piece[], text: string): Trailing[] {
  const found: Trailing[] = [];
  let line = 0;
  let lineStart = 0;
  let width = 0;
  let end = startOf(text);
  for (const [index, { span, column, gap }] of pieces.entries()) {
    const before = text.slice(end, span[0]);
    const breaks = countBreaks(before);
    if (breaks > 0 || index === 0) {
      line += breaks;
      lineStart = breaks > 0 ? end + before.lastIndexOf('\n') + 1 : 0;
      width = column;
    } else if (gap === undefined) {
      found.push({ index, line, column: span[0] - lineStart, gap: before.length, width });
    } else {
      width += gap;
    }
    width += span[1] - span[0];
    end = span[1];
  }
  return found;
}
