/**
 * A lesson's text in pieces: its front matter, its Markdown and its fenced blocks, by CommonMark's rules. The
 * pieces follow each other without a gap: joined they are the text again, byte for byte.
 */
import type { Span } from '../language';

export type Piece = FrontPiece | MarkdownPiece | BlockPiece;

/** The lines between two of `---` at the very beginning. */
export interface FrontPiece {
  readonly kind: 'front';
  readonly span: Span;
  readonly body: Span;
}

export interface MarkdownPiece {
  readonly kind: 'markdown';
  readonly span: Span;
}

/** A fenced block of a kind that lessons know; any other is part of the Markdown around it. */
export interface BlockPiece {
  readonly kind: 'block';
  readonly block: BlockKind;
  readonly span: Span;
  /** The words behind the opening fence. */
  readonly info: Span;
  readonly body: Span;
  /** The fence as it is written, such as three backticks. */
  readonly fence: string;
  /** Whether a closing fence ends the block, and not the end of the file. */
  readonly isClosed: boolean;
}

export const blockKinds = ['nnspec', 'plot', 'compute', 'compare', 'measure', 'walk', 'question'] as const;
export type BlockKind = (typeof blockKinds)[number];

/** A fenced block of another kind, or front matter without an end: there may be a mistake. */
export interface Oddity {
  readonly kind: 'other-block' | 'open-front';
  readonly span: Span;
}

export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly oddities: readonly Oddity[];
}

const opening = /^ {0,3}(`{3,}|~{3,})/;
const closing = /^ {0,3}(`+|~+)[ \t]*$/;
const frontLine = /^---[ \t]*$/;
const mark = '\uFEFF';

/** Takes time linear in the text. */
export function piecesOf(text: string): Pieces {
  const lines = [...linesOf(text)];
  const oddities: Oddity[] = [];
  const pieces: Piece[] = [];
  const { front, next } = frontOf(text, lines, oddities);
  if (front) {
    pieces.push(front);
  }
  let markdown = front?.span[1] ?? 0;
  for (let index = next; index < lines.length; ) {
    const [start, end] = lines[index];
    const [indented, fence] = opening.exec(text.slice(start, end)) ?? [];
    const behind = text.slice(start + (indented?.length ?? 0), end);
    // Three backticks with another one behind them are code within a line.
    if (!indented || !fence || (fence.startsWith('`') && behind.includes('`'))) {
      index += 1;
      continue;
    }
    const info = behind.trim();
    const last = closingLine(text, lines, index + 1, fence);
    const [from] = lines[index];
    const bodyStart = lines[index][2];
    const isClosed = last < lines.length;
    const bodyEnd = isClosed ? lines[last][0] : text.length;
    const to = isClosed ? lines[last][2] : text.length;
    const at = start + indented.length + behind.length - behind.trimStart().length;
    const infoSpan: Span = [at, at + info.length];
    const [word] = info.split(/\s/, 1);
    const block = blockKinds.find((kind) => kind === word);
    if (block) {
      if (from > markdown) {
        pieces.push({ kind: 'markdown', span: [markdown, from] });
      }
      const body: Span = [bodyStart, Math.max(bodyStart, bodyEnd)];
      pieces.push({ kind: 'block', block, span: [from, to], info: infoSpan, body, fence, isClosed });
      markdown = to;
    } else if (word !== '') {
      oddities.push({ kind: 'other-block', span: [at, at + word.length] });
    }
    index = last + 1;
  }
  if (markdown < text.length) {
    pieces.push({ kind: 'markdown', span: [markdown, text.length] });
  }
  return { pieces, oddities };
}

/** The line that closes a fence, or the number of all lines where none does. */
function closingLine(text: string, lines: readonly Line[], first: number, fence: string): number {
  for (let index = first; index < lines.length; index += 1) {
    const [start, end] = lines[index];
    const [, own = ''] = closing.exec(text.slice(start, end)) ?? [];
    if (own.length >= fence.length && own[0] === fence[0]) {
      return index;
    }
  }
  return lines.length;
}

function frontOf(text: string, lines: readonly Line[], oddities: Oddity[]) {
  const at = text.startsWith(mark) ? mark.length : 0;
  if (lines.length === 0 || !frontLine.test(text.slice(at, lines[0][1]))) {
    return { next: 0 };
  }
  const last = lines.findIndex(([start, end], index) => index > 0 && frontLine.test(text.slice(start, end)));
  if (last < 0) {
    oddities.push({ kind: 'open-front', span: [at, at + 3] });
    return { next: 1 };
  }
  const front: FrontPiece = { kind: 'front', span: [0, lines[last][2]], body: [lines[0][2], lines[last][0]] };
  return { front, next: last + 1 };
}

/** Start of a line, its end, and the start of the next one. */
type Line = readonly [start: number, end: number, next: number];

function* linesOf(text: string): Generator<Line> {
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (const { 0: end, index } of text.matchAll(ends)) {
    yield [start, index, index + end.length];
    start = index + end.length;
  }
  if (start < text.length) {
    yield [start, text.length, text.length];
  }
}
