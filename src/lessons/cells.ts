/** The cells of a lesson as an editor shows them, and the way back to its text. */
import { type BlockKind, type Piece, piecesOf } from './pieces';

/**
 * `before` and `after` are what the text has around the body: fences, blank lines, front matter. A cell whose
 * body is as it was read keeps every byte.
 */
export interface Cell {
  readonly kind: 'front' | 'markdown' | BlockKind;
  readonly body: string;
  /** Absent from a cell that was made in the editor. */
  readonly around?: { readonly before: string; readonly after: string };
}

export function cellsOf(text: string): Cell[] {
  const cells: Cell[] = [];
  let before = '';
  for (const piece of piecesOf(text).pieces) {
    const whole = text.slice(...piece.span);
    if (piece.kind === 'markdown' && whole.trim() === '') {
      // Blank lines between two blocks are no cell of their own.
      const last = cells.pop();
      if (last) {
        const { before: own = '', after = '' } = last.around ?? {};
        cells.push({ ...last, around: { before: own, after: after + whole } });
      } else {
        before = whole;
      }
      continue;
    }
    cells.push(cellOf(piece, text, before));
    before = '';
  }
  return before === '' ? cells : [{ kind: 'markdown', body: '', around: { before, after: '' } }];
}

function cellOf(piece: Piece, text: string, before: string): Cell {
  const [start, end] = piece.span;
  const [from, to] = piece.kind === 'markdown' ? trimmed(text, start, end) : withoutLastBreak(text, piece.body);
  const around = { before: before + text.slice(start, from), after: text.slice(to, end) };
  return { kind: piece.kind === 'block' ? piece.block : piece.kind, body: text.slice(from, to), around };
}

/** Markdown without the blank lines around it; what is indented stays so. */
function trimmed(text: string, start: number, end: number): [number, number] {
  const whole = text.slice(start, end);
  const last = start + whole.trimEnd().length;
  const leading = /^(?:[^\S\r\n]*(?:\r\n|\n|\r))*/.exec(whole)?.[0].length ?? 0;
  return [start + leading, last];
}

function withoutLastBreak(text: string, [start, end]: readonly [number, number]): [number, number] {
  const length = /(?:\r\n|\n|\r)$/.exec(text.slice(Math.max(start, end - 2), end))?.[0].length ?? 0;
  return [start, end - length];
}

/** The text of cells, those that were read and those that are new. */
export function textOfCells(cells: readonly Cell[]): string {
  return placedText(cells).text;
}

/** The same, with the place at which the body of each cell begins. */
export function placedText(cells: readonly Cell[]): { readonly text: string; readonly starts: readonly number[] } {
  const lineBreak = cells.some(({ around }) => around?.after.includes('\r\n')) ? '\r\n' : '\n';
  const starts: number[] = [];
  let text = '';
  let last: Cell | undefined;
  for (const cell of cells) {
    const { before, after } = cell.kind === 'markdown' ? markdownAround(cell, lineBreak) : fences(cell, lineBreak);
    const written = before + cell.body + after;
    const areKept = last?.around && cell.around && endsLine(text);
    const isApart = last === undefined || (areKept && (last.kind !== 'markdown' || cell.kind !== 'markdown'));
    text += isApart ? '' : missingBreaks(text, lineBreak);
    starts.push(text.length + before.length);
    text += cell === cells.at(-1) ? written : closed(cell, written, lineBreak);
    last = cell;
  }
  return { text, starts };
}

/** The line breaks that the text needs so that a blank line ends it. */
function missingBreaks(text: string, lineBreak: string): string {
  if (/(?:\n|\r)[ \t]*(?:\r\n|\n|\r)$/.test(text.slice(-100).replaceAll('\r\n', '\n'))) {
    return '';
  }
  return endsLine(text) ? lineBreak : lineBreak + lineBreak;
}

function endsLine(text: string): boolean {
  return text === '' || /[\r\n]$/.test(text);
}

interface Around {
  readonly before: string;
  readonly after: string;
}

function markdownAround({ around }: Cell, lineBreak: string): Around {
  return around ?? { before: '', after: lineBreak };
}

function fences({ kind, body, around }: Cell, lineBreak: string): Around {
  const fence = kind === 'front' ? '---' : '```';
  const word = kind === 'front' ? '' : kind;
  const { before, after } = around ?? {
    before: fence + word + lineBreak,
    after: lineBreak + fence + lineBreak,
  };
  if (body === '') {
    return { before, after };
  }
  // An empty block has no line break before its closing fence, or even behind its opening one.
  const start = endsLine(before) ? before : before + lineBreak;
  const end = after === '' || /^[\r\n]/.test(after) ? after : lineBreak + after;
  const [from, to] = kind === 'front' ? ['', ''] : longerFence(start, body);
  return { before: start.replace(from, to), after: end.replace(from, to) };
}

/** The fence that `before` ends with, and the one to write in its place, which no line of the body closes. */
function longerFence(before: string, body: string): readonly [from: string, to: string] {
  const [fence] = /`{3,}|~{3,}/.exec(before) ?? ['```'];
  const runs = body.split(/[\r\n]/).map((line) => /^ {0,3}(`+|~+)[ \t]*$/.exec(line)?.[1] ?? '');
  const longest = runs.reduce((most, run) => (run[0] === fence[0] ? Math.max(most, run.length) : most), 0);
  return [fence, fence[0].repeat(longest < fence.length ? fence.length : longest + 1)];
}

/** The text of a cell, with a closing fence if the end of the file had closed its block. */
function closed({ kind, around }: Cell, written: string, lineBreak: string): string {
  if (kind === 'markdown' || kind === 'front' || !around || around.after.trim() !== '') {
    return written;
  }
  const [fence] = /`{3,}|~{3,}/.exec(written) ?? ['```'];
  return `${endsLine(written) ? written : written + lineBreak}${fence}${lineBreak}`;
}
